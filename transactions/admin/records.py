"""Records behind the documents: attempts, events, work units, claims."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin
from config.core.admin.columns import milliseconds, short_id, when
from config.core.admin.filters import SinceFilter
from transactions.admin import badges
from transactions.admin.json_text import pretty
from transactions.models import Attempt, DuplicateClaim, Event, WorkUnit


@admin.register(Attempt)
class AttemptAdmin(TrafficAdmin):
    list_display = (
        "key",
        "document",
        "number",
        "outcome_label",
        "errors",
        "warnings",
        "mapping_version",
        "duration",
        "started",
    )
    list_filter = (SinceFilter, "outcome")
    search_help_text = "Attempt's or document's id"
    fields = (
        "document", "number", "mapping_version", "outcome", ("errors", "warnings"), "findings_text", "internal_error",
        "started_at", "duration",
    )  # fmt: skip
    readonly_fields = ("findings_text", "duration")
    ordering = ("-id",)
    found_by = ("pk", "document_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        return (
            super()
            .get_queryset(request)
            .select_related("document", "mapping_version__mapping")
            .defer("mapping_version__declaration")
        )

    @display(description="attempt")
    def key(self, attempt: Attempt) -> SafeString:
        return short_id(attempt.pk)

    @display(description="outcome", label=badges.DOCUMENT)
    def outcome_label(self, attempt: Attempt) -> str:
        return attempt.get_outcome_display()

    @display(description="time spent")
    def duration(self, attempt: Attempt) -> str:
        return milliseconds(attempt.microseconds)

    @display(description="started")
    def started(self, attempt: Attempt) -> SafeString | str:
        return when(attempt.started_at)

    @display(description="findings")
    def findings_text(self, attempt: Attempt) -> SafeString:
        return pretty(attempt.findings)


@admin.register(Event)
class EventAdmin(TrafficAdmin):
    list_display = ("moment", "verb_label", "file", "document_key", "actor", "facts")
    list_filter = (SinceFilter,)
    search_help_text = "Correlation id or document's id"
    fields = ("at", "verb", "actor", "file", "document_id", "data_text")
    readonly_fields = ("data_text",)
    list_select_related = ("file",)
    ordering = ("-id",)
    found_by = ("file_id", "document_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).select_related("file").defer("file__findings")

    @display(description="at")
    def moment(self, event: Event) -> SafeString | str:
        return when(event.at)

    @display(description="event")
    def verb_label(self, event: Event) -> str:
        return event.get_verb_display()

    @display(description="document")
    def document_key(self, event: Event) -> SafeString | str:
        return short_id(event.document_id) if event.document_id else "–"

    @display(description="facts")
    def facts(self, event: Event) -> str:
        return ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in event.data.items())[:120]

    @display(description="data")
    def data_text(self, event: Event) -> SafeString:
        return pretty(event.data)


@admin.register(WorkUnit)
class WorkUnitAdmin(TrafficAdmin):
    list_display = ("unit", "file", "state_label", "set_id", "documents", "partner", "lane", "attempts", "changed")
    list_filter = (SinceFilter, "state", "lane")
    search_help_text = "Correlation id or unit's id"
    exclude: ClassVar = ["spans", "held_for", "lease_token"]
    readonly_fields = ("held_text",)
    ordering = ("-id",)
    found_by = ("pk", "file_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkUnit]:
        return (
            super()
            .get_queryset(request)
            .select_related("file", "partner", "group", "agreement__partner")
            .defer("file__findings", "group__header", "group__findings")
        )

    @display(description="unit")
    def unit(self, unit: WorkUnit) -> str:
        return f"#{unit.ordinal}"

    @display(description="state", label=badges.UNIT)
    def state_label(self, unit: WorkUnit) -> str:
        return unit.get_state_display()

    @display(description="documents")
    def documents(self, unit: WorkUnit) -> int:
        return len(unit.spans)

    @display(description="changed")
    def changed(self, unit: WorkUnit) -> SafeString | str:
        return when(unit.changed_at)

    @display(description="held for")
    def held_text(self, unit: WorkUnit) -> SafeString | str:
        return pretty(unit.held_for) if unit.held_for else "–"


@admin.register(DuplicateClaim)
class DuplicateClaimAdmin(TrafficAdmin):
    list_display = ("scope", "short_digest", "holder", "file", "claimed")
    list_filter = ("scope",)
    search_help_text = "Correlation id or holder's id"
    ordering = ("-id",)
    found_by = ("file_id", "holder")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DuplicateClaim]:
        return super().get_queryset(request).select_related("file").defer("file__findings")

    @display(description="digest")
    def short_digest(self, claim: DuplicateClaim) -> SafeString:
        return format_html('<code title="{}">{}…</code>', claim.digest, claim.digest[:12])

    @display(description="since")
    def claimed(self, claim: DuplicateClaim) -> SafeString | str:
        return when(claim.at)
