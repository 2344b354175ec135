"""Today's work in numbers: what the home page counts, for one person and one environment.

Documents are counted by the range of their keys, which begin with their time, and never further than `CAP`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from config.core.counts import Counted, capped_counts
from config.core.ids import earliest_uuid7
from partners.models import Environment
from transactions.models import Document, ExceptionCase, InboundFile, WorkUnit
from transactions.services.case_rights import visible_cases
from transactions.states import OPEN_UNITS, CaseStatus, DocumentOutcome, DocumentStage, FileOutcome, FileStage, Queue

DAY = timedelta(hours=24)
# Ages of open cases: name, from, to (hours).
AGES: tuple[tuple[str, int, int | None], ...] = (
    ("under 4 hours", 0, 4),
    ("4 to 24 hours", 4, 24),
    ("1 to 3 days", 24, 72),
    ("older than 3 days", 72, None),
)


class Span(NamedTuple):
    """How a chart divides the time: so many steps of one length, the last of them is now."""

    code: str
    title: str
    step: timedelta
    steps: int

    def bounds(self, now: datetime) -> list[datetime]:
        """Where steps begin, and the end of the last one: steps + 1 instants, on whole hours or days (UTC)."""
        whole = now.replace(minute=0, second=0, microsecond=0)
        if self.step >= DAY:
            whole = whole.replace(hour=0)
        first = whole - self.step * (self.steps - 1)
        return [first + self.step * number for number in range(self.steps + 1)]


HOURS = Span("24h", "last 24 hours", timedelta(hours=1), 24)
DAYS = Span("14d", "last 14 days", DAY, 14)
SPANS = {span.code: span for span in (HOURS, DAYS)}


class Today(NamedTuple):
    """What there is to count for one person. Parts that they may not see are left out of every figure."""

    user: Any
    environment: str
    now: datetime

    @property
    def documents(self) -> QuerySet[Document]:
        return Document.objects.filter(environment=self.environment)

    @property
    def files(self) -> QuerySet[InboundFile]:
        return InboundFile.objects.filter(environment=self.environment)

    @property
    def open_cases(self) -> QuerySet[ExceptionCase]:
        return visible_cases(self.user).filter(environment=self.environment, status=CaseStatus.OPEN)


def document_counts(today: Today) -> dict[str, Counted]:
    """Documents of the last 24 hours by outcome, and under "" those that are not final yet, of any age."""
    recent = today.documents.filter(pk__gte=earliest_uuid7(today.now - DAY))
    wanted = {str(outcome.value): recent.filter(outcome=outcome) for outcome in DocumentOutcome}
    wanted[""] = today.documents.filter(stage=DocumentStage.PROCESSED)
    return capped_counts(wanted)


def file_counts(today: Today) -> dict[str, Counted]:
    """Files by outcome, of the last 24 hours, and by stage, of any age: "received", "processing", "held"."""
    recent = today.files.filter(pk__gte=earliest_uuid7(today.now - DAY))
    finished = [outcome.value for outcome in FileOutcome if outcome.value]
    wanted: dict[str, QuerySet] = {outcome: recent.filter(outcome=outcome) for outcome in finished}
    unfinished = (FileStage.RECEIVED, FileStage.PROCESSING, FileStage.HELD)
    wanted |= {str(stage.value): today.files.filter(stage=stage) for stage in unfinished}
    wanted["units"] = WorkUnit.objects.filter(environment=today.environment, state__in=OPEN_UNITS)
    return capped_counts(wanted)


def oldest_files(today: Today) -> dict[str, datetime]:
    """When the oldest file of each unfinished stage came. One query a stage."""
    oldest = {}
    for stage in (FileStage.RECEIVED, FileStage.PROCESSING, FileStage.HELD):
        at = today.files.filter(stage=stage).order_by("pk").values_list("received_at", flat=True).first()
        if at is not None:
            oldest[stage.value] = at
    return oldest


def documents_by_time(today: Today, span: Span) -> list[dict[str, Counted]]:
    """Documents of each step of the span by outcome. One statement; each number is capped for itself."""
    bounds = span.bounds(today.now)
    wanted = {}
    for number, (start, end) in enumerate(zip(bounds, bounds[1:], strict=False)):
        rows = today.documents.filter(pk__gte=earliest_uuid7(start), pk__lt=earliest_uuid7(end))
        for outcome in DocumentOutcome:
            wanted[number, outcome.value] = rows.filter(outcome=outcome)
    counts = capped_counts(wanted)
    return [
        {outcome.value: counts[number, outcome.value] for outcome in DocumentOutcome} for number in range(span.steps)
    ]


class CaseCounts(NamedTuple):
    """open, unassigned, overdue: by queue. ages: in the order of AGES."""

    mine: Counted
    mine_overdue: Counted
    overdue: Counted
    unassigned: Counted
    ages: list[Counted]
    queues: dict[Queue, dict[str, Counted]]


def case_counts(today: Today, queues: list[Queue]) -> CaseCounts:
    """Open cases that the person may see: theirs, the overdue and unassigned ones, by age, and by queue."""
    opened = today.open_cases
    late, nobody = Q(due_at__lt=today.now), Q(assignee=None)
    wanted: dict[tuple[Any, ...], QuerySet] = {
        ("mine",): opened.filter(assignee=today.user),
        ("mine", "late"): opened.filter(late, assignee=today.user),
        ("late",): opened.filter(late),
        ("nobody",): opened.filter(nobody),
    }
    for number, conditions in enumerate(age_conditions(today.now)):
        wanted["age", number] = opened.filter(**conditions)
    for queue in queues:
        rows = opened.filter(queue=queue)
        wanted |= {(queue, "open"): rows, (queue, "nobody"): rows.filter(nobody), (queue, "late"): rows.filter(late)}
    counts = capped_counts(wanted)
    by_queue = {queue: {name: counts[queue, name] for name in ("open", "nobody", "late")} for queue in queues}
    ages = [counts["age", number] for number in range(len(AGES))]
    return CaseCounts(
        counts["mine",], counts["mine", "late"], counts["late",], counts["nobody",], ages, by_queue
    )  # fmt: skip


def age_conditions(now: datetime) -> Iterator[dict[str, datetime]]:
    """For each of AGES the instants between which its cases were opened."""
    for _, youngest, oldest in AGES:
        conditions = {"opened_at__gt": now - timedelta(hours=oldest)} if oldest else {}
        if youngest:
            conditions["opened_at__lte"] = now - timedelta(hours=youngest)
        yield conditions


def environment_of(text: str) -> str:
    """The environment that is asked for; production unless "test" is."""
    return Environment.TEST.value if text == Environment.TEST.value else Environment.PRODUCTION.value
