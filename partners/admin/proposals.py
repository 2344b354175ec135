"""What partners want changed about themselves, for those who decide."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextInputWidget

from config.core.admin.bases import HistoryAdmin
from config.core.admin.pages import action_page
from partners.models import Proposal, ProposalState
from partners.services.change import Refused
from partners.services.decide_proposal import AlreadyDecided, accept, refuse

DECIDE = "partners.decide_proposal"


def open_proposals(request: HttpRequest) -> str:
    """The badge in the sidebar; "" when none waits."""
    return str(Proposal.objects.filter(state=ProposalState.OPEN).order_by()[:100].count() or "")


class RefuseForm(forms.Form):
    reason = forms.CharField(max_length=300, widget=UnfoldAdminTextInputWidget, help_text="The partner reads it.")


@admin.register(Proposal)
class ProposalAdmin(HistoryAdmin):
    nothing_waits: ClassVar = {"state__exact=open": "Nothing waits for a decision"}
    nothing_yet = "Partners propose changes of their company's data in the portal."
    list_display = ("what", "partner", "state_in_words", "proposer", "proposed_at", "decider")
    list_filter = ("state", "kind")
    list_select_related = ("partner", "proposed_by", "decided_by")
    search_fields = ("partner__code", "partner__name")
    search_help_text = "Partner's name or code"
    fields = (
        "what",
        ("partner", "state_in_words"),
        ("proposer", "proposed_at"),
        "note",
        ("identity", "certificate"),
        ("decider", "decided_at"),
        "reason",
    )
    readonly_fields = ("what", "state_in_words", "proposer", "decider", "proposed_at")
    actions_detail = ("accept", "refuse")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False

    @display(description="proposal")
    def what(self, proposal: Proposal) -> str:
        return str(proposal)

    @display(
        description="state",
        label={"Waiting for us": "warning", "Accepted": "success", "Refused": "danger", "Taken back": ""},
    )
    def state_in_words(self, proposal: Proposal) -> str:
        return proposal.get_state_display()

    @display(description="proposed by")
    def proposer(self, proposal: Proposal) -> str:
        return str(proposal.proposed_by or "–")  # not everybody who sees this may see users

    @display(description="decided by")
    def decider(self, proposal: Proposal) -> str:
        return str(proposal.decided_by or "–")

    def _waits(self, request: HttpRequest, object_id: str | None) -> bool:
        rows = Proposal.objects.filter(pk=unquote(str(object_id or 0)), state=ProposalState.OPEN)
        return request.user.has_perm(DECIDE) and rows.exists()

    def has_accept_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._waits(request, object_id)

    def has_refuse_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._waits(request, object_id)

    @action(description="Accept", url_path="accept", icon="check", permissions=["accept"])
    def accept(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change what was proposed."""
        proposal = self._proposal(request, object_id)
        back = reverse("admin:partners_proposal_change", args=[proposal.pk])
        if request.method == "POST":
            try:
                accept(proposal, by=request.user)  # type: ignore[arg-type]  # staff are logged in
            except (AlreadyDecided, Refused) as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, "It is changed, and the partner sees that.")
            return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Accept for {proposal.partner}: {proposal}",
            submit="Accept",
            original=proposal,
            back=back,
            facts=self._facts(proposal),
            explanation="It holds at once. Make sure by a way other than the portal that it is right: documents are "
            "recognised by identities, and encrypted with certificates.",
        )

    @action(description="Refuse", url_path="refuse", icon="block", permissions=["refuse"])
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Change nothing, and say why."""
        proposal = self._proposal(request, object_id)
        back = reverse("admin:partners_proposal_change", args=[proposal.pk])
        form = RefuseForm(request.POST or None)
        if form.is_valid():
            try:
                refuse(proposal, form.cleaned_data["reason"], by=request.user)  # type: ignore[arg-type]  # staff are logged in
            except AlreadyDecided as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, "It is refused, and the partner sees the reason.")
            return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Refuse for {proposal.partner}: {proposal}",
            submit="Refuse",
            form=form,
            original=proposal,
            back=back,
            facts=self._facts(proposal),
            is_dangerous=True,
        )

    def _facts(self, proposal: Proposal) -> list[tuple[str, Any]]:
        by = proposal.proposed_by
        facts: list[tuple[str, Any]] = [
            (name.replace("_", " ").capitalize(), value) for name, value in proposal.values.items() if value
        ]
        facts.append(("Proposed by", (by.get_full_name() or by.get_username()) if by else "–"))
        return [*facts, ("Note", proposal.note)] if proposal.note else facts

    def _proposal(self, request: HttpRequest, object_id: str) -> Proposal:
        proposal = self.get_object(request, unquote(object_id))
        if proposal is None:
            raise Http404("There is no such proposal.")
        return proposal
