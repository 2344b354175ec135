"""Submit a draft: from here on its declaration never changes."""

import json

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from mappings.engine.errors import DeclarationError
from mappings.library.index import resolve
from mappings.models import MappingVersion, VersionStatus
from mappings.services.compiled import compile_once


class VersionRefused(Exception):
    """The version is not in a state that allows this; the text says what it is in."""


def submit_version(version: MappingVersion, *, by: User | None = None) -> MappingVersion:
    """Make the declaration whole, compile it, and freeze it with its checksum. by: None for Onramp itself.

    What it extends and the code lists that it uses are put inside, so that later changes of the library do not reach
    it. Raises DeclarationError, which names the rule, and VersionRefused for what is no draft.
    """
    with transaction.atomic():
        draft = MappingVersion.objects.select_for_update().select_related("mapping").get(pk=version.pk)
        if draft.status != VersionStatus.DRAFT:
            raise VersionRefused(f"{draft} is {draft.get_status_display().lower()}; only a draft can be submitted.")
        declaration = json.loads(json.dumps(resolve(draft.declaration)))
        compiled = compile_once(declaration)
        if compiled.canonical != draft.mapping.canonical:
            reason = f"it makes {compiled.canonical}, but the mapping is for {draft.mapping.canonical}"
            raise DeclarationError("target", reason)
        draft.declaration = declaration
        draft.checksum = compiled.checksum
        draft.status = VersionStatus.SUBMITTED
        draft.submitted_by = by
        draft.save()
        if by is not None:
            subject = f"mapping version {draft.pk}"
            record_decision("mapping.submitted", subject, by.get_username(), name=str(draft), checksum=draft.checksum)
    return draft
