"""HL: which level stands inside which. HL02 names the parent, HL03 the kind; the order of segments says nothing.

Some senders leave out every HL02 and mean the order after all. Only then it counts, with a warning.
"""

from collections.abc import Iterator, Sequence

import msgspec

from mappings.engine.findings import Code, Severity
from mappings.engine.x12.faults import Fault

MOST_FAULTS = 100
"""More faults of one set's tree are not named."""

# BSN05 (data element 1005): the kinds of level from the outside in. T (tare, a pallet) stands where P (a pack) does,
# outside it; kinds that a code does not name may stand anywhere.
STRUCTURES = {
    "0001": ("S", "O", "T", "P", "I"),
    "0002": ("S", "O", "I", "T", "P"),
    "0003": ("S", "T", "P", "O", "I"),
    "0004": ("S", "O", "I"),
}


class Level(msgspec.Struct):
    """One HL with what follows it up to the next one.

    index: of the HL segment (ST = 1). number, parent, kind: HL01, HL02, HL03 as sent. segments: HL first.
    """

    index: int
    number: str
    parent: str
    kind: str
    segments: list[list[str]]
    children: list["Level"] = []

    def walk(self) -> Iterator["Level"]:
        """This level and all below it, each parent before its children, in document order."""
        waiting = [self]
        while waiting:
            level = waiting.pop()
            yield level
            waiting.extend(reversed(level.children))


def levels(segments: list[list[str]], ends: frozenset[str] = frozenset({"CTT", "SE"})) -> list[Level]:
    """The levels that stand in no other, with all others inside them.

    segments: of one set. ends: the segments that follow the last level. A level whose parent was not sent before
    it stands at the top, so that nothing is lost.
    """
    return _tree(list(_flat(segments, ends)))


def _flat(segments: list[list[str]], ends: frozenset[str]) -> Iterator[Level]:
    current: Level | None = None
    for index, segment in enumerate(segments, 1):
        if segment[0] == "HL":
            if current:
                yield current
            current = Level(index, _at(segment, 1), _at(segment, 2), _at(segment, 3), [segment], [])
        elif segment[0] in ends:
            break
        elif current:
            current.segments.append(segment)
    if current:
        yield current


def around_by_order(segments: Sequence[Sequence[str]]) -> dict[int, int]:
    """Where no HL02 names a parent: which level stands inside which by their order, both counted from 0.

    A kind that comes for the first time stands inside the level before it; one that came before stands where that one
    did (S O I I O I: two orders of one shipment). Empty where a parent is named, or where all levels are of one kind.
    """
    if len(segments) < 2 or any(_at(segment, 2).strip() for segment in segments):
        return {}
    found: dict[int, int] = {}
    path: dict[str, int] = {}  # from the outermost level to the one before: kind and number
    for number, segment in enumerate(segments):
        kind = _at(segment, 3).strip()
        while kind in path:
            path.popitem()
        if path:
            found[number] = path[next(reversed(path))]
        path[kind] = number
    return found


def _tree(flat: list[Level]) -> list[Level]:
    roots: list[Level] = []
    known: dict[str, Level] = {}
    by_order = around_by_order([level.segments[0] for level in flat])
    for number, level in enumerate(flat):
        parent = flat[by_order[number]] if number in by_order else known.get(level.parent) if level.parent else None
        (parent.children if parent else roots).append(level)
        known.setdefault(level.number, level)
    return roots


def hierarchy_faults(segments: list[list[str]]) -> list[Fault]:
    """Faults of the tree. HL01 twice and a parent that was not sent are errors; HL04 and BSN05 are warnings."""
    rows = [(index, segment) for index, segment in enumerate(segments, 1) if segment[0] == "HL"]
    if not rows:
        return []
    kinds: dict[str, str] = {}
    parents = {_at(segment, 2) for _, segment in rows}
    found: list[Fault] = []
    order = _order(segments)
    for index, segment in rows:
        number, parent, kind, has_children = (_at(segment, position) for position in (1, 2, 3, 4))
        if parent and parent not in kinds:
            message = f"HL02 names level {parent}, which was not sent before this one"
            found.append(_fault(index, Code.LEVEL_PARENT_UNKNOWN, 2, "734", message, parent))
        elif parent and order and _inside_out(order, kinds[parent], kind):
            message = f"Level {kind} stands inside {kinds[parent]}, BSN05 {order[0]} says otherwise"
            found.append(_fault(index, Code.LEVEL_ORDER_UNEXPECTED, 3, "735", message, kind, Severity.WARNING))
            order = None  # the structure that BSN05 names is not the one that was sent: said once
        if number and number in kinds:
            message = f"HL01 {number} is used twice"
            found.append(_fault(index, Code.LEVEL_NUMBER_DUPLICATE, 1, "628", message, number))
        elif number:
            kinds[number] = kind
            if has_children in ("0", "1") and (has_children == "1") != (number in parents):
                said = "has levels inside it" if has_children == "1" else "has no levels inside it"
                message = f"HL04 says that the level {said}, the document says otherwise"
                found.append(_fault(index, Code.LEVEL_CHILDREN_MISMATCH, 4, "736", message, has_children))
    by_order = around_by_order([segment for _, segment in rows])
    if by_order:
        index = rows[min(by_order)][0]
        message = "No HL02 names the level around; each is taken to stand inside the one before it of another kind"
        fault = _fault(index, Code.LEVEL_PARENT_UNKNOWN, 2, "734", message, "", Severity.WARNING)
        # HL04 is about the tree that no HL02 tells of.
        found = [fault, *(one for one in found if one.code is not Code.LEVEL_CHILDREN_MISMATCH)]
    elif any(fault.code is Code.LEVEL_PARENT_UNKNOWN for fault in found):
        # The level that a wrong HL02 meant seems to lack its children: that is the same fault.
        found = [fault for fault in found if fault.code is not Code.LEVEL_CHILDREN_MISMATCH]
    return found[:MOST_FAULTS]


def _fault(
    index: int, code: Code, element: int, element_id: str, message: str, value: str, severity: Severity | None = None
) -> Fault:
    return Fault(
        index, code, "HL", message, "HL", element=element, element_id=element_id, value=value, severity=severity
    )


def _order(segments: list[list[str]]) -> tuple[str, dict[str, int]] | None:
    bsn = next((segment for segment in segments[:5] if segment[0] == "BSN"), None)
    kinds = STRUCTURES.get(_at(bsn, 5)) if bsn else None
    return (_at(bsn or [], 5), {kind: rank for rank, kind in enumerate(kinds)}) if kinds else None


def _inside_out(order: tuple[str, dict[str, int]], outer: str, inner: str) -> bool:
    """Both kinds are named by the structure, and the inner one should be the outer one. Packs hold packs."""
    ranks = order[1]
    return outer in ranks and inner in ranks and ranks[outer] > ranks[inner]


def _at(segment: Sequence[str], element: int) -> str:
    return segment[element] if element < len(segment) else ""
