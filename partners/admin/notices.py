"""What people were told by e-mail, for reading."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin
from config.core.admin.columns import when
from partners.models import Notice


@admin.register(Notice)
class NoticeAdmin(TrafficAdmin):
    """Written by services.notify; nobody changes one here."""

    nothing_yet = (
        "Written when an approval does not cover an agreement any more, when documents are held, or when tasks are due."
    )
    list_display = ("subject", "kind", "sent", "told")
    list_display_links = ("subject",)
    list_filter = ("kind",)
    list_select_related = ("agreement",)
    ordering = ("-pk",)
    search_help_text = "Code of a partner"
    fields = ("subject", "kind", "agreement", "told", "sent", "readers", "failure", "message")
    readonly_fields = ("told", "sent", "readers", "message")

    def find(self, queryset: QuerySet, term: str) -> QuerySet:
        """Those about the agreements of a partner."""
        return queryset.filter(agreement__partner__code=term.lower())

    @display(description="told")
    def told(self, notice: Notice) -> Any:
        return when(notice.at)

    @display(description="e-mail", label={"Sent": "success", "Nobody to write to": "warning", "Waits": "info"})
    def sent(self, notice: Notice) -> str:
        if not notice.to:
            return "Nobody to write to"
        if notice.sent_at is not None:
            return "Sent"
        return f"Failed {notice.attempts} times" if notice.failure else "Waits"

    @display(description="to")
    def readers(self, notice: Notice) -> str:
        return ", ".join(notice.to) or "No owner and no approver has an e-mail address."

    @display(description="text")
    def message(self, notice: Notice) -> SafeString:
        return format_html('<pre class="or-mail">{}</pre>', notice.text)
