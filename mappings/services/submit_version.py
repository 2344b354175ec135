"""Submit a draft: from here on its declaration never changes."""

import json

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from mappings.engine.errors import DeclarationError
from mappings.library.index import resolve
from mappings.models import MappingVersion, VersionStatus
from mappings.services.compiled import compile_once
from mappings.services.refused import VersionRefused
from mappings.services.run_tests import failures, run_tests


def submit_version(version: MappingVersion, *, by: User | None = None) -> MappingVersion:
    """Make the declaration whole, compile it, and freeze it with its checksum. by: None for Onramp itself.

    What it extends and the code lists that it uses are put inside, so that later changes of the library do not reach
    it. Its test cases run first. Raises DeclarationError, which names the rule, and VersionRefused for what is no
    draft and when a test case fails.
    """
    newest = MappingVersion.objects.select_related("mapping").get(pk=version.pk)
    run = run_tests(newest, by=by.get_username() if by is not None else "")
    if run is not None and not run.is_ok:
        raise VersionRefused(failures(run))
    with transaction.atomic():
        draft = MappingVersion.objects.select_for_update().select_related("mapping").get(pk=version.pk)
        if draft.status != VersionStatus.DRAFT:
            raise VersionRefused(f"{draft} is {draft.get_status_display().lower()}; only a draft can be submitted.")
        declaration = json.loads(json.dumps(resolve(draft.declaration)))
        compiled = compile_once(declaration)
        if compiled.canonical != draft.mapping.canonical:
            reason = f"it makes {compiled.canonical}, but the mapping is for {draft.mapping.canonical}"
            raise DeclarationError("target", reason)
        if run is not None and run.checksum != compiled.checksum:
            raise VersionRefused("Somebody changed the draft while its test cases ran. Submit it again.")
        draft.declaration = declaration
        draft.checksum = compiled.checksum
        draft.status = VersionStatus.SUBMITTED
        draft.submitted_by = by
        draft.save()
        if by is not None:
            subject = f"mapping version {draft.pk}"
            record_decision("mapping.submitted", subject, by.get_username(), name=str(draft), checksum=draft.checksum)
    return draft
