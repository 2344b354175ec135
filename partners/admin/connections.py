"""Connections and the keys of the API."""

from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextInputWidget

from config.core.admin.bases import HistoryAdmin
from config.core.admin.pages import action_page
from partners.models import ApiKey, Connection, Protocol
from partners.services.issue_key import KeyRefused, issue_key
from partners.services.revoke_key import revoke_key


class IssueKeyForm(forms.Form):
    label = forms.CharField(
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text="Who or what will use it, such as “ERP, nightly export”.",
    )
    expires_at = forms.SplitDateTimeField(
        required=False, widget=UnfoldAdminSplitDateTimeWidget, help_text="UTC. Empty: it does not expire."
    )


class ApiKeyInline(TabularInline):
    model = ApiKey
    extra = 0
    fields = ("label", "prefix", "created_at", "expires_at", "revoked_at", "last_used_at")
    readonly_fields = fields
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Connection)
class ConnectionAdmin(HistoryAdmin):
    list_display = ("name", "partner", "protocol", "environment", "is_enabled")
    list_filter = ("protocol", "environment", "is_enabled")
    list_select_related = ("partner",)
    search_fields = ("name", "partner__code", "partner__name")
    search_help_text = "Name, partner's name or code"
    autocomplete_fields = ("partner", "carries")
    inlines: ClassVar = [ApiKeyInline]
    actions_detail = ("issue_key",)
    fields = ("partner", "name", "protocol", "environment", "carries", "is_enabled", "way_in")
    readonly_fields = ("way_in",)

    def get_inlines(self, request: HttpRequest, obj: Connection | None) -> list[Any]:
        """Only a connection of the API has keys."""
        return super().get_inlines(request, obj) if obj and obj.protocol == Protocol.API else []

    @display(description="Way in")
    def way_in(self, connection: Connection) -> SafeString | str:
        """Where the partner puts its files."""
        if connection.pk is None:
            return "Shown when the connection is saved."
        if connection.protocol == Protocol.DROP_FOLDER:
            folder = Path(settings.DROP_DIR) / connection.partner.code / "in"
            return format_html("Put files into <code>{}</code>", folder)
        return format_html(
            '<code>POST {}</code> with an API key of this connection (<a class="or-link" href="{}">all addresses</a>)',
            reverse("api:files"),
            reverse("api:openapi"),
        )

    def has_issue_key_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        # Only a connection of the API has keys; the service refuses others, so they do not offer it.
        api = Connection.objects.filter(pk=unquote(str(object_id or 0)), protocol=Protocol.API)
        return request.user.has_perm("partners.add_apikey") and api.exists()

    @action(description="Issue API key", url_path="issue-key", icon="key", permissions=["issue_key"])
    def issue_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a label, then show the new key once."""
        connection = get_object_or_404(Connection.objects.select_related("partner"), pk=unquote(object_id))
        back = reverse("admin:partners_connection_change", args=[connection.pk])
        form = IssueKeyForm(request.POST or None)
        if form.is_valid():
            try:
                issued = issue_key(connection, form.cleaned_data["label"], form.cleaned_data["expires_at"])
            except KeyRefused as refused:
                form.add_error(None, str(refused))
            else:
                response = action_page(
                    self,
                    request,
                    title="The key, shown once",
                    submit="",
                    original=connection,
                    back=back,
                    template="admin/onramp/issued_key.html",
                    secret=issued.secret,
                    address=request.build_absolute_uri(reverse("api:files")),
                    api_key=issued.api_key,
                )
                response["Cache-Control"] = "no-store"
                return response
        return action_page(
            self,
            request,
            title=f"Issue an API key for {connection}",
            submit="Issue key",
            form=form,
            original=connection,
            back=back,
            explanation="The key is shown once, on the next page. Onramp keeps a digest of it only.",
        )


@admin.register(ApiKey)
class ApiKeyAdmin(HistoryAdmin):
    """Keys are issued on the page of a connection and revoked here; nothing else about them changes."""

    list_display = ("label", "prefix", "connection", "state", "created_at", "expires_at", "last_used_at")
    list_select_related = ("connection__partner",)
    search_fields = ("prefix__exact", "label", "connection__partner__code")
    search_help_text = "Prefix, label or partner's code"
    fields = ("label", "prefix", "connection", "state", "created_at", "expires_at", "revoked_at", "last_used_at")
    readonly_fields = ("state",)
    actions_detail = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    @display(description="state", label={"In use": "success", "Revoked": "danger", "Expired": "warning"})
    def state(self, api_key: ApiKey) -> str:
        if api_key.revoked_at:
            return "Revoked"
        return "Expired" if api_key.expires_at and api_key.expires_at <= timezone.now() else "In use"

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.change_apikey")

    @action(description="Revoke", url_path="revoke", icon="block", permissions=["revoke"])
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then refuse the key from now on."""
        api_key = self.get_object(request, unquote(object_id))
        if api_key is None:
            raise Http404("There is no such key.")
        back = reverse("admin:partners_apikey_change", args=[api_key.pk])
        if request.method == "POST":
            if revoke_key(api_key):
                messages.success(request, f"{api_key} is revoked. Requests with it are refused from now on.")
            else:
                messages.info(request, f"{api_key} was revoked before.")
            return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Revoke {api_key}",
            submit="Revoke key",
            original=api_key,
            back=back,
            is_dangerous=True,
            explanation="Programs that use this key are refused at once. It cannot be undone: issue a new key instead.",
        )
