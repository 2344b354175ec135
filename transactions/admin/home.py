"""The admin's home: today's work in numbers, in a fixed number of queries over recent rows."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Min, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from config.core.admin.columns import short_age
from config.core.ids import earliest_uuid7
from transactions.admin import badges
from transactions.models import Document, ExceptionCase, InboundFile
from transactions.states import CaseStatus, DocumentOutcome, FileStage, Queue

DAYS = 7
RECENT = 8
BADGE_LIMIT = 99


class Figure(NamedTuple):
    """A number with the list that it leads to."""

    label: str
    value: int
    url: str
    tone: str = ""
    note: str = ""


class Day(NamedTuple):
    """Documents of one day: how many, how many of them accepted, and the bars' heights in percent of the best day."""

    day: date
    total: int
    accepted: int
    accepted_height: int
    other_height: int


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The theme's DASHBOARD_CALLBACK: adds what the home page shows to those who may view traffic."""
    user = request.user
    if not (user.has_perm("transactions.view_inboundfile") and user.has_perm("transactions.view_document")):
        return {**context, "sees_traffic": False}
    now = timezone.now()
    recent = list(InboundFile.objects.select_related("partner").defer("findings").order_by("-id")[:RECENT])
    return {
        **context,
        "sees_traffic": True,
        "sees_cases": user.has_perm("transactions.view_exceptioncase"),
        "may_receive": user.has_perm("transactions.add_inboundfile"),
        "recent": [(file, badges.file_status(file), badges.FILE.get(badges.file_status(file), "")) for file in recent],
        "documents": document_figures(now),
        "files": file_figures(now),
        "queues": queue_figures(now) if user.has_perm("transactions.view_exceptioncase") else [],
        "days": days(now),
    }


def open_cases(request: HttpRequest) -> str:
    """The badge beside "Exception cases": how many are open, at most 99 counted; "" when none is."""
    if not request.user.has_perm("transactions.view_exceptioncase"):
        return ""
    count = ExceptionCase.objects.filter(status=CaseStatus.OPEN).order_by()[: BADGE_LIMIT + 1].count()
    return f"{BADGE_LIMIT}+" if count > BADGE_LIMIT else str(count or "")


def document_figures(now: datetime) -> list[Figure]:
    """Documents of the last 24 hours by outcome."""
    since = earliest_uuid7(now - timedelta(hours=24))
    rows = Document.objects.filter(pk__gte=since).values_list("outcome").annotate(Count("pk")).order_by()
    counts = dict(rows)
    url = reverse("admin:transactions_document_changelist") + "?since=24h&outcome__exact="
    return [
        Figure(outcome.label, counts.get(outcome, 0), url + outcome, badges.DOCUMENT.get(outcome.label, ""))
        for outcome in DocumentOutcome
    ]


def file_figures(now: datetime) -> list[Figure]:
    """Files of the last 24 hours, and those of any age that are not finished."""
    url = reverse("admin:transactions_inboundfile_changelist")
    received = InboundFile.objects.filter(pk__gte=earliest_uuid7(now - timedelta(hours=24))).count()
    unfinished = InboundFile.objects.exclude(stage=FileStage.FINISHED).values("stage")
    waiting = {
        row["stage"]: row for row in unfinished.annotate(count=Count("pk"), oldest=Min("received_at")).order_by()
    }
    figures = [Figure("Files received", received, f"{url}?since=24h")]
    for stage, tone in ((FileStage.RECEIVED, "info"), (FileStage.PROCESSING, "info"), (FileStage.HELD, "warning")):
        row = waiting.get(stage)
        note = f"oldest {short_age(now - row['oldest'])}" if row else ""
        label = "Waiting" if stage == FileStage.RECEIVED else stage.label
        figures.append(Figure(label, row["count"] if row else 0, f"{url}?stage__exact={stage.value}", tone, note))
    return figures


def queue_figures(now: datetime) -> list[Figure]:
    """Open cases by queue, with the oldest of each."""
    rows = ExceptionCase.objects.filter(status=CaseStatus.OPEN).values("queue")
    counts = {row["queue"]: row for row in rows.annotate(count=Count("pk"), oldest=Min("opened_at")).order_by()}
    url = reverse("admin:transactions_exceptioncase_changelist") + "?status__exact=open&queue__exact="
    figures = []
    for queue in Queue:
        row = counts.get(queue)
        note = f"oldest {short_age(now - row['oldest'])}" if row else ""
        figures.append(Figure(queue.label, row["count"] if row else 0, url + queue, "danger" if row else "", note))
    return figures


def days(now: datetime) -> list[Day]:
    """Documents of the last days, from the figures that each file keeps."""
    first = (now - timedelta(days=DAYS - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        InboundFile.objects.filter(pk__gte=earliest_uuid7(first))
        .annotate(day=TruncDate("received_at"))
        .values("day")
        .annotate(total=Sum("documents_total"), accepted=Sum("documents_accepted"))
        .order_by()
    )
    found = {row["day"]: (row["total"] or 0, row["accepted"] or 0) for row in rows}
    best = max((total for total, _ in found.values()), default=0) or 1
    result = []
    for offset in range(DAYS):
        day = (first + timedelta(days=offset)).date()
        total, accepted = found.get(day, (0, 0))
        result.append(Day(day, total, accepted, 100 * accepted // best, 100 * (total - accepted) // best))
    return result
