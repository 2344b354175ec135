"""Interchanges, functional groups, and the acknowledgments that answer them."""

from typing import ClassVar
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin, is_list
from config.core.admin.columns import when
from config.core.admin.filters import SinceFilter, of_values
from config.core.downloads import file_name, send_bytes
from transactions.admin import badges
from transactions.admin.json_text import pretty
from transactions.models import Acknowledgment, FunctionalGroup, Interchange
from transactions.services.find import find_acknowledgments, find_groups, find_interchanges
from transactions.services.segments import lines_of


@admin.register(Interchange)
class InterchangeAdmin(TrafficAdmin):
    list_display = (
        "name",
        "partner",
        "environment",
        "sender",
        "receiver",
        "state_label",
        "has_errors",
        "file",
        "received",
    )
    list_filter = (SinceFilter, "state", "has_errors", "environment", ("partner", AutocompleteSelectFilter))
    search_help_text = "ISA13, correlation id or partner code"
    exclude: ClassVar = ["header", "delimiters", "findings"]
    readonly_fields = ("header_text", "delimiters_text", "findings_text")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interchange]:
        return super().get_queryset(request).select_related("partner", "file").defer("file__findings")

    def find(self, queryset: QuerySet[Interchange], term: str) -> QuerySet[Interchange]:
        return find_interchanges(queryset, term)

    @display(description="interchange")
    def name(self, interchange: Interchange) -> str:
        return interchange.control_number

    @display(description="state", label=badges.INTERCHANGE)
    def state_label(self, interchange: Interchange) -> str:
        return interchange.get_state_display()

    @display(description="received")
    def received(self, interchange: Interchange) -> SafeString | str:
        return when(interchange.file.received_at)

    @display(description="header")
    def header_text(self, interchange: Interchange) -> SafeString:
        return pretty(interchange.header)

    @display(description="delimiters")
    def delimiters_text(self, interchange: Interchange) -> SafeString:
        return pretty(interchange.delimiters)

    @display(description="findings")
    def findings_text(self, interchange: Interchange) -> SafeString:
        return pretty(interchange.findings)


@admin.register(FunctionalGroup)
class FunctionalGroupAdmin(TrafficAdmin):
    list_display = ("name", "functional_id", "version", "set_count", "has_errors", "interchange", "file", "documents")
    list_filter = (SinceFilter, "has_errors")
    search_help_text = "GS06, ISA13 or correlation id"
    exclude: ClassVar = ["header", "findings"]
    readonly_fields = ("header_text", "findings_text", "documents")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FunctionalGroup]:
        return (
            super()
            .get_queryset(request)
            .select_related("interchange", "file")
            .defer("file__findings", "interchange__findings", "interchange__header")
        )

    def find(self, queryset: QuerySet[FunctionalGroup], term: str) -> QuerySet[FunctionalGroup]:
        return find_groups(queryset, term)

    @display(description="group")
    def name(self, group: FunctionalGroup) -> str:
        return group.control_number

    @display(description="documents")
    def documents(self, group: FunctionalGroup) -> SafeString:
        url = reverse("admin:transactions_document_changelist")
        return format_html('<a class="or-link" href="{}?group__id__exact={}">documents</a>', url, group.pk)

    @display(description="header")
    def header_text(self, group: FunctionalGroup) -> SafeString:
        return pretty(group.header)

    @display(description="findings")
    def findings_text(self, group: FunctionalGroup) -> SafeString:
        return pretty(group.findings)


KindFilter = of_values("kind", "kind", [("997", "997"), ("999", "999"), ("TA1", "TA1")])
VerdictFilter = of_values("verdict", "verdict", list(badges.ACKNOWLEDGED.items()))


@admin.register(Acknowledgment)
class AcknowledgmentAdmin(TrafficAdmin):
    list_display = ("name", "partner", "environment", "verdict_label", "answers", "file", "made", "way")
    list_filter = (SinceFilter, KindFilter, VerdictFilter, "environment", ("partner", AutocompleteSelectFilter))
    search_help_text = "ISA13 that it answers, correlation id or partner code"
    exclude: ClassVar = ["content"]
    readonly_fields = ("text", "download_link")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Acknowledgment]:
        rows = (
            super()
            .get_queryset(request)
            .select_related("partner", "file", "interchange", "group", "connection")
            .defer("file__findings", "interchange__findings", "interchange__header", "group__findings", "group__header")
        )
        return rows.defer("content") if is_list(request) else rows

    def find(self, queryset: QuerySet[Acknowledgment], term: str) -> QuerySet[Acknowledgment]:
        return find_acknowledgments(queryset, term)

    @display(description="acknowledgment")
    def name(self, acknowledgment: Acknowledgment) -> str:
        return str(acknowledgment)

    @display(description="verdict", label=badges.ACKNOWLEDGMENT)
    def verdict_label(self, acknowledgment: Acknowledgment) -> str:
        return badges.acknowledged(acknowledgment.verdict)[0]

    @display(description="answers")
    def answers(self, acknowledgment: Acknowledgment) -> str:
        return str(acknowledgment.group or acknowledgment.interchange)

    @display(description="sent")
    def made(self, acknowledgment: Acknowledgment) -> SafeString | str:
        return when(acknowledgment.created_at)

    @display(description="goes by")
    def way(self, acknowledgment: Acknowledgment) -> str:
        if acknowledgment.connection is None:
            return "–"
        waits = ", waits" if acknowledgment.is_to_deliver else ""
        return f"{acknowledgment.connection.get_protocol_display()}{waits}"

    @display(description="segments")
    def text(self, acknowledgment: Acknowledgment) -> SafeString:
        return format_html(
            '<pre class="or-code" tabindex="0" aria-label="Segments">{}</pre>',
            "\n".join(lines_of(bytes(acknowledgment.content))),
        )

    @display(description="bytes")
    def download_link(self, acknowledgment: Acknowledgment) -> SafeString:
        url = reverse("admin:transactions_acknowledgment_download", args=[acknowledgment.pk])
        return format_html('<a class="or-link" href="{}">Download</a>', url)

    def get_urls(self) -> list[URLPattern]:
        download = self.admin_site.admin_view(self.download)
        return [
            path("<uuid:object_id>/download/", download, name="transactions_acknowledgment_download"),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """The bytes that were sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        acknowledgment = Acknowledgment.objects.filter(pk=object_id).first()
        if acknowledgment is None:
            raise Http404("There is no such acknowledgment.")
        return send_bytes(bytes(acknowledgment.content), file_name(acknowledgment.kind, acknowledgment.control_number))
