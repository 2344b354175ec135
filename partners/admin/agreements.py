"""Agreements, with the policies in force and where each comes from."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import display

from config.core.admin.bases import HistoryAdmin
from partners.models import Agreement, AgreementStatus
from partners.policies import Policies
from partners.services.effective_policies import effective_policies


def policy_origins(agreement: Agreement) -> list[dict[str, Any]]:
    """Each policy in force for the agreement: its name, value, and who set it."""
    policies = effective_policies(agreement.partner, agreement)

    def origin(name: str) -> str:
        if name in agreement.policies:
            return "this agreement"
        return "the partner" if name in agreement.partner.policies else "Onramp's default"

    return [
        {"name": name, "value": getattr(policies, name), "origin": origin(name)} for name in Policies.__struct_fields__
    ]


@admin.register(Agreement)
class AgreementAdmin(HistoryAdmin):
    list_display = ("partner", "kind", "direction", "standard", "set_id", "release", "environment", "status_label")
    list_display_links = ("partner", "kind")
    list_filter = ("status", "direction", "environment", "standard", "set_id")
    list_select_related = ("partner",)
    search_fields = ("partner__code", "partner__name", "set_id")
    search_help_text = "Partner's name or code, or set"
    autocomplete_fields = ("partner",)
    readonly_fields = ("policies_in_force", "created_at")
    inlines: ClassVar[list[Any]] = []  # the apps above add what they assign to an agreement
    fieldsets: ClassVar = (
        (
            None,
            {
                "fields": (
                    "partner",
                    ("direction", "kind"),
                    ("standard", "set_id"),
                    "release",
                    ("environment", "status"),
                )
            },
        ),
        ("Policies", {"fields": ("policies", "policies_in_force")}),
        ("Record", {"fields": ("created_at",), "classes": ("collapse",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Agreement | None = None) -> Any:
        # Nothing is in force before the agreement exists.
        if obj is not None:
            return super().get_fieldsets(request, obj)
        return (self.fieldsets[0], ("Policies", {"fields": ("policies",)}))

    @display(
        description="status",
        label={
            AgreementStatus.LIVE.label: "success",
            AgreementStatus.DRAFT.label: "info",
            AgreementStatus.SUSPENDED.label: "warning",
        },
    )
    def status_label(self, agreement: Agreement) -> str:
        return agreement.get_status_display()

    @display(description="Policies in force")
    def policies_in_force(self, agreement: Agreement) -> SafeString:
        return render_to_string("admin/onramp/policies.html", {"policies": policy_origins(agreement)})
