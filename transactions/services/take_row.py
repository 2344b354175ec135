"""Lock a row without waiting: what another has locked is in good hands."""

from typing import Any

from django.db.models import QuerySet


def take_row(rows: QuerySet[Any]) -> bool:
    """Lock the row until the caller's transaction ends. False when it is gone, changed, or locked by another.

    rows: one row, by its key and by what is expected of it. SQLite has one writer at a time and needs no lock.
    """
    return bool(rows.select_for_update(no_key=True, skip_locked=True).order_by().values_list("pk"))
