"""The filter of the list of agreements by how their approvals stand."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from partners.models import Agreement, AgreementStatus


class ApprovalFilter(DropdownFilter):
    """How an agreement stands with its approval."""

    title = "approval"
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("covered", "Covers it"),
            ("lost", "Does not cover it any more"),
            ("held", "Documents are held for it"),
            ("none", "Live, never approved"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Agreement]) -> QuerySet[Agreement]:
        approved = Q(coverage__approval__isnull=False)
        meant = {
            "covered": approved & Q(coverage__lost=[]),
            "lost": approved & ~Q(coverage__lost=[]),
            "held": Q(status=AgreementStatus.LIVE, coverage__hold_from__lte=timezone.now()),
            "none": ~approved & Q(status=AgreementStatus.LIVE),
        }
        return queryset.filter(meant[self.value()]) if self.value() in meant else queryset
