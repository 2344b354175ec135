"""Say that what a version makes of a test case's file is right: from now on every version must make the same."""

from django.db import transaction

from config.core.models import User
from mappings.models import MappingTestCase, MappingVersion
from mappings.services.refused import VersionRefused
from mappings.services.run_tests import made_by


def expect_output(case: MappingTestCase, version: MappingVersion, *, by: User) -> MappingTestCase:
    """Keep the canonical documents that the version makes now. Raises VersionRefused and DeclarationError."""
    if version.mapping_id != case.mapping_id:
        raise VersionRefused(f"{version} is of another mapping.")
    bodies = [one.body for one in made_by(version, case)]
    if not any(bodies):
        raise VersionRefused("It makes no document of this file.")
    with transaction.atomic():
        stored = MappingTestCase.objects.select_for_update().get(pk=case.pk)
        stored.expected = bodies
        stored._history_user = by  # type: ignore[attr-defined]  # read by simple-history
        stored._change_reason = f"As {version} makes it"[:100]  # type: ignore[attr-defined]  # likewise
        stored.save()
    return stored
