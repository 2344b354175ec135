"""The chain of decisions, for reading."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from config.core.admin.bases import TrafficAdmin, UncountedChangeList
from config.core.admin.columns import when
from config.core.models import AuditEntry

KEYS = {"partner": "code", "user": "username"}
"""By which column a subject names a row, where that is not its number."""
_SUBJECT = re.compile(r"(?P<kind>[a-z ]+) (?P<key>\S+?)(?::|$)")


def named_subjects(site: admin.AdminSite, request: HttpRequest, entries: Iterable[AuditEntry]) -> None:
    """Give each entry `about`: the row that it was decided about, by its name, with a link for who may see it.

    One query for each kind of row. What is gone has the name that was kept with the decision.
    """
    models = {str(model._meta.verbose_name): model for model in site._registry}
    by_kind: dict[str, dict[str, list[AuditEntry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        name = entry.data.get("name", "") if isinstance(entry.data, dict) else ""
        entry.about = _with_name(entry.subject, str(name))  # type: ignore[attr-defined]
        match = _SUBJECT.match(entry.subject)
        if match and match["kind"] in models and (match["kind"] in KEYS or match["key"].isdecimal()):
            by_kind[match["kind"]][match["key"]].append(entry)
    for kind, by_key in by_kind.items():
        model, column = models[kind], KEYS.get(kind, "pk")
        if site._registry[model].has_view_permission(request):
            for row in model._default_manager.select_related().filter(**{f"{column}__in": list(by_key)}):
                for entry in by_key[str(getattr(row, column))]:
                    entry.about = _with_name(entry.subject, str(row), row)  # type: ignore[attr-defined]


def _with_name(subject: str, name: str, row: Model | None = None) -> SafeString | str:
    if not name:
        return subject
    if row is not None:
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        name = format_html('<a class="or-link" href="{}">{}</a>', url, name)
    return format_html('{} <span class="or-quiet">{}</span>', name, subject)


class DecisionList(UncountedChangeList):
    """The list, with the names of what was decided about."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        named_subjects(self.model_admin.admin_site, request, self.result_list)


@admin.register(AuditEntry)
class AuditEntryAdmin(TrafficAdmin):
    """Written by config.core.audit; nobody changes it here, and `manage.py verify_audit` finds who did elsewhere."""

    list_display = ("number", "verb", "about", "actor", "decided")
    list_display_links = ("number", "verb")
    ordering = ("-number",)
    search_help_text = "Subject, such as “partner acme”, or actor"
    fields = ("number", "at", "verb", "about", "actor", "data", "previous", "digest")
    readonly_fields = ("about",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DecisionList]:
        return DecisionList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> AuditEntry | None:
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            named_subjects(self.admin_site, request, [entry])
        return entry

    def find(self, queryset: QuerySet, term: str) -> QuerySet:
        return queryset.filter(Q(subject=term) | Q(actor=term))

    @display(description="subject")
    def about(self, entry: AuditEntry) -> SafeString | str:
        return entry.about  # type: ignore[attr-defined]  # named_subjects gave it

    @display(description="decided")
    def decided(self, entry: AuditEntry) -> Any:
        return when(entry.at)
