"""The part of the structure walk that a clean document never needs: segments that do not fit where they stand.

Each fault is named once, and the walk goes on where a reader would go on, so that one fault does not
make the rest of the set look wrong. Codes follow data element 720 (AK304).
"""

from collections.abc import Callable

from mappings.engine.findings import Code
from mappings.engine.x12.checks import Checks
from mappings.engine.x12.explain import Explainer
from mappings.engine.x12.faults import Fault
from mappings.engine.x12.pieces import BLANKS
from mappings.engine.x12.positions import CONTROL_SEGMENTS, Frame, Missing, Move, Position, Table
from mappings.engine.x12.structure import LoopUse, Node, SegmentUse

MOST_FAULTS = 10_000
"""More of one set are not named: they would fill the memory, and nobody reads them."""


class Walk:
    """The state of one walk: the tree so far, the faults so far.

    stack[depth] is the open node of the frame at that depth.
    unusual: tells of a raw segment whether only the explainer may judge it; None when that is so for none.
    untidy: set when a segment starts with a blank or is empty; the walk has to be done again without those.
    """

    def __init__(self, table: Table, unusual: Callable[[str], object] | None) -> None:
        self.table = table
        self.tree: Node = {}
        self.stack: list[Node] = [self.tree, *({} for _ in range(table.depth))]
        self.faults: list[Fault] = []
        self.unclean: list[tuple[int, list[str], str]] = []
        self.untidy = False
        self.unusual = unusual
        self._passed: dict[tuple[int, int, int], Fault] = {}
        self._told: set[tuple[int, int]] = set()
        self._resume: tuple[Position, list[Node]] | None = None
        # After a segment that came late: its index, and its place. When the next one fits only there, what stood
        # before both of them came too early, and that was the one fault.
        self._back: tuple[int, Position] | None = None
        self._went_back = False

    def take(self, position: Position, segment: list[str], index: int, piece: str) -> Position:
        """Put a segment where it belongs best, note what is wrong, and return the position after it."""
        name = segment[0]
        move = position.move(name)
        if move is None:
            return self._misplaced(position, segment, index, piece)
        if not self._has_room(move, name):
            others = (other for other in self.table.moves(position, name) if other.target is not move.target)
            other = next((other for other in others if not other.missing and self._has_room(other, name)), None)
            if other is None:
                self._report_too_many(move, name, index)
            move = other or move
        return self._place(move, segment, index, piece)

    def explain(self, explainer: Explainer) -> None:
        """Name the faults inside the segments that their check refused. ST and SE are checked elsewhere."""
        for index, segment, loop in self.unclean:
            definition = self.table.release.segment(segment[0])
            if len(self.faults) >= MOST_FAULTS:
                return
            if definition is not None and definition.id not in CONTROL_SEGMENTS:
                self.faults += explainer.faults(segment, definition, index, loop)

    def _has_room(self, move: Move, name: str) -> bool:
        if move.loop:
            return len(self.stack[move.level - 1].get(move.loop, ())) < move.limit
        return len(self.stack[move.level].get(name, ())) < move.limit

    def _place(self, move: Move, segment: list[str], index: int, piece: str) -> Position:
        for missing in move.missing:
            self._report_missing(missing, index)
        name = segment[0]
        if move.loop:
            node: Node = {name: [segment]}
            self.stack[move.level - 1].setdefault(move.loop, []).append(node)
            self.stack[move.level] = node
        else:
            self.stack[move.level].setdefault(name, []).append(segment)
        self._judge(move.check, move.target.frame, segment, index, piece)
        return move.target

    def _judge(self, check: Checks, frame: Frame, segment: list[str], index: int, piece: str) -> None:
        if not check(segment) or (self.unusual is not None and self.unusual(piece)):
            self.unclean.append((index, segment, frame.trigger))

    def _misplaced(self, position: Position, segment: list[str], index: int, piece: str) -> Position:
        name = segment[0]
        if not name or name[0] in BLANKS:
            self.untidy = True
            return position
        if name not in self.table.vocabulary:
            if self.table.release.segment(name):
                message = f"{name} is not part of this transaction set"
                self._report(Code.SEGMENT_NOT_IN_SET, name, index, position, message)
            else:
                self._report(Code.SEGMENT_UNKNOWN, name, index, position, f"{name} is not an X12 segment")
            return position
        returned = self._after_the_late_one(segment, index, piece) or self._earlier(position, segment, index, piece)
        if returned is not None:
            return returned
        if self._resume is not None:
            back, self._resume = self._resume, None
            return self.take(self._leave(position, index, back), segment, index, piece)
        frame = _loop_ahead(position, name)
        if frame is not None and frame.parent is not None:
            message = f"{frame.trigger} must come before {name}"
            self._note(Fault(index, Code.SEGMENT_MISSING, frame.trigger, message, frame.trigger))
            self._told.add((id(frame.parent), frame.index))
            self._resume = (position, list(self.stack))
            node: Node = {}
            self.stack[frame.depth - 1].setdefault(frame.loop, []).append(node)
            self.stack[frame.depth] = node
            return self.take(self.table.position(frame, 0, frame), segment, index, piece)
        self._report(Code.SEGMENT_UNEXPECTED, name, index, position, f"{name} is not expected here")
        return position

    def _after_the_late_one(self, segment: list[str], index: int, piece: str) -> Position | None:
        """Go on from the place of the segment before, which came late, when this one fits there."""
        back, self._back = self._back, None
        if back is None or back[0] != index - 1:
            return None
        late = back[1]
        move = late.move(segment[0])
        if move is None or move.missing or not self._has_room(move, segment[0]):
            return None
        self._went_back = True
        node = id(self.stack[late.frame.depth])
        for key in [key for key in self._passed if key[0] == id(late.frame) and key[1] > late.index and key[2] == node]:
            self.faults.remove(self._passed.pop(key))  # it may still come
        return self._place(move, segment, index, piece)

    def _earlier(self, position: Position, segment: list[str], index: int, piece: str) -> Position | None:
        """Place a segment that should have come earlier in a loop that is still open."""
        name = segment[0]
        frame: Frame | None = position.frame
        last = position.index
        while frame is not None:
            for i, child in enumerate(frame.children[: last + 1]):
                if isinstance(child, LoopUse):
                    if child.trigger == name:
                        return self._detach(position, frame, i, segment, index, piece)
                elif child.segment == name and (i > 0 or frame.parent is None):
                    rows = self.stack[frame.depth].setdefault(name, [])
                    full = child.max is not None and len(rows) >= child.max
                    self._report_stray(frame, i, name, index, full)
                    if not full:
                        self._back = (index, self.table.position(frame, i, position.floor))
                    rows.append(segment)
                    self._judge(self.table.check(name), frame, segment, index, piece)
                    return position
            if frame is position.floor:
                return None
            last, frame = frame.index, frame.parent
        return None

    def _detach(
        self, position: Position, parent: Frame, i: int, segment: list[str], index: int, piece: str
    ) -> Position:
        """Read a loop that stands in the wrong place, to return to where the walk was when it ends."""
        frame = parent.frames[i]
        full = frame.limit is not None and len(self.stack[parent.depth].get(frame.loop, ())) >= frame.limit
        self._report_stray(parent, i, frame.trigger, index, full)
        self._resume = self._resume or (position, list(self.stack))
        return self._place(self.table.open(frame, frame, ()), segment, index, piece)

    def _leave(self, position: Position, index: int, back: tuple[Position, list[Node]]) -> Position:
        """Close the loop that stood in the wrong place; return to the position before it."""
        frame: Frame | None = position.frame
        last = position.index
        while frame is not None:
            for missing in frame.missing(last + 1):
                self._report_missing(missing, index)
            if frame is position.floor:
                break
            last, frame = frame.index, frame.parent
        self.stack[:] = back[1]
        return back[0]

    def _note(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)

    def _report(self, code: Code, name: str, index: int, position: Position, message: str) -> None:
        self._note(Fault(index, code, name, message, position.frame.trigger, value=name))

    def _report_missing(self, missing: Missing, index: int) -> None:
        frame, at, name = missing
        if (id(frame), at) in self._told or len(self.faults) >= MOST_FAULTS:
            return
        child = frame.children[at]
        if self._went_back and (child.loop if isinstance(child, LoopUse) else name) in self.stack[frame.depth]:
            return  # it was sent, before the place that the walk went back to
        fault = Fault(index, Code.SEGMENT_MISSING, name, f"{name} is mandatory and missing", frame.trigger)
        self._passed[(id(frame), at, id(self.stack[frame.depth]))] = fault
        self.faults.append(fault)

    def _report_stray(self, frame: Frame, at: int, name: str, index: int, full: bool) -> None:
        """A segment or loop whose place has passed: too often when its place is full, else out of order."""
        child = frame.children[at]
        is_loop = isinstance(child, LoopUse)
        if full:
            code = Code.LOOP_TOO_MANY if is_loop else Code.SEGMENT_TOO_MANY
            message = f"{name} occurs more than {child.max} times"
        else:
            code = Code.SEGMENT_OUT_OF_ORDER
            message = f"{name} should have come earlier"
            # It was reported as missing when its place was passed: the one fault is that it comes late.
            was_missing = self._passed.pop((id(frame), at, id(self.stack[frame.depth])), None)
            if was_missing is not None:
                self.faults.remove(was_missing)
        self._note(Fault(index, code, name, message, name if is_loop else frame.trigger))

    def _report_too_many(self, move: Move, name: str, index: int) -> None:
        code = Code.LOOP_TOO_MANY if move.loop else Code.SEGMENT_TOO_MANY
        message = f"{name} occurs more than {move.limit} times"
        self._note(Fault(index, code, name, message, move.target.frame.trigger))


def _loop_ahead(position: Position, name: str) -> Frame | None:
    """The next loop that would take this segment if only its first segment had been sent."""
    frame: Frame | None = position.frame
    last = position.index
    while frame is not None:
        for i, inner in frame.frames.items():
            if i > last and any(_begins_with(child, name) for child in inner.children[1:]):
                return inner
        if frame is position.floor:
            return None
        last, frame = frame.index, frame.parent
    return None


def _begins_with(child: SegmentUse | LoopUse, name: str) -> bool:
    return (child.trigger if isinstance(child, LoopUse) else child.segment) == name
