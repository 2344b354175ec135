"""Units of work while a file is planned. Only the last of each group is in memory: a file of a gigabyte has a million
documents, and what is known of them all would be as large as many files are.
"""

import struct
import tempfile
from collections.abc import Iterator

import msgspec

Span = tuple[int, ...]
"""Offset in the file, length in bytes, ordinal in its group; then for XML its line, for text the row before it.

For X12 a fourth is there only for a set whose number (ST02) one before it in the group has: REPEATS_NUMBER.
"""
REPEATS_NUMBER = 1

IN_MEMORY = 1 << 20
"""Bytes of units that need no file on the disk."""
_NOWHERE = -1
_NEXT, _HEAD = struct.Struct(">q"), struct.Struct(">qI")


class PlannedUnit(msgspec.Struct):
    """first_document: ordinal of its first document in the file, from 1. size: bytes of all its documents."""

    set_id: str
    first_document: int
    spans: list[Span]
    size: int = 0

    def follows(self, set_id: str, ordinal: int) -> bool:
        """Whether a document may stand behind those of the unit: its ordinals have no gaps."""
        return self.set_id == set_id and self.first_document + len(self.spans) == ordinal


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(PlannedUnit).decode


class Aside:
    """Units that are full, of all groups of a file, in a temporary file. Each tells where the next of its group is."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed with the plan

    def __del__(self) -> None:
        self._file.close()

    def put(self, unit: PlannedUnit, behind: int) -> int:
        """Keep a unit. behind: the place of the one before it in its group. Returns its place."""
        place = self._file.seek(0, 2)
        raw = _encode(unit)
        self._file.write(_HEAD.pack(_NOWHERE, len(raw)) + raw)
        if behind != _NOWHERE:
            self._file.seek(behind)
            self._file.write(_NEXT.pack(place))
        return place

    def units(self, place: int) -> Iterator[PlannedUnit]:
        """The unit at a place and those after it in its group."""
        while place != _NOWHERE:
            self._file.seek(place)
            place, size = _HEAD.unpack(self._file.read(_HEAD.size))
            yield _decode(self._file.read(size))


class PlannedUnits:
    """The units of one group, in the order of the file."""

    def __init__(self, aside: Aside) -> None:
        self._aside = aside
        self._first = self._behind = _NOWHERE
        self._aside_count = 0
        self._last: PlannedUnit | None = None
        self.documents = 0

    def __len__(self) -> int:
        return self._aside_count + (self._last is not None)

    def __iter__(self) -> Iterator[PlannedUnit]:
        yield from self._aside.units(self._first)
        if self._last is not None:
            yield self._last

    def _begin(self, unit: PlannedUnit) -> PlannedUnit:
        if self._last is not None:
            self._behind = self._aside.put(self._last, self._behind)
            self._first = self._behind if self._first == _NOWHERE else self._first
            self._aside_count += 1
        self._last = unit
        return unit

    def add(self, limits: "Limits", set_id: str, ordinal: int, span: Span) -> None:
        """Put a document into the last unit, or into a new one where that is full. ordinal: in the file, from 1."""
        unit = self._last
        if unit is None or not unit.follows(set_id, ordinal) or not limits.allow(unit, span):
            unit = self._begin(PlannedUnit(set_id, ordinal, []))
        unit.spans.append(span)
        unit.size += span[1]
        self.documents += 1


class Limits(msgspec.Struct, frozen=True):
    """A unit is translated in memory as a whole: it has at most so many documents, and of large ones as many as make
    up so many bytes together; at least one.
    """

    documents: int
    size: int

    def allow(self, unit: PlannedUnit, span: Span) -> bool:
        """Whether one more document fits into a unit."""
        return len(unit.spans) < self.documents and unit.size + span[1] <= self.size
