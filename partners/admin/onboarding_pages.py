"""What the board and the page of a case show."""

from typing import Any, NamedTuple

from django import forms
from django.urls import reverse
from django.utils import timezone

from partners.models import Agreement, AgreementStatus, Cohort, OnboardingCase, Stage, Submission
from partners.models.coverage import UNDECIDED
from partners.services.board import DURABLE, Wanted, board, days_left, days_left_words, durations, without_approval
from partners.services.case_timeline import timeline
from partners.services.change import ACTIVATE
from partners.services.put_live import CAN_GO_LIVE, freeze_on
from partners.services.refresh_case import name_of

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


class Step(NamedTuple):
    """An agreement on the page of its case. lost: what its approval does to it; url: "" where nobody can do more."""

    agreement: Agreement
    stage: str
    lost: str
    step: str
    url: str


def next_step(agreement: Agreement, undecided: Submission | None, user: Any, case: OnboardingCase) -> Step:
    """What has to be done next for an agreement, and where this user does it."""
    coverage = getattr(agreement, "coverage", None)
    stage = Stage(coverage.stage) if coverage is not None else Stage.PROFILE
    lost = ""
    if coverage is not None and coverage.lost and agreement.status == AgreementStatus.LIVE:
        lost = "Documents are held." if coverage.is_held else "Not covered by its approval."
    step, url = _step(agreement, stage, undecided, user, case, is_approved=bool(coverage and coverage.approval_id))
    return Step(agreement, stage.label, lost, step, url)


def _step(
    agreement: Agreement, stage: Stage, undecided: Submission | None, user: Any, case: OnboardingCase, *,
    is_approved: bool,
) -> tuple[str, str]:  # fmt: skip
    page = reverse("admin:partners_agreement_change", args=[agreement.pk])
    partner = reverse("admin:partners_partner_change", args=[agreement.partner_id])
    if undecided is not None:
        return undecided.get_state_display(), reverse("admin:partners_submission_change", args=[undecided.pk])
    if stage in (Stage.LIVE, Stage.RETIRED):
        return "–", ""
    if agreement.status in CAN_GO_LIVE and is_approved and stage in (Stage.APPROVAL, Stage.SUSPENDED):
        put_live = reverse("admin:partners_agreement_put_live", args=[agreement.pk])
        return ("Put live", put_live) if user.has_perm(ACTIVATE) else ("An approver puts it live", "")
    if stage == Stage.APPROVAL:
        back = reverse("admin:partners_onboardingcase_change", args=[case.pk])
        submit = reverse("admin:partners_agreement_submit_for_approval", args=[agreement.pk])
        if not user.has_perm("partners.submit_agreement"):
            return "An analyst submits it", ""
        return "Submit for approval", f"{submit}?next={back}"
    where = {
        Stage.PROFILE: ("Complete the profile", partner),
        Stage.CONNECTIVITY: ("Set up the connection", f"{partner}#connections"),
        Stage.CERTIFICATION: ("See what is to be shown", reverse("certification", args=[agreement.pk])),
    }
    return where.get(stage, ("See what is missing", page))


def case_context(case: OnboardingCase, user: Any, task_form: forms.Form, comment_form: forms.Form) -> dict[str, Any]:
    """For onboarding.html."""
    today = timezone.now().date()
    agreements = list(case.agreements.select_related("partner", "coverage").order_by("pk"))
    undecided = {
        one.agreement_id: one
        for one in Submission.objects.filter(agreement__in=agreements, state__in=UNDECIDED).defer("evidence")
    }
    named = {name_of(agreement): agreement.pk for agreement in agreements}
    tasks = list(case.tasks.all())
    order = list(Stage)
    reached = order.index(Stage(case.stage))
    return {
        "case": case,
        "stages": [(stage, order.index(stage) < reached, stage == case.stage) for stage in (*DURABLE, Stage.LIVE)],
        "is_beside": case.stage in (Stage.SUSPENDED, Stage.RETIRED),
        "days_left": days_left(case.target_date, today),
        "days_left_words": days_left_words(case.target_date),
        "blocks": [(block, named.get(block["agreement"])) for block in case.blocks],
        "age": (timezone.now() - case.begun_at).days,
        "agreements": [next_step(one, undecided.get(one.pk), user, case) for one in agreements],
        "tasks": [(task, task.done_at is None and task.due is not None and task.due < today) for task in tasks],
        "undone": sum(task.done_at is None for task in tasks),
        "task_form": task_form,
        "comment_form": comment_form,
        "may_comment": user.has_perm("partners.comment_onboardingcase"),
        "timeline": timeline(case, agreements),
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
