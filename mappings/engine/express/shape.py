"""What stands in a document, known before its values are: which segments, how many elements each, in which loops."""

from collections.abc import Sequence

import msgspec

from mappings.engine.rules.shape import LoopShape
from mappings.engine.x12.positions import Move


class Doubt(Exception):
    """No program is made for this shape: documents like it are read the long way."""


class Step(msgspec.Struct, frozen=True, eq=False):
    """One segment of a shape and the move that led to it. size: its length as a list, the id counted."""

    segment: str
    size: int
    move: Move


class Row(msgspec.Struct, frozen=True, eq=False):
    """A segment of a program: its elements are the local variables `v{number}_{element}`."""

    number: int
    segment: str
    size: int

    @property
    def name(self) -> str:
        """The variable that holds the whole segment."""
        return f"r{self.number}"

    @property
    def prefix(self) -> str:
        """What the variables of its elements begin with."""
        return f"v{self.number}_"

    def element(self, position: int) -> str:
        """The variable of an element, "" for one that is not sent in this shape."""
        return f"{self.prefix}{position}" if 0 < position < self.size else ""


class Node(msgspec.Struct, eq=False):
    """One instance of a loop, or the set itself: the same tree that the validator makes, without values."""

    loop: LoopShape
    rows: dict[str, list[Row]] = {}
    loops: dict[str, list["Node"]] = {}

    @property
    def first(self) -> Row | None:
        """The segment that opened it."""
        return next(iter(self.rows.get(self.loop.trigger, ())), None)


def outline(steps: Sequence[Step], root: LoopShape) -> tuple[Node, list[Row]]:
    """The tree and the rows of a shape. root: the set, or for a shape that starts with its first segment, a loop.

    Raises Doubt where a segment or loop comes more often than it may.
    """
    rows = [Row(number, step.segment, step.size) for number, step in enumerate(steps)]
    top = Node(root)
    base = steps[0].move.level
    stack = [top] * 20
    for row, step in zip(rows, steps, strict=True):
        move, level = step.move, step.move.level - base
        if move.loop and row.number:
            parent = stack[level - 1]
            instances = parent.loops.setdefault(move.loop, [])
            if len(instances) >= move.limit:
                raise Doubt(move.loop)
            stack[level] = node = Node(_loop(parent.loop, move.loop), {row.segment: [row]})
            instances.append(node)
            continue
        same = stack[level].rows.setdefault(row.segment, [])
        if len(same) >= move.limit and row.number:
            raise Doubt(row.segment)
        same.append(row)
    return top, rows


def _loop(parent: LoopShape, loop_id: str) -> LoopShape:
    return next(loop for loop in parent.loops if loop.id == loop_id)
