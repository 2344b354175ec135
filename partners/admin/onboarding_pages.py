"""What the board and the page of a case show."""

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q
from django.utils import timezone

from partners.models import (
    Agreement,
    Cohort,
    Notice,
    OnboardingCase,
    OnboardingComment,
    OnboardingEvent,
    Stage,
    Submission,
)
from partners.models.coverage import UNDECIDED
from partners.services.board import DURABLE, Wanted, board, days_left, durations, without_approval
from partners.services.put_live import freeze_on

TIMELINE = 100
AGES = (7, 14, 30, 60, 90)
ONLY = (("blocked", "Blocked"), ("late", "Late"))


class Told(NamedTuple):
    """One entry of the timeline."""

    at: datetime
    by: str
    what: str
    about: str
    said: OnboardingComment | None = None


def board_context(asked: Any) -> dict[str, Any]:
    """For board.html. asked: the query of the page; what is none is ignored. A fixed number of queries."""
    wanted = Wanted(
        _number(asked.get("owner")), _number(asked.get("cohort")), _number(asked.get("age")), asked.get("only", "")
    )
    columns, is_cut = board(wanted)
    owners = OnboardingCase.objects.filter(closed_at=None, owner__isnull=False).order_by("owner__username")
    return {
        "columns": columns,
        "is_cut": is_cut,
        "cards": sum(len(column.cards) for column in columns),
        "durations": durations(),
        "wanted": wanted,
        "owners": list(owners.values_list("owner", "owner__username").distinct()),
        "cohorts": list(Cohort.objects.filter(cases__closed_at=None).distinct()[:100]),
        "ages": AGES,
        "only": ONLY,
        "frozen": freeze_on(timezone.now()),
        "without_approval": without_approval(),
        "now": timezone.now(),
    }


def case_context(case: OnboardingCase, user: Any, task_form: forms.Form, comment_form: forms.Form) -> dict[str, Any]:
    """For onboarding.html."""
    today = timezone.now().date()
    agreements = list(case.agreements.select_related("partner", "coverage").order_by("pk"))
    undecided = {
        one.agreement_id: one
        for one in Submission.objects.filter(agreement__in=agreements, state__in=UNDECIDED).defer("evidence")
    }
    tasks = list(case.tasks.all())
    order = list(Stage)
    reached = order.index(Stage(case.stage))
    return {
        "case": case,
        "stages": [(stage, order.index(stage) < reached, stage == case.stage) for stage in (*DURABLE, Stage.LIVE)],
        "is_beside": case.stage in (Stage.SUSPENDED, Stage.RETIRED),
        "days_left": days_left(case.target_date, today),
        "age": (timezone.now() - case.begun_at).days,
        "agreements": [(one, getattr(one, "coverage", None), undecided.get(one.pk)) for one in agreements],
        "tasks": [(task, task.done_at is None and task.due is not None and task.due < today) for task in tasks],
        "undone": sum(task.done_at is None for task in tasks),
        "task_form": task_form,
        "comment_form": comment_form,
        "may_comment": user.has_perm("partners.comment_onboardingcase"),
        "may_submit": user.has_perm("partners.submit_agreement"),
        "timeline": timeline(case, agreements),
    }


def timeline(case: OnboardingCase, agreements: list[Agreement]) -> list[Told]:
    """What happened to the case and its agreements and what was said, latest first. Three queries."""
    events = OnboardingEvent.objects.filter(Q(case=case) | Q(agreement__in=agreements)).order_by("-pk")[:TIMELINE]
    names = {agreement.pk: str(agreement).partition(": ")[2] for agreement in agreements}
    told = [
        Told(one.at, one.actor, one.get_verb_display(), _about(one, names.get(one.agreement_id or 0, "")))
        for one in events
    ]
    comments = OnboardingComment.objects.filter(case=case).order_by("-pk")[:TIMELINE]
    told += [Told(one.at, one.by, "said", "", one) for one in comments]
    for notice in Notice.objects.filter(agreement__in=agreements).order_by("-pk")[:TIMELINE]:
        to = ", ".join(notice.to) or "nobody has an address"
        told.append(Told(notice.at, "", "Notice", f"{notice.subject} · to {to}"))
    return sorted(told, key=lambda one: one.at, reverse=True)[:TIMELINE]


def _about(event: OnboardingEvent, agreement: str) -> str:
    data = event.data
    parts = [agreement, data.get("task", ""), data.get("reason", "")]
    if "to" in data:
        parts.append(f"{Stage(data['from']).label} → {Stage(data['to']).label}")
    parts += [f"{one['title']}: {one['reason']}" for one in data.get("lost", [])]
    return " · ".join(filter(None, parts))


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
