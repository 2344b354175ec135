"""Pages of the newest rows, walked by id: no table is counted and no page shifts."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from transactions.services.find import as_uuid

SIZE = 25


class KeysetPage(NamedTuple):
    """rows: newest first. newer, older: query strings of the pages beside this one, "" at the ends."""

    rows: list[Any]
    newer: str
    older: str


def keyset_page(rows: QuerySet[Any], params: QueryDict, size: int = SIZE) -> KeysetPage:
    """The page that `before` or `after` (an id) names, else the first one. Reads one row more than it shows."""
    before, after = _cursor(params, "before"), _cursor(params, "after")
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        has_newer, has_older = len(found) > size, True
        shown = found[:size][::-1]
    else:
        found = list((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[: size + 1])
        has_newer, has_older = before is not None, len(found) > size
        shown = found[:size]
    if not shown:
        return KeysetPage([], "", "")
    return KeysetPage(
        shown,
        _query(params, after=shown[0].pk) if has_newer else "",
        _query(params, before=shown[-1].pk) if has_older else "",
    )


def _cursor(params: QueryDict, name: str) -> UUID | None:
    return as_uuid(params.get(name, ""))


def _query(params: QueryDict, **cursor: UUID) -> str:
    query = params.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    for name, pk in cursor.items():
        query[name] = str(pk)
    return query.urlencode()
