"""Connections and the keys of the API."""

from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextInputWidget,
)

from config.core.admin.bases import HistoryAdmin, is_kept_version
from config.core.admin.pages import action_page
from partners.admin.choice_lists import ChoiceListField
from partners.admin.connection_form import ConnectionForm, form_of, secret_names, setting_names
from partners.admin.versions import ConfigurationAdmin
from partners.models import ApiKey, Connection, ConnectionTest, Protocol, Scope
from partners.protocols import PROTOCOLS
from partners.services.issue_key import IssuedKey, KeyRefused, issue_key
from partners.services.revoke_key import revoke_key
from partners.services.rotate_key import rotate_key
from partners.services.secrets import keep_secret
from partners.services.try_connection import is_stale, try_connection


class IssueKeyForm(forms.Form):
    label = forms.CharField(
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text="Who or what will use it, such as “ERP, nightly export”.",
    )
    expires_at = forms.SplitDateTimeField(
        required=False, widget=UnfoldAdminSplitDateTimeWidget, help_text="UTC. Empty: it does not expire."
    )
    scopes = ChoiceListField(Scope.choices, initial=list(Scope.values), label="It may")


class RotateKeyForm(forms.Form):
    hours = forms.IntegerField(
        min_value=0,
        max_value=24 * 90,
        initial=72,
        label="Overlap in hours",
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="So long the old key works beside the new one.",
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
class ConnectionAdmin(ConfigurationAdmin):
    form = ConnectionForm
    list_display = ("name", "partner", "protocol", "environment", "is_enabled", "tested")
    list_filter = ("protocol", "environment", "is_enabled")
    list_select_related = ("partner",)
    search_fields = ("name", "partner__code", "partner__name")
    search_help_text = "Name, partner's name or code"
    autocomplete_fields = ("partner", "carries")
    inlines: ClassVar = [ApiKeyInline]
    actions_detail = ("issue_key", "test_connection", "compare_versions")
    readonly_fields = ("way_in", "last_tests", "settings_in_words")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connection]:
        newest = ConnectionTest.objects.filter(connection=OuterRef("pk"))
        return super().get_queryset(request).annotate(test_passed=Subquery(newest.values("is_ok")[:1]))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, **{**kwargs, "form": form_of(obj)})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # The settings belong to the protocol, so another protocol is another connection.
        declared = super().get_readonly_fields(request, obj)
        return (*declared, "protocol") if obj else declared

    def get_fieldsets(self, request: HttpRequest, obj: Connection | None = None) -> Any:
        plain = ["partner", "name", ("protocol", "environment"), "carries", "is_enabled"]
        reason = ("Reason", {"fields": ("change_reason", "seen_version")})
        if obj is None:
            return [(None, {"fields": plain}), reason]
        if is_kept_version(request) or not self.has_change_permission(request, obj):
            return [(None, {"fields": [*plain, "settings_in_words", "last_tests"]})]
        ways = ["way_in"] if obj.protocol in (Protocol.API, Protocol.DROP_FOLDER) else []
        groups: list[tuple[str | None, dict[str, Any]]] = [(None, {"fields": [*plain, *ways]})]
        if settings_of_it := setting_names(obj):
            groups.append(("Settings", {"fields": settings_of_it}))
        if secrets := secret_names(obj):
            groups.append(("Secrets", {"fields": secrets, "description": "Sealed when saved, and never shown again."}))
        return [*groups, ("Tests", {"fields": ("last_tests",)}), reason]

    def save_model(self, request: HttpRequest, obj: Connection, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            for name, value in form.secrets_entered().items():
                keep_secret(obj, name, value)

    def get_inlines(self, request: HttpRequest, obj: Connection | None) -> list[Any]:
        """Only a connection of the API has keys."""
        return super().get_inlines(request, obj) if obj and obj.protocol == Protocol.API else []

    @display(description="last test", label={"Passed": "success", "Failed": "danger"})
    def tested(self, connection: Connection) -> str:
        passed = connection.test_passed  # type: ignore[attr-defined]  # annotated above
        return "–" if passed is None else "Passed" if passed else "Failed"

    @display(description="Settings")
    def settings_in_words(self, connection: Connection) -> SafeString | str:
        words = PROTOCOLS[connection.protocol].words
        rows = [
            (words[name].label, words[name].values.get(str(value), value))
            for name, value in connection.settings.items()
            if name in words
        ]
        return format_html_join("", "<div>{}: {}</div>", rows) if rows else "All as they come"

    @display(description="Tests")
    def last_tests(self, connection: Connection) -> SafeString:
        tests = list(connection.tests.all()[:5])
        stale = bool(tests) and is_stale(tests[0])
        return render_to_string("admin/onramp/connection_tests.html", {"tests": tests, "stale": stale})

    @display(description="Way in")
    def way_in(self, connection: Connection) -> SafeString | str:
        """Where the partner puts its files."""
        if connection.protocol == Protocol.DROP_FOLDER:
            folder = Path(settings.DROP_DIR) / connection.partner.code / "in"
            return format_html("Put files into <code>{}</code>", folder)
        if connection.protocol != Protocol.API:
            return "–"
        return format_html(
            '<code>POST {}</code> with an API key of this connection (<a class="or-link" href="{}">all addresses</a>)',
            reverse("api:files"),
            reverse("api:openapi"),
        )

    def has_test_connection_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.change_connection")

    @action(description="Test", url_path="test", icon="network_check", permissions=["test_connection"])
    def test_connection(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say what the test does, then do it and show what was seen."""
        connection = get_object_or_404(Connection.objects.select_related("partner"), pk=unquote(object_id))
        back = reverse("admin:partners_connection_change", args=[connection.pk])
        protocol = PROTOCOLS[connection.protocol]
        if request.method == "POST":
            test = try_connection(connection, str(request.user))
            failed = next((step for step in test.steps if not step["is_ok"]), None)
            if failed is None:
                messages.success(request, f"{connection} works.")
            else:
                messages.error(request, f"{failed['name']}: {failed['said']}")
            return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Test {connection}",
            submit="Test now",
            original=connection,
            back=back,
            explanation=f"{protocol.what_the_test_does} The result is kept with the connection.",
        )

    def has_issue_key_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        # Only a connection of the API has keys; the service refuses others, so they do not offer it.
        api = Connection.objects.filter(pk=unquote(str(object_id or 0)), protocol=Protocol.API)
        return request.user.has_perm("partners.issue_apikey") and api.exists()

    def shown_once(self, request: HttpRequest, issued: IssuedKey) -> HttpResponse:
        """The page that shows a new key; nothing keeps it."""
        connection = issued.api_key.connection
        response = action_page(
            self,
            request,
            title="The key, shown once",
            submit="",
            original=connection,
            back=reverse("admin:partners_connection_change", args=[connection.pk]),
            template="admin/onramp/issued_key.html",
            secret=issued.secret,
            address=request.build_absolute_uri(reverse("api:files")),
            api_key=issued.api_key,
        )
        response["Cache-Control"] = "no-store"
        return response

    @action(description="Issue API key", url_path="issue-key", icon="key", permissions=["issue_key"])
    def issue_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a label, then show the new key once."""
        connection = get_object_or_404(Connection.objects.select_related("partner"), pk=unquote(object_id))
        back = reverse("admin:partners_connection_change", args=[connection.pk])
        form = IssueKeyForm(request.POST or None)
        if form.is_valid():
            try:
                issued = issue_key(
                    connection,
                    form.cleaned_data["label"],
                    form.cleaned_data["expires_at"],
                    form.cleaned_data["scopes"],
                )
            except KeyRefused as refused:
                form.add_error(None, str(refused))
            else:
                return self.shown_once(request, issued)
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

    nothing_yet = "A key is issued on the page of its connection: Issue API key."
    list_display = ("label", "prefix", "connection", "state", "created_at", "expires_at", "last_used_at")
    list_select_related = ("connection__partner",)
    search_fields = ("prefix__exact", "label", "connection__partner__code")
    search_help_text = "Prefix, label or partner's code"
    fields = (
        "label",
        "prefix",
        "connection",
        "state",
        "may",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
    )
    readonly_fields = ("state", "may")
    actions_detail = ("rotate", "revoke")

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

    @display(description="It may")
    def may(self, api_key: ApiKey) -> str:
        return ", ".join(str(Scope(scope).label) for scope in api_key.scopes)

    def has_rotate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.issue_apikey")

    @action(description="Rotate", url_path="rotate", icon="autorenew", permissions=["rotate"])
    def rotate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask how long the old key still works, then show the new one once."""
        api_key = self.get_object(request, unquote(object_id))
        if api_key is None:
            raise Http404("There is no such key.")
        form = RotateKeyForm(request.POST or None)
        if form.is_valid():
            try:
                issued = rotate_key(api_key, timedelta(hours=form.cleaned_data["hours"]))
            except KeyRefused as refused:
                form.add_error(None, str(refused))
            else:
                pages: Any = admin.site.get_model_admin(Connection)
                return pages.shown_once(request, issued)
        return action_page(
            self,
            request,
            title=f"Rotate {api_key}",
            submit="Issue the new key",
            form=form,
            original=api_key,
            back=reverse("admin:partners_apikey_change", args=[api_key.pk]),
            explanation="A new key with the same label and rights is shown once. The old one ends after the overlap.",
        )

    def has_revoke_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.revoke_apikey")

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
