"""Partners, with their identities, connections and agreements on one page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.decorators import display

from config.core.admin.bases import HistoryAdmin
from partners.models import Agreement, Connection, Identity, Partner


class IdentityInline(TabularInline):
    model = Identity
    extra = 0
    tab = True
    fields = ("kind", "qualifier", "value", "environment")


class ConnectionInline(TabularInline):
    model = Connection
    extra = 0
    tab = True
    fields = ("name", "protocol", "environment", "is_enabled")
    show_change_link = True
    fk_name = "partner"


class AgreementInline(TabularInline):
    model = Agreement
    extra = 0
    tab = True
    fields = ("kind", "direction", "standard", "set_id", "release", "environment", "status")
    show_change_link = True


@admin.register(Partner)
class PartnerAdmin(HistoryAdmin):
    list_display = ("name", "code", "identity_values", "is_active", "is_own", "created_at")
    list_filter = ("is_active", "is_own")
    search_fields = ("code", "name")
    search_help_text = "Name or code"
    inlines: ClassVar = [IdentityInline, ConnectionInline, AgreementInline]
    readonly_fields = ("created_at",)
    fieldsets: ClassVar = (
        (None, {"fields": ("name", "code", "is_active", "is_own", "created_at")}),
        ("Policies", {"fields": ("policies",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Partner]:
        return super().get_queryset(request).prefetch_related("identities")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Folders, commands and URLs carry the code.
        declared = super().get_readonly_fields(request, obj)
        return (*declared, "code") if obj else declared

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
