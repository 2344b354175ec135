"""Filters of large lists: those that an index answers."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
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


class PeriodFilter(admin.ListFilter):
    """From one minute to another (UTC), by the primary key, which begins with its time. Either end may be open."""

    title = "received between"
    template = "admin/onramp/period_filter.html"
    PARAMETERS = ("from", "to")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        for name in self.PARAMETERS:
            value = params.pop(name, [""])
            self.used_parameters[name] = value[-1] if isinstance(value, list) else value

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.PARAMETERS)

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        yield {"from": self.used_parameters["from"], "to": self.used_parameters["to"]}

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        start, end = (self._instant(name) for name in self.PARAMETERS)
        if start:
            queryset = queryset.filter(pk__gte=earliest_uuid7(start))
        return queryset.filter(pk__lt=earliest_uuid7(end)) if end else queryset

    def _instant(self, name: str) -> datetime | None:
        value = str(self.used_parameters[name])
        if not value:
            return None
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            raise IncorrectLookupParameters(f"{value} is no date and time.") from None
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


Values = Sequence[tuple[str, str]]


def of_values(field: str, title: str, values: Values | Callable[[], Values]) -> type[DropdownFilter]:
    """A filter of a text column by these values and labels; the admin's own would read all values of the table.

    values: the pairs, or a function that looks them up in a small table.
    """

    class ValuesFilter(DropdownFilter):
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return list(values() if callable(values) else values)

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            return queryset.filter(**{field: self.value()}) if self.value() else queryset

    ValuesFilter.title = title
    return ValuesFilter
