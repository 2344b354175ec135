"""What X12 allows: segments, elements, code lists and transaction sets, read from the data in structures/.

A release is a folder; a transaction set is a file in it. Only the lines that a set needs are parsed.
"""

import functools
from pathlib import Path
from typing import Any

import msgspec

from mappings.engine.errors import StructureMissing

# One loop instance: segment id → its segments (lists of str), loop id → child nodes. What a list holds
# follows from its key, which the type cannot say.
Node = dict[str, list[Any]]

DATA = Path(__file__).parent / "structures"


class ElementDef(msgspec.Struct, frozen=True):
    """One element of a segment, or one component of a composite.

    id: data element number ("355") or composite number ("C040"). min, max: length in characters, without
    the sign and point of numbers. codes: number of the code list, or "". repeats: how often it may come in a segment,
    as far as that is known. type: AN ID R N0–N9 N DT TM B composite.
    """

    id: str
    type: str
    usage: str = "O"
    name: str = ""
    min: int = 0
    max: int = 0
    codes: str = ""
    components: tuple["ElementDef", ...] = ()
    repeats: int = 1

    @property
    def mandatory(self) -> bool:
        return self.usage == "M"


class SyntaxNote(msgspec.Struct, frozen=True):
    """A relational condition between elements (X12.6): kind P, R, E, C or L, and element positions from 1.

    doubtful: sources disagree about it, so that it only warns.
    """

    kind: str
    positions: tuple[int, ...]
    doubtful: bool = False

    @classmethod
    def parse(cls, text: str) -> "SyntaxNote":
        """Read the standard's notation: "P0304" pairs elements 3 and 4. "P0304?" is doubtful."""
        note = text.rstrip("?")
        return cls(note[0], tuple(int(note[i : i + 2]) for i in range(1, len(note), 2)), note != text)

    def __str__(self) -> str:
        return self.kind + "".join(f"{position:02d}" for position in self.positions)


class SegmentDef(msgspec.Struct, frozen=True):
    id: str
    name: str
    elements: tuple[ElementDef, ...]
    notes: tuple[SyntaxNote, ...] = ()


class SegmentUse(msgspec.Struct, frozen=True):
    """A segment at its place in a set. max is None where the standard sets no limit."""

    segment: str
    min: int
    max: int | None


class LoopUse(msgspec.Struct, frozen=True):
    """A loop at its place in a set; its first child is the segment that opens it."""

    loop: str
    min: int
    max: int | None
    children: tuple["SegmentUse | LoopUse", ...]

    @property
    def trigger(self) -> str:
        first = self.children[0]
        return first.trigger if isinstance(first, LoopUse) else first.segment


class SetStructure(msgspec.Struct, frozen=True):
    """One transaction set of one release. `children` is the set itself, from ST to SE."""

    set_id: str
    release: str
    children: tuple[SegmentUse | LoopUse, ...]


class _UseData(msgspec.Struct):
    min: int
    max: int | None
    segment: str = ""
    loop: str = ""
    children: list["_UseData"] = []

    def use(self) -> SegmentUse | LoopUse:
        if self.segment:
            return SegmentUse(self.segment, self.min, self.max)
        return LoopUse(self.loop, self.min, self.max, tuple(child.use() for child in self.children))


class _SetData(msgspec.Struct):
    children: list[_UseData]


class _SegmentData(msgspec.Struct):
    elements: tuple[ElementDef, ...]
    name: str = ""


class _CodesData(msgspec.Struct):
    codes: frozenset[str]


class Release:
    """The data of one release ("004010"). Definitions are decoded on first use and kept."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._folder = DATA / name
        self._segment_lines = _lines(self._folder / "segments.json")
        self._segments: dict[str, SegmentDef] = {}
        self._codes: dict[str, frozenset[str]] = {}

    @functools.cached_property
    def _code_lines(self) -> dict[str, bytes]:
        return _lines(self._folder / "codes.json")

    @functools.cached_property
    def _notes(self) -> dict[str, list[str]]:
        return msgspec.json.decode((self._folder / "syntax_notes.json").read_bytes(), type=dict[str, list[str]])

    @functools.cached_property
    def sets(self) -> frozenset[str]:
        """Numbers of the transaction sets that this release holds."""
        return frozenset(path.stem for path in (self._folder / "sets").glob("*.json"))

    def segment(self, segment_id: str) -> SegmentDef | None:
        known = self._segments.get(segment_id)
        if known is None and segment_id in self._segment_lines:
            data = msgspec.json.decode(self._segment_lines[segment_id], type=_SegmentData)
            notes = tuple(SyntaxNote.parse(text) for text in self._notes.get(segment_id, ()))
            known = self._segments[segment_id] = SegmentDef(segment_id, data.name, data.elements, notes)
        return known

    def codes(self, number: str) -> frozenset[str]:
        """The codes of a code list; empty when the list is not known, which means: any code."""
        known = self._codes.get(number)
        if known is None:
            line = self._code_lines.get(number)
            known = msgspec.json.decode(line, type=_CodesData).codes if line else frozenset()
            self._codes[number] = known
        return known

    def structure(self, set_id: str) -> SetStructure:
        """Raises StructureMissing when the release does not hold the set."""
        if set_id not in self.sets:
            raise StructureMissing(f"No structure of set {set_id!r} in release {self.name}")
        data = msgspec.json.decode((self._folder / "sets" / f"{set_id}.json").read_bytes(), type=_SetData)
        return SetStructure(set_id, self.name, tuple(child.use() for child in data.children))


def _lines(path: Path) -> dict[str, bytes]:
    """The raw JSON value of each key of a file that holds one `"key": value,` on a line."""
    found = {}
    for line in path.read_bytes().splitlines():
        if line.startswith(b'"'):
            key, value = line.split(b'": ', 1)
            found[key[1:].decode()] = value.rstrip(b",")
    return found


@functools.cache
def releases() -> tuple[str, ...]:
    """Names of the releases with data, ascending."""
    return tuple(sorted(path.name for path in DATA.iterdir() if (path / "sets").is_dir()))


@functools.cache
def release(name: str) -> Release:
    return Release(name)


def releases_of(set_id: str) -> list[str]:
    """The releases that hold a set. Raises StructureMissing when none does."""
    holding = [name for name in releases() if set_id in release(name).sets]
    if not holding:
        raise StructureMissing(f"No structure of transaction set {set_id!r} in any release")
    return holding


def nearest_release(set_id: str, wanted: str) -> str:
    """The release to check a set by: the wanted one, else the nearest that holds the set.

    wanted: six digits ("004010"). Raises StructureMissing when no release holds the set.
    """
    return min(releases_of(set_id), key=lambda name: (abs(int(name) - int(wanted)), name))
