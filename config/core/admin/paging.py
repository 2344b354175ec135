"""Pages of large tables without COUNT(*)."""

from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet

LAST_PAGE = 200


class UncountedPage:
    """One page of a queryset, and whether another follows: it reads one row more than it shows.

    Pages end at LAST_PAGE, since an offset reads all the rows before it; a filter or a search leads further.
    """

    template_name = "admin/onramp/pagination.html"
    num_pages = LAST_PAGE

    def __init__(self, queryset: QuerySet, *, number: int, per_page: int) -> None:
        if not 1 <= number <= LAST_PAGE:
            raise IncorrectLookupParameters(f"Pages go from 1 to {LAST_PAGE}.")
        self.number = number
        self.per_page = per_page
        start = (number - 1) * per_page
        rows: list[Any] = list(queryset[start : start + per_page + 1])
        self.rows = rows[:per_page]
        self.has_next = len(rows) > per_page and number < LAST_PAGE
        self.is_cut = len(rows) > per_page and number == LAST_PAGE
        self.first = start + 1 if self.rows else 0
        self.last = start + len(self.rows)
