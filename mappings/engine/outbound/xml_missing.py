"""What a written XML document lacks of what its standard demands, and pieces that are left out because they do."""

import re
from collections.abc import Iterator

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.outbound.xml_nodes import Node
from mappings.engine.rules.declaration import Supply
from mappings.engine.rules.paths import Step
from mappings.engine.xml.structure import XmlStructure

_SAID = re.compile("Missing child element|This element is not expected|required but missing|'' is not a valid value")

MOST = 100
"""Of what is missing, so much is said; who sends ten thousand lines without a currency knows then."""
_MAY_BE_EMPTY = ("", "text", "token")


class Lack(msgspec.Struct, frozen=True):
    """trail: the names of the elements below the root, down to the one that lacks something. name: of the child that is
    not there; "" where it is the text or an attribute, `key`.
    """

    trail: tuple[str, ...]
    name: str = ""
    key: str = ""


def lacks(node: Node, structure: XmlStructure) -> Iterator[Lack]:
    """What an element itself lacks; not those in it."""
    trail = _trail(node)
    if _is_bare(node):
        yield Lack(trail)
    for name, needed in node.kind.attributes.items():
        if needed and not node.text(f"@{name}"):
            yield Lack(trail, key=f"@{name}")
    for name, use in node.kind.uses.items():
        filled = any(not child.is_empty() for child in node.children.get(name, []))
        if use.needed and not filled and not structure.may_be_empty(name):
            yield Lack(trail, name)


def left_out(root: Node, structure: XmlStructure, entries: tuple[Supply, ...]) -> list[Finding]:
    """Take away, from the innermost on, what `leave_out` names and what lacks something, and elements that have an
    attribute but not the value that it is about. A warning for each.
    """
    whole = [entry.at.steps for entry in entries if entry.leave_out]
    findings: list[Finding] = []
    for node in list(_inside_out(root)):
        if node.parent is None or node.is_empty():
            continue
        if _is_bare(node) or (any(_ends(node, steps) for steps in whole) and _is_short(node, structure)):
            findings.append(_warning(node, structure))
            node.remove()
    return findings


def beside(faults: list[Finding], missing: list[Finding]) -> list[Finding]:
    """The faults of a document but for those that say in other words what is missing there."""
    named = {one.place.xpath for one in missing}

    def again(fault: Finding) -> bool:
        path = fault.place.xpath
        known = len(missing) >= MOST or path in named or path.rpartition("/")[0] in named
        return known and bool(_SAID.search(fault.message))

    return [fault for fault in faults if not again(fault)]


def local(name: str, structure: XmlStructure) -> str:
    """A name with its prefix, as people write it."""
    space, _, own = name.removeprefix("@").removeprefix("{").rpartition("}")
    prefix = structure.prefixes.get(space, "")
    mark = "@" if name.startswith("@") else ""
    return f"{mark}{prefix}:{own}" if prefix else f"{mark}{own}"


def _warning(node: Node, structure: XmlStructure) -> Finding:
    wanted = dict.fromkeys(local(one.name or one.key, structure) for one in _short_of(node, structure))
    words = ", ".join(one or "its value" for one in wanted)
    xpath = "/" + "/".join(local(name, structure) for name in ("*", *_trail(node)))
    message = f"{local(node.name, structure)} was left out: it lacks {words}"
    return finding(Code.PIECE_LEFT_OUT, message, Place(offset=-1, xpath=xpath), _first_text(node))


def _first_text(node: Node) -> str:
    texts = [node.text(key) for key in node.spots()]
    inner = [_first_text(child) for known in node.children.values() for child in known]
    return next((text for text in (*texts, *inner) if text), "")


def _is_bare(node: Node) -> bool:
    """Whether an element has attributes, but not the number or date that they are about."""
    return node.kind.text not in _MAY_BE_EMPTY and not node.kind.blank and not node.text("")


def _is_short(node: Node, structure: XmlStructure) -> bool:
    return any(True for _ in _short_of(node, structure))


def _short_of(node: Node, structure: XmlStructure) -> Iterator[Lack]:
    """What an element and those in it lack."""
    yield from lacks(node, structure)
    for known in node.children.values():
        for child in known:
            if not child.is_empty():
                yield from _short_of(child, structure)


def _inside_out(node: Node) -> Iterator[Node]:
    for known in node.children.values():
        for child in known:
            yield from _inside_out(child)
    yield node


def _ends(node: Node, steps: tuple[Step, ...]) -> bool:
    """Whether the way to an element ends with these steps."""
    at: Node | None = node
    for step in reversed(steps):
        if at is None or at.name != step.name or not at.passes(step.filters):
            return False
        at = at.parent
    return True


def _trail(node: Node) -> tuple[str, ...]:
    names: list[str] = []
    at = node
    while at.parent is not None:
        names.append(at.name)
        at = at.parent
    return tuple(reversed(names))
