"""What a declaration says to write beside the values that its rules read (`rules.outbound_reader`)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from mappings.engine.rules.declaration import Supply
from mappings.engine.rules.paths import FieldFilter
from mappings.engine.rules.values import plain

Body = Mapping[str, Any]


def text_of(entry: Supply, body: Body, envelope: Mapping[str, str]) -> str:
    """The text that an entry gives wherever it is written; "" for none, and for a sum, which each place has its own."""
    if entry.constant:
        return entry.constant
    if entry.envelope:
        return envelope.get(entry.envelope, "")
    return _field(entry, body)


def total(texts: Sequence[str]) -> str:
    """The sum of numbers; "" where there are none, or one is no number."""
    try:
        return plain(sum(map(Decimal, texts), Decimal(0))) if texts else ""
    except InvalidOperation:
        return ""


def _field(entry: Supply, body: Body) -> str:
    found: Any = body
    for step in entry.field:
        found = found.get(step.name) if isinstance(found, dict) else None
        if isinstance(found, list):
            found = next((item for item in found if all(_passes(item, one) for one in step.filters)), None)
    if found is None or not entry.field:
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found)


def _passes(item: Body, one: FieldFilter) -> bool:
    if one.absent or not one.value:
        return (one.field in item) is not one.absent
    return item.get(one.field) == one.value
