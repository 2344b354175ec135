"""Publish a submitted version: agreements may use it from now on."""

from django.db import transaction
from django.utils import timezone

from mappings.models import MappingVersion, VersionStatus
from mappings.services.submit_version import VersionRefused


def publish_version(version: MappingVersion) -> MappingVersion:
    """Publish a submitted version. Agreements that use another version keep it. Raises VersionRefused."""
    with transaction.atomic():
        submitted = MappingVersion.objects.select_for_update().select_related("mapping").get(pk=version.pk)
        if submitted.status != VersionStatus.SUBMITTED:
            state = submitted.get_status_display().lower()
            raise VersionRefused(f"{submitted} is {state}; only a submitted version can be published.")
        submitted.status = VersionStatus.PUBLISHED
        submitted.published_at = timezone.now()
        submitted.save()
    return submitted
