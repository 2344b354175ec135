"""Filters and tabs of the list of cases: those that an index answers."""

from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from config.core.admin.filters import SinceFilter
from config.core.counts import capped_counts
from transactions.models import ExceptionCase
from transactions.services.case_cause import Cause
from transactions.services.case_lists import (
    COUNTED,
    GROUPED,
    UNASSIGNED,
    at_risk,
    overdue,
    owned_by,
)
from transactions.services.case_rights import visible_cases, visible_queues
from transactions.services.case_workers import workers_of
from transactions.services.present_order import money
from transactions.states import CaseStatus

MINE, NOBODY = "me", "nobody"


def at_risk_words(cases: QuerySet[ExceptionCase]) -> tuple[str, str]:
    """The money at risk in the open ones of these cases, and of how many that is; both "" when none tells an amount."""
    found = at_risk(cases)
    if not found.cases:
        return "", ""
    told = sorted(found.amounts, key=lambda one: (not one[0], one[0]))
    amounts = ", ".join(money(str(total), currency or "without a currency") for currency, total in told)
    first = f" of the {GROUPED:,} that are due first" if found.is_cut else ""
    return amounts, f"at risk, told by {found.cases:,} open case{'' if found.cases == 1 else 's'}{first}"


class AgeFilter(SinceFilter):
    """When the case was opened."""

    title = "opened"


class OwnerFilter(DropdownFilter):
    """Whose the case is: mine, nobody's, or that of another who works on cases."""

    title = "assignee"
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = {user.get_username() for queue in visible_queues(request.user) for user in workers_of(queue)}
        others = sorted(names - {request.user.get_username()})
        return [(MINE, "Mine"), (NOBODY, "Nobody"), *((name, name) for name in others)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> QuerySet[ExceptionCase]:
        match self.value():
            case None | "":
                return queryset
            case "me":
                return queryset.filter(assignee=request.user)  # type: ignore[misc]  # nobody sees the list logged out
            case "nobody":
                return queryset.filter(assignee=None)
            case name:
                return queryset.filter(assignee__username=name)


class DueFilter(DropdownFilter):
    """Open cases by when they are due."""

    title = "due"
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("late", "Overdue"), ("4h", "Within 4 hours"), ("24h", "Within 24 hours")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> QuerySet[ExceptionCase]:
        now = timezone.now()
        until = {"late": now, "4h": now + timedelta(hours=4), "24h": now + timedelta(hours=24)}.get(self.value() or "")
        return queryset.filter(overdue(until)) if until else queryset


class CauseFilter(DropdownFilter):
    """One cause; the page of causes leads here."""

    title = "cause"
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        cause = request.GET.get(self.parameter_name, "")
        return [(cause, cause_label(Cause.parse(cause)))] if cause else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> QuerySet[ExceptionCase]:
        return queryset.filter(cause=self.value()) if self.value() else queryset


def cause_label(cause: Cause) -> str:
    """A cause in words: "The code is not in the code list: QQ, in PO103"."""
    value = f": {cause.value}" if cause.value else ""
    return f"{cause.title}{value}{f', in {cause.place}' if cause.place else ''}"


class Tab(NamedTuple):
    """cases: how many, "" where nothing is counted; tone: "danger" to be looked at first."""

    label: str
    url: str
    cases: str
    is_current: bool
    tone: str = ""


def case_tabs(request: HttpRequest) -> list[Tab]:
    """The ways into the list: one statement counts them, each so far."""
    user = request.user
    rows = visible_cases(user)
    opened = Q(status=CaseStatus.OPEN)
    wanted: list[tuple[str, dict[str, str], Q, str]] = [("All open", {}, opened, "")]
    wanted += [(queue.label, {"queue__exact": queue.value}, opened & Q(queue=queue), "")
               for queue in visible_queues(user)]  # fmt: skip
    wanted += [
        ("Mine", {"owner": MINE}, owned_by(user), ""),
        ("Unassigned", {"owner": NOBODY}, UNASSIGNED, ""),
        ("Overdue", {"due": "late"}, overdue(timezone.now()), "danger"),
    ]
    url = reverse("admin:transactions_exceptioncase_changelist")
    here = {name: value for name, value in request.GET.items() if name not in {"p", "o"} and value}
    counts = capped_counts({label: rows.filter(condition) for label, _, condition, _ in wanted}, COUNTED)
    tabs = []
    for label, query, _, tone in wanted:
        asked = {"status__exact": CaseStatus.OPEN.value, **query}
        count = counts[label]
        said = tone if count.number else ""
        tabs.append(Tab(label, f"{url}?{urlencode(asked)}", str(count), here == asked, said))
    closed = {"status__exact": CaseStatus.CLOSED.value}
    tabs.append(Tab("Closed", f"{url}?{urlencode(closed)}", "", here == closed))
    by_cause = reverse("admin:transactions_exceptioncase_causes")
    tabs.append(Tab("By cause", by_cause, "", request.path == by_cause or "cause" in here))
    return tabs
