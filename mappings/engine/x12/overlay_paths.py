"""Places in a set that an overlay speaks of: from their names to the segments of a document."""

from collections.abc import Callable, Iterator

import msgspec

from mappings.engine.findings import Place
from mappings.engine.x12.structure import LoopUse, Node, SegmentUse, SetStructure

ANYWHERE = "**"
Wrong = Callable[[str], Exception]


class Instance(msgspec.Struct):
    """The segments at one place of a document: of one instance of the loop that holds them.

    anchor: the segment that opens the loop; where a missing segment is said to be missing.
    """

    rows: list[list[str]]
    anchor: list[str]
    loop: str

    def place(self, segment_id: str, index: int, element: int, element_id: str) -> Place:
        return Place(segment=index, segment_id=segment_id, loop=self.loop[:6], element=element, element_id=element_id)


class SegmentPath(msgspec.Struct, frozen=True):
    """loops: ids of the loops from the outside in. own: the loop that the segment opens, "" when it opens none."""

    segment: str
    routes: tuple[tuple[str, ...], ...]
    own: tuple[str, ...]
    triggers: tuple[str, ...]
    mandatory: bool
    most: int | None

    def instances(self, tree: Node) -> Iterator[Instance]:
        for route, own, trigger in zip(self.routes, self.own, self.triggers, strict=True):
            for node in _nodes(tree, route):
                anchor = next(iter(node.values()))[0] if node else []
                rows = (
                    [inner[self.segment][0] for inner in node.get(own, ()) if self.segment in inner]
                    if own
                    else (node.get(self.segment, []))
                )
                yield Instance(list(rows), anchor if isinstance(anchor, list) else [], self.segment if own else trigger)


class ElementPath(msgspec.Struct, frozen=True):
    segment_path: SegmentPath
    element: int


def _nodes(tree: Node, route: tuple[str, ...]) -> Iterator[Node]:
    waiting: list[tuple[Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth == len(route):
            yield node
        else:
            below: list[Node] = node.get(route[depth], [])
            waiting.extend((inner, depth + 1) for inner in reversed(below))


class _Found(msgspec.Struct):
    route: tuple[str, ...]
    own: str
    trigger: str
    mandatory: bool
    most: int | None


def parse_path(text: str, structure: SetStructure, wrong: Wrong) -> SegmentPath | ElementPath:
    """The place that a path names. wrong: makes the error to raise, from a reason in plain words."""
    *steps, last = text.split("/")
    segment, element = _last_step(last, structure)
    if not segment:
        raise wrong(f"{last!r} is no segment or element of set {structure.set_id}")
    anywhere = steps[:1] == [ANYWHERE]
    steps = steps[1:] if anywhere else steps
    found = [one for one in _uses(structure.children, segment, (), (), "") if anywhere or one[0] == tuple(steps)]
    if anywhere and steps:
        found = [one for one in found if one[0][-len(steps) :] == tuple(steps)]
    if not found:
        raise wrong(f"set {structure.set_id} has no {segment} at {'/'.join(steps) or 'its outermost level'}")
    places = [one[1] for one in found]
    limits = [one.most for one in places]
    path = SegmentPath(
        segment=segment,
        routes=tuple(one.route for one in places),
        own=tuple(one.own for one in places),
        triggers=tuple(one.trigger for one in places),
        mandatory=any(one.mandatory for one in places),
        most=None if None in limits else max(limit for limit in limits if limit is not None),
    )
    return ElementPath(path, element) if element else path


def _last_step(last: str, structure: SetStructure) -> tuple[str, int]:
    """Segment and element: "N104" is N1 and 4, "N1" is N1 and 0; ("", 0) for what the set does not have."""
    known = set(_ids(structure.children))
    if last in known:
        return last, 0
    if last[:-2] in known and last[-2:].isascii() and last[-2:].isdecimal() and int(last[-2:]):
        return last[:-2], int(last[-2:])
    return "", 0


def _ids(children: tuple[SegmentUse | LoopUse, ...]) -> Iterator[str]:
    for child in children:
        if isinstance(child, LoopUse):
            yield from _ids(child.children)
        else:
            yield child.segment


def _uses(
    children: tuple[SegmentUse | LoopUse, ...],
    segment: str,
    names: tuple[str, ...],
    route: tuple[str, ...],
    trigger: str,
) -> Iterator[tuple[tuple[str, ...], _Found]]:
    """Every place of a segment, with the loops around it by their first segments."""
    for index, child in enumerate(children):
        if isinstance(child, LoopUse):
            if child.trigger == segment:
                yield names, _Found(route, child.loop, trigger, child.min > 0, child.max)
            inner = (*route, child.loop)
            yield from _uses(child.children, segment, (*names, child.trigger), inner, child.trigger)
        elif child.segment == segment and not (names and index == 0):
            yield names, _Found(route, "", trigger, child.min > 0, child.max)
