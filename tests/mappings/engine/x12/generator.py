"""Valid documents of any set, made from the structure data: what mutation tests start from."""

import random
from collections.abc import Iterator

from mappings.engine.x12.balances import TOTALS
from mappings.engine.x12.structure import ElementDef, LoopUse, Release, SegmentDef, SegmentUse, release

_SETS = "180 204 210 214 810 812 820 824 832 846 850 852 855 856 860 861 864 865 875 880 940 943 944 945 990"
SUPPORTED = tuple(_SETS.split())
WORD = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Generator:
    """Makes documents of one set. Segments that are optional come now and then, loops at most twice."""

    def __init__(self, set_id: str, version: str, seed: int) -> None:
        self.release: Release = release(version)
        self.structure = self.release.structure(set_id)
        self.set_id = set_id
        self._random = random.Random(f"{set_id} {version} {seed}")
        self._level = 0

    def document(self) -> list[list[str]]:
        """A set from ST to SE, of which the standard forbids nothing."""
        self._level = 0
        body = list(self._children(self.structure.children[1:-1], 0))
        segments = [["ST", self.set_id, "0001"], *body]
        totals = TOTALS.get(self.set_id)
        counted = totals.counted if totals else ""
        for row in segments:
            if row[0] == "CTT":
                row[1:] = [str(sum(one[0] == counted for one in body))]
        return [*segments, ["SE", str(len(segments) + 1), "0001"]]

    def _children(self, children: tuple[SegmentUse | LoopUse, ...], depth: int) -> Iterator[list[str]]:
        for use in children:
            if isinstance(use, LoopUse):
                for _ in range(self._times(use.min, use.max, 0.5 / (depth + 1))):
                    yield from self._children(use.children, depth + 1)
            else:
                for _ in range(self._times(use.min, use.max, 0.3 / (depth + 1))):
                    yield self.segment(use.segment)

    def _times(self, least: int, most: int | None, chance: float) -> int:
        times = least
        while times < least + 2 and (most is None or times < most) and self._random.random() < chance:
            times += 1
        return times

    def segment(self, segment_id: str) -> list[str]:
        """A segment that satisfies its definition, conditions included."""
        definition = self.release.segment(segment_id)
        assert definition is not None
        if segment_id == "HL":
            self._level += 1
            parent = str(self._level - 1) if self._level > 1 else ""
            return [part for part in ["HL", str(self._level), parent, "SOPI"[min(self._level - 1, 3)]]]
        if segment_id == "BIN":
            return ["BIN", "4", "data"]
        if segment_id == "BDS":
            return ["BDS", "ASC", "4", "data"]
        return [segment_id, *self._elements(definition)]

    def _elements(self, definition: SegmentDef) -> list[str]:
        sent = {i for i, one in enumerate(definition.elements, 1) if one.mandatory or self._random.random() < 0.3}
        if definition.id in ("BSN", "IT1", "G17"):
            sent -= {5} if definition.id == "BSN" else {2, 3, 4, 5}  # no structure and no prices to agree with
            sent |= {i for i, one in enumerate(definition.elements, 1) if one.mandatory}
        sent = sent or {1}
        for _ in range(20):
            before = set(sent)
            for note in definition.notes:
                first, *others = note.positions
                there = sent & set(note.positions)
                if (note.kind == "P" and there) or (note.kind == "C" and first in sent):
                    sent |= set(note.positions)
                elif note.kind == "R" and not there:
                    sent.add(first)
                elif note.kind == "L" and first in sent and not sent & set(others):
                    sent.add(others[0])
                elif note.kind == "E" and len(there) > 1:
                    sent -= set(sorted(there)[1:])
            if sent == before:
                break
        if broken(definition, sent):
            sent = _least(definition)
        return [
            self.value(one) if position in sent else ""
            for position, one in enumerate(definition.elements[: max(sent)], 1)
        ]

    def value(self, element: ElementDef) -> str:
        """A value that the element may have."""
        chosen = self._random
        kind = element.type
        if kind == "composite":
            needed = max((i for i, one in enumerate(element.components, 1) if one.mandatory), default=1)
            return ">".join(
                self.value(one) if i == 0 or one.mandatory else "" for i, one in enumerate(element.components[:needed])
            )
        if kind == "DT":
            return f"{chosen.randint(2000, 2030)}{chosen.randint(1, 12):02d}{chosen.randint(1, 28):02d}"[
                -6 if element.max == 6 else 0 :
            ]
        if kind == "TM":
            return f"{chosen.randint(0, 23):02d}{chosen.randint(0, 59):02d}"
        if kind == "R" or kind[0] == "N":
            length = chosen.randint(max(element.min, 1), max(element.min, 1, min(element.max or 4, 4)))
            return str(chosen.randint(1, 9)) + "".join(str(chosen.randint(0, 9)) for _ in range(length - 1))
        codes = sorted(self.release.codes(element.codes)) if element.codes else []
        fitting = [code for code in codes if element.min <= len(code) <= element.max]
        if fitting:
            return chosen.choice(fitting)
        length = chosen.randint(max(element.min, 1), max(element.min, 1, min(element.max or 12, 12)))
        return "".join(chosen.choice(WORD) for _ in range(length))


def _least(definition: SegmentDef) -> set[int]:
    """The smallest set of elements that breaks no condition, found by trying."""
    mandatory = {i for i, one in enumerate(definition.elements, 1) if one.mandatory}
    positions = range(1, len(definition.elements) + 1)
    candidates = [mandatory, *(mandatory | {one, other} for one in positions for other in positions)]
    return next(one for one in candidates if one and not broken(definition, one))


def broken(definition: SegmentDef, sent: set[int]) -> bool:
    """Does sending these elements, and no others, break a condition?"""
    for note in definition.notes:
        first, *others = note.positions
        there = sent & set(note.positions)
        if (
            (note.kind == "P" and there and len(there) < len(note.positions))
            or (note.kind == "R" and not there)
            or (note.kind == "E" and len(there) > 1)
            or (note.kind == "C" and first in sent and not set(others) <= sent)
            or (note.kind == "L" and first in sent and not set(others) & sent)
        ):
            return True
    return False
