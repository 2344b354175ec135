"""Count many things at once, each only so far."""

from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Key = TypeVar("Key", bound=Hashable)
CAP = 10_000  # a figure beyond it helps nobody, and counting on would read the table


class Counted(NamedTuple):
    """How many rows; `is_capped`: or more. As text: "0", "1,234", "10,000+"."""

    number: int
    is_capped: bool = False

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.is_capped else ''}"


def capped_counts(wanted: Mapping[Key, QuerySet], cap: int = CAP) -> dict[Key, Counted]:
    """How many rows each queryset has, all in one statement; each reads `cap` rows and one more at most.

    Give it querysets that an index answers: a condition that filters afterwards reads on until it has found so many.
    """
    statements: list[str] = []
    parameters: list[Any] = []
    keys: list[Key] = []
    counts: dict[Key, Counted] = {}
    for key, rows in wanted.items():
        counts[key] = Counted(0)
        try:
            statement, values = rows.order_by().values("pk")[: cap + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        keys.append(key)
        statements.append(f"(SELECT COUNT(*) FROM ({statement}) AS counted)")  # noqa: S608  # written by the ORM
        parameters += values
    if not keys:
        return counts
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(statements)}", parameters)
        numbers = cursor.fetchone() or ()
    for key, number in zip(keys, numbers, strict=True):
        counts[key] = Counted(min(number, cap), number > cap)
    return counts


def capped_count(rows: QuerySet, cap: int = CAP) -> Counted:
    """How many rows one queryset has, of which `cap` and one more are read at most."""
    found = rows.order_by().values("pk")[: cap + 1].count()
    return Counted(min(found, cap), found > cap)


def total_of(counts: list[Counted]) -> Counted:
    """The sum; capped when one of them is."""
    return Counted(sum(count.number for count in counts), any(count.is_capped for count in counts))
