"""On the page of an agreement: what is ready, what blocks, and the steps to live."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from config.core.admin.pages import action_page, way_back
from partners.models import Agreement, Submission
from partners.models.coverage import UNDECIDED
from partners.services.override_approval import LONGEST, override_approval
from partners.services.put_live import why_not_live
from partners.services.recheck import recheck
from partners.services.refused import StatusRefused
from partners.services.submit_agreement import submit_agreement

LONGEST_HOURS = LONGEST.days * 24


class SubmitForm(forms.Form):
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="For the approver, such as what is special about it.",
    )


class OverrideForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text="Why it cannot wait. It is in the chain of decisions.",
    )
    hours = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_HOURS,
        initial=24,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=f"At most {LONGEST_HOURS}. When it ends, documents are held unless it was approved meanwhile.",
    )


class GoingLiveMixin:
    """Submit, override, and the panel of readiness."""

    @display(description="readiness")
    def readiness(self, agreement: Agreement) -> SafeString | str:
        """Each check with its reason, and what the approval does not cover."""
        if agreement.pk is None:
            return "Checked when it is saved."
        return render_to_string("admin/onramp/readiness.html", readiness_context(agreement))

    def has_submit_for_approval_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.submit_agreement")

    def has_override_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.override_approval")

    @action(
        description="Submit",
        url_path="submit-for-approval",
        icon="send",
        permissions=["submit_for_approval"],
    )
    def submit_for_approval(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what is ready, then freeze it for an approver."""
        agreement: Agreement = self._record(request, object_id)  # type: ignore[attr-defined]  # a mix-in of admins
        back = way_back(request, reverse("admin:partners_agreement_change", args=[agreement.pk]))
        form = SubmitForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                submission = submit_agreement(agreement, by=request.user, note=form.cleaned_data["note"])  # type: ignore[arg-type]
            except StatusRefused as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, f"Submitted for approval (no. {submission.pk}). Its evidence is frozen.")
            return HttpResponseRedirect(back)
        coverage = recheck(agreement)
        failing = [one for one in coverage.verdicts if not one["ok"]]
        title = f"Submit for approval: {agreement}"
        if failing:
            return action_page(
                self, request, title=title, submit="", original=agreement, back=back,  # type: ignore[arg-type]
                rows=[f"{one['title']}: {one['reason']}" for one in failing],
                rows_title=f"{len(failing)} of {len(coverage.verdicts)} checks block it",
                explanation="It cannot be submitted yet. Mend what blocks, and come back.",
            )  # fmt: skip
        return action_page(
            self, request, title=title, submit="Submit", original=agreement, back=back, form=form,  # type: ignore[arg-type]
            facts=[(one["title"], one["reason"]) for one in coverage.verdicts],
            explanation="All checks pass. What they saw is frozen with checksums, and somebody else decides on it.",
        )  # fmt: skip

    @action(description="Override", url_path="override", icon="emergency_home", permissions=["override"])
    def override(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the reason and how long, then let documents pass without an approval that covers them."""
        agreement: Agreement = self._record(request, object_id)  # type: ignore[attr-defined]  # a mix-in of admins
        back = way_back(request, reverse("admin:partners_agreement_change", args=[agreement.pk]))
        form = OverrideForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            until = timezone.now() + timedelta(hours=form.cleaned_data["hours"])
            try:
                override_approval(agreement, by=request.user, reason=form.cleaned_data["reason"], until=until)  # type: ignore[arg-type]
            except StatusRefused as refused:
                messages.error(request, str(refused))
            else:
                messages.warning(request, f"Documents pass until {until:%Y-%m-%d %H:%M} UTC. Its owners were alerted.")
            return HttpResponseRedirect(back)
        return action_page(
            self, request, title=f"Emergency override: {agreement}", submit="Override", original=agreement, back=back,  # type: ignore[arg-type]
            form=form, is_dangerous=True,
            explanation="It may carry documents, and be put live, although no approval covers it or the day is frozen. "
            "Owners and approvers are alerted, and your decision is recorded.",
        )  # fmt: skip


def readiness_context(agreement: Agreement) -> dict[str, Any]:
    """For readiness.html: the verdicts as they were last computed, computed now when they never were."""
    coverage = getattr(agreement, "coverage", None) or recheck(agreement)
    submissions = Submission.objects.filter(agreement=agreement).select_related("submitted_by", "approved_by")
    now = timezone.now()
    return {
        "agreement": agreement,
        "coverage": coverage,
        "is_overridden": bool(coverage.override_until and coverage.override_until > now),
        "is_held": bool(coverage.hold_from and coverage.hold_from <= now and agreement.status == "live"),
        "why_not_live": why_not_live(agreement) if agreement.status in ("draft", "suspended") else "",
        "undecided": submissions.filter(state__in=UNDECIDED).first(),
        "submissions": list(submissions.exclude(state__in=UNDECIDED)[:5]),
    }
