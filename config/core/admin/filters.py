"""Filters of large lists: those that an index answers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from config.core.ids import earliest_uuid7


class SinceFilter(DropdownFilter):
    """Since when. The key of a traffic row begins with its time, so its primary key answers."""

    title = "received"
    parameter_name = "since"
    WINDOWS = (
        ("1h", "Last hour", 1),
        ("24h", "Last 24 hours", 24),
        ("7d", "Last 7 days", 168),
        ("30d", "Last 30 days", 720),
    )

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, label) for key, label, _ in self.WINDOWS]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        hours = {key: hours for key, _, hours in self.WINDOWS}.get(self.value() or "")
        if hours is None:
            return queryset
        return queryset.filter(pk__gte=earliest_uuid7(timezone.now() - timedelta(hours=hours)))


def of_values(field: str, title: str, values: Sequence[tuple[str, str]]) -> type[DropdownFilter]:
    """A filter of a text column by these values and labels; the admin's own would read all values of the table."""

    class ValuesFilter(DropdownFilter):
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return list(values)

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            return queryset.filter(**{field: self.value()}) if self.value() else queryset

    ValuesFilter.title = title
    return ValuesFilter
