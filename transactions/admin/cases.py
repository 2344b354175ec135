"""Exception cases: by queue, with the finding and its source in view, and what can be done."""

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin
from config.core.admin.columns import short_age
from config.core.admin.pages import require
from transactions.admin import badges
from transactions.admin.case_acts import ACTS
from transactions.admin.case_filters import AgeFilter, CauseFilter, DueFilter, OwnerFilter, at_risk_words, case_tabs
from transactions.admin.case_page import case_context, due_words
from transactions.admin.case_views import (
    act_on_many,
    act_on_one,
    amount,
    ask_about_marked,
    case_of,
    cause_bar,
    causes_page,
)
from transactions.admin.export import CASE_HEADER, case_cells, csv_response
from transactions.models import ExceptionCase
from transactions.services import case_rights
from transactions.services.find import as_uuid, find_cases
from transactions.states import CaseStatus


@admin.register(ExceptionCase)
class ExceptionCaseAdmin(TrafficAdmin):
    list_display = (
        "summary_text", "queue_text", "partner_text", "amount_text", "assignee_text", "due", "age", "status_label",
    )  # fmt: skip
    list_filter = (
        "status",
        "queue",
        "category",
        OwnerFilter,
        DueFilter,
        AgeFilter,
        "environment",
        ("partner", AutocompleteSelectFilter),
        CauseFilter,
    )
    list_before_template = "admin/onramp/case_tabs.html"
    list_filter_sheet = True
    nothing_waits: ClassVar = {
        "status__exact=open": "No case is open",
        "status__exact=open&owner=me": "No open case is yours",
        "status__exact=open&owner=nobody": "No open case waits for somebody to take it",
        "status__exact=open&due=late": "No case is overdue",
    }
    search_help_text = "Business key, ISA13, correlation id or partner code"
    ordering = ("-pk",)
    actions = (
        "assign_selected", "due_selected", "reprocess_selected", "release_selected", "reject_selected",
        "close_selected",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExceptionCase]:
        rows = case_rights.visible_cases(request.user, super().get_queryset(request))
        return rows.select_related("partner", "document", "file", "assignee").defer("file__findings")

    def get_ordering(self, request: HttpRequest) -> Any:
        """What is due first stands first; of closed ones the latest."""
        is_open = request.GET.get("status__exact") == CaseStatus.OPEN
        return (F("due_at").asc(nulls_last=True), "pk") if is_open else ("-pk",)

    def get_sortable_by(self, request: HttpRequest) -> tuple[str, ...]:
        return ("amount_text", "due", "age")

    def find(self, queryset: QuerySet[ExceptionCase], term: str) -> QuerySet[ExceptionCase]:
        return find_cases(queryset, term)

    def has_view_permission(self, request: HttpRequest, obj: ExceptionCase | None = None) -> bool:
        if obj is not None:
            return case_rights.visible_cases(request.user).filter(pk=obj.pk).exists()
        return case_rights.sees_cases(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return case_rights.sees_cases(request.user) or super().has_module_permission(request)

    def has_work_permission(self, request: HttpRequest) -> bool:
        return case_rights.works_on_cases(request.user)

    def has_release_permission(self, request: HttpRequest) -> bool:
        return self.has_work_permission(request) and request.user.has_perm(case_rights.RELEASE)

    @display(description="case")
    def summary_text(self, case: ExceptionCase) -> SafeString:
        about = case.about
        return format_html(
            '<span class="or-case-summary">{}</span><span class="or-quiet">{}</span>', case.summary, about
        )

    @display(description="queue")
    def queue_text(self, case: ExceptionCase) -> SafeString:
        return format_html(
            '{}<br><span class="or-quiet">{}</span>', case.get_queue_display(), case.get_category_display()
        )

    @display(description="partner")
    def partner_text(self, case: ExceptionCase) -> SafeString | str:
        return badges.with_test(str(case.partner or "–"), case.environment)

    @display(description="at risk", ordering=F("amount").desc(nulls_last=True))
    def amount_text(self, case: ExceptionCase) -> SafeString | str:
        return format_html('<span class="or-amount">{}</span>', amount(case)) if case.amount is not None else "–"

    @display(description="assignee")
    def assignee_text(self, case: ExceptionCase) -> str:
        return case.assignee.get_username() if case.assignee else "–"

    @display(description="due", ordering=F("due_at").asc(nulls_last=True))
    def due(self, case: ExceptionCase) -> SafeString | str:
        if case.due_at is None or case.status != CaseStatus.OPEN:
            return "–"
        words, is_late = due_words(case.due_at, timezone.now())
        return format_html(
            '<time datetime="{}" title="{} UTC" class="or-nowrap{}">{}</time>',
            case.due_at.isoformat(),
            f"{case.due_at:%Y-%m-%d %H:%M}",
            " or-late" if is_late else "",
            words,
        )

    @display(description="age", ordering="id")
    def age(self, case: ExceptionCase) -> SafeString:
        age = short_age(timezone.now() - case.opened_at)
        return format_html(
            '<time datetime="{}" title="{} UTC" class="or-nowrap">{}</time>',
            case.opened_at.isoformat(),
            f"{case.opened_at:%Y-%m-%d %H:%M}",
            age,
        )

    @display(description="status", label=badges.CASE)
    def status_label(self, case: ExceptionCase) -> str:
        return case.get_status_display()

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        name = "transactions_exceptioncase"
        return [
            path("export/", page(self.export), name=f"{name}_export"),
            path("causes/", page(partial(causes_page, self)), name=f"{name}_causes"),
            path("bulk/", page(partial(act_on_many, self)), name=f"{name}_bulk"),
            *(path(f"<uuid:object_id>/{verb}/", page(self._one(verb)), name=f"{name}_{verb}") for verb in ACTS),
            *super().get_urls(),
        ]

    def _one(self, verb: str) -> Any:
        def view(request: HttpRequest, object_id: UUID) -> HttpResponse:
            return act_on_one(self, request, object_id, verb)

        return view

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the ways into it and what can be done with all cases of one cause."""
        shown = {"case_tabs": case_tabs(request), "cause_bar": cause_bar(request)} if request.method == "GET" else {}
        response = super().changelist_view(request, {**shown, **(extra_context or {})})
        listed = getattr(response, "context_data", None)
        if listed and "cl" in listed:
            listed["at_risk"], listed["at_risk_of"] = at_risk_words(listed["cl"].queryset)
        return response

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        if not request.user.has_perm("transactions.export_exceptioncase"):
            return {}
        query = request.GET.urlencode()
        return {"export_url": reverse("admin:transactions_exceptioncase_export") + (f"?{query}" if query else "")}

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list with its filters, as CSV."""
        require(request, "transactions.export_exceptioncase")
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:transactions_exceptioncase_changelist") + "?e=1")
        return csv_response(rows, CASE_HEADER, case_cells, "cases")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one case."""
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        case = case_of(request, as_uuid(object_id))
        return TemplateResponse(
            request,
            "admin/onramp/case.html",
            {
                **self.admin_site.each_context(request),
                **case_context(case, request.user),
                "opts": self.opts,
                "original": case,
                "title": case.summary,
                "is_fullwidth": "1",
                "status_variant": badges.CASE.get(case.get_status_display(), ""),
            },
        )

    @admin.action(description="Assign", permissions=["work"])
    def assign_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse:
        """Ask whom to give the marked cases to."""
        return self._ask(request, "assign")

    @admin.action(description="Change due time", permissions=["work"])
    def due_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse:
        """Ask until when the marked cases have time."""
        return self._ask(request, "due")

    @admin.action(description="Reprocess their documents", permissions=["work"])
    def reprocess_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse:
        """Ask, then reprocess the documents of the marked cases."""
        return self._ask(request, "reprocess")

    @admin.action(description="Release what they hold", permissions=["release"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse:
        """Ask, then let go what the marked cases hold."""
        return self._ask(request, "release")

    @admin.action(description="Reject their documents", permissions=["work"])
    def reject_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse:
        """Ask for one reason, then reject the documents of the marked cases."""
        return self._ask(request, "reject")

    @admin.action(description="Close", permissions=["work"])
    def close_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse:
        """Ask for one reason, then close the marked cases."""
        return self._ask(request, "close")

    def _ask(self, request: HttpRequest, verb: str) -> HttpResponse:
        return ask_about_marked(request, verb)
