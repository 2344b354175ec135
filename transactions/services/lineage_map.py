"""The lineage of a document as its page needs it: values, the places they come from, and what nothing was made of."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from mappings.engine.rules.places import Lineage
from mappings.models import MappingVersion
from transactions.models import Document
from transactions.services.explain import explain
from transactions.services.source_lines import WHOLE, source_lines
from transactions.services.source_parts import Source

MADE_BY = {
    "constant": "a constant of the mapping",
    "number": "numbered by the mapping",
    "count": "counted by the mapping",
    "sum": "a sum",
    "product": "a product",
    "parent": "the key of the line it belongs to",
}
MADE_OTHERWISE = "not read from the source: made by the rule"


class LineagePlace(NamedTuple):
    """anchor: of the element on the page, "" for envelopes; label: for people.

    position: which of the document's lines it stands in, from 1, 0 where that is not known; line: its number there.
    """

    anchor: str
    label: str
    position: int = 0
    line: int = 0


class LineageValue(NamedTuple):
    """pointer: of the value in the canonical form. places: indexes; note: what it is when it comes from nowhere."""

    pointer: str
    text: str
    rule: str
    places: list[int]
    note: str


class LineageMap(NamedTuple):
    """mapping, checksum: the version that made the form. unused: places with a text that no value was made of."""

    mapping: str
    checksum: str
    places: list[LineagePlace]
    values: list[LineageValue]
    unused: list[LineagePlace]


def lineage_map(document: Document, with_unused: bool = False) -> LineageMap:
    """Work the lineage of the current canonical form out. Raises what `explain` raises.

    with_unused: also list what the mapping does not use, of the part of the source that can be shown.
    """
    explained = explain(document)
    source = source_lines(document, [], most=WHOLE if with_unused or document.format == "text" else 1)
    declaration = MappingVersion.objects.filter(checksum=explained.checksum).values_list("declaration", flat=True)
    rules: dict[str, Any] = declaration.first() or {}
    places, values = laid_out(explained.rows, explained.body, source, rules)
    used = {place.anchor for place in places}
    unused = {
        LineagePlace(element.anchor, _named(line.number, element.reference), position, line.number): None
        for position, line in enumerate(source.lines if with_unused else (), 1)
        for element in line.elements
        if element.anchor and element.anchor not in used
    }
    return LineageMap(explained.mapping, explained.checksum, places, values, list(unused))


def laid_out(
    rows: Iterable[Lineage], body: object, source: Source, declaration: dict[str, Any]
) -> tuple[list[LineagePlace], list[LineageValue]]:
    """The places that values stand at, each once, and the values with the indexes of theirs.

    body: that the pointers of the rows lead into. source: as it is shown. declaration: which names what made a value.
    """
    places: dict[LineagePlace, int] = {}
    values: dict[str, LineageValue] = {}
    for row in rows:
        value = values.get(row.pointer)
        if value is None:
            rule = row.rule.removeprefix("rules.").replace(".rules.", ".")
            value = LineageValue(row.pointer, _at(body, row.pointer), rule, [], _note(row, declaration))
            values[row.pointer] = value
        if row.placed:
            place = LineagePlace(source.anchor_of(row), _label(row), *source.line_of(row))
            index = places.setdefault(place, len(places))
            if index not in value.places:
                value.places.append(index)
    return list(places), list(values.values())


def _label(row: Lineage) -> str:
    if row.segment:
        component = f"-{row.component}" if row.component else ""
        return f"{row.segment_id}{row.element:02d}{component}, segment {row.segment}"
    if row.xpath:
        return f"{row.xpath}, line {row.line}" if row.line else row.xpath
    if row.row:
        return f"{row.column}, row {row.row}"
    return f"envelope: {row.context.replace('.', ' ').replace('_', ' ')}"


def _named(number: int, reference: str) -> str:
    return reference if reference.startswith("/") else f"{reference}, {number}"


def _at(body: Any, pointer: str) -> str:
    """The value at a pointer of a body, as text."""
    found = body
    for step in pointer.split("/")[1:]:
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (LookupError, ValueError, TypeError):
            return ""
    return str(found)


def _note(row: Lineage, declaration: dict[str, Any]) -> str:
    if row.placed:
        return ""
    if row.rule == "target":
        return "the name of the canonical model"
    rule: Any = declaration
    for step in re.findall(r"[^.\[\]]+", row.rule):
        if isinstance(rule, list) and step.isdecimal() and int(step) < len(rule):
            rule = rule[int(step)]
        else:
            rule = rule.get(step) if isinstance(rule, dict) else None
    kinds = [words for kind, words in MADE_BY.items() if isinstance(rule, dict) and kind in rule]
    return kinds[0] if kinds else MADE_OTHERWISE
