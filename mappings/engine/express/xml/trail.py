"""The walk through records: which stretches come one behind the other, as far as they came already."""

import re
import threading

from mappings.engine.express.shape import Doubt
from mappings.engine.express.xml.facts import KnownFacts
from mappings.engine.express.xml.outline import Apart, Loop, Node, Outline, Path
from mappings.engine.express.xml.pieces import Pieces
from mappings.engine.express.xml.program import Program
from mappings.engine.express.xml.stretch import Stretch, Stretches
from mappings.engine.xml.envelope import is_about_envelope
from mappings.engine.xml.tree import Element

MOST_CHARACTERS = 1_000_000
"""Of all patterns of a trail, which take some ten bytes for each. When there would be more, it begins anew."""
CREDIT, GAIN = 20.0, 0.02
"""To learn a structure takes longer than to read a record, so a trail may learn so many, and a little more with each
record that it knows: where no record is like another, it gives up."""


class Whole:
    """A record of which the whole structure is known. node: its tree without what stands apart; count: of its values.
    program, around: made when the second record like it comes."""

    def __init__(self, node: Node, count: int, facts: KnownFacts) -> None:
        self.node = node
        self.count = count
        self.facts = facts
        self.program: Program | None = None
        self.around: Program | None = None


class Stop:
    """Where a walk can stand before a stretch of the record itself."""

    def __init__(self) -> None:
        self.stretches = Stretches()
        self.after: dict[Stretch, After] = {}


class After:
    """What may come behind a stretch: elements that stand apart, and the stop behind them; or the end of the record."""

    def __init__(self) -> None:
        self.loops: dict[Loop, Stop] = {}
        self.whole: Whole | None = None


class Way:
    """Through a record of which the structure is known. values: of all but what stands apart, which has its own, as
    they stand in the text."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self.apart: list[tuple[Apart, re.Match[str]]] = []
        self.whole: Whole | None = None


class Ground:
    """All that a trail knows. starts: for a record by itself, and for one inside another element."""

    def __init__(self, paths: frozenset[Path]) -> None:
        self.paths = paths
        self.starts = {False: Stop(), True: Stop()}
        self.loops: dict[Loop, Stretches] = {}
        self.apart: dict[Stretch, Apart] = {}
        self.size = 0


class Trail:
    """Grows with the records that it sees, up to its limits; safe to share."""

    def __init__(self, paths: frozenset[Path] | None) -> None:
        """paths: of what stands apart; None for whatever comes several times, one behind the other."""
        self._learns_paths = paths is None
        self._ground = Ground(paths or frozenset())
        self._credit = CREDIT
        self._lock = threading.Lock()

    def follow(self, pieces: Pieces, inner: bool) -> Way | None:
        """The way through a record, None where it is not known. inner: whether the record stands inside the root."""
        ground, way = self._ground, Way()
        stop, at, position, count = ground.starts[inner], 0, 0, len(pieces.marks)
        while True:
            found = stop.stretches.find(pieces, at, position)
            if found is None:
                return None
            stretch, match = found
            way.values += pieces.meant(match.groups())
            at, position = at + stretch.size, match.end()
            after = stop.after.get(stretch)
            if after is None:  # another thread is just learning it
                return None
            if at > count:
                way.whole = after.whole if position == len(pieces.text) else None
                self._credit = min(self._credit + GAIN, CREDIT)
                return way if way.whole else None
            for loop, behind in [*after.loops.items()]:
                onward, reached = _instances(ground, loop, pieces, at, position, way)
                if onward > at:
                    stop, at, position = behind, onward, reached
                    break
            else:
                return None

    def learn(self, pieces: Pieces, twin: Element, record: Element, inner: bool) -> None:
        """Remember the structure of a record. twin: the root that libxml2 made of it; record: the element of the
        record, which is the root itself or stands in it."""
        if self._credit < 1 or not self._lock.acquire(blocking=False):
            return
        try:
            self._credit -= 1
            self._remember(pieces, twin, record, inner)
        except Doubt:
            return
        finally:
            self._lock.release()

    def _remember(self, pieces: Pieces, twin: Element, record: Element, inner: bool) -> None:
        ground = self._ground
        if self._learns_paths and not (found := frozenset(repeated(record))) <= ground.paths:
            ground = Ground(ground.paths | found)
        outline = Outline(pieces, twin, record, ground.paths, ground.loops)
        facts = KnownFacts(outline, twin, inner)
        if ground.size + outline.size > MOST_CHARACTERS:
            ground = Ground(ground.paths)
            outline = Outline(pieces, twin, record, ground.paths, ground.loops)
        ground.size += outline.size
        for apart in outline.learned:
            ground.apart[apart.stretch] = apart
            ground.loops.setdefault(apart.loop, Stretches()).add(apart.stretch)
        stop = ground.starts[inner]
        for stretch, loop in zip(outline.stretches, [*outline.loops, None], strict=True):
            known = stop.stretches.add(stretch)
            after = stop.after.setdefault(known, After())
            if loop is not None:
                stop = after.loops.setdefault(loop, Stop())
            elif after.whole is None and outline.record is not None:
                after.whole = Whole(outline.record, len(outline.values), facts)
        self._ground = ground


def repeated(element: Element, path: Path = ()) -> set[Path]:
    """The paths of elements with children that stand one behind another of their name, outermost first."""
    found: set[Path] = set()
    children = list(element)
    for child, behind in zip(children, children[1:], strict=False):
        inside = (*path, child.tag)
        if child.tag == behind.tag and len(child) and not is_about_envelope(inside):
            found.add(inside)
    for child in children:
        inside = (*path, child.tag)
        if len(child) and inside not in found:
            found |= repeated(child, inside)
    return found


def _instances(ground: Ground, loop: Loop, pieces: Pieces, at: int, position: int, way: Way) -> tuple[int, int]:
    """Go past elements apart that stand one behind the other; behind how many marks and where they end."""
    stretches, marks, text, known = ground.loops[loop], pieces.marks, pieces.text, None
    while True:
        # The next one has most often the structure of the one before it.
        match = None
        if known is not None and marks.startswith(known.marks, at):
            match = known.pattern.match(text, position)
        if known is None or match is None:
            found = stretches.find(pieces, at, position)
            if found is None:
                return at, position
            known, match = found
        way.apart.append((ground.apart[known], match))
        at, position = at + known.size, match.end()
