"""Exception cases: by queue, with the finding and its source in view, and what can be done."""

from collections.abc import Sized
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from config.core.admin.bases import TrafficAdmin
from config.core.admin.columns import when
from config.core.admin.filters import SinceFilter
from config.core.admin.pages import action_page
from transactions.admin import badges
from transactions.admin.bulk import BULK, Said, named, say_results
from transactions.admin.case_page import case_context
from transactions.models import ExceptionCase
from transactions.services.cases import close_case
from transactions.services.find import as_uuid, find_cases
from transactions.services.release import release
from transactions.services.reprocess import reprocess
from transactions.states import CaseStatus

RESOLUTION_LENGTH = 300


class CloseForm(forms.Form):
    resolution = forms.CharField(
        max_length=RESOLUTION_LENGTH,
        widget=UnfoldAdminTextInputWidget,
        label="Reason",
        help_text="What was decided, for whoever asks later.",
    )


def _counted(rows: Sized, noun: str) -> str:
    """So many of something: "1 case", "3 cases"."""
    return f"{len(rows)} {noun}{'' if len(rows) == 1 else 's'}"


@admin.register(ExceptionCase)
class ExceptionCaseAdmin(TrafficAdmin):
    list_display = (
        "summary_text",
        "queue",
        "category",
        "partner",
        "environment",
        "subject_text",
        "status_label",
        "opened",
    )
    list_filter = ("status", "queue", "category", SinceFilter, "environment", ("partner", AutocompleteSelectFilter))
    search_help_text = "Business key, ISA13, correlation id or partner code"
    ordering = ("-id",)
    actions = ("reprocess_selected", "release_selected", "close_selected")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExceptionCase]:
        return super().get_queryset(request).select_related("partner", "document", "file").defer("file__findings")

    def find(self, queryset: QuerySet[ExceptionCase], term: str) -> QuerySet[ExceptionCase]:
        return find_cases(queryset, term)

    def has_resolve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("transactions.change_exceptioncase")

    @display(description="case")
    def summary_text(self, case: ExceptionCase) -> str:
        return case.summary

    @display(description="about")
    def subject_text(self, case: ExceptionCase) -> str:
        return str(case.document or case.file)

    @display(description="status", label=badges.CASE)
    def status_label(self, case: ExceptionCase) -> str:
        return case.get_status_display()

    @display(description="opened")
    def opened(self, case: ExceptionCase) -> SafeString | str:
        return when(case.opened_at)

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<uuid:object_id>/reprocess/", page(self.reprocess_one), name="transactions_exceptioncase_reprocess"),
            path("<uuid:object_id>/release/", page(self.release_one), name="transactions_exceptioncase_release"),
            path("<uuid:object_id>/close/", page(self.close_one), name="transactions_exceptioncase_close"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one case."""
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        case = self._case(as_uuid(object_id))
        return TemplateResponse(
            request,
            "admin/onramp/case.html",
            {
                **self.admin_site.each_context(request),
                **case_context(case),
                "opts": self.opts,
                "original": case,
                "title": case.summary,
                "is_fullwidth": "1",
                "status_variant": badges.CASE.get(case.get_status_display(), ""),
                "can_resolve": self.has_resolve_permission(request) and case.status == CaseStatus.OPEN,
            },
        )

    def reprocess_one(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Ask, then reprocess the document of the case."""
        case = self._open(request, object_id)
        if case.document_id is None:
            raise Http404("The case is about no document.")
        if request.method == "POST":
            say_results(request, named(reprocess([case.document_id], actor=request.user.get_username())))
            return HttpResponseRedirect(self._url(case))
        return self._ask(
            request,
            case,
            "Reprocess",
            "The document is validated and mapped again, by what is configured now. "
            "When it is accepted the case closes. The acknowledgment that was sent stays as it is.",
        )

    def release_one(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Ask, then let go what is held."""
        case = self._open(request, object_id)
        if request.method == "POST":
            say_results(request, [release(case, actor=request.user.get_username())])
            return HttpResponseRedirect(self._url(case))
        return self._ask(
            request,
            case,
            "Release",
            "Partner and agreement are looked up again, and what was held is processed. "
            "A held duplicate is processed although it came before.",
        )

    def close_one(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Ask for the reason, then close the case."""
        case = self._open(request, object_id)
        form = CloseForm(request.POST or None)
        if form.is_valid():
            if close_case(case, actor=request.user.get_username(), resolution=form.cleaned_data["resolution"]):
                messages.success(request, "The case is closed.")
            else:
                messages.info(request, "Somebody else had closed the case.")
            return HttpResponseRedirect(self._url(case))
        return self._ask(request, case, "Close", "Nothing else changes: what failed stays as it is.", form)

    @admin.action(description="Reprocess the documents of selected cases", permissions=["resolve"])
    def reprocess_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse | None:
        """Ask, then reprocess, and say what came of each."""
        cases = [case for case in self._selected(request) if case.document_id]
        documents = [case.document_id for case in cases if case.document_id]
        if not documents:
            messages.warning(request, "None of the marked cases is open and about a document.")
            return None
        if "confirmed" in request.POST:
            say_results(request, named(reprocess(documents, actor=request.user.get_username())))
            return None
        return self._ask_for(
            request,
            cases,
            "reprocess_selected",
            f"Reprocess {_counted(documents, 'document')}",
            "Each document is validated and mapped again. Cases about whole files or envelopes are left alone.",
        )

    @admin.action(description="Release what selected cases hold", permissions=["resolve"])
    def release_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse | None:
        """Ask, then let go what is held, and say what came of each."""
        cases = [case for case in self._selected(request) if not case.document_id]
        if not cases:
            messages.warning(request, "None of the marked cases is open and holds anything.")
            return None
        if "confirmed" in request.POST:
            actor = request.user.get_username()
            released = [(case, release(case, actor=actor)) for case in cases]
            say_results(
                request, [Said(result.ok, f"{case.summary.rstrip('.')}: {result.message}") for case, result in released]
            )
            return None
        return self._ask_for(
            request,
            cases,
            "release_selected",
            f"Release {_counted(cases, 'case')}",
            "Partner and agreement are looked up again. A held duplicate is processed although it came before. "
            "Cases about single documents are left alone.",
        )

    @admin.action(description="Close selected cases", permissions=["resolve"])
    def close_selected(self, request: HttpRequest, queryset: QuerySet[ExceptionCase]) -> HttpResponse | None:
        """Ask for one reason, then close each case."""
        cases = self._selected(request)
        if not cases:
            messages.warning(request, "None of the marked cases is open.")
            return None
        form = CloseForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            actor, resolution = request.user.get_username(), form.cleaned_data["resolution"]
            closed = [(case, close_case(case, actor=actor, resolution=resolution)) for case in cases]
            say_results(
                request,
                [Said(ok, f"{'Closed' if ok else 'Had been closed before'}: {case.summary}") for case, ok in closed],
            )
            return None
        explanation = "They get the same reason. What failed stays as it is."
        return self._ask_for(request, cases, "close_selected", f"Close {_counted(cases, 'case')}", explanation, form)

    def _selected(self, request: HttpRequest) -> list[ExceptionCase]:
        marked = request.POST.getlist(ACTION_CHECKBOX_NAME)[:BULK]
        return list(ExceptionCase.objects.filter(pk__in=marked, status=CaseStatus.OPEN))

    def _case(self, object_id: UUID | None) -> ExceptionCase:
        rows = ExceptionCase.objects.select_related(
            "partner", "file", "interchange", "group", "document__file", "document__group__interchange"
        )
        case = rows.filter(pk=object_id).first() if object_id else None
        if case is None:
            raise Http404("There is no such case.")
        return case

    def _open(self, request: HttpRequest, object_id: UUID) -> ExceptionCase:
        if not self.has_resolve_permission(request):
            raise PermissionDenied
        return self._case(object_id)

    def _url(self, case: ExceptionCase) -> str:
        return reverse("admin:transactions_exceptioncase_change", args=[case.pk])

    def _ask(
        self, request: HttpRequest, case: ExceptionCase, verb: str, explanation: str, form: forms.Form | None = None
    ) -> HttpResponse:
        return action_page(
            self,
            request,
            title=f"{verb}: {case.summary}",
            submit=verb,
            form=form,
            original=case,
            back=self._url(case),
            explanation=explanation,
        )

    def _ask_for(
        self,
        request: HttpRequest,
        cases: list[ExceptionCase],
        action: str,
        title: str,
        explanation: str,
        form: forms.Form | None = None,
    ) -> HttpResponse:
        return action_page(
            self,
            request,
            title=title,
            submit=title.split()[0],
            form=form,
            back=request.get_full_path(),
            explanation=explanation,
            hidden=[("action", action), *((ACTION_CHECKBOX_NAME, str(case.pk)) for case in cases)],
            rows=[case.summary for case in cases],
        )
