"""Why a value is what it is: from records of the generated code to places in the source, both ways.

The explaining program notes, per object it builds, the object and the segments it was built from; which field came
from which element is a static table of the compiler. Everything else happens here, and only when it is asked for.
"""

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from mappings.engine.findings import Finding, Place, finding
from mappings.engine.rules.paths import FieldFilter
from mappings.engine.rules.places import Lineage, Locator
from mappings.engine.rules.program import Input, Noted, Origin, Point, Program, Ref

__all__ = ["Lineage", "Trace", "locate"]

_ENTRY = re.compile(r"/[^/]+/[0-9]+/")
"""Of a pointer, the entry of a list of the document."""


class Trace:
    """The lineage of one mapped document, worked out on demand."""

    def __init__(self, program: Program, body: dict[str, object], records: list[Noted], locator: Locator) -> None:
        self._program = program
        self._body = body
        self._records = records
        self._locator = locator

    @functools.cached_property
    def rows(self) -> list[Lineage]:
        """All of it, in the order of the body."""
        return [row for rows in self._by_pointer.values() for row in rows]

    def of(self, pointer: str) -> list[Lineage]:
        """Where a value came from. Empty when the body has no value there."""
        return self._by_pointer.get(pointer, [])

    def nearest(self, pointer: str) -> Lineage | None:
        """Where a value came from. Of an object or list, or of a value that the body does not have, where the entry of
        the list that it belongs to begins: a segment, an element, a row. None where nothing leads to the source."""
        source = next(filter(_is_in_source, self.of(pointer)), None)
        entry = _ENTRY.match(f"{pointer}/")
        return self._entries.get(entry[0]) if source is None and entry else source

    @functools.cached_property
    def _entries(self) -> dict[str, Lineage]:
        """Where each entry of a list of the document begins."""
        found: dict[str, Lineage] = {}
        for row in filter(_is_in_source, self.rows):
            entry = _ENTRY.match(row.pointer)
            if entry and entry[0] not in found:
                above = row.xpath.rpartition("/")[0]
                found[entry[0]] = msgspec.structs.replace(row, element=0, component=0, xpath=above, column="")
        return found

    @functools.cached_property
    def _by_pointer(self) -> dict[str, list[Lineage]]:
        places = _pointers(self._body)
        found: dict[str, list[Lineage]] = {}
        computed: list[tuple[str, str, Origin]] = []
        for record in self._records:
            site, target, *slots = record
            description = self._program.sites[site]
            base = places.get(id(target))
            if base is None:
                continue
            if description.text:
                index, *slots = slots
                pointer = f"{base}/{index}"
                found[pointer] = _rows(pointer, description.fields[""], slots, self._locator)
                continue
            for name, origin in description.fields.items():
                if name in target:
                    pointer = f"{base}/{name}"
                    found[pointer] = _rows(pointer, origin, slots, self._locator)
                    if origin.inputs:
                        computed.append((pointer, base, origin))
        for pointer, base, origin in computed:
            found[pointer] = self._inputs(pointer, base, origin, found)
        ordered = {pointer: found[pointer] for pointer in _leaves("", self._body) if pointer in found}
        return ordered | {"/model": [Lineage("/model", "target")]} if "model" in self._body else ordered

    def _inputs(self, pointer: str, base: str, origin: Origin, found: dict[str, list[Lineage]]) -> list[Lineage]:
        """The sources of a computed value are those of the values it is computed from."""
        rows: dict[Lineage, None] = {}
        for item in origin.inputs:
            for source in self._input_pointers(base, item):
                for row in found.get(source, ()):
                    if row.placed:
                        rows[msgspec.structs.replace(row, pointer=pointer, rule=origin.rule)] = None
        return list(rows) or [Lineage(pointer, origin.rule)]

    def _input_pointers(self, base: str, item: Input) -> Iterator[str]:
        if not item.of_document:
            yield "/".join((base, *item.steps))
            return
        listed, *rest = item.steps
        entries = self._body.get(listed)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if all(_passes(entry, condition) for condition in item.filters):
                yield "/".join(("", listed, str(index), *rest))


def _is_in_source(row: Lineage) -> bool:
    return bool(row.segment or row.xpath or row.row)


def _passes(entry: dict[str, object], condition: FieldFilter) -> bool:
    if condition.absent or not condition.value:
        return (condition.field in entry) is not condition.absent
    return entry.get(condition.field) == condition.value


def _rows(pointer: str, origin: Origin, slots: Sequence[Any], locator: Locator) -> list[Lineage]:
    rows = []
    for ref in origin.refs:
        element = _element(ref, slots)
        rows += [
            locator.row(Lineage(pointer, origin.rule), piece, ref, element)
            for piece in _pieces(ref, slots)
            if locator.text(piece, ref, element)
        ]
        if rows and not origin.every:
            return rows
    rows += [Lineage(pointer, origin.rule, context=key) for key in origin.context]
    return rows or [Lineage(pointer, origin.rule)]


def _element(ref: Ref, slots: Sequence[Any]) -> int:
    if ref.group < 0:
        return ref.element
    base: int = slots[ref.group]
    return base + ref.element


def _pieces(ref: Ref, slots: Sequence[Any]) -> Sequence[Any]:
    """The segments, elements or rows that a reference means; none where the source has none."""
    piece = slots[ref.slot]
    if ref.many:
        several: Sequence[Any] = piece
        return several
    return [piece] if _is_there(piece) else []


def _is_there(piece: Any) -> bool:
    """Nothing is () for a segment and None for an element, which is false where it has no children."""
    return piece is not None and piece != ()


def _pointers(body: dict[str, object]) -> dict[int, str]:
    """id of every object and list in the body → its JSON pointer."""
    found: dict[int, str] = {}
    pending: list[tuple[str, object]] = [("", body)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, dict):
            found[id(value)] = pointer
            pending += [(f"{pointer}/{key}", child) for key, child in value.items()]
        elif isinstance(value, list):
            found[id(value)] = pointer
            pending += [(f"{pointer}/{index}", child) for index, child in enumerate(value)]
    return found


def _leaves(pointer: str, value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(f"{pointer}/{key}", child)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _leaves(f"{pointer}/{index}", child)
    else:
        yield pointer


def locate(program: Program, reports: list[Noted], locator: Locator, origin: Place) -> list[Finding]:
    """Findings from what the generated code reported, each with the exact place in the source."""
    found = (_finding(program.points[report[0]], report, locator, origin) for report in reports)
    return list(dict.fromkeys(found))  # two rules that read one bad element say it once


def _finding(point: Point, report: Noted, locator: Locator, origin: Place) -> Finding:
    _, value, *slots = report
    text = str(value)
    place = _place(point, slots, locator, origin)
    message = point.message.replace("{value}", repr(text[:40])) if text else point.message
    return finding(point.code, message, place, text, point.severity)


def _place(point: Point, slots: Sequence[Any], locator: Locator, origin: Place) -> Place:
    """The first element with a text; else the first whose segment is there; else the segment the scope is about."""
    candidates = [(ref, piece, _element(ref, slots)) for ref in point.refs for piece in _pieces(ref, slots)]
    filled = [(ref, piece, element) for ref, piece, element in candidates if locator.text(piece, ref, element)]
    for ref, piece, element in (filled or candidates)[:1]:
        return locator.place(origin, piece, ref, element)
    anchor = slots[point.anchor]
    return locator.place(origin, anchor) if _is_there(anchor) else origin
