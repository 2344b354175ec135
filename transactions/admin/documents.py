"""Documents and their canonical forms."""

import json
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin, is_list
from config.core.admin.columns import when
from config.core.admin.filters import PeriodFilter, SinceFilter, of_values
from config.core.admin.pages import action_page, require
from config.core.downloads import file_name, send_bytes, stream_blob
from partners.models import Agreement
from transactions.admin import badges
from transactions.admin.bulk import BULK, named, say_results
from transactions.admin.document_page import document_context, document_of
from transactions.admin.export import DOCUMENT_HEADER, csv_response, document_cells
from transactions.admin.json_text import pretty
from transactions.admin.lineage_page import lineage_context, lineage_json, page_of, revisions_context
from transactions.models import CanonicalDocument, Document
from transactions.services.document_source import document_source
from transactions.services.find import find_canonicals, find_documents
from transactions.services.present_order import money
from transactions.services.reprocess import reprocess


def _kinds() -> list[tuple[str, str]]:
    """What partners have agreed to send: every document has the kind of its agreement."""
    kinds = Agreement.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, kind.replace("-", " ").capitalize()) for kind in kinds]


FormatFilter = of_values("format", "format", badges.FORMATS)
KindFilter = of_values("kind", "kind", _kinds)


@admin.register(Document)
class DocumentAdmin(TrafficAdmin):
    list_display = (
        "name", "partner_text", "outcome_label", "total_text", "faults", "version_text", "stage_label", "received",
    )  # fmt: skip
    list_filter = (
        SinceFilter, ("partner", AutocompleteSelectFilter), "outcome", "stage", "environment", FormatFilter, KindFilter,
        PeriodFilter,
    )  # fmt: skip
    search_help_text = "Business key, control number, id or partner code"
    ordering = ("-id",)
    actions = ("reprocess_selected",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return super().get_queryset(request).select_related("partner")

    def find(self, queryset: QuerySet[Document], term: str) -> QuerySet[Document]:
        return find_documents(queryset, term)

    def has_reprocess_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("transactions.reprocess_document")

    @display(description="document")
    def name(self, document: Document) -> str:
        return str(document)

    @display(description="partner")
    def partner_text(self, document: Document) -> SafeString | str:
        return badges.with_test(str(document.partner or "–"), document.environment)

    @display(description="version")
    def version_text(self, document: Document) -> str:
        return document.version or "–"

    @display(description="outcome", label=badges.DOCUMENT)
    def outcome_label(self, document: Document) -> str:
        return document.get_outcome_display()

    @display(description="stage")
    def stage_label(self, document: Document) -> str:
        return document.get_stage_display()

    @display(description="total")
    def total_text(self, document: Document) -> str:
        return "–" if document.total is None else money(str(document.total), document.currency)

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
            path("export/", page(self.export), name="transactions_document_export"),
            path("<uuid:object_id>/download/", page(self.download), name="transactions_document_download"),
            path("<uuid:object_id>/canonical.json", page(self.canonical), name="transactions_document_canonical"),
            path("<uuid:object_id>/source.txt", page(self.readable), name="transactions_document_readable"),
            path("<uuid:object_id>/lineage/", page(self.lineage), name="transactions_document_lineage"),
            path("<uuid:object_id>/lineage.json", page(self.lineage_json), name="transactions_document_lineage_json"),
            path("<uuid:object_id>/revisions/", page(self.revisions), name="transactions_document_revisions"),
            path("<uuid:object_id>/reprocess/", page(self.reprocess_one), name="transactions_document_reprocess"),
            *super().get_urls(),
        ]

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        if not request.user.has_perm("transactions.export_document"):
            return {}
        query = request.GET.urlencode()
        return {"export_url": reverse("admin:transactions_document_export") + (f"?{query}" if query else "")}

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list with its filters, as CSV."""
        require(request, "transactions.export_document")
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:transactions_document_changelist") + "?e=1")
        return csv_response(rows, DOCUMENT_HEADER, document_cells, "documents")

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
                **document_context(document, request.user, page_of(request, "source"), page_of(request, "lines")),
                "opts": self.opts,
                "original": document,
                "title": str(document),
                "is_fullwidth": "1",
                "outcome_variant": badges.DOCUMENT.get(document.get_outcome_display(), ""),
                "verdict_variant": badges.VERDICT.get(document.get_verdict_display(), ""),
                "can_reprocess": self.has_reprocess_permission(request),
            },
        )

    def download(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """Just this document's bytes, ST to SE."""
        require(request, "transactions.download_raw")
        document = self._visible(request, object_id)
        name = file_name(document.set_id, document.business_key or document.control_number)
        try:
            return stream_blob(document.file.sha256, name, offset=document.offset, length=document.length)
        except FileNotFoundError:
            raise Http404("The storage does not have these bytes.") from None

    def readable(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """The source for reading, secrets masked: for those who may see its page and not its bytes."""
        document = self._visible(request, object_id)
        name = file_name(document.set_id, document.business_key or document.control_number, extension="txt")
        try:
            return send_bytes(document_source(document).content, name)
        except FileNotFoundError:
            raise Http404("The storage does not have these bytes.") from None

    def lineage(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Each value with its place and its rule, as a table."""
        document = self._visible(request, object_id)
        return self._about(request, "lineage", document, lineage_context(document, request))

    def lineage_json(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The same for the script of the document's page."""
        return lineage_json(self._visible(request, object_id), page_of(request, "source"), page_of(request, "lines"))

    def revisions(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """What changed between two canonical forms of the document."""
        document = self._visible(request, object_id)
        return self._about(request, "revisions", document, revisions_context(document, request))

    def _about(self, request: HttpRequest, name: str, document: Document, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "original": document}
        title = f"{document}: {'where values come from' if name == 'lineage' else 'revisions'}"
        context = {**shared, "title": title, "is_fullwidth": "1", **context}
        return TemplateResponse(request, f"admin/onramp/{name}.html", context)

    def canonical(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The current canonical form, as it is stored."""
        require(request, "transactions.download_canonical")
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
