"""What a declaration says to write beside the values that its rules read (`rules.outbound_reader`)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from mappings.engine.rules.declaration import Supply
from mappings.engine.rules.paths import FieldFilter, FieldStep
from mappings.engine.rules.values import plain

Body = Mapping[str, Any]


def text_of(entry: Supply, body: Body, envelope: Mapping[str, str], item: Body | None = None) -> str:
    """The text that an entry gives wherever it is written; "" for none, and for a sum, which each place has its own.

    item: the item that `field` is one of, where the entry is for items.
    """
    if entry.constant:
        return entry.constant
    if entry.envelope:
        return envelope.get(entry.envelope, "")
    found = value_of(entry, body, item)
    if found is None:
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found)


def value_of(entry: Supply, body: Body, item: Body | None = None) -> Any:
    """The value of the field that an entry names; None for none."""
    found: Any = body if entry.of_document or item is None else item
    for step in entry.field:
        found = found.get(step.name) if isinstance(found, dict) else None
        if isinstance(found, list):
            passing = (one for one in found if all(_passes(one, test, item) for test in step.filters))
            found = next(passing, None)
    return found if entry.field else None


def items_of(steps: Sequence[FieldStep], body: Body) -> Iterator[tuple[int, Body]]:
    """The items that a path means, each with its place in its list, from 1."""
    step, rest = steps[0], steps[1:]
    found = body.get(step.name)
    for number, item in enumerate(found if isinstance(found, list) else [found] if found else (), 1):
        if all(_passes(item, one) for one in step.filters):
            yield from items_of(rest, item) if rest else ((number, item),)


def total(
    field: str, plus: Sequence[Sequence[str] | None], minus: Sequence[Sequence[str] | None], has_field: bool = False
) -> str:
    """A field with numbers added and taken away; "" where it cannot be said.

    plus, minus: for each path what stands there, None where one of its pieces has no value. Without a field there must
    be something at the first path.
    """
    if any(texts is None for texts in (*plus, *minus)) or not (field if has_field else plus and plus[0]):
        return ""
    try:
        added = sum((Decimal(text) for texts in plus for text in texts or ()), Decimal(field or 0))
        return plain(added - sum((Decimal(text) for texts in minus for text in texts or ()), Decimal(0)))
    except InvalidOperation:
        return ""


def _passes(one: Body, test: FieldFilter, item: Body | None = None) -> bool:
    if test.absent or not test.value:
        return (test.field in one) is not test.absent
    if test.value.startswith("$"):
        return item is not None and test.field in one and one[test.field] == item.get(test.value[1:])
    return test.field in one and str(one[test.field]) == test.value
