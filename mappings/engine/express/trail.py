"""The walk through documents: learns which shapes come, and keeps a program for each.

A trail is a tree of stops. Each stop is a dict from the id of the next segment to a dict from its length to the next
stop, so that a known shape costs two lookups per segment. Loops that stand directly in the set have trails of their
own: the shape of an order does not depend on how many lines it has.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mappings.engine.express.envelope import Envelope
from mappings.engine.express.shape import Doubt, Step
from mappings.engine.x12.positions import Move, Position, Table

MOST_STOPS = 20_000
"""So many stops are kept for one set, so that odd documents cannot fill the memory."""
MOST_PROGRAMS = 300
"""So many shapes get a program, which takes as long to make as reading the shape some ten times."""
LONGEST = 100
"""Segments of one shape. What is longer is read the long way."""

Rows = list[list[str]]
Lists = Sequence[list[object]]


class Instance(NamedTuple):
    """An instance of a loop in a document: the stop at its end, its segments by their indexes."""

    stop: "Stop"
    start: int
    end: int


class Document:
    """One document on its way. lists: get what the programs of loops make. taken: the segments of the set that stand in
    no loop with a trail of its own, so far. heads: the first segments of those loops, by loop id.

    openings: how it went into those loops, each with the number of segments taken before. instances: all of those
    loops. last: the stop at its end.
    """

    __slots__ = ("envelope", "heads", "instances", "last", "lists", "openings", "rows", "taken")

    def __init__(self, rows: Rows, envelope: Envelope, lists: Lists) -> None:
        self.rows = rows
        self.envelope = envelope
        self.lists = lists
        self.taken: Rows = []
        self.heads: dict[str, Rows] = {}
        self.openings: list[tuple[int, Opening]] = []
        self.instances: list[Instance] = []
        self.last: Stop | None = None


Program = Callable[[Rows, Document], str | None]
"""Takes segments, of which it raises ValueError when they have another shape. None when it is not sure."""
Compile = Callable[[str, Sequence[Step]], Program]
"""Makes the program of a shape: the loop that it is of, "" for the set; its steps."""


class Stop(dict[str, "dict[int, Stop]"]):
    """Where a walk can stand after a segment: what may come next, as far as it came already.

    steps: how the walk came here, from the start of the set or loop.
    """

    def __init__(self, position: Position | None, loop: str, steps: tuple[Step, ...]) -> None:
        super().__init__()
        self.position = position
        self.loop = loop
        self.steps = steps
        self.openings: dict[str, Opening] = {}
        self.program: Program | None = None


class Opening:
    """A way from the set into a loop that stands apart. after: where the set stands then."""

    def __init__(self, move: Move, first: dict[int, Stop], after: Stop) -> None:
        self.move = move
        self.first = first
        self.after = after


LEAVE: dict[int, Stop] = {}
AGAIN: dict[int, Stop] = {}
"""Out of the loop, and into its next instance. What leads to a stop is never empty."""


def unsure(rows: Rows, document: Document) -> str | None:
    """The program of a shape that has none."""
    return None


class Trail:
    """All stops of one set. Grows with the documents that it sees, up to its limits; safe to share."""

    def __init__(self, table: Table, apart: frozenset[str], compiling: Compile) -> None:
        """apart: the loops of the set that have trails of their own."""
        self._apart = apart
        self._compiling = compiling
        self._stops = self._programs = 0
        self._first: dict[str, dict[int, Stop]] = {loop: {} for loop in apart}
        self._start = Stop(table.start, "", ())

    def follow(self, document: Document) -> str | None:
        """Run the programs of a document; what the last one gives. None when a program or the walk is not sure."""
        stop = last = self._start
        rows, taken = document.rows, document.taken
        index, count = 0, len(rows)
        while index < count:
            row = rows[index]
            name = row[0]
            step = stop.get(name)
            if step is None:
                opening = stop.openings.get(name) or self._opening(stop, last, name)
                if opening is not None:
                    document.openings.append((len(taken), opening))
                    last, index = self._instances(opening, document, index)
                    if not index:
                        return None
                    stop = opening.after
                    continue
                step = self._next(stop, last, row)
                if step is None:
                    return None
            taken.append(row)
            ahead = step.get(len(row))
            stop = last = self._grow(stop, last, step, row) if ahead is None else ahead
            index += 1
        document.last = stop
        return (stop.program or self._made(stop))(taken, document)

    def _instances(self, opening: Opening, document: Document, index: int) -> tuple[Stop, int]:
        """Run the programs of a loop's instances that stand one after another: the last stop, and the index of the
        segment after them, 0 when one was not sure."""
        rows, heads = document.rows, document.heads.setdefault(opening.move.loop, [])
        count = len(rows)
        while True:
            start = index
            stop, index, step = self._instance(opening, rows, index)
            if step is None:
                return stop, 0
            part = rows[start:index]
            program = stop.program or self._made(stop)
            if program(part, document) is None:
                return stop, 0
            document.instances.append(Instance(stop, start, index))
            heads.append(rows[start])
            size = index - start
            # The next ones may have the same shape: their program tells, which is quicker than to walk.
            while step is AGAIN and index + size < count:
                ahead = stop.get(rows[index + size][0])
                if ahead is not AGAIN and ahead is not LEAVE:
                    break
                try:
                    made = program(rows[index : index + size], document)
                except ValueError:
                    break
                if made is None:
                    return stop, 0
                document.instances.append(Instance(stop, index, index + size))
                heads.append(rows[index])
                index += size
                step = ahead
            if step is not AGAIN:
                return stop, index if len(heads) <= opening.move.limit else 0

    def _instance(self, opening: Opening, rows: Rows, index: int) -> tuple[Stop, int, dict[int, Stop] | None]:
        """Walk through one instance of a loop: the stop at its end, the index after it, and how it is left (None when
        that is not sure)."""
        head = rows[index]
        ahead = opening.first.get(len(head))
        stop = self._begin(opening, head) if ahead is None else ahead
        for at in range(index + 1, len(rows)):
            row = rows[at]
            step = stop.get(row[0])
            if not step:
                if step is None:
                    step = self._next(stop, stop, row)
                if not step:
                    return stop, at, step
            ahead = step.get(len(row))
            stop = self._grow(stop, stop, step, row) if ahead is None else ahead
        return stop, 0, None

    def _made(self, stop: Stop) -> Program:
        """The program of a stop, made when its shape first comes."""
        if self._programs >= MOST_PROGRAMS:
            return unsure
        self._programs += 1
        try:
            stop.program = self._compiling(stop.loop, stop.steps)
        except Doubt:
            stop.program = unsure
        return stop.program

    # Growing

    def _opening(self, stop: Stop, last: Stop, name: str) -> Opening | None:
        """The way from a stop of the set into a loop that stands apart, None where the segment opens none."""
        move = _surely(last.position, name)
        if move is None or move.level != 1 or move.loop not in self._apart or self._full:
            return None
        self._stops += 1
        after = Stop(move.target, "", stop.steps)
        found = stop.openings[name] = Opening(move, self._first[move.loop], after)
        return found

    def _next(self, stop: Stop, last: Stop, row: list[str]) -> dict[int, Stop] | None:
        """What a stop leads to by a segment, None where that is not sure. last: the stop in the loop before, if any."""
        move = _surely(last.position, row[0])
        if move is None or self._full or len(stop.steps) >= LONGEST:
            return None
        if stop.loop and (move.level == 0 or (move.level == 1 and move.loop)):
            found = AGAIN if move.loop == stop.loop else LEAVE
        else:
            found = {len(row): self._stop(stop.loop, stop.steps, move, row)}
        stop[row[0]] = found
        return found

    def _grow(self, stop: Stop, last: Stop, step: dict[int, Stop], row: list[str]) -> Stop:
        """The stop after a segment of a length that did not come yet."""
        move = _surely(last.position, row[0])
        if move is None or self._full:
            return NOWHERE
        found = step[len(row)] = self._stop(stop.loop, stop.steps, move, row)
        return found

    def _begin(self, opening: Opening, head: list[str]) -> Stop:
        """The first stop of a loop, for a first segment of a length that did not come yet."""
        if self._full:
            return NOWHERE
        found = opening.first[len(head)] = self._stop(opening.move.loop, (), opening.move, head)
        return found

    def _stop(self, loop: str, steps: tuple[Step, ...], move: Move, row: list[str]) -> Stop:
        self._stops += 1
        return Stop(move.target, loop, (*steps, Step(row[0], len(row), move)))

    @property
    def _full(self) -> bool:
        return self._stops >= MOST_STOPS


def _surely(position: Position | None, segment_id: str) -> Move | None:
    """The move by a segment when it passes over nothing mandatory."""
    move = position.move(segment_id) if position is not None else None
    return None if move is None or move.missing else move


NOWHERE = Stop(None, "", ())
"""Leads nowhere and has no program: from here nothing is sure."""
NOWHERE.program = unsure
