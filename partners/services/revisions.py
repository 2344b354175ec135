"""Which revision of a record is the newest?"""

from typing import Any

from django.db.models import Model, OuterRef, QuerySet, Subquery


def revision_of(record: Any) -> str:
    """Of a record with history: grows with every save, wherever it was made. "" before the first."""
    return str(record.history.order_by("-history_id").values_list("history_id", flat=True).first() or "")


class Outdated(Exception):
    """Somebody saved it after this revision was read. newest: the revision there is now."""

    def __init__(self, newest: str) -> None:
        super().__init__("Somebody saved it meanwhile. Read it again.")
        self.newest = newest


def refuse_outdated(stored: Any, revision: str | None) -> None:
    """For a locked row. revision: which one something was decided on; None = whichever. Raises Outdated."""
    if revision is not None and (newest := revision_of(stored)) != revision:
        raise Outdated(newest)


def with_revision(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows, each with its newest `revision`, in the same query."""
    model: type[Model] = rows.model
    kept: Any = model.history.model  # type: ignore[attr-defined]  # made by simple-history
    newest = kept.objects.filter(**{model._meta.pk.name: OuterRef("pk")}).order_by("-history_id")
    return rows.annotate(revision=Subquery(newest.values("history_id")[:1]))
