"""Retire a version: no agreement can choose it any more."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from mappings.models import MappingVersion, VersionStatus
from mappings.services.refused import VersionRefused
from partners.models import AgreementStatus

CAN_RETIRE = (VersionStatus.DRAFT, VersionStatus.SUBMITTED, VersionStatus.PUBLISHED)
NAMED = 3


def retire_version(version: MappingVersion, *, by: User, reason: str) -> MappingVersion:
    """Discard a draft, refuse a submitted version or retire a published one, with the reason in history and audit.

    Documents that it translated keep it for explaining them. Raises VersionRefused while an agreement needs it.
    """
    with transaction.atomic():
        stored = MappingVersion.objects.select_for_update(of=("self",)).select_related("mapping").get(pk=version.pk)
        if stored.status not in CAN_RETIRE:
            raise VersionRefused(f"{stored} is {stored.get_status_display().lower()} already.")
        using = stored.assignments.exclude(agreement__status=AgreementStatus.RETIRED).select_related(
            "agreement__partner"
        )
        names = [str(assignment.agreement) for assignment in using.order_by("pk")[: NAMED + 1]]
        if names:
            shown = ", ".join(names[:NAMED]) + (" and more" if len(names) > NAMED else "")
            raise VersionRefused(f"Agreements use it: {shown}. Give them another version first.")
        was = stored.status
        stored.status = VersionStatus.RETIRED
        stored._change_reason = reason[:100]  # type: ignore[attr-defined]  # django-simple-history reads it
        stored.save()
        record_decision(
            "mapping.retired",
            f"mapping version {stored.pk}",
            by.get_username(),
            name=str(stored),
            was=was,
            reason=reason,
        )
    return stored
