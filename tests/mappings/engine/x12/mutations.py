"""One fault put into a valid document, and what has to be said about it: where, by which code, and nothing else."""

import random
from collections.abc import Callable, Iterator

import msgspec

from mappings.engine.findings import Code
from mappings.engine.x12.structure import ElementDef, LoopUse, Release, SegmentDef, SegmentUse
from tests.mappings.engine.x12.generator import Generator

Document = list[list[str]]


class Mutation(msgspec.Struct):
    """segment, element: where the fault is to be named (segment counted in the mutated document, ST = 1).

    repetition: a separator of repetitions that the document is read with.
    """

    document: Document
    code: Code
    segment: int
    element: int = 0
    segment_id: str = ""
    repetition: str = ""


Kind = Callable[["Mutator"], Mutation | None]
KINDS: dict[str, Kind] = {}


def kind(function: Kind) -> Kind:
    KINDS[function.__name__.replace("_", " ")] = function
    return function


class Mutator:
    """Puts faults of each kind at random places of one document."""

    def __init__(self, generator: Generator, document: Document, seed: str) -> None:
        self.document = document
        self.release: Release = generator.release
        self.structure = generator.structure
        self.random = random.Random(seed)
        self.vocabulary = set(_segments(generator.structure.children))

    def copy(self) -> Document:
        return [list(row) for row in self.document]

    def definition(self, segment_id: str) -> SegmentDef:
        found = self.release.segment(segment_id)
        assert found is not None
        return found

    def places(self) -> list[int]:
        """Indexes (from 0) of segments between ST and SE, in random order."""
        found = list(range(1, len(self.document) - 1))
        self.random.shuffle(found)
        return found

    def values(self) -> Iterator[tuple[int, int, ElementDef]]:
        """Segment index, element position and definition of values that nothing else depends on."""
        for at in self.places():
            row = self.document[at]
            if row[0] in ("HL", "CTT", "BIN", "BDS", "TDS", "G33"):
                continue
            for position, element in enumerate(self.definition(row[0]).elements[: len(row) - 1], 1):
                if row[position] and element.type != "composite":
                    yield at, position, element

    def replaced(self, at: int, position: int, value: str, code: Code) -> Mutation:
        document = self.copy()
        document[at][position] = value
        return Mutation(document, code, at + 1, position, document[at][0])

    def inserted(self, row: list[str], at: int, code: Code) -> Mutation:
        """With a row more at this index, which SE01 counts."""
        document = self.copy()
        document.insert(at, row)
        document[-1][1] = str(len(document))
        return Mutation(document, code, at + 1, 0, row[0])


def _segments(children: tuple[SegmentUse | LoopUse, ...]) -> Iterator[str]:
    for child in children:
        if isinstance(child, LoopUse):
            yield from _segments(child.children)
        else:
            yield child.segment


@kind
def segment_unknown(mutator: Mutator) -> Mutation:
    return mutator.inserted(["QQQ", "1"], mutator.places()[0] + 1, Code.SEGMENT_UNKNOWN)


@kind
def segment_of_another_set(mutator: Mutator) -> Mutation:
    stranger = next(name for name in ("CLM", "FGS", "QTY", "BIG") if name not in mutator.vocabulary)
    return mutator.inserted([stranger, "1", "1"], mutator.places()[0] + 1, Code.SEGMENT_NOT_IN_SET)


@kind
def segment_missing(mutator: Mutator) -> Mutation | None:
    """A mandatory segment of the set itself, which opens no loop."""
    wanted = [use.segment for use in mutator.structure.children if isinstance(use, SegmentUse) and use.min]
    wanted = [name for name in wanted if name not in ("ST", "SE")]
    all_uses = list(_segments(mutator.structure.children))
    for at in mutator.places():
        name = mutator.document[at][0]
        if name in wanted and all_uses.count(name) == 1:
            document = mutator.copy()
            del document[at]
            document[-1][1] = str(len(document))
            return Mutation(document, Code.SEGMENT_MISSING, at + 1, 0, name)
    return None


@kind
def segment_too_often(mutator: Mutator) -> Mutation | None:
    """One that may come once, sent twice in a row."""
    uses = [use for use in mutator.structure.children if isinstance(use, SegmentUse) and use.max == 1]
    names = list(_segments(mutator.structure.children))
    for at in mutator.places():
        row = mutator.document[at]
        if any(use.segment == row[0] for use in uses) and names.count(row[0]) == 1 and row[0] != "CTT":
            return mutator.inserted(list(row), at + 1, Code.SEGMENT_TOO_MANY)
    return None


@kind
def segment_out_of_order(mutator: Mutator) -> Mutation | None:
    """The beginning segment, sent after the one that follows it."""
    document = mutator.copy()
    first, second = document[1], document[2]
    names = list(_segments(mutator.structure.children))
    later = [use.segment for use in mutator.structure.children if isinstance(use, SegmentUse)]
    uses = mutator.structure.children
    if first[0] == second[0] or names.count(first[0]) > 1 or second[0] not in later or len(document) < 5:
        return None
    if not isinstance(uses[1], SegmentUse) or not uses[1].min:
        return None
    document[1:3] = [second, first]
    return Mutation(document, Code.SEGMENT_OUT_OF_ORDER, 3, 0, first[0])


def _loops(children: tuple[SegmentUse | LoopUse, ...]) -> Iterator[LoopUse]:
    for child in children:
        if isinstance(child, LoopUse):
            yield child
            yield from _loops(child.children)


@kind
def segment_missing_in_a_loop(mutator: Mutator) -> Mutation | None:
    """A mandatory segment that stands second in a loop or later, and nowhere else in the set."""
    names = list(_segments(mutator.structure.children))
    inner = {
        use.segment
        for loop in _loops(mutator.structure.children)
        for use in loop.children[1:]
        if isinstance(use, SegmentUse) and use.min and names.count(use.segment) == 1
    }
    for at in mutator.places():
        name = mutator.document[at][0]
        if name in inner and name not in (mutator.document[at - 1][0], mutator.document[at + 1][0]):
            document = mutator.copy()
            del document[at]
            document[-1][1] = str(len(document))
            return Mutation(document, Code.SEGMENT_MISSING, at + 1, 0, name)
    return None


@kind
def loop_too_often(mutator: Mutator) -> Mutation | None:
    """One that may come so many times, sent once more: only its first segment is."""
    names = list(_segments(mutator.structure.children))
    for use in mutator.structure.children:
        if not isinstance(use, LoopUse) or not use.max or use.max > 30 or names.count(use.trigger) > 1:
            continue
        if use.trigger in ("HL", "CTT") or any(inner.min for inner in use.children[1:]):
            continue
        there = [at for at, row in enumerate(mutator.document) if row[0] == use.trigger]
        if not there:
            continue
        document = mutator.copy()
        more = use.max + 1 - len(there)
        document[there[0] : there[0]] = [list(document[there[0]]) for _ in range(more)]
        document[-1][1] = str(len(document))
        last = [at for at, row in enumerate(document) if row[0] == use.trigger][-1]
        return Mutation(document, Code.LOOP_TOO_MANY, last + 1, 0, use.trigger)
    return None


@kind
def loop_in_the_wrong_place(mutator: Mutator) -> Mutation | None:
    """A loop of the set itself, sent before the first segment that has to come before it."""
    names = list(_segments(mutator.structure.children))
    uses = mutator.structure.children
    if not isinstance(uses[1], SegmentUse) or not uses[1].min or names.count(uses[1].segment) > 1:
        return None
    for use in uses:
        if not isinstance(use, LoopUse) or names.count(use.trigger) > 1 or use.trigger in ("HL", "CTT", "PO1", "IT1"):
            continue
        if use.trigger in ("LIN", "POC", "RCD", "G17") or any(inner.min for inner in use.children[1:]):
            continue
        # What follows it must not fit into the loop as well: it would be read as a part of it.
        own = set(_segments(use.children))
        if use.max and sum(row[0] == use.trigger for row in mutator.document) >= use.max:
            continue
        own.discard(use.trigger)
        if any(row[0] == use.trigger for row in mutator.document) and not own & _outermost(mutator):
            row = next(row for row in mutator.document if row[0] == use.trigger)
            made = mutator.inserted(list(row), 1, Code.SEGMENT_OUT_OF_ORDER)
            return msgspec.structs.replace(made, segment=3, segment_id=uses[1].segment)
    return None


def _outermost(mutator: Mutator) -> set[str]:
    """The segments of the document that stand in no loop, or open an outermost one."""
    uses = mutator.structure.children
    outermost = {use.segment if isinstance(use, SegmentUse) else use.trigger for use in uses}
    return {row[0] for row in mutator.document if row[0] in outermost}


@kind
def segment_empty(mutator: Mutator) -> Mutation | None:
    for at in mutator.places():
        name = mutator.document[at][0]
        if name not in ("HL", "CTT", "BIN", "BDS", "LS", "LE"):
            document = mutator.copy()
            document[at] = [name]
            return Mutation(document, Code.SEGMENT_EMPTY, at + 1, 0, name)
    return None


@kind
def segment_count_wrong(mutator: Mutator) -> Mutation:
    document = mutator.copy()
    document[-1][1] = str(len(document) + 7)
    return Mutation(document, Code.SET_COUNT_MISMATCH, len(document), 1, "SE")


@kind
def control_number_wrong(mutator: Mutator) -> Mutation:
    document = mutator.copy()
    document[-1][2] = "0009"
    return Mutation(document, Code.SET_CONTROL_MISMATCH, len(document), 2, "SE")


@kind
def trailer_missing(mutator: Mutator) -> Mutation:
    document = mutator.copy()[:-1]
    return Mutation(document, Code.SET_TRAILER_MISSING, len(document) + 1, 0, "SE")


@kind
def parent_unknown(mutator: Mutator) -> Mutation | None:
    levels = [at for at in mutator.places() if mutator.document[at][0] == "HL"]
    return mutator.replaced(levels[0], 2, "999", Code.LEVEL_PARENT_UNKNOWN) if levels else None


@kind
def line_count_wrong(mutator: Mutator) -> Mutation | None:
    at = next((at for at in mutator.places() if mutator.document[at][0] == "CTT"), None)
    return mutator.replaced(at, 1, "4711", Code.LINE_COUNT_MISMATCH) if at else None
