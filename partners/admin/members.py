"""The people of a partner who use the portal: switching them off, and helping who lost their second factor."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import display

from config.core.admin.second_factor import reset_page
from partners.models import Member
from partners.services.reset_second_factor import is_ours


class MemberInline(TabularInline):
    """Members are invited, since an account goes with each; here they are switched off and on."""

    model = Member
    extra = 0
    tab = True
    hide_title = True
    can_delete = False
    verbose_name_plural = "Portal members"
    fields = ("person", "is_active", "created_at", "last_seen", "second_factor")
    readonly_fields = ("person", "created_at", "last_seen", "second_factor")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.may_reset = request.user.has_perm("partners.add_member")
        return super().get_formset(request, obj, **kwargs)

    @display(description="Person")
    def person(self, member: Member) -> str:
        return f"{member.user.get_full_name()} ({member.user})" if member.user.get_full_name() else str(member.user)

    @display(description="Last log-in")
    def last_seen(self, member: Member) -> str:
        at = member.user.last_login
        return f"{at:%Y-%m-%d %H:%M}" if at else "Never"

    @display(description="Second factor")
    def second_factor(self, member: Member) -> SafeString | str:
        since = member.user.second_factor_since
        if since is None:
            return "None"
        if not self.may_reset or member.user.is_staff:
            return f"Since {since:%Y-%m-%d}"
        url = reverse("admin:partners_partner_member_reset", args=[member.partner_id, member.pk])
        return format_html('Since {} <a class="or-link" href="{}">Reset</a>', f"{since:%Y-%m-%d}", url)


def member_reset_page(model_admin: Any, request: HttpRequest, object_id: int, member_id: int) -> HttpResponse:
    """Take away app and recovery codes of somebody who lost both. Our own staff ask an administrator."""
    if not request.user.has_perm("partners.add_member"):
        raise PermissionDenied
    member = get_object_or_404(Member.objects.select_related("user", "partner"), pk=member_id, partner_id=object_id)
    if is_ours(member.user):
        raise PermissionDenied("An administrator resets the second factor of our own staff.")
    back = reverse("admin:partners_partner_change", args=[object_id])
    return reset_page(model_admin, request, member.user, member.partner, back)
