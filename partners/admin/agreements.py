"""Agreements, with the policies in force and where each comes from."""

from typing import Any, ClassVar

from django.contrib import admin
from unfold.decorators import display

from config.core.admin.bases import HistoryAdmin
from partners.admin.policy_fields import Layer, PoliciesAdmin, defaults
from partners.models import Agreement, AgreementStatus
from partners.services.effective_policies import Origin, PolicyInForce, policies_in_force


@admin.register(Agreement)
class AgreementAdmin(PoliciesAdmin, HistoryAdmin):
    list_display = ("partner", "kind", "direction", "standard", "set_id", "release", "environment", "status_label")
    list_display_links = ("partner", "kind")
    list_filter = ("status", "direction", "environment", "standard", "set_id")
    list_select_related = ("partner",)
    search_fields = ("partner__code", "partner__name", "set_id")
    search_help_text = "Partner's name or code, or set"
    autocomplete_fields = ("partner",)
    readonly_fields = ("created_at",)
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
        ("Policies", {"fields": ("policies",)}),
        ("Record", {"fields": ("created_at",), "classes": ("collapse",)}),
    )

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

    def policy_layer(self, agreement: Agreement | None) -> Layer:
        if agreement is None:
            return Layer(Origin.AGREEMENT, defaults(), {})
        return Layer(Origin.AGREEMENT, policies_in_force(agreement.partner), agreement.policies)

    def policies_of(self, agreement: Agreement) -> list[PolicyInForce]:
        return policies_in_force(agreement.partner, agreement)
