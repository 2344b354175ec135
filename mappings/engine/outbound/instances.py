"""A transaction set while it is written: instances of loops and segments, with every write undone on a conflict."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from mappings.engine.rules.paths import Filter
from mappings.engine.rules.shape import LoopShape

Spot = tuple[int, int]  # element, component (0: the element itself)


class Conflict(Exception):
    """What is to be written does not fit beside what stands there."""


class Journal:
    """How to undo what was written since some point."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], object]] = []

    def add(self, undo: Callable[[], object]) -> None:
        self._undo.append(undo)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Undoes what was written inside when it ends in a Conflict."""
        mark = len(self._undo)
        try:
            yield
        except Conflict:
            self.back_to(mark)
            raise

    @property
    def mark(self) -> int:
        return len(self._undo)

    def back_to(self, mark: int) -> None:
        while len(self._undo) > mark:
            self._undo.pop()()


class SegmentInstance:
    """A segment and its values so far. refused: values that an element must not get; allowed: the only ones it may."""

    def __init__(self, segment_id: str, journal: Journal) -> None:
        self.id = segment_id
        self.values: dict[Spot, str] = {}
        self.refused: dict[int, tuple[str, ...]] = {}
        self.allowed: dict[int, tuple[str, ...]] = {}
        self.journal = journal

    def put(self, spot: Spot, text: str) -> bool:
        """Whether the value stood there already. Raises Conflict when another one does."""
        known = self.values.get(spot)
        if known is not None:
            if known != text:
                raise Conflict
            return True
        if spot[1] == 0 and (text in self.refused.get(spot[0], ()) or text not in self.allowed.get(spot[0], (text,))):
            raise Conflict
        self.values[spot] = text
        self.journal.add(lambda: self.values.pop(spot))
        return False

    def replace(self, spot: Spot, text: str) -> None:
        """Write a value that says more than the one that stands there."""
        known = self.values.pop(spot, None)
        if known is not None:
            self.journal.add(lambda: self.values.__setitem__(spot, known))
        self.put(spot, text)

    def keep(self, filters: tuple[Filter, ...]) -> None:
        """Write what filters ask for. Raises Conflict when something else stands there."""
        for one in filters:
            spot, known = (one.element, 0), self.values.get((one.element, 0))
            if one.negated:
                if known in one.values:
                    raise Conflict
                before = self.refused.get(one.element, ())
                self.refused[one.element] = (*before, *one.values)
                self.journal.add(partial(self.refused.__setitem__, one.element, before))
            elif known not in one.values:
                if len(one.values) == 1:
                    self.put(spot, one.values[0])
                else:
                    self._one_of(one)

    def _one_of(self, one: Filter) -> None:
        """Several are possible: a value that comes later decides, another is a conflict then."""
        before = self.allowed.get(one.element)
        both = tuple(value for value in one.values if before is None or value in before)
        if (one.element, 0) in self.values or not both:
            raise Conflict
        self.allowed[one.element] = both
        self.journal.add(lambda: self._allow(one.element, before))

    def _allow(self, element: int, values: tuple[str, ...] | None) -> None:
        if values is None:
            del self.allowed[element]
        else:
            self.allowed[element] = values

    def elements(self) -> list[str | list[str]]:
        """As the writer takes them."""
        made: list[str | list[str]] = []
        for element in range(1, max((spot[0] for spot in self.values), default=0) + 1):
            parts = {part: text for (number, part), text in self.values.items() if number == element and part}
            if parts:
                made.append([parts.get(part, "") for part in range(1, max(parts) + 1)])
            else:
                made.append(self.values.get((element, 0), ""))
        return made


class LoopInstance:
    """A loop, or the set: its segments by id, and the loops in it by their id."""

    def __init__(self, shape: LoopShape, journal: Journal) -> None:
        self.shape = shape
        self.segments: dict[str, list[SegmentInstance]] = {}
        self.loops: dict[str, list[LoopInstance]] = {}
        self.journal = journal

    @property
    def opening(self) -> SegmentInstance:
        """The segment that opens the loop."""
        return (self.segments.get(self.shape.trigger) or [self.new_segment(self.shape.trigger)])[0]

    def new_segment(self, segment_id: str) -> SegmentInstance:
        made = SegmentInstance(segment_id, self.journal)
        self.segments.setdefault(segment_id, []).append(made)
        self.journal.add(lambda: self.segments[segment_id].remove(made))
        return made

    def new_loop(self, shape: LoopShape) -> "LoopInstance":
        made = LoopInstance(shape, self.journal)
        self.loops.setdefault(shape.id, []).append(made)
        self.journal.add(lambda: self.loops[shape.id].remove(made))
        return made
