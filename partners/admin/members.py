"""The people of a partner who use the portal: inviting them, and switching them off."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from config.core.admin.pages import action_page
from config.core.models import User
from partners.models import Member, Partner
from partners.services.invite import InviteRefused, invite, may_be_sent_a_link, set_password_path

LINK_DAYS = "It works once and for three days."


class InviteForm(forms.Form):
    """Who is invited."""

    username = forms.CharField(
        max_length=150,
        label="User name",
        widget=UnfoldAdminTextInputWidget,
        validators=User._meta.get_field("username").validators,
        help_text="What the person logs in with; an e-mail address does well.",
    )
    name = forms.CharField(max_length=200, required=False, widget=UnfoldAdminTextInputWidget)
    email = forms.EmailField(required=False, label="E-mail", widget=UnfoldAdminTextInputWidget)


class MemberInline(TabularInline):
    """Members are invited, since an account goes with each; here they are switched off and on."""

    model = Member
    extra = 0
    tab = True
    hide_title = True
    can_delete = False
    verbose_name_plural = "Portal members"
    fields = ("person", "is_active", "created_at", "last_seen", "link")
    readonly_fields = ("person", "created_at", "last_seen", "link")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Links are for those who invite."""
        return self.fields if request.user.has_perm("partners.add_member") else self.fields[:-1]

    @display(description="Person")
    def person(self, member: Member) -> str:
        return f"{member.user.get_full_name()} ({member.user})" if member.user.get_full_name() else str(member.user)

    @display(description="Last log-in")
    def last_seen(self, member: Member) -> str:
        at = member.user.last_login
        return f"{at:%Y-%m-%d %H:%M}" if at else "Never"

    @display(description="Link to set a password")
    def link(self, member: Member) -> SafeString | str:
        if not member.is_active or not may_be_sent_a_link(member.user):
            return "–"
        url = reverse("admin:partners_partner_member_link", args=[member.partner_id, member.pk])
        return format_html('<a class="or-link" href="{}">New link</a>', url)


def invite_page(model_admin: Any, request: HttpRequest, partner_id: str) -> HttpResponse:
    """Ask who, then show the link once."""
    partner = get_object_or_404(Partner, pk=partner_id)
    back = reverse("admin:partners_partner_change", args=[partner.pk])
    form = InviteForm(request.POST or None)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            invited = invite(partner, username=asked["username"], email=asked["email"], name=asked["name"])
        except InviteRefused as refused:
            form.add_error("username", str(refused))
        else:
            return _shown(model_admin, request, partner, invited.member.user, invited.path)
    return action_page(
        model_admin,
        request,
        title=f"Invite a person of {partner} to the portal",
        submit="Invite",
        form=form,
        original=partner,
        back=back,
        explanation="They see and upload what is of this partner, and nothing else. You get a link to pass on, "
        "with which they set a password.",
    )


def member_link_page(model_admin: Any, request: HttpRequest, object_id: int, member_id: int) -> HttpResponse:
    """A new link, for somebody who lost the first one before using it."""
    if not request.user.has_perm("partners.add_member"):
        raise PermissionDenied
    member = get_object_or_404(
        Member.objects.select_related("user", "partner"), pk=member_id, partner_id=object_id, is_active=True
    )
    path = set_password_path(member.user) if may_be_sent_a_link(member.user) else ""
    return _shown(model_admin, request, member.partner, member.user, path)


def _shown(model_admin: Any, request: HttpRequest, partner: Partner, user: User, path: str) -> HttpResponse:
    response = action_page(
        model_admin,
        request,
        title=f"{user} is a member of {partner}",
        submit="",
        original=partner,
        back=reverse("admin:partners_partner_change", args=[partner.pk]),
        template="admin/onramp/member_link.html",
        link=request.build_absolute_uri(path) if path else "",
        explanation=LINK_DAYS if path else "They have logged in before, so they need no link: their password holds.",
    )
    response["Cache-Control"] = "no-store"
    return response
