"""What was submitted for approval: the evidence, what changed since the last approval, and the decision."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from config.core.admin.bases import TitledChangeList
from config.core.admin.pages import action_page
from partners.models import Submission, SubmissionState
from partners.models.coverage import UNDECIDED
from partners.readiness.registry import MATERIAL
from partners.services.approve_submission import APPROVE, SECOND, approve_submission, why_not
from partners.services.change import ACTIVATE
from partners.services.evidence import changes_between, differences, read_evidence, uncovered
from partners.services.put_live import CAN_GO_LIVE, put_live
from partners.services.refused import StatusRefused
from partners.services.reject_submission import reject_submission, withdraw_submission

COLOURS = {
    SubmissionState.OPEN.label: "info",
    SubmissionState.HALF.label: "info",
    SubmissionState.APPROVED.label: "success",
    SubmissionState.REJECTED.label: "danger",
    SubmissionState.OUTDATED.label: "warning",
}
ROWS = 200  # of one part that changed


class ApproveForm(forms.Form):
    reason = forms.CharField(
        label="Remark", required=False, max_length=300, widget=UnfoldAdminTextInputWidget, help_text="Kept with it."
    )
    puts_live = forms.BooleanField(
        label="Put it live at once", required=False, initial=True, widget=UnfoldBooleanSwitchWidget
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=2000, widget=UnfoldAdminTextInputWidget, help_text="For who submitted it: what must change."
    )


@admin.register(Submission)
class SubmissionAdmin(ModelAdmin):
    """Nothing of a submission is edited: it is decided."""

    nothing_waits: ClassVar = dict.fromkeys(
        ("state__exact=open", f"state__in={','.join(UNDECIDED)}"), "Nothing waits for a decision"
    )
    nothing_yet = "An agreement is submitted on its page, or on the page of its onboarding case."
    list_display = ("name", "state_label", "submitted_by", "submitted_at", "approved_by", "approved_at")
    list_display_links = ("name",)
    list_filter = ("state",)
    list_select_related = ("agreement__partner", "submitted_by", "approved_by")
    search_fields = ("agreement__partner__code", "agreement__partner__name", "digest__startswith")
    search_help_text = "Partner's name or code, or the first digits of the evidence's checksum"
    list_per_page = 50
    show_full_result_count = False
    actions_detail = ("approve", "reject", "withdraw")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return super().get_queryset(request).defer("evidence")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TitledChangeList]:
        return TitledChangeList

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return False

    def has_approve_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(APPROVE) or request.user.has_perm(SECOND)

    def has_withdraw_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.submit_agreement")

    @display(description="agreement")
    def name(self, submission: Submission) -> str:
        return str(submission.agreement)

    @display(description="state", label=COLOURS)
    def state_label(self, submission: Submission) -> str:
        return submission.get_state_display()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The approver's page: everything that the decision stands on."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("The evidence is not edited.")
        submission = self._submission(request, object_id)
        return TemplateResponse(
            request,
            "admin/onramp/submission.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": submission,
                "title": str(submission.agreement),
                "is_fullwidth": "1",
                **submission_context(submission, request.user),
            },
        )

    @action(description="Approve", url_path="approve", icon="verified", permissions=["approve"])
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then approve, and put it live if that was chosen."""
        form = ApproveForm(request.POST if request.method == "POST" else None)
        submission = self._submission(request, object_id)
        ends_here = submission.state == SubmissionState.HALF or not submission.needs_second
        can_go_live = submission.agreement.status in CAN_GO_LIVE and request.user.has_perm(ACTIVATE)
        if not (ends_here and can_go_live):
            del form.fields["puts_live"]

        def act(said: dict[str, Any]) -> str:
            done = approve_submission(submission, by=request.user, reason=said["reason"])  # type: ignore[arg-type]
            if said.get("puts_live") and done.state == SubmissionState.APPROVED:
                try:
                    put_live(done.agreement, by=request.user)  # type: ignore[arg-type]
                except StatusRefused as refused:
                    return f"{done.agreement} is approved, and not live yet: {refused}"
                return f"{done.agreement} is approved and live."
            return f"{done.agreement}: {done.get_state_display().lower()}."

        said = "The evidence is whole and holds now: both are checked once more. Your decision is recorded."
        return self._ask(request, submission, "Approve", said, form, act)

    @action(description="Reject", url_path="reject", icon="cancel", permissions=["approve"])
    def reject(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason, then send it back."""
        submission = self._submission(request, object_id)

        def act(said: dict[str, Any]) -> str:
            reject_submission(submission, by=request.user, reason=said["reason"])  # type: ignore[arg-type]
            return f"{submission.agreement} is sent back."

        form = ReasonForm(request.POST if request.method == "POST" else None)
        return self._ask(request, submission, "Reject", "It can be submitted again when it is mended.", form, act, True)

    @action(description="Withdraw", url_path="withdraw", icon="undo", permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then take it back from the approvers."""
        submission = self._submission(request, object_id)

        def act(said: dict[str, Any]) -> str:
            withdraw_submission(submission, by=request.user)  # type: ignore[arg-type]
            return f"{submission.agreement} is withdrawn."

        form = forms.Form(request.POST if request.method == "POST" else None)
        return self._ask(request, submission, "Withdraw", "Nobody decides on it any more.", form, act)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """None: the page has its own buttons, for whom and when they fit."""
        return []

    def _ask(
        self,
        request: HttpRequest,
        submission: Submission,
        verb: str,
        explanation: str,
        form: forms.Form,
        act: Callable[[dict[str, Any]], str],
        is_dangerous: bool = False,
    ) -> HttpResponse:
        back = reverse("admin:partners_submission_change", args=[submission.pk])
        if request.method != "POST" or not form.is_valid():
            return action_page(
                self, request, title=f"{verb}: {submission.agreement}", submit=verb, original=submission, back=back,
                form=form, explanation=explanation, is_dangerous=is_dangerous,
                facts=[("Submitted by", str(submission.submitted_by)), ("Evidence", submission.digest[:16])],
            )  # fmt: skip
        try:
            messages.success(request, act(form.cleaned_data))
        except StatusRefused as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(back)

    def _submission(self, request: HttpRequest, object_id: str) -> Submission:
        rows = Submission.objects.select_related("agreement__partner", "submitted_by", "approved_by", "seconded_by")
        submission = rows.filter(pk=unquote(object_id)).first() if unquote(object_id).isdigit() else None
        if submission is None:
            raise Http404("There is no such submission.")
        if not self.has_view_permission(request, submission):
            raise PermissionDenied
        return submission


def submission_context(submission: Submission, user: Any) -> dict[str, Any]:
    """For submission.html: the frozen evidence, what changed since the last approval and since it was submitted."""
    evidence = read_evidence(submission)
    approved = Submission.objects.filter(agreement=submission.agreement_id, state=SubmissionState.APPROVED)
    before = approved.filter(pk__lt=submission.pk).select_related("approved_by").first()
    is_undecided = submission.state in UNDECIDED
    titles = {name: declared.title for name, declared in MATERIAL.items()}
    parts = [
        (name, titles.get(name, name), evidence["checksums"][name], _shown(part))
        for name, part in sorted(evidence["material"].items())
    ]
    return {
        "submission": submission,
        "variant": COLOURS.get(submission.get_state_display(), ""),
        "checks": [{**check, "seen": _shown(check["evidence"])} for check in evidence["checks"]],
        "parts": parts,
        "before": before,
        "since_approval": changes_between(before, submission) if before else [],
        "since_submission": uncovered(submission.agreement, submission) if is_undecided else [],
        "is_undecided": is_undecided,
        "why_not": why_not(submission, user) if is_undecided else "",
        "may_withdraw": is_undecided and user.has_perm("partners.submit_agreement"),
    }


def _shown(part: Any) -> list[tuple[str, str]]:
    """A part of the material as places and values."""
    return [(place, after) for place, _, after in differences(None, part)[:ROWS]]
