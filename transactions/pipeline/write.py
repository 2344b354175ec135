"""Write many rows at once: COPY on PostgreSQL, bulk_create elsewhere.

PostgreSQL: with 5 KB of JSON a row the driver's quoting makes bulk_create slower than single saves; COPY is several
times as fast as both.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, models

BATCH = 500


def insert_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert the rows of one model in the current transaction. Raises IntegrityError when an id exists already."""
    if not rows:
        return
    if connection.vendor != "postgresql":
        model._default_manager.bulk_create(rows, batch_size=BATCH)
        return
    fields = model._meta.concrete_fields
    names = [(field.attname, _writer(field)) for field in fields]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    text = "".join(_line(row, names) for row in rows)
    with connection.cursor() as cursor, cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        copy.write(text)


def _line(row: models.Model, names: list[tuple[str, Callable[[Any], str]]]) -> str:
    values = ((getattr(row, name), write) for name, write in names)
    return "\t".join("\\N" if value is None else write(value) for value, write in values) + "\n"


def _writer(field: "models.Field[Any, Any]") -> Callable[[Any], str]:
    """How a value of this field is written in COPY's text format."""
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField | models.DateField):
        return _time
    if isinstance(field, models.CharField | models.TextField):
        return _text
    if isinstance(field, models.BooleanField):
        return lambda value: "t" if value else "f"
    return _plain


def _text(value: str) -> str:
    """Escape as COPY's text format wants it (PostgreSQL manual, COPY, "Text Format")."""
    value = str(value)
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\t" in value or "\n" in value or "\r" in value:
        value = value.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return value


def _json(value: object) -> str:
    return _text(msgspec.json.encode(value).decode())


def _time(value: datetime | date) -> str:
    return value.isoformat()


def _plain(value: int | UUID | Decimal) -> str:
    return str(value)
