"""The page of a certification: what an agreement has to show, what was shown, and the decisions about it."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from config.core.admin.pages import action_page, require
from partners.models import Agreement
from transactions.models import CertificationRun, OurTestDocument, ScenarioDecision
from transactions.services.certification_state import (
    NO_MAPPING,
    ScenarioState,
    has_mapping,
    is_certified,
    round_of,
    states,
)
from transactions.services.certify import certification_of, judge_again
from transactions.services.plan_certification import (
    LONGEST,
    PlanRefused,
    begin_again,
    decide_scenario,
    take_over_proposals,
)
from transactions.services.record_our_test import MOST_BYTES, NotRecorded, record_our_test

VIEW, PLAN = "partners.view_agreement", "transactions.plan_certification"
RUNS = 100
LABELS = {
    "passed": ("Passed", "success"),
    "open": ("Nothing sent yet", "info"),
    "failed": ("Not passed yet", "danger"),
    "fell": ("Stands no more", "warning"),
    "waived": ("Waived", "warning"),
    "left-out": ("Left out", ""),
    "not-asked": ("Not asked", ""),
}
DEFAULT = "default"


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST,
        widget=UnfoldAdminTextInputWidget,
        help_text="It is in the chain of decisions, and the approver reads it.",
    )


class DecisionForm(ReasonForm):
    """What becomes of a scenario."""

    decision = forms.ChoiceField(
        choices=[
            (ScenarioDecision.ASKED.value, "Ask for it"),
            (ScenarioDecision.LEFT_OUT.value, "Leave it out: it does not concern this partner"),
            (ScenarioDecision.WAIVED.value, "Waive it: the partner goes live without"),
            (DEFAULT, "As the kind of document has it"),
        ],
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("decision", "reason")


class SentForm(forms.Form):
    file = forms.FileField(
        label="X12 file",
        widget=UnfoldAdminFileFieldWidget,
        help_text="As it was sent to the partner, marked as a test (T in ISA15). The partner can download it.",
    )


class Row(NamedTuple):
    """A scenario on the page. latest: the run that its words are taken from."""

    state: ScenarioState
    label: str
    variant: str
    latest: CertificationRun | None


def page(request: HttpRequest, object_id: int) -> HttpResponse:
    """What is asked, what was shown by which document, and every run of the round."""
    agreement = _agreement(request, object_id, VIEW)
    known = states(agreement)
    asked = [one for one in known if one.planned.is_asked]
    round_ = round_of(agreement)
    titles = {one.scenario.code: one.title for one in known}
    runs = CertificationRun.objects.filter(agreement=agreement).select_related("document", "file", "sent")
    context: dict[str, Any] = {
        "agreement": agreement,
        "is_certified": is_certified(agreement),
        "unjudged": NO_MAPPING if asked and not has_mapping(agreement) else "",
        "rows": [_row(one) for one in known],
        "passed": sum(one.standing is not None for one in asked),
        "asked": len(asked),
        "proposed": sum(one.planned.proposal is not None for one in known),
        "has_fallen": any(one.word == "fell" for one in asked),
        "round": round_,
        "begun": certification_of(agreement) if round_ > 1 else None,
        "runs": [(run, titles.get(run.scenario, run.scenario), run.round != round_) for run in runs[:RUNS]],
        "ours": list(OurTestDocument.objects.filter(partner=agreement.partner_id).select_related("sent")[:RUNS]),
        "may_plan": request.user.has_perm(PLAN) and is_certified(agreement),
        "now": timezone.now(),
    }
    return TemplateResponse(
        request,
        "admin/onramp/certification.html",
        {
            **admin.site.each_context(request),
            "opts": Agreement._meta,
            "original": agreement,
            "title": f"Certification of {agreement}",
            "is_fullwidth": "1",
            **context,
        },
    )


def decide(request: HttpRequest, object_id: int, scenario: str) -> HttpResponse:
    """Ask for a scenario, leave it out or waive it, with the reason."""
    agreement = _agreement(request, object_id, PLAN)
    state = next((one for one in states(agreement) if one.scenario.code == scenario), None)
    if state is None:
        messages.error(request, "This scenario does not fit the agreement.")
        return HttpResponseRedirect(_page_of(agreement))
    kept = state.planned.choice or state.planned.proposal
    initial = {"decision": kept.decision if kept is not None else DEFAULT}
    if state.planned.proposal is not None:
        initial["reason"] = state.planned.proposal.reason
    form = DecisionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = form.cleaned_data
        decision = None if said["decision"] == DEFAULT else ScenarioDecision(said["decision"])
        act = partial(decide_scenario, agreement, scenario, decision, by=_user(request), reason=said["reason"])
        return _do(request, agreement, act, f"{state.title}: decided.")
    return action_page(
        admin.site._registry[Agreement], request, title=f"{state.title}: {agreement}", submit="Decide", form=form,
        original=agreement, back=_page_of(agreement), explanation=state.scenario.why,
    )  # fmt: skip


def proposals(request: HttpRequest, object_id: int) -> HttpResponse:
    """Decide as was decided for the agreement that this one was copied from."""
    agreement = _agreement(request, object_id, PLAN)
    proposed = [one for one in states(agreement) if one.planned.proposal is not None]
    if request.method == "POST":
        taken = len(take_over_proposals(agreement, by=_user(request)))
        words = f"{taken} decision{'' if taken == 1 else 's'} taken over." if taken else "Nothing is proposed any more."
        messages.success(request, words)
        return HttpResponseRedirect(_page_of(agreement))
    return action_page(
        admin.site._registry[Agreement], request, title=f"Take over decisions: {agreement}", submit="Take over",
        original=agreement, back=_page_of(agreement), explanation="They were decided for the agreement that this one "
        "was copied from. Taken over, they are your decisions, and the approver reads them with their reasons.",
        rows=[f"{one.title}: {_proposed(one)}" for one in proposed],
    )  # fmt: skip


def again(request: HttpRequest, object_id: int) -> HttpResponse:
    """Begin another round."""
    agreement = _agreement(request, object_id, PLAN)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return _do(request, agreement, lambda: begin_again(agreement, by=_user(request), reason=reason), "Begun again.")
    return action_page(
        admin.site._registry[Agreement], request, title=f"Begin the certification again: {agreement}",
        submit="Begin again", form=form, original=agreement, back=_page_of(agreement), is_dangerous=True,
        explanation="What was shown until now counts no more. It is kept, with its documents.",
    )  # fmt: skip


def judge(request: HttpRequest, object_id: int) -> HttpResponse:
    """Read the documents that passed once more, by the agreement as it is now."""
    agreement = _agreement(request, object_id, PLAN)
    if request.method == "POST":
        made = judge_again(agreement)
        words = f"{made} judged again." if made else "There was nothing to judge again."
        messages.success(request, words)
        return HttpResponseRedirect(_page_of(agreement))
    return action_page(
        admin.site._registry[Agreement], request, title=f"Judge again: {agreement}", submit="Judge again",
        original=agreement, back=_page_of(agreement),
        explanation="The documents that passed are read again by the mapping, rules and policies of now. The partner "
        "need not send them once more.",
    )  # fmt: skip


def sent(request: HttpRequest, object_id: int) -> HttpResponse:
    """Note test documents of ours that another system sent."""
    agreement = _agreement(request, object_id, PLAN)
    form = SentForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if form.is_valid():
        content = form.cleaned_data["file"].read(MOST_BYTES + 1)
        try:
            made = record_our_test(agreement.partner, content, by=_user(request))
        except NotRecorded as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, f"Recorded: {', '.join(map(str, made))}. Their answers are awaited.")
            return HttpResponseRedirect(_page_of(agreement))
    return action_page(
        admin.site._registry[Agreement], request, title=f"Record what we sent to {agreement.partner}", submit="Record",
        form=form, original=agreement, back=_page_of(agreement),
        explanation="Test documents that another system of ours sent: their answers (997, 999, 824) count for the "
        "certification, and the partner's documents are compared with them.",
    )  # fmt: skip


def _do(request: HttpRequest, agreement: Agreement, act: Callable[[], object], words: str) -> HttpResponse:
    try:
        act()
    except PlanRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return HttpResponseRedirect(_page_of(agreement))


def _proposed(state: ScenarioState) -> str:
    kept = state.planned.proposal
    return f"{kept.get_decision_display().lower()}. {kept.reason}" if kept is not None else ""


def _row(state: ScenarioState) -> Row:
    label, variant = LABELS[state.word]
    return Row(state, label, variant, state.standing or (state.runs[0] if state.runs else None))


def _agreement(request: HttpRequest, pk: int, permission: str) -> Agreement:
    require(request, permission)
    return get_object_or_404(Agreement.objects.select_related("partner"), pk=pk)


def _page_of(agreement: Agreement) -> str:
    return reverse("certification", args=[agreement.pk])


def _user(request: HttpRequest) -> Any:
    return request.user


def _of(route: str, view: Any, name: str) -> Any:
    return path(f"partners/agreement/<int:object_id>/certification/{route}", admin.site.admin_view(view), name=name)


urlpatterns = [
    _of("", page, "certification"),
    _of("proposals/", proposals, "certification-proposals"),
    _of("again/", again, "certification-again"),
    _of("judge-again/", judge, "certification-judge"),
    _of("sent/", sent, "certification-sent"),
    _of("scenarios/<slug:scenario>/", decide, "certification-decide"),
]
