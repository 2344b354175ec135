"""The chain of decisions, for reading."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin
from config.core.admin.columns import when
from config.core.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(TrafficAdmin):
    """Written by config.core.audit; nobody changes it here, and `manage.py verify_audit` finds who did elsewhere."""

    list_display = ("number", "verb", "subject", "actor", "decided")
    list_display_links = ("number", "verb")
    ordering = ("-number",)
    search_help_text = "Subject, such as “partner acme”, or actor"
    fields = ("number", "at", "verb", "subject", "actor", "data", "previous", "digest")

    def find(self, queryset: QuerySet, term: str) -> QuerySet:
        return queryset.filter(Q(subject=term) | Q(actor=term))

    @display(description="decided")
    def decided(self, entry: AuditEntry) -> Any:
        return when(entry.at)
