"""Agreements, with the policies in force and where each comes from."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action, display

from config.core.admin.pages import action_page, way_back
from partners.admin.agreement_form import ACTIVATE, AgreementPageForm, form_for, is_in
from partners.admin.agreement_pages import clone_page, compare_page, export_response, import_page, submit_page
from partners.admin.approval_filter import ApprovalFilter
from partners.admin.change_many import change_many_page
from partners.admin.expected import ExpectedDocumentInline
from partners.admin.going_live import GoingLiveMixin
from partners.admin.owners import OwnersMixin
from partners.admin.policies_admin import PoliciesAdmin
from partners.admin.policy_fields import Layer
from partners.admin.versions import ConfigurationAdmin
from partners.models import Agreement, AgreementStatus
from partners.services.check_policies import check_policies
from partners.services.effective_policies import Origin, PolicyInForce, policies_in_force
from partners.services.put_live import CAN_GO_LIVE, put_live
from partners.services.refused import StatusRefused
from partners.services.retire import retire
from partners.services.suspend import suspend


@admin.register(Agreement)
class AgreementAdmin(GoingLiveMixin, OwnersMixin, PoliciesAdmin, ConfigurationAdmin):
    list_display = ("partner", "kind", "direction", "standard", "set_id", "release", "environment", "status_label")
    list_display_links = ("partner", "kind")
    list_filter = ("status", ApprovalFilter, "direction", "environment", "standard", "set_id")
    list_select_related = ("partner",)
    search_fields = ("partner__code", "partner__name", "set_id")
    search_help_text = "Partner's name or code, or set"
    change_form_before_template = "admin/onramp/uncovered.html"
    autocomplete_fields = ("partner",)
    readonly_fields = ("readiness", "created_at")
    actions_list = ("import_json",)
    actions = ("change_selected", "submit_selected")
    actions_detail: ClassVar[Any] = (
        *("submit_for_approval", "put_live", "suspend", "override", "clone"),
        {
            "title": "More",
            "icon": "more_horiz",
            "items": ["compare_agreements", "compare_versions", "export_json", "retire"],
        },
    )
    inlines: ClassVar[list[Any]] = [ExpectedDocumentInline]  # the apps above add what they assign to an agreement
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
                    ("effective_from", "effective_until"),
                    ("business_owner", "technical_owner"),
                    "notes",
                )
            },
        ),
        ("Readiness", {"fields": ("readiness",)}),
        ("Policies", {"fields": ("policies",)}),
        ("Reason", {"fields": ("change_reason", "seen_version")}),
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
            return Layer(Origin.AGREEMENT, policies_in_force(), {})
        return Layer(Origin.AGREEMENT, policies_in_force(agreement.partner), agreement.policies)

    def policy_faults(self, agreement: Agreement | None, policies: dict[str, Any]) -> list[str]:
        return check_policies(policies, agreement.partner if agreement else None)

    def policies_of(self, agreement: Agreement) -> list[PolicyInForce]:
        return policies_in_force(agreement.partner, agreement)

    @admin.action(description="Submit the marked ones for approval", permissions=["submit_for_approval"])
    def submit_selected(self, request: HttpRequest, queryset: QuerySet[Agreement]) -> HttpResponse | None:
        """Show them, then submit each by itself; one that is refused harms no other."""
        return submit_page(self, request, queryset)

    @admin.action(description="Change the marked ones", permissions=["change"])
    def change_selected(self, request: HttpRequest, queryset: QuerySet[Agreement]) -> HttpResponse:
        """Give all of them the same settings, after a look at each."""
        return change_many_page(self, request, queryset)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, **{**kwargs, "form": form_for(request, AgreementPageForm)})

    @action(description="Compare with another", url_path="compare-with", icon="compare_arrows", permissions=["view"])
    def compare_agreements(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two agreements side by side."""
        return compare_page(self, request, self._record(request, object_id))

    @action(description="Copy", url_path="clone", icon="content_copy", permissions=["clone"])
    def clone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A draft like this one."""
        return clone_page(self, request, self._record(request, object_id))

    @action(description="Export JSON", url_path="export-json", icon="download", permissions=["view"])
    def export_json(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """This agreement as a file."""
        return export_response(self._record(request, object_id))

    @action(description="Import JSON", url_path="import-json", icon="upload", permissions=["add"])
    def import_json(self, request: HttpRequest) -> HttpResponse:
        """A draft from a file."""
        return import_page(self, request)

    def has_clone_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.add_agreement")

    def has_put_live_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm(ACTIVATE)

    def has_suspend_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        # Stopping is safe: who may draft may stop. Starting again is the approver's.
        return request.user.has_perm(ACTIVATE) or request.user.has_perm("partners.change_agreement")

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[UnfoldAction]:
        """Of the buttons those that the agreement's status allows."""
        unretired = (AgreementStatus.DRAFT, AgreementStatus.LIVE, AgreementStatus.SUSPENDED)
        fitting = {"put_live": CAN_GO_LIVE, "suspend": (AgreementStatus.LIVE,)}
        fitting |= dict.fromkeys(("retire", "submit_for_approval", "override"), unretired)
        actions = super().get_actions_detail(request, object_id)
        named = [(action, fitting.get(action.method.original_function_name)) for action in actions]
        return [action for action, statuses in named if statuses is None or is_in(statuses, object_id)]

    @action(description="Put live", url_path="put-live", icon="rocket_launch", permissions=["put_live"])
    def put_live(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then accept documents by the agreement."""
        return self._change_status(
            request,
            object_id,
            "Put live",
            put_live,
            "Documents that it covers are validated, mapped and accepted from now on. Your decision is recorded.",
        )

    @action(description="Suspend", url_path="suspend", icon="pause_circle", permissions=["suspend"])
    def suspend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then hold what comes for the agreement."""
        return self._change_status(
            request,
            object_id,
            "Suspend",
            suspend,
            "What comes for it is stored and held. When an approver has put it live again, what was held goes on "
            "by itself. Your decision is recorded.",
        )

    def has_retire_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return request.user.has_perm("partners.change_agreement")

    @action(description="Retire", url_path="retire", icon="archive", permissions=["retire"])
    def retire(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then let the agreement cover nothing any more."""
        return self._change_status(
            request,
            object_id,
            "Retire",
            retire,
            "It covers nothing any more: what comes for it is held as unagreed. It is kept for the record, and another "
            "agreement for the same can take its place. Your decision is recorded.",
        )

    def _change_status(
        self, request: HttpRequest, object_id: str, verb: str, service: Callable[..., Agreement], explanation: str
    ) -> HttpResponse:
        agreement = self.get_object(request, unquote(object_id))
        if agreement is None:
            raise Http404("There is no such agreement.")
        back = way_back(request, reverse("admin:partners_agreement_change", args=[agreement.pk]))
        if request.method != "POST":
            return action_page(
                self, request, title=f"{verb}: {agreement}", submit=verb, original=agreement, back=back,
                explanation=explanation, is_dangerous=service in (suspend, retire),
            )  # fmt: skip
        try:
            changed = service(agreement, by=request.user)
        except StatusRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"{changed} is {changed.get_status_display().lower()}.")
        return HttpResponseRedirect(back)
