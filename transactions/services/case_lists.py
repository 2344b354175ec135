"""What waits: figures of the queues and causes, each with a bound on what is counted."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Min, Q, QuerySet, Sum

from transactions.models import ExceptionCase
from transactions.services.case_cause import Cause
from transactions.states import CaseStatus

COUNTED = 1_000  # a figure beyond it helps nobody, and counting on would read the table
CENT = Decimal("0.01")  # SQLite sums without the column's scale
GROUPED = 10_000  # the oldest open cases, of which the causes are told


def owned_by(user: Any) -> Q:
    return Q(status=CaseStatus.OPEN, assignee=user)


UNASSIGNED = Q(status=CaseStatus.OPEN, assignee=None)


def overdue(now: datetime) -> Q:
    return Q(status=CaseStatus.OPEN, due_at__lt=now)


class AtRisk(NamedTuple):
    """amounts: currency and sum of the open cases that tell an amount; cases: how many do. is_cut: there are more."""

    amounts: list[tuple[str, Decimal]]
    cases: int
    is_cut: bool


def at_risk(cases: QuerySet[ExceptionCase]) -> AtRisk:
    """What the open ones of these cases are about, of the GROUPED that are due first. Two queries."""
    opened = cases.filter(status=CaseStatus.OPEN).order_by("due_at", "id")
    told = ExceptionCase.objects.filter(pk__in=opened.values("pk")[:GROUPED], amount__isnull=False)
    rows = list(told.values_list("currency").annotate(Sum("amount"), Count("pk")).order_by("currency"))
    amounts = [(currency, total.quantize(CENT)) for currency, total, _ in rows]
    return AtRisk(amounts, sum(count for _, _, count in rows), opened[GROUPED : GROUPED + 1].exists())


class CauseGroup(NamedTuple):
    """Open cases of one cause. amounts: currency and sum, of the cases that tell an amount; oldest due first."""

    cause: str
    parts: Cause
    partner: str
    queue: str
    cases: int
    amounts: list[tuple[str, Decimal]]
    due_at: datetime | None


class CauseGroups(NamedTuple):
    """is_cut: there are more open cases than were looked at."""

    groups: list[CauseGroup]
    is_cut: bool


def cause_groups(cases: QuerySet[ExceptionCase], limit: int) -> CauseGroups:
    """The causes with the most open cases, of the GROUPED cases that are due first. Two queries.

    cases: those that the asker may see, unordered. Test documents have causes of their own.
    """
    opened = cases.filter(status=CaseStatus.OPEN).order_by("due_at", "id")
    first = opened.values("pk")[:GROUPED]
    rows: Any = (
        ExceptionCase.objects.filter(pk__in=first)
        .exclude(cause="")
        .values("cause", "queue", "currency", "partner__name")
        .annotate(count=Count("pk"), total=Sum("amount"), due=Min("due_at"))
        .order_by()
    )
    by_cause: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_cause[row["cause"], row["queue"]].append(row)
    groups = [_group(cause, queue, found) for (cause, queue), found in by_cause.items()]
    groups.sort(key=lambda group: (-group.cases, group.cause))
    return CauseGroups(groups[:limit], opened[GROUPED : GROUPED + 1].exists())


def _group(cause: str, queue: str, rows: list[dict[str, Any]]) -> CauseGroup:
    partners = {row["partner__name"] for row in rows}
    return CauseGroup(
        cause,
        Cause.parse(cause),
        (partners.pop() or "") if len(partners) == 1 else f"{len(partners)} partners",
        queue,
        sum(row["count"] for row in rows),
        sorted((row["currency"], row["total"].quantize(CENT)) for row in rows if row["total"] is not None),
        min((row["due"] for row in rows if row["due"] is not None), default=None),
    )
