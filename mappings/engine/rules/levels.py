"""Levels of a hierarchy (X12 HL): which stands inside which is said by HL02, not by the order in which they stand.

What generated code calls when a mapping asks for levels: `levels` once for each document, the others where they are
named. A node is that of a level's loop, with the HL segment under "HL".
"""

from collections.abc import Iterable, Sequence
from typing import Any

from mappings.engine.x12.hierarchy import around_by_order

Node = dict[str, Any]


class Places(dict[int, tuple[int, Node | None, str]]):
    """By the id of a level's node: its place among all from 1, the level around it, its kind (HL03).

    found: what `above` has found, by what was asked for: levels can stand inside each other without end.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[tuple[tuple[str, ...], bool], dict[int, Node]] = {}


Kinds = dict[str, list[Node]]


def levels(nodes: Iterable[Node]) -> tuple[Places, Kinds]:
    """The places of all levels, and the levels of each kind, in the order of the document.

    A level whose parent was not sent before it stands at the top, so that there is no circle. Where no level names a
    parent, their order says it. A level whose HL was not sent has no number and no kind.
    """
    nodes = list(nodes)
    segments = [node["HL"][0] if "HL" in node else () for node in nodes]
    by_order = around_by_order(segments)
    places = Places()
    kinds: Kinds = {}
    sent: dict[str, Node] = {}
    for number, (node, segment) in enumerate(zip(nodes, segments, strict=True), 1):
        kind = _at(segment, 3)
        parent = nodes[by_order[number - 1]] if number - 1 in by_order else sent.get(_at(segment, 2))
        places[id(node)] = (number, parent, kind)
        kinds.setdefault(kind, []).append(node)
        if mark := _at(segment, 1):
            sent[mark] = node
    return places, kinds


def above(places: Places, node: Node, kinds: tuple[str, ...], negated: bool) -> Node:
    """The nearest level around one that is of these kinds (or, negated, of others); an empty node where none is."""
    found = places.found.setdefault((kinds, negated), {})
    passed = [id(node)]
    while (answer := found.get(passed[-1])) is None:
        around = places[passed[-1]][1]
        if around is None:
            answer = {}
            break
        if (places[id(around)][2] in kinds) is not negated:
            answer = around
            break
        passed.append(id(around))
    found.update(dict.fromkeys(passed, answer))
    return answer


def among(places: Places, known: Kinds, kinds: tuple[str, ...]) -> list[Node]:
    """The levels of several kinds in the order of the document."""
    return sorted((node for kind in kinds for node in known.get(kind, ())), key=lambda node: places[id(node)][0])


def number_of(places: Places, node: Node) -> int:
    """The place of a level among all from 1; 0 for the empty node."""
    return places[id(node)][0] if node else 0


def _at(segment: Sequence[str], element: int) -> str:
    return segment[element].strip() if element < len(segment) else ""
