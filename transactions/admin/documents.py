"""Documents and their canonical forms."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin, is_list
from config.core.admin.columns import when
from config.core.admin.filters import SinceFilter
from config.core.admin.pages import action_page
from transactions.admin import badges
from transactions.admin.bulk import BULK, named, say_results
from transactions.admin.document_page import document_context, document_of
from transactions.admin.downloads import file_name, stream_blob
from transactions.admin.json_text import pretty
from transactions.admin.order_view import money
from transactions.models import CanonicalDocument, Document
from transactions.services.find import find_canonicals, find_documents
from transactions.services.reprocess import reprocess


@admin.register(Document)
class DocumentAdmin(TrafficAdmin):
    list_display = (
        "name", "partner", "environment", "outcome_label", "total", "faults", "version", "stage_label", "received",
    )  # fmt: skip
    list_filter = (SinceFilter, "outcome", "stage", "environment", ("partner", AutocompleteSelectFilter))
    search_help_text = "Business key, control number, id or partner code"
    ordering = ("-id",)
    actions = ("reprocess_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        current = CanonicalDocument.objects.filter(is_current=True).only("document_id", "total", "currency")
        return (
            super()
            .get_queryset(request)
            .select_related("partner")
            .prefetch_related(Prefetch("canonicals", queryset=current))
        )

    def find(self, queryset: QuerySet[Document], term: str) -> QuerySet[Document]:
        return find_documents(queryset, term)

    def has_reprocess_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("transactions.change_document")

    @display(description="document")
    def name(self, document: Document) -> str:
        return str(document)

    @display(description="outcome", label=badges.DOCUMENT)
    def outcome_label(self, document: Document) -> str:
        return document.get_outcome_display()

    @display(description="stage")
    def stage_label(self, document: Document) -> str:
        return document.get_stage_display()

    @display(description="total")
    def total(self, document: Document) -> str:
        canonical = next(iter(document.canonicals.all()), None)
        return (canonical and money(str(canonical.total or ""), canonical.currency)) or "–"

    @display(description="findings")
    def faults(self, document: Document) -> str:
        named = ((document.errors, "error"), (document.warnings, "warning"))
        return ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in named if count) or "–"

    @display(description="received")
    def received(self, document: Document) -> SafeString | str:
        return when(document.received_at)

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("<uuid:object_id>/download/", page(self.download), name="transactions_document_download"),
            path("<uuid:object_id>/canonical.json", page(self.canonical), name="transactions_document_canonical"),
            path("<uuid:object_id>/reprocess/", page(self.reprocess_one), name="transactions_document_reprocess"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one document."""
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        document = document_of(object_id) if _is_uuid(object_id) else None
        if document is None:
            raise Http404("There is no such document.")
        return TemplateResponse(
            request,
            "admin/onramp/document.html",
            {
                **self.admin_site.each_context(request),
                **document_context(document),
                "opts": self.opts,
                "original": document,
                "title": str(document),
                "is_fullwidth": "1",
                "outcome_variant": badges.DOCUMENT.get(document.get_outcome_display(), ""),
                "verdict_variant": badges.VERDICT.get(document.get_verdict_display(), ""),
                "can_reprocess": self.has_reprocess_permission(request),
                "can_resolve": request.user.has_perm("transactions.change_exceptioncase"),
            },
        )

    def download(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """Just this document's bytes, ST to SE."""
        document = self._visible(request, object_id)
        name = file_name(document.set_id, document.business_key or document.control_number)
        try:
            return stream_blob(document.file.sha256, name, offset=document.offset, length=document.length)
        except FileNotFoundError:
            raise Http404("The storage does not have these bytes.") from None

    def canonical(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The current canonical form, as it is stored."""
        document = self._visible(request, object_id)
        current = CanonicalDocument.objects.filter(document=document, is_current=True).first()
        if current is None:
            raise Http404("The document has no canonical form.")
        response = HttpResponse(current.body, content_type="application/json")
        name = file_name(document.kind, document.business_key, extension="json")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def reprocess_one(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Ask, then run the document through validation and mapping again."""
        if not self.has_reprocess_permission(request):
            raise PermissionDenied
        document = self._visible(request, object_id)
        back = reverse("admin:transactions_document_change", args=[document.pk])
        if request.method == "POST":
            say_results(request, named(reprocess([document.pk], actor=request.user.get_username())))
            return HttpResponseRedirect(back)
        return action_page(
            self,
            request,
            title=f"Reprocess {document}",
            submit="Reprocess",
            original=document,
            back=back,
            explanation="The stored bytes are validated and mapped again, by the mapping that the agreement uses now. "
            "The acknowledgment that was sent stays as it is.",
        )

    @admin.action(description="Reprocess selected documents", permissions=["reprocess"])
    def reprocess_selected(self, request: HttpRequest, queryset: QuerySet[Document]) -> HttpResponse | None:
        """Ask, then reprocess the marked rows of the page, and say what came of each."""
        ids = [UUID(value) for value in request.POST.getlist(ACTION_CHECKBOX_NAME)[:BULK]]
        if "confirmed" in request.POST:
            say_results(request, named(reprocess(ids, actor=request.user.get_username())))
            return None
        return action_page(
            self,
            request,
            title=f"Reprocess {len(ids)} documents",
            submit="Reprocess",
            back=request.get_full_path(),
            explanation="Each document is validated and mapped again. Acknowledgments that were sent stay as they are.",
            hidden=[("action", "reprocess_selected"), *((ACTION_CHECKBOX_NAME, str(pk)) for pk in ids)],
            rows=[str(document) for document in Document.objects.filter(pk__in=ids)],
        )

    def _visible(self, request: HttpRequest, object_id: UUID) -> Document:
        if not self.has_view_permission(request):
            raise PermissionDenied
        document = document_of(str(object_id))
        if document is None:
            raise Http404("There is no such document.")
        return document


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@admin.register(CanonicalDocument)
class CanonicalDocumentAdmin(TrafficAdmin):
    list_display = (
        "name",
        "document",
        "partner",
        "environment",
        "revision",
        "is_current",
        "amount",
        "line_count",
        "made",
    )
    list_filter = (SinceFilter, "is_current", "environment", ("partner", AutocompleteSelectFilter))
    search_help_text = "Business key, or id of the document"
    exclude = ("body",)
    readonly_fields = ("body_text",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CanonicalDocument]:
        rows = super().get_queryset(request).select_related("partner", "document")
        return rows.defer("body") if is_list(request) else rows

    def find(self, queryset: QuerySet[CanonicalDocument], term: str) -> QuerySet[CanonicalDocument]:
        return find_canonicals(queryset, term)

    @display(description="canonical form")
    def name(self, canonical: CanonicalDocument) -> str:
        return str(canonical)

    @display(description="total")
    def amount(self, canonical: CanonicalDocument) -> str:
        return money(str(canonical.total or ""), canonical.currency) or "–"

    @display(description="made")
    def made(self, canonical: CanonicalDocument) -> SafeString | str:
        return when(canonical.created_at)

    @display(description="body")
    def body_text(self, canonical: CanonicalDocument) -> SafeString:
        return pretty(json.loads(canonical.body, parse_float=str))
