"""Claim the control numbers of envelopes: whether they were used before, within the window that is agreed on."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from mappings.engine.x12.header import InterchangeHeader
from partners.models import Partner
from transactions.models import ClaimScope, DuplicateClaim, FunctionalGroup, Interchange
from transactions.pipeline.answers import ACKNOWLEDGMENT_GROUP
from transactions.pipeline.digests import digest_of
from transactions.pipeline.rows import group_header
from transactions.services.claims import claim_within


def claim_order(header: InterchangeHeader) -> tuple[str, ...]:
    """Whoever claims several interchanges in one transaction does so in the order of what makes their keys."""
    parties = (header.sender_qualifier, header.sender_id, header.receiver_qualifier, header.receiver_id)
    return (header.usage, *parties, _as_number(header.control_number))


def claim_interchange(
    interchange: Interchange, partner: Partner, window_days: int, corrected: Collection[UUID] = ()
) -> DuplicateClaim | None:
    """Claim the control number of an interchange. Returns the earlier claim when it was used within the window.

    corrected: files that this one corrects, whose numbers it may keep.
    Sender, receiver and number make the key; the number is compared as a number (X12: ISA13 is N0).
    """
    number = _as_number(interchange.control_number)
    digest = digest_of(str(partner.pk), interchange.environment, interchange.sender, interchange.receiver, number)
    windows = {digest: timedelta(days=window_days)}
    earlier = claim_within(
        ClaimScope.INTERCHANGE,
        {digest: interchange.pk},
        file_id=interchange.file_id,
        windows=windows,
        corrected=corrected,
    )
    return earlier.get(digest)


class Numbered(NamedTuple):
    """The groups of an interchange whose control numbers are to be claimed. window_days: as agreed with the partner."""

    partner: Partner
    environment: str
    groups: Sequence[FunctionalGroup]
    window_days: int


def claim_groups(
    file_id: UUID, interchanges: Iterable[Numbered], corrected: Collection[UUID] = ()
) -> dict[UUID, datetime]:
    """Claim the control numbers of the groups of all interchanges of a file. Returns those used before, with when.

    Of all at once and before those of the interchanges, since several files may bring the same numbers in any order:
    claimed interchange by interchange, they would wait for each other in a circle. Application sender and receiver
    (GS02, GS03) and the number (GS06, compared as a number) make the key. Groups of acknowledgments and those without
    a number claim nothing; of those with the same number the first has it. corrected: as for an interchange.
    """
    now = timezone.now()
    digests: dict[UUID, str] = {}
    wanted: dict[str, UUID] = {}
    windows: dict[str, timedelta] = {}
    for partner, environment, groups, window_days in interchanges:
        for group in groups:
            header = group_header(group)
            if header.functional_id == ACKNOWLEDGMENT_GROUP or not header.control_number:
                continue
            number = _as_number(header.control_number)
            digest = digest_of(str(partner.pk), environment, header.sender, header.receiver, number)
            digests[group.pk] = digest
            wanted.setdefault(digest, group.pk)
            windows[digest] = timedelta(days=window_days)
    earlier = claim_within(ClaimScope.GROUP, wanted, file_id=file_id, windows=windows, corrected=corrected)
    return {
        pk: earlier[digest].at if digest in earlier else now
        for pk, digest in digests.items()
        if digest in earlier or wanted[digest] != pk
    }


def _as_number(control_number: str) -> str:
    return str(int(control_number)) if control_number.isdecimal() else control_number
