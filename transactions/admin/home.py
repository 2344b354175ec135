"""The admin's home: today's work for whoever looks, in a fixed number of queries over recent rows."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from config.core.admin.columns import short_age
from config.core.counts import Counted, capped_count, capped_counts, total_of
from partners.models import Agreement, AgreementStatus, Environment, Submission
from partners.models.coverage import UNDECIDED
from transactions.admin import badges
from transactions.admin.case_filters import at_risk_words
from transactions.admin.charts import Bar, BarInput, Row, lying_bars, stacked_bars
from transactions.models import InboundFile
from transactions.services.case_lists import COUNTED, cause_groups
from transactions.services.case_rights import VIEW, sees_cases, visible_cases
from transactions.services.today import (
    AGES,
    DAYS,
    HOURS,
    SPANS,
    Span,
    Today,
    age_conditions,
    case_counts,
    document_counts,
    documents_by_time,
    environment_of,
    file_counts,
    oldest_files,
)
from transactions.states import OPEN_UNITS, CaseStatus, DocumentOutcome, FileOutcome, FileStage, Queue

RECENT = CAUSES = 8
BADGE_LIMIT = 99
LABEL_EVERY = {HOURS: 4, DAYS: 2}  # so that labels have room on a phone
# Which of a file's states are shown, beside those of work in hand.
FILE_OUTCOMES = (FileOutcome.ACCEPTED, FileOutcome.PARTLY, FileOutcome.REJECTED, FileOutcome.UNREADABLE)
# From the bottom of a bar up.
STACK = (DocumentOutcome.ACCEPTED, DocumentOutcome.REJECTED, DocumentOutcome.FAILED, DocumentOutcome.DUPLICATE)


class Figure(NamedTuple):
    """A number with the list that it leads to."""

    label: str
    value: Counted
    url: str
    tone: str = ""
    note: str = ""


class QueueRow(NamedTuple):
    label: str
    open: Figure
    unassigned: Figure
    overdue: Figure


class FailureRow(NamedTuple):
    title: str
    where: str
    partner: str
    cases: str
    amounts: str
    url: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The theme's DASHBOARD_CALLBACK: adds what the home page shows to those who may see any of it."""
    return {**context, **today_context(request)}


def today_fragment(request: HttpRequest) -> HttpResponse:
    """The numbers alone, for the page to ask again."""
    return render(request, "admin/onramp/today.html", today_context(request))


def today_context(request: HttpRequest) -> dict[str, Any]:
    """Each part for those who may see what it counts. `environment` and `span` are asked for by the address."""
    user = request.user
    environment = environment_of(request.GET.get("environment", ""))
    span = SPANS.get(request.GET.get("span", ""), HOURS)
    today = Today(user, environment, timezone.now())
    sees_files, sees_documents = (
        user.has_perm("transactions.view_inboundfile"),
        user.has_perm("transactions.view_document"),
    )
    context: dict[str, Any] = {
        "sees_traffic": sees_files or sees_documents or sees_cases(user),
        "may_set_up": user.has_perm("partners.add_partner"),
        "may_receive": user.has_perm("transactions.add_inboundfile"),
        "environment_code": environment,
        "span": span,
        "now": today.now,
        "environments": [
            (choice.label, _home(choice.value, span), choice.value == environment)
            for choice in (Environment.PRODUCTION, Environment.TEST)
        ],
        "refresh_url": f"{reverse('today')}?{urlencode({'environment': environment, 'span': span.code})}",
    }
    if sees_files:
        context |= {"files": file_figures(today), "recent": recent_files(today)}
    if sees_documents:
        context |= document_part(today) | chart_part(today, span)
    if sees_cases(user):
        context |= case_part(today)
    if user.has_perm("partners.view_agreement") and user.has_perm("partners.view_submission"):
        context["approvals"] = [one for one in approval_figures(today) if one.value.number]
    return context


def approval_figures(today: Today) -> list[Figure]:
    """What waits for an approver, and live agreements that their approval does not cover."""
    live = Agreement.objects.filter(environment=today.environment, status=AgreementStatus.LIVE)
    counts = capped_counts(
        {
            "waiting": Submission.objects.filter(state__in=UNDECIDED),
            "lost": live.filter(coverage__approval__isnull=False).exclude(coverage__lost=[]),
            "held": live.filter(coverage__hold_from__lte=today.now),
        }
    )
    agreements = f"{reverse('admin:partners_agreement_changelist')}?environment__exact={today.environment}"
    submissions = f"{reverse('admin:partners_submission_changelist')}?state__in={','.join(UNDECIDED)}"
    return [
        Figure("Waiting for an approver", counts["waiting"], submissions, "info"),
        Figure(
            "Not covered by their approval", counts["lost"], f"{agreements}&status__exact=live&approval=lost", "warning"
        ),
        Figure("Documents held for it", counts["held"], f"{agreements}&approval=held", "danger"),
    ]


def open_cases(request: HttpRequest) -> str:
    """The badge beside "Exception cases": how many are open in production and test, at most 99 counted; "" when none
    is. As the list that it leads to; the home page says how many of them are of each environment.
    """
    count = visible_cases(request.user).filter(status=CaseStatus.OPEN).order_by()[: BADGE_LIMIT + 1].count()
    return f"{BADGE_LIMIT}+" if count > BADGE_LIMIT else str(count or "")


def _home(environment: str, span: Span) -> str:
    return f"{reverse('admin:index')}?{urlencode({'environment': environment, 'span': span.code})}"


def _list(model: str, today: Today, **conditions: Any) -> str:
    """The list of a model with filters, always of the environment that is looked at."""
    query = urlencode({"environment__exact": today.environment, **conditions})
    return f"{reverse(f'admin:transactions_{model}_changelist')}?{query}"


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def recent_files(today: Today) -> list[tuple[InboundFile, str, str]]:
    """The latest files, with their status and its colour."""
    rows = today.files.select_related("partner").defer("findings").order_by("-id")[:RECENT]
    return [(file, badges.file_status(file), badges.FILE.get(badges.file_status(file), "")) for file in rows]


def document_part(today: Today) -> dict[str, Any]:
    """Documents of the last 24 hours by outcome, and how many of a hundred were accepted."""
    counts = document_counts(today)
    figures = [
        Figure(
            outcome.label,
            counts[outcome.value],
            _list("document", today, since="24h", outcome__exact=outcome.value),
            badges.DOCUMENT.get(outcome.label, ""),
        )
        for outcome in STACK
    ]
    total = total_of([counts[outcome.value] for outcome in STACK])
    accepted = counts[DocumentOutcome.ACCEPTED.value]
    is_exact = total.number and not total.is_capped
    unfinished = Figure("not final yet", counts[""], _list("document", today, stage__exact="processed"))
    return {
        "documents": figures,
        "documents_total": total,
        "acceptance": f"{100 * accepted.number / total.number:.1f} %" if is_exact else "",
        "unfinished": unfinished if counts[""].number else None,
    }


def file_figures(today: Today) -> list[Figure]:
    """Files of the last 24 hours by outcome, and those of any age that are not finished, with the oldest."""
    counts, oldest = file_counts(today), oldest_files(today)
    figures = []
    for stage, label, tone in (
        (FileStage.RECEIVED, "Waiting", "info"),
        (FileStage.PROCESSING, "Processing", "info"),
        (FileStage.HELD, "Held", "warning"),
    ):
        note = f"oldest {short_age(today.now - oldest[stage.value])}" if stage.value in oldest else ""
        url = _list("inboundfile", today, stage__exact=stage.value)
        figures.append(Figure(label, counts[stage.value], url, tone, note))
    if today.user.has_perm("transactions.view_workunit"):
        units = _list("workunit", today, state__in=",".join(OPEN_UNITS))
        figures.append(Figure("Units of work", counts["units"], units, "info", "waiting or running"))
    for outcome in FILE_OUTCOMES:
        url = _list("inboundfile", today, since="24h", outcome__exact=outcome.value)
        figures.append(
            Figure(outcome.label, counts[outcome.value], url, badges.FILE.get(outcome.label, ""), "24 hours")
        )
    return figures


def chart_part(today: Today, span: Span) -> dict[str, Any]:
    """Documents by hour or day, stacked by outcome; each bar leads to the documents that it counts."""
    bars = document_bars(today, span)
    return {
        "bars": bars,
        "bars_total": total_of([bar.total for bar in bars]),
        "stack": [(outcome.value, outcome.label) for outcome in STACK],
        "spans": [
            (other.title.capitalize(), _home(today.environment, other), other is span) for other in SPANS.values()
        ],
    }


def document_bars(today: Today, span: Span) -> list[Bar]:
    """The bars of a span; parts without a document are left out of them."""
    bounds, counts = span.bounds(today.now), documents_by_time(today, span)
    inputs = []
    for start, counted in zip(bounds, counts, strict=False):
        end = start + span.step
        period = {"from": f"{start:%Y-%m-%dT%H:%M}", "to": f"{end:%Y-%m-%dT%H:%M}"}
        parts = [
            (
                outcome.value,
                outcome.label,
                counted[outcome.value],
                _list("document", today, **period, outcome__exact=outcome.value),
            )
            for outcome in STACK
        ]
        is_day = span.step >= timedelta(days=1)
        label, title = (
            (f"{start:%d %b}", f"{start:%a %d %b}") if is_day else (f"{start:%H}", f"{start:%H:%M}–{end:%H:%M}")
        )
        inputs.append(BarInput(label, title, _list("document", today, **period), parts))
    return stacked_bars(inputs, LABEL_EVERY[span])


def case_part(today: Today) -> dict[str, Any]:
    """What waits for this person and for everybody: figures, queues, ages, causes."""
    queues = list(Queue) if today.user.has_perm(VIEW) else [Queue.FINANCE]
    counts = case_counts(today, queues)
    opened = {"status__exact": CaseStatus.OPEN.value}
    late = {**opened, "due_at__lt": _instant(today.now)}
    mine = {"assignee__id__exact": today.user.pk}
    nobody = {"assignee__isnull": "True"}

    def figure(label: str, count: Counted, tone: str, note: str = "", **conditions: Any) -> Figure:
        return Figure(label, count, _list("exceptioncase", today, **conditions), tone, note)

    amounts, of_cases = at_risk_words(today.open_cases)
    other = Environment.PRODUCTION if today.environment == Environment.TEST else Environment.TEST
    there = today._replace(environment=other.value)
    mine_note = f"{counts.mine_overdue} overdue" if counts.mine_overdue.number else ""
    return {
        "sees_cases": True,
        "environment_label": Environment(today.environment).label.lower(),
        "elsewhere": Figure(
            other.label.lower(), capped_count(there.open_cases, COUNTED), _list("exceptioncase", there, **opened)
        ),
        "at_risk": amounts,
        "at_risk_of": of_cases,
        "work": [
            figure("My cases", counts.mine, "warning", mine_note, **opened, **mine),
            figure("Overdue", counts.overdue, "danger", **late),
            figure("Unassigned", counts.unassigned, "warning", **opened, **nobody),
        ],
        "queues": [
            QueueRow(
                queue.label,
                figure("open", found["open"], "", **opened, queue__exact=queue.value),
                figure("unassigned", found["nobody"], "", **opened, **nobody, queue__exact=queue.value),
                figure("overdue", found["late"], "danger", **late, queue__exact=queue.value),
            )
            for queue, found in counts.queues.items()
        ],
        "ages": age_rows(today, counts.ages),
        **failure_part(today),
    }


def age_rows(today: Today, counts: list[Counted]) -> list[Row]:
    """Open cases by age, each row with its list."""
    urls = [
        _list("exceptioncase", today, status__exact="open", **{name: _instant(at) for name, at in conditions.items()})
        for conditions in age_conditions(today.now)
    ]
    return lying_bars([(label, count, url) for (label, _, _), count, url in zip(AGES, counts, urls, strict=True)])


def failure_part(today: Today) -> dict[str, Any]:
    """Why cases are open: the most frequent causes, with what is at risk."""
    found = cause_groups(today.open_cases, CAUSES)
    rows = []
    for group in found.groups:
        where = " ".join(part for part in (group.parts.place, group.parts.value) if part)
        amounts = ", ".join(_money(currency, amount) for currency, amount in group.amounts) or "–"
        of_group = {"cause__exact": group.cause, "queue__exact": group.queue}
        url = _list("exceptioncase", today, status__exact="open", **of_group)
        rows.append(FailureRow(group.parts.title, where, group.partner or "–", f"{group.cases:,}", amounts, url))
    return {"failures": rows, "failures_cut": found.is_cut}


def _money(currency: str, amount: Decimal) -> str:
    return f"{amount:,.2f} {currency}".rstrip()
