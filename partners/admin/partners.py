"""Partners, with their identities, connections and agreements on one page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import display

from config.core.admin.bases import HistoryAdmin
from partners.admin.policy_fields import Layer, PoliciesAdmin, defaults
from partners.models import Agreement, Connection, Identity, Partner, Protocol
from partners.services.effective_policies import Origin, PolicyInForce, policies_in_force

TRAFFIC = (
    ("Open cases", "transactions_exceptioncase", "status__exact=open&partner__id__exact={}"),
    ("Documents", "transactions_document", "partner__id__exact={}"),
    ("Files", "transactions_inboundfile", "partner__id__exact={}"),
)


def usable(path: str = "") -> Q:
    """API keys that are neither revoked nor expired; path: the way to them, such as "api_keys__"."""
    unexpired = Q(**{f"{path}expires_at": None}) | Q(**{f"{path}expires_at__gt": timezone.now()})
    return Q(**{f"{path}id__isnull": False, f"{path}revoked_at": None}) & unexpired


def _way_to(model: str, pk: int | None, label: str) -> SafeString | str:
    """A link to the page of a row, where the row has more than the table shows; "–" for one that is not saved yet."""
    if pk is None:
        return "–"
    return format_html(
        '<a class="or-link" href="{}">{}</a>', reverse(f"admin:partners_{model}_change", args=[pk]), label
    )


class IdentityInline(TabularInline):
    model = Identity
    extra = 0
    tab = True
    hide_title = True
    fields = ("kind", "qualifier", "value", "environment")


class ConnectionInline(TabularInline):
    model = Connection
    extra = 0
    tab = True
    hide_title = True
    fields = ("name", "protocol", "environment", "is_enabled", "keys", "page")
    readonly_fields = ("keys", "page")
    fk_name = "partner"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Connection]:
        return super().get_queryset(request).annotate(keys_in_use=Count("api_keys", filter=usable("api_keys__")))

    @display(description="API keys")
    def keys(self, connection: Connection) -> SafeString | str:
        """How many are in use, else the way to the first one."""
        if connection.pk is None or connection.protocol != Protocol.API:
            return "–"
        if connection.keys_in_use:  # type: ignore[attr-defined]  # annotated above
            return f"{connection.keys_in_use} in use"  # type: ignore[attr-defined]
        url = reverse("admin:partners_connection_issue_key", args=[connection.pk])
        return format_html('<a class="or-link" href="{}">Issue API key</a>', url)

    @display(description="More")
    def page(self, connection: Connection) -> SafeString | str:
        return _way_to("connection", connection.pk, "Open")


class AgreementInline(TabularInline):
    model = Agreement
    extra = 0
    tab = True
    hide_title = True
    fields: tuple[str, ...] = ("kind", "direction", "standard", "set_id", "release", "environment", "status", "page")
    readonly_fields: tuple[str, ...] = ("page",)

    @display(description="More")
    def page(self, agreement: Agreement) -> SafeString | str:
        return _way_to("agreement", agreement.pk, "Policies")


@admin.register(Partner)
class PartnerAdmin(PoliciesAdmin, HistoryAdmin):
    list_display = ("name", "code", "identity_values", "is_active", "is_own", "created_at")
    list_filter = ("is_active", "is_own")
    search_fields = ("code", "name")
    search_help_text = "Name or code"
    inlines: ClassVar[list[Any]] = [IdentityInline, ConnectionInline, AgreementInline]
    readonly_fields = ("traffic", "created_at")
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "code", "is_active", "is_own", "traffic", "created_at")}),
        ("Policies", {"fields": ("policies",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        return super().get_queryset(request).prefetch_related("identities")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Folders, commands and URLs carry the code.
        declared = super().get_readonly_fields(request, obj)
        return (*declared, "code") if obj else declared

    def get_fieldsets(self, request: HttpRequest, obj: Partner | None = None) -> Any:
        """A partner that is being added has neither traffic nor a date."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        (title, options), *others = fieldsets
        kept = tuple(name for name in options["fields"] if name not in self.readonly_fields)
        return [(title, {**options, "fields": kept}), *others]

    def policy_layer(self, partner: Partner | None) -> Layer:
        return Layer(Origin.PARTNER, defaults(), partner.policies if partner else {})

    def policies_of(self, partner: Partner) -> list[PolicyInForce]:
        return policies_in_force(partner)

    @display(description="Traffic")
    def traffic(self, partner: Partner) -> SafeString:
        """Ways to what came from the partner. The pages belong to the app above and are named only."""
        links = [
            (reverse(f"admin:{name}_changelist") + "?" + query.format(partner.pk), label)
            for label, name, query in TRAFFIC
        ]
        return format_html_join(" · ", '<a class="or-link" href="{}">{}</a>', links)

    @display(description="identities")
    def identity_values(self, partner: Partner) -> str:
        return ", ".join(dict.fromkeys(str(identity) for identity in partner.identities.all()))


@admin.register(Identity)
class IdentityAdmin(HistoryAdmin):
    list_display = ("value", "qualifier", "kind", "partner", "environment")
    list_display_links = ("value",)
    list_filter = ("kind", "environment")
    list_select_related = ("partner",)
    search_fields = ("value", "partner__code", "partner__name")
    search_help_text = "Value, partner's name or code"
    autocomplete_fields = ("partner",)
