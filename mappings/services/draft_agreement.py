"""Agree with a partner on documents that a mapping translates."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from mappings.models import Assignment, MappingVersion, VersionStatus
from partners.models import Agreement, AgreementStatus, Direction, Partner


class AgreementRefused(Exception):
    """No agreement was made; the text says why."""


class Agreed(NamedTuple):
    """is_new: whether the agreement was made now; otherwise one that was there uses the version from now on."""

    agreement: Agreement
    is_new: bool


def agreement_for(version: MappingVersion, partner: Partner, environment: str) -> Agreement | None:
    """The newest agreement about what the mapping translates, whatever its release; None when there is none."""
    same = Agreement.objects.filter(
        partner=partner,
        environment=environment,
        direction=Direction.INBOUND,
        standard=version.mapping.standard,
        set_id=version.mapping.set_id,
    ).exclude(status=AgreementStatus.RETIRED)
    return same.select_related("partner", "assignment__version__mapping").order_by("-pk").first()


def draft_agreement(version: MappingVersion, partner: Partner, environment: str, *, by: User) -> Agreed:
    """A draft agreement that uses a published version. Where there is an agreement, that one uses it from now on.

    An approver puts it live. Raises AgreementRefused, when the version is not published above all.
    """
    with transaction.atomic():
        Partner.objects.select_for_update().get(pk=partner.pk)
        if version.status != VersionStatus.PUBLISHED:
            raise AgreementRefused(f"{version} is {version.get_status_display().lower()}; it must be published first.")
        agreement = agreement_for(version, partner, environment)
        is_new = agreement is None
        if agreement is None:
            agreement = Agreement(
                partner=partner,
                environment=environment,
                standard=version.mapping.standard,
                set_id=version.mapping.set_id,
                kind=version.mapping.canonical.partition("/")[0],
                release="",
            )
            _keep(agreement)
        assignment = Assignment.objects.filter(agreement=agreement).first() or Assignment(agreement=agreement)
        if assignment.version_id != version.pk:
            assignment.version = version
            _keep(assignment)
            record_decision(
                "mapping.assigned",
                f"agreement {agreement.pk}",
                by.get_username(),
                name=str(agreement),
                version=str(version),
                checksum=version.checksum,
            )
    return Agreed(agreement, is_new)


def _keep(row: Agreement | Assignment) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise AgreementRefused(" ".join(error.messages)) from error
    row.save()
