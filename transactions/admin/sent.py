"""What we sent, and what its receivers say of it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin
from config.core.admin.columns import when
from config.core.admin.filters import SinceFilter
from transactions.admin import badges
from transactions.models import SentGroup, SentSet
from transactions.services.find import find_sent


class SentSets(TabularInline):
    """The documents of a group."""

    model = SentSet
    fields = ("ordinal", "set_id", "control_number", "reference", "outcome")
    readonly_fields = fields
    extra = 0
    can_delete = False
    verbose_name_plural = "documents"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever sees the group sees what is in it


@admin.register(SentGroup)
class SentGroupAdmin(TrafficAdmin):
    list_display = ("name", "partner", "environment", "answer", "sent", "due", "answered", "file")
    list_filter = (SinceFilter, "outcome", "environment", ("partner", AutocompleteSelectFilter))
    search_help_text = "ISA13 or GS06 of what we sent, number of a document in it, or correlation id"
    exclude: ClassVar = ["notes"]
    readonly_fields = ("notes_text",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SentGroup]:
        rows = super().get_queryset(request).select_related("partner", "file", "acknowledgment")
        return rows.defer("file__findings", "acknowledgment__content")

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Acknowledgments have no documents that anybody answers."""
        return [SentSets] if obj is not None and obj.sets.exists() else []

    def find(self, queryset: QuerySet[SentGroup], term: str) -> QuerySet[SentGroup]:
        return find_sent(queryset, term)

    @display(description="sent")
    def name(self, group: SentGroup) -> str:
        return str(group)

    @display(description="answer", label=badges.ANSWER)
    def answer(self, group: SentGroup) -> str:
        return group.get_outcome_display()

    @display(description="at")
    def sent(self, group: SentGroup) -> SafeString | str:
        return when(group.sent_at)

    @display(description="due")
    def due(self, group: SentGroup) -> str:
        return f"{group.due_at:%Y-%m-%d %H:%M}" if group.due_at else "–"

    @display(description="answered")
    def answered(self, group: SentGroup) -> SafeString | str:
        return when(group.answered_at) if group.answered_at else "–"

    @display(description="found wrong")
    def notes_text(self, group: SentGroup) -> str:
        return "; ".join(note.get("words") or f"code {note['code']}" for note in group.notes) or "–"
