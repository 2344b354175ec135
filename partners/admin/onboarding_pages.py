"""What the board and the page of a case show."""

from typing import Any

from django import forms
from django.utils import timezone

from partners.models import Cohort, OnboardingCase, Stage, Submission
from partners.models.coverage import UNDECIDED
from partners.services.board import DURABLE, Wanted, board, days_left, durations, without_approval
from partners.services.case_timeline import timeline
from partners.services.put_live import freeze_on

AGES = (7, 14, 30, 60, 90)
ONLY = (("blocked", "Blocked"), ("late", "Late"))


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


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
