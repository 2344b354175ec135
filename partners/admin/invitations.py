"""Invitations to the portal: made on the partner's page, sent again or withdrawn here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from config.core.admin.bases import HistoryAdmin
from config.core.admin.columns import when
from config.core.admin.pages import action_page
from partners.admin.partner_inlines import way_to
from partners.models import Invitation, InvitationState, Partner
from partners.services.invite import InviteRefused, invite, send_again, withdraw


class InviteForm(forms.Form):
    """Who is invited."""

    email = forms.EmailField(
        label="E-mail", widget=UnfoldAdminEmailInputWidget, help_text="The person logs in with this address."
    )
    name = forms.CharField(max_length=150, required=False, widget=UnfoldAdminTextInputWidget)


def _tell(request: HttpRequest, invitation: Invitation) -> None:
    if invitation.failure:
        messages.error(request, f"The mail to {invitation.email} was not sent: {invitation.failure}")
    else:
        messages.success(request, f"The invitation is sent to {invitation.email}.")


def invite_page(model_admin: Any, request: HttpRequest, partner_id: str) -> HttpResponse:
    """Ask who, then send the link."""
    partner = get_object_or_404(Partner, pk=partner_id)
    back = reverse("admin:partners_partner_change", args=[partner.pk])
    form = InviteForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        site = request.build_absolute_uri("/")
        try:
            invitation = invite(partner, email=said["email"], name=said["name"], by=request.user, site=site)  # type: ignore[arg-type]  # staff are logged in
        except InviteRefused as refused:
            form.add_error("email", str(refused))
        else:
            _tell(request, invitation)
            return HttpResponseRedirect(back + "#invitations")
    return action_page(
        model_admin,
        request,
        title=f"Invite a person of {partner} to the portal",
        submit="Send the invitation",
        form=form,
        original=partner,
        back=back,
        explanation="They get a link that works once and make their account with it. They see and upload what is of "
        "this partner, and nothing else.",
    )


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in InvitationState]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        state = self.value()
        return (
            queryset.filter(Invitation.in_state(InvitationState(state)))
            if state in InvitationState.values
            else queryset
        )


class InvitationInline(TabularInline):
    """The newest of a partner."""

    model = Invitation
    extra = 0
    tab = True
    hide_title = True
    can_delete = False
    verbose_name_plural = "Invitations"
    fields = ("who", "name", "state_in_words", "expires_at", "inviter")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="E-mail")
    def who(self, invitation: Invitation) -> SafeString | str:
        return way_to("invitation", invitation.pk, invitation.email)

    @display(description="Invited by")
    def inviter(self, invitation: Invitation) -> str:
        return str(invitation.invited_by or "–")  # not everybody who sees this may see users

    @display(description="State")
    def state_in_words(self, invitation: Invitation) -> str:
        not_sent = invitation.failure and invitation.state == InvitationState.OPEN
        return "Not sent" if not_sent else str(invitation.state.label)


@admin.register(Invitation)
class InvitationAdmin(HistoryAdmin):
    nothing_yet = "Invite a person on the page of its partner: Add → Invite to the portal."
    list_display = ("email", "partner", "name", "state_in_words", "sent", "expires_at", "inviter")
    list_filter = (StateFilter,)
    list_select_related = ("partner", "invited_by", "used_by")
    search_fields = ("email", "partner__code", "partner__name")
    search_help_text = "E-mail, partner's name or code"
    fields = (
        ("email", "name"),
        ("partner", "state_in_words"),
        ("inviter", "created_at"),
        ("sent_at", "expires_at"),
        "failure",
        ("used_at", "user"),
        "withdrawn_at",
    )
    readonly_fields = ("state_in_words", "inviter", "user", "created_at", "sent_at")
    actions_detail = ("resend", "withdraw")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        return False

    @display(
        description="state",
        label={"Open": "info", "Used": "success", "Expired": "warning", "Not sent": "danger", "Withdrawn": ""},
    )
    def state_in_words(self, invitation: Invitation) -> str:
        not_sent = invitation.failure and invitation.state == InvitationState.OPEN
        return "Not sent" if not_sent else str(invitation.state.label)

    @display(description="invited by")
    def inviter(self, invitation: Invitation) -> str:
        return str(invitation.invited_by or "–")

    @display(description="used by")
    def user(self, invitation: Invitation) -> str:
        return str(invitation.used_by or "–")

    @display(description="sent")
    def sent(self, invitation: Invitation) -> Any:
        return when(invitation.sent_at)

    def _waits(self, object_id: str | None) -> bool:
        waiting = Invitation.objects.filter(pk=unquote(str(object_id or 0)), used_at=None, withdrawn_at=None)
        return waiting.exists()

    def has_resend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.add_member") and self._waits(object_id)

    def has_withdraw_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.add_member") and self._waits(object_id)

    @action(description="Send again", url_path="send-again", icon="forward_to_inbox", permissions=["resend"])
    def resend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A new link; the old one stops working."""
        invitation = self._invitation(request, object_id)
        back = reverse("admin:partners_invitation_change", args=[invitation.pk])
        if request.method == "POST":
            try:
                _tell(request, send_again(invitation, by=request.user, site=request.build_absolute_uri("/")))  # type: ignore[arg-type]  # staff are logged in
            except InviteRefused as refused:
                messages.error(request, str(refused))
            return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Send the invitation of {invitation.email} again",
            submit="Send again",
            original=invitation,
            back=back,
            explanation="A new link is sent, and the one of the earlier mail stops working.",
        )

    @action(description="Withdraw", url_path="withdraw", icon="block", permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The link stops working."""
        invitation = self._invitation(request, object_id)
        back = reverse("admin:partners_invitation_change", args=[invitation.pk])
        if request.method == "POST":
            if withdraw(invitation, by=request.user):  # type: ignore[arg-type]  # staff are logged in
                messages.success(request, f"The invitation of {invitation.email} is withdrawn.")
            else:
                messages.info(request, "It was used or withdrawn before.")
            return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Withdraw the invitation of {invitation.email}",
            submit="Withdraw",
            original=invitation,
            back=back,
            is_dangerous=True,
            explanation="Its link does not work any more. The person can be invited again.",
        )

    def _invitation(self, request: HttpRequest, object_id: str) -> Invitation:
        invitation = self.get_object(request, unquote(object_id))
        if invitation is None:
            raise Http404("There is no such invitation.")
        return invitation
