"""Access tokens: everybody their own, whoever sees users everybody's."""

from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from config.core.access_tokens import LONGEST_LIFE, TokenRefused, issue_token, revoke_token
from config.core.admin.bases import TitledChangeList
from config.core.admin.pages import action_page
from config.core.models import AccessToken, User

USUAL_DAYS = 90


class TokenForm(forms.Form):
    label = forms.CharField(
        max_length=100, widget=UnfoldAdminTextInputWidget, help_text="What it is for, such as “partner sync”."
    )
    last_day = forms.DateField(
        widget=UnfoldAdminDateWidget, help_text=f"It ends after this day (UTC), at most {LONGEST_LIFE.days} days ahead."
    )
    is_read_only = forms.BooleanField(
        label="Read only",
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text="It changes nothing.",
    )


@admin.register(AccessToken)
class AccessTokenAdmin(ModelAdmin):
    list_display = ("label", "prefix", "holder", "state", "reading", "expires_at", "last_used_at")
    list_select_related = ("user",)
    fields = ("label", "prefix", "holder", "state", "reading", "created_at", "expires_at", "revoked_at", "last_used_at")
    readonly_fields = ("holder", "state", "reading")
    actions_list = ("issue",)
    actions_detail = ("revoke",)
    actions: ClassVar[Any] = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return TitledChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessToken]:
        tokens = super().get_queryset(request)
        return tokens if request.user.has_perm("core.view_user") else tokens.filter(user=request.user)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Django looks for the row before it asks for the permission, and tells those without that there is none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AccessToken | None = None) -> bool:
        return False

    @display(description="state", label={"In use": "success", "Revoked": "danger", "Ended": "warning"})
    def state(self, token: AccessToken) -> str:
        return "Revoked" if token.revoked_at else "Ended" if token.expires_at <= timezone.now() else "In use"

    @display(description="holder")
    def holder(self, token: AccessToken) -> str:
        return token.user.get_username()

    @display(description="may")
    def reading(self, token: AccessToken) -> str:
        return "Read what its holder may see" if token.is_read_only else "Do what its holder may do"

    def has_issue_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("core.issue_accesstoken")

    @action(description="Issue token", url_path="issue", icon="key", permissions=["issue"])
    def issue(self, request: HttpRequest) -> HttpResponse:
        """Ask what it is for, then show the new token once."""
        usual = timezone.now().date() + timedelta(days=USUAL_DAYS)
        form = TokenForm(request.POST or None, initial={"last_day": usual})
        back = reverse("admin:core_accesstoken_changelist")
        if form.is_valid():
            said = form.cleaned_data
            ends = datetime.combine(said["last_day"], time.max, UTC)
            try:
                issued = issue_token(_person(request), said["label"], ends, is_read_only=said["is_read_only"])
            except TokenRefused as refused:
                form.add_error("last_day", str(refused))
            else:
                response = action_page(
                    self, request, title="The token, shown once", submit="", original=issued.token, back=back,
                    template="admin/onramp/issued_token.html", secret=issued.secret, token=issued.token,
                    address=request.build_absolute_uri(reverse("api:partners")),
                )  # fmt: skip
                response["Cache-Control"] = "no-store"
                return response
        return action_page(
            self, request, title="Issue an access token for yourself", submit="Issue token", form=form, back=back,
            explanation="A program that has it calls the API as you, with your roles as they are then. "
            "It is shown once, on the next page. Onramp keeps a digest of it only.",
        )  # fmt: skip

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        tokens = self.get_queryset(request).filter(pk=unquote(str(object_id or 0)), revoked_at=None)
        return self._may_revoke(request, tokens.select_related("user").first())

    def _may_revoke(self, request: HttpRequest, token: AccessToken | None) -> bool:
        return token is not None and (token.user == request.user or request.user.is_superuser)

    @action(description="Revoke", url_path="revoke", icon="block", permissions=["revoke"])
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then refuse the token from now on."""
        token = self.get_object(request, unquote(object_id))
        if token is None:
            raise Http404("There is no such token.")
        back = reverse("admin:core_accesstoken_change", args=[token.pk])
        if not self._may_revoke(request, token):
            raise PermissionDenied
        if request.method == "POST":
            revoke_token(token, by=_person(request))
            messages.success(request, f"{token} is revoked. Requests with it are refused from now on.")
            return HttpResponseRedirect(back)
        return action_page(
            self, request, title=f"Revoke {token}", submit="Revoke token", original=token, back=back, is_dangerous=True,
            explanation="Programs that use it are refused at once. It cannot be undone: issue a new one instead.",
        )  # fmt: skip


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
