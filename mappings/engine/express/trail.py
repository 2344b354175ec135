"""The walk through documents: learns which shapes come, and keeps a program for each.

A trail is a tree of stops. Each stop is a dict from the id of the next segment to a dict from its length to the next
stop, so that a known shape costs two lookups per segment. Loops that stand directly in the set have trails of their
own: the shape of an order does not depend on how many lines it has.
"""

from collections.abc import Callable, Mapping, Sequence

from mappings.engine.express.shape import Doubt, Step
from mappings.engine.x12.positions import Move, Position, Table

MOST_STOPS = 20_000
"""So many stops are kept for one set, so that odd documents cannot fill the memory."""
MOST_PROGRAMS = 500
LONGEST = 100
"""Segments of one shape. What is longer is read the long way."""

Rows = list[list[str]]
Lists = Sequence[list[object]]
Program = Callable[[Rows, Mapping[str, str], Lists], str | None]
Compile = Callable[[str, Sequence[Step], Rows], Program]
"""Makes the program of a shape: the loop that it is of, "" for the set; its steps; segments of that shape."""


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
        self.seen = 0
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


def unsure(rows: Rows, context: Mapping[str, str], lists: Lists) -> str | None:
    """The program of a shape that has none."""
    return None


class Trail:
    """All stops of one set. Grows with the documents that it sees, up to its limits; safe to share."""

    def __init__(self, table: Table, apart: frozenset[str], compiling: Compile, patience: int) -> None:
        """apart: the loops of the set that have trails of their own. patience: how often a shape has to come before
        it gets a program."""
        self._apart = apart
        self._compiling = compiling
        self._patience = patience
        self._stops = self._programs = 0
        self._first: dict[str, dict[int, Stop]] = {loop: {} for loop in apart}
        self._start = Stop(table.start, "", ())

    def follow(self, rows: Rows, context: Mapping[str, str], lists: Lists, heads: dict[str, Rows]) -> str | None:
        """Run the programs of a document; what the last one gives. None when a program or the walk is not sure.

        lists: get what the programs of loops make. heads: gets the first segments of each loop that stands apart.
        """
        stop = last = self._start
        index, count, taken = 0, len(rows), []
        while index < count:
            row = rows[index]
            name = row[0]
            step = stop.get(name)
            if step is None:
                opening = stop.openings.get(name) or self._opening(stop, last, name)
                if opening is not None:
                    found = heads.setdefault(opening.move.loop, [])
                    last, index = self._instances(opening, rows, index, context, lists, found)
                    if not index or len(found) > opening.move.limit:
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
        return self._run(stop, taken, context, lists)

    def _instances(
        self,
        opening: Opening,
        rows: Rows,
        index: int,
        context: Mapping[str, str],
        lists: Lists,
        heads: Rows,
    ) -> tuple[Stop, int]:
        """Run the programs of a loop's instances that stand one after another: the last stop, and the index of the
        segment after them, 0 when one was not sure."""
        first, count = opening.first, len(rows)
        while True:
            head = rows[index]
            start = index
            index += 1
            ahead = first.get(len(head))
            stop = self._begin(opening, head) if ahead is None else ahead
            while index < count:
                row = rows[index]
                step = stop.get(row[0])
                if not step:
                    if step is None:
                        step = self._next(stop, stop, row)
                    if not step:
                        break
                ahead = step.get(len(row))
                stop = self._grow(stop, stop, step, row) if ahead is None else ahead
                index += 1
            if index == count or step is None:
                return stop, 0
            part = rows[start:index]
            if (stop.program or self._made(stop, part))(part, context, lists) is None:
                return stop, 0
            heads.append(head)
            if step is not AGAIN:
                return stop, index

    def _run(self, stop: Stop, rows: Rows, context: Mapping[str, str], lists: Lists) -> str | None:
        return (stop.program or self._made(stop, rows))(rows, context, lists)

    def _made(self, stop: Stop, rows: Rows) -> Program:
        """The program of a stop, made when its shape came often enough."""
        stop.seen += 1
        if stop.seen < self._patience or self._programs >= MOST_PROGRAMS:
            return unsure
        self._programs += 1
        try:
            stop.program = self._compiling(stop.loop, stop.steps, rows)
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
