"""Publish a submitted version: agreements may use it from now on."""

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from mappings.models import MappingVersion, VersionStatus
from mappings.services.refused import VersionRefused
from partners.services.four_eyes import is_one_of


def publish_version(version: MappingVersion, *, by: User | None = None) -> MappingVersion:
    """Publish a submitted version. Agreements that use another version keep it. by: None for Onramp itself.

    Nobody publishes what they drafted or submitted themselves. Raises VersionRefused.
    """
    with transaction.atomic():
        submitted = MappingVersion.objects.select_for_update(of=("self",)).select_related("mapping").get(pk=version.pk)
        if submitted.status != VersionStatus.SUBMITTED:
            state = submitted.get_status_display().lower()
            raise VersionRefused(f"{submitted} is {state}; only a submitted version can be published.")
        if by is not None and is_own_work(submitted, by):
            raise VersionRefused(f"You drafted or submitted {submitted}; somebody else publishes it.")
        submitted.status = VersionStatus.PUBLISHED
        submitted.published_at = timezone.now()
        submitted.published_by = by
        submitted.save()
        if by is not None:
            record_decision(
                "mapping.published",
                f"mapping version {submitted.pk}",
                by.get_username(),
                name=str(submitted),
                checksum=submitted.checksum,
            )
    return submitted


def is_own_work(version: MappingVersion, user: User) -> bool:
    """Whether the person submitted the version, or wrote any of it, by this account or another of the same mailbox."""
    writers = version.history.exclude(history_user=None).order_by().values("history_user")
    return is_one_of(user, writers) or is_one_of(user, [version.submitted_by_id])
