"""Fields that a document from elsewhere gets before it is written (`fill` in the `outbound` part of a declaration).

What one standard says once (the order of all lines at an HL level) another says at every line. Nothing that the
document has is replaced, and one that came by this standard is written as it came.
"""

import copy
from collections.abc import Sequence
from itertools import count
from typing import Any

import msgspec

from mappings.engine.outbound.native import is_native
from mappings.engine.outbound.supplies import items_of, value_of
from mappings.engine.rules.declaration import Declaration, Supply
from mappings.engine.rules.paths import FieldStep

Body = dict[str, Any]


def filled(declaration: Declaration, body: Body) -> Body:
    """The document with what its fields are filled with; the document itself where nothing is to fill."""
    entries = [entry for entry in declaration.outbound if entry.fill]
    if not entries or is_native(declaration, body):
        return body
    whole = copy.deepcopy(body)
    for entry in entries:
        _fill(entry, whole)
    return whole


def _fill(entry: Supply, body: Body) -> None:
    """A number that another item of the list has already is not given again: the next one that is free is."""
    items = list(items_of(entry.items, body)) if entry.items else [(1, body)]
    taken = _said(entry, body) if entry.number else set()
    for number, item in items:
        if entry.number:
            value: Any = next(text for text in map(str, count(number)) if text not in taken)
            taken.add(value)
        else:
            value = entry.constant or value_of(entry, body, item)
        if value is not None:
            _put(item, entry.fill, value)


def _said(entry: Supply, body: Body) -> set[str]:
    """What all items of the list have in the field."""
    *outer, last = entry.items
    every = (*outer, msgspec.structs.replace(last, filters=()))
    read = msgspec.structs.replace(entry, field=entry.fill, of_document=False)
    return {str(value_of(read, body, item)) for _, item in items_of(every, body)}


def _put(item: Any, steps: Sequence[FieldStep], value: Any) -> None:
    for step in steps[:-1]:
        item = item.setdefault(step.name, {})
    item.setdefault(steps[-1].name, value)
