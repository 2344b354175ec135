"""How fast a partner's files are worked: within its hours, and so many an hour. What exceeds that waits, or is refused
where the sender can be told at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from partners.models import Partner
from partners.policies import Policies
from partners.policies.values import MOST_DOCUMENTS_PER_HOUR, MOST_FILES_PER_HOUR
from partners.services.effective_policies import effective_policies
from partners.services.working_time import opens_at
from transactions.models import InboundFile
from transactions.states import WaitsFor

HOUR = timedelta(hours=1)
MOST_COUNTED = 10_000  # files of an hour that are looked at for their documents


class Wait(NamedTuple):
    """until: an instant in UTC."""

    until: datetime
    reason: WaitsFor


class RateExceeded(Exception):
    """The partner has sent what it may send in an hour. seconds: until the next file is taken."""

    def __init__(self, limit: int, unit: str, until: datetime, now: datetime) -> None:
        self.limit, self.unit, self.until = limit, unit, until
        self.seconds = max(1, -int((now - until).total_seconds() // 1))
        super().__init__(f"At most {limit} {unit} an hour are taken.")


def refuse_beyond_rate(partner: Partner) -> None:
    """For channels that can tell the sender to come back: raises RateExceeded when the hour's share has been received.

    Two requests at once may both pass; what they bring beyond the rate then waits.
    """
    policies = effective_policies(partner)
    if not has_rate(policies):
        return
    now = timezone.now()
    # By key, which is in the order of arrival.
    recent = InboundFile.objects.filter(partner=partner, received_at__gt=now - HOUR).order_by("-id")
    files, documents = policies.max_files_per_hour, policies.max_documents_per_hour
    if until := _next_file(recent.values_list("received_at", flat=True), files):
        raise RateExceeded(files, "files", until, now)
    if until := _next_document(recent.values_list("received_at", "documents_total")[:MOST_COUNTED], documents):
        raise RateExceeded(documents, "documents", until, now)


def has_rate(policies: Policies) -> bool:
    """Whether so few an hour are agreed on that they must be counted."""
    few_files = policies.max_files_per_hour < MOST_FILES_PER_HOUR
    return few_files or policies.max_documents_per_hour < MOST_DOCUMENTS_PER_HOUR


def wait_of(file_id: UUID, partner: Partner, policies: Policies, now: datetime) -> Wait | None:
    """Whether a file that is about to be split must wait. Locks the partner's row where files are counted.

    A file counts for the hour in which its work began, its documents when it has been split: one file is never cut.
    """
    if opening := opens_at(partner, policies, now):
        return Wait(opening, WaitsFor.HOURS)
    if not has_rate(policies):
        return None
    Partner.objects.select_for_update(no_key=True).only("pk").get(pk=partner.pk)
    recent = InboundFile.objects.filter(partner=partner, begun_at__gt=now - HOUR).exclude(pk=file_id)
    recent = recent.order_by("-begun_at")
    until = _next_file(recent.values_list("begun_at", flat=True), policies.max_files_per_hour) or _next_document(
        recent.values_list("begun_at", "documents_total")[:MOST_COUNTED], policies.max_documents_per_hour
    )
    return Wait(until, WaitsFor.RATE) if until else None


def _next_file(times: "QuerySet[InboundFile, datetime | None]", limit: int) -> datetime | None:
    """When fewer than `limit` of these times, newest first, lie within an hour; None when that is so now."""
    if limit >= MOST_FILES_PER_HOUR:
        return None
    at = next(iter(times[limit - 1 : limit]), None)
    return at + HOUR if at else None


def _next_document(rows: "Iterable[tuple[datetime | None, int]]", limit: int) -> datetime | None:
    """When these files, newest first, have fewer documents than `limit` within an hour; None when that is so now."""
    if limit >= MOST_DOCUMENTS_PER_HOUR:
        return None
    counted = 0
    for at, documents in rows:
        counted += documents
        if at and counted >= limit:
            return at + HOUR
    return None
