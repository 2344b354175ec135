"""Claim the control numbers of envelopes: whether they were used before, within the window that is agreed on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from mappings.engine.x12.header import InterchangeHeader
from partners.models import Partner
from transactions.models import ClaimScope, DuplicateClaim, FunctionalGroup, Interchange
from transactions.pipeline.answers import ACKNOWLEDGMENT_GROUP
from transactions.pipeline.rows import group_header
from transactions.services.claims import claim_within, digest_of


def claim_order(header: InterchangeHeader) -> tuple[str, ...]:
    """Whoever claims several interchanges in one transaction does so in the order of what makes their keys."""
    parties = (header.sender_qualifier, header.sender_id, header.receiver_qualifier, header.receiver_id)
    return (header.usage, *parties, _as_number(header.control_number))


def claim_interchange(interchange: Interchange, partner: Partner, window_days: int) -> DuplicateClaim | None:
    """Claim the control number of an interchange. Returns the earlier claim when it was used within the window.

    Sender, receiver and number make the key; the number is compared as a number (X12: ISA13 is N0).
    """
    number = _as_number(interchange.control_number)
    digest = digest_of(str(partner.pk), interchange.environment, interchange.sender, interchange.receiver, number)
    wanted = {digest: interchange.pk}
    held = claim_within(
        ClaimScope.INTERCHANGE, wanted, file_id=interchange.file_id, window=timedelta(days=window_days)
    )[digest]
    return None if held.holder == interchange.pk else held


def claim_groups(
    interchange: Interchange, groups: Sequence[FunctionalGroup], partner: Partner, window_days: int
) -> dict[UUID, datetime]:
    """Claim the control numbers of the groups of an interchange. Returns those used before, with when that was.

    Application sender and receiver (GS02, GS03) and the number (GS06, compared as a number) make the key. Groups of
    acknowledgments and those without a number claim nothing.
    """
    digests: dict[UUID, str] = {}
    for group in groups:
        header = group_header(group)
        if header.functional_id != ACKNOWLEDGMENT_GROUP and header.control_number:
            number = _as_number(header.control_number)
            parts = (interchange.environment, header.sender, header.receiver, number)
            digests[group.pk] = digest_of(str(partner.pk), *parts)
    wanted: dict[str, UUID] = {}
    for pk, digest in digests.items():
        wanted.setdefault(digest, pk)  # the first of an interchange that says a number twice
    window = timedelta(days=window_days)
    held = claim_within(ClaimScope.GROUP, wanted, file_id=interchange.file_id, window=window)
    return {pk: held[digest].at for pk, digest in digests.items() if held[digest].holder != pk}


def _as_number(control_number: str) -> str:
    return str(int(control_number)) if control_number.isdecimal() else control_number
