"""Filters of the list of onboarding cases."""

from typing import Any

from django.contrib.admin import RelatedOnlyFieldListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import DropdownFilter, RelatedDropdownFilter

from partners.models import OnboardingCase


class ClosedFilter(DropdownFilter):
    """Whether a case is under way."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("closed", "Closed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OnboardingCase]) -> QuerySet[OnboardingCase]:
        if self.value() == "open":
            return queryset.filter(closed_at=None)
        return queryset.exclude(closed_at=None) if self.value() == "closed" else queryset


class NamedFilter(RelatedOnlyFieldListFilter, RelatedDropdownFilter):
    """Those that some case names, and no other."""
