"""The walk through a transaction set as a table: from a position, by a segment id, to the next position.

Transitions are worked out on first use and kept, so that a clean document costs one lookup per segment.
"""

import sys
from collections.abc import Iterator
from typing import NamedTuple

from mappings.engine.errors import StructureMissing
from mappings.engine.x12.checks import AlwaysClean, Checks, compile_check
from mappings.engine.x12.structure import LoopUse, Release, SegmentUse, SetStructure

_NO_LIMIT = sys.maxsize
CONTROL_SEGMENTS = ("ST", "SE")


class Frame:
    """A loop of the structure (or the set itself, whose loop id is "") with its way up."""

    def __init__(self, use: LoopUse | SetStructure, parent: "Frame | None", index: int) -> None:
        self.loop = use.loop if isinstance(use, LoopUse) else ""
        self.trigger = use.trigger if isinstance(use, LoopUse) else ""
        self.limit = use.max if isinstance(use, LoopUse) else 1
        self.children = use.children
        self.parent = parent
        self.index = index
        self.depth: int = parent.depth + 1 if parent else 0
        self.frames = {i: Frame(child, self, i) for i, child in enumerate(use.children) if isinstance(child, LoopUse)}

    def missing(self, start: int, stop: int | None = None) -> tuple["Missing", ...]:
        """The mandatory children from start up to, not including, stop."""
        found = []
        for index, child in enumerate(self.children[start:stop], start):
            if child.min:
                trigger = child.trigger if isinstance(child, LoopUse) else child.segment
                found.append(Missing(self, index, trigger))
        return tuple(found)


class Missing(NamedTuple):
    """A mandatory segment that was passed over. frame and at say where in the structure it stands."""

    frame: Frame
    at: int
    segment_id: str


class Move(NamedTuple):
    """One transition. level: depth of the node that gets the segment. loop: id of the loop that it opens, or ""."""

    target: "Position"
    moves: "dict[str, Move]"
    check: Checks
    level: int
    loop: str
    limit: int
    missing: tuple[Missing, ...]


class Position:
    """A segment's place in the structure. moves: by the id of the next segment, those known to pass over nothing."""

    def __init__(self, table: "Table", frame: Frame, index: int, floor: Frame) -> None:
        self.table = table
        self.frame = frame
        self.index = index
        self.floor = floor
        self.moves: dict[str, Move] = {}

    def move(self, segment_id: str) -> Move | None:
        """The move by a segment id, None where there is none. One that misses nothing is kept."""
        if segment_id not in self.table.vocabulary:
            return None  # not looked for: what partners send must not grow the table
        known = self.moves.get(segment_id) or self.table.resolve(self, segment_id)
        if known is not None and not known.missing:
            self.moves[segment_id] = known
        return known


class Table:
    """All positions of one set structure."""

    def __init__(self, structure: SetStructure, release: Release, six_digit_dates: bool) -> None:
        self.release = release
        self.root = Frame(structure, None, 0)
        self.vocabulary = frozenset(_segment_ids(structure.children))
        self.depth = max((frame.depth for frame in _frames(self.root)), default=0)
        self._six = six_digit_dates
        self._positions: dict[tuple[int, int, int], Position] = {}
        self._checks: dict[str, Checks] = {segment_id: AlwaysClean() for segment_id in CONTROL_SEGMENTS}
        self.start = self.position(self.root, -1, self.root)

    def position(self, frame: Frame, index: int, floor: Frame) -> Position:
        """The position at a child of a frame. The walk from it never leaves the frame `floor`."""
        key = (id(frame), index, id(floor))
        known = self._positions.get(key)
        if known is None:
            known = self._positions[key] = Position(self, frame, index, floor)
        return known

    def check(self, segment_id: str) -> Checks:
        known = self._checks.get(segment_id)
        if known is None:
            definition = self.release.segment(segment_id)
            if definition is None:
                raise StructureMissing(f"Release {self.release.name} does not define segment {segment_id}")
            known = self._checks[segment_id] = compile_check(definition, self.release, self._six)
        return known

    def resolve(self, position: Position, segment_id: str) -> Move | None:
        """The best move: the first that passes over nothing mandatory, else the first."""
        first = None
        for move in self.moves(position, segment_id):
            if not move.missing:
                return move
            first = first or move
        return first

    def moves(self, position: Position, segment_id: str) -> Iterator[Move]:
        """All moves by a segment id, nearest first: again, further on in the loop, the loop again, then outside."""
        frame, index, floor = position.frame, position.index, position.floor
        current = frame.children[index] if index >= 0 else None
        if isinstance(current, SegmentUse) and current.segment == segment_id and current.max != 1:
            yield self._segment_move(frame, index, current, floor, ())
        passed: tuple[Missing, ...] = ()
        while True:
            yield from self._forward(frame, index, floor, segment_id, passed)
            if frame is floor or frame.parent is None:
                return
            passed += frame.missing(index + 1)
            if frame.trigger == segment_id and frame.limit != 1:
                yield self.open(frame, floor, passed)
            index, frame = frame.index, frame.parent

    def _forward(
        self, frame: Frame, index: int, floor: Frame, segment_id: str, passed: tuple[Missing, ...]
    ) -> Iterator[Move]:
        for later in range(index + 1, len(frame.children)):
            child = frame.children[later]
            if isinstance(child, SegmentUse):
                if child.segment == segment_id:
                    yield self._segment_move(frame, later, child, floor, passed + frame.missing(index + 1, later))
            elif child.trigger == segment_id:
                yield self.open(frame.frames[later], floor, passed + frame.missing(index + 1, later))

    def open(self, frame: Frame, floor: Frame, missing: tuple[Missing, ...]) -> Move:
        """The move that opens a loop by its first segment."""
        target = self.position(frame, 0, floor)
        check = self.check(frame.trigger)
        return Move(target, target.moves, check, frame.depth, frame.loop, frame.limit or _NO_LIMIT, missing)

    def _segment_move(
        self, frame: Frame, index: int, use: SegmentUse, floor: Frame, missing: tuple[Missing, ...]
    ) -> Move:
        twice = sum(isinstance(child, SegmentUse) and child.segment == use.segment for child in frame.children) > 1
        limit = _NO_LIMIT if use.max is None or twice else use.max
        target = self.position(frame, index, floor)
        return Move(target, target.moves, self.check(use.segment), frame.depth, "", limit, missing)


def _frames(frame: Frame) -> Iterator[Frame]:
    yield frame
    for inner in frame.frames.values():
        yield from _frames(inner)


def _segment_ids(children: tuple[SegmentUse | LoopUse, ...]) -> Iterator[str]:
    for child in children:
        if isinstance(child, LoopUse):
            yield from _segment_ids(child.children)
        else:
            yield child.segment
