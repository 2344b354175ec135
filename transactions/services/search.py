"""One search over everything: which files, documents, envelopes, answers, cases and partners a term names."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Model, QuerySet

from config.core.counts import Counted, capped_count
from transactions.models import Document, ExceptionCase
from transactions.services import find
from transactions.services.find import Route, Term

SHOWN = 10  # rows of a kind
COUNTED = 1_000  # beyond that "more than" is said
LONGEST = 255


class Kind(NamedTuple):
    """routes: ways to its rows; matching: all rows that the list of this kind shows for the same term."""

    name: str
    routes: Callable[[Term], list[Route]]
    matching: Callable[[QuerySet, str], QuerySet]


KINDS = (
    Kind("documents", find.document_routes, find.find_documents),
    Kind("files", find.file_routes, find.find_files),
    Kind("cases", find.case_routes, find.find_cases),
    Kind("interchanges", find.interchange_routes, find.find_interchanges),
    Kind("acknowledgments", find.acknowledgment_routes, find.find_acknowledgments),
    Kind("partners", find.partner_routes, find.find_partners),
)


class Hit(NamedTuple):
    """A row, and in words what of it was compared."""

    row: Any
    what: str


class Found(NamedTuple):
    """What was found of one kind, newest first. total: how many there are."""

    kind: str
    hits: list[Hit]
    total: Counted


def search(text: str, rows: Mapping[str, QuerySet]) -> list[Found]:
    """What a term names, by kind.

    text: at most LONGEST characters count. rows: for each name of a kind (`KINDS`) the rows that the person may see;
    kinds that are not in it are not searched. Kinds without a hit are left out. The number of queries does not depend
    on the number of rows.
    """
    term = Term(text[:LONGEST])
    if not term.text:
        return []
    found = [_found(kind, term, rows[kind.name]) for kind in KINDS if kind.name in rows]
    return [part for part in found if part.hits]


def the_one(found: list[Found], text: str) -> Model | None:
    """The row to go to at once: the one that has the id, or the only one; a document's own cases count with it."""
    if key := Term(text).key:
        for part in found:
            for hit in part.hits:
                if hit.row.pk == key:
                    return hit.row
    rows = [hit.row for part in found for hit in part.hits]
    others = [row for row in rows if not isinstance(row, Document)]
    if len(rows) - len(others) == 1:
        document = next(row for row in rows if isinstance(row, Document))
        if all(isinstance(row, ExceptionCase) and row.document_id == document.pk for row in others):
            return document
    return rows[0] if len(rows) == 1 else None


def _found(kind: Kind, term: Term, rows: QuerySet) -> Found:
    what: dict[UUID | int, str] = {}
    for route in kind.routes(term):
        for key in rows.filter(route.where).order_by("-pk").values_list("pk", flat=True)[: SHOWN + 1]:
            what.setdefault(key, route.what)
    newest = sorted(what, reverse=True)
    by_key = rows.in_bulk(newest[:SHOWN])
    hits = [Hit(by_key[key], what[key]) for key in newest[:SHOWN] if key in by_key]
    if len(newest) <= SHOWN:
        return Found(kind.name, hits, Counted(len(hits)))
    return Found(kind.name, hits, capped_count(kind.matching(rows, term.text), COUNTED))
