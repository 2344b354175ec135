"""A record as the tree that mappings read: one walk, and places worked out only when somebody asks.

Node: {"": text, "@name": attribute, "{namespace}name": [Node, ...]}. Texts are without blanks around them, and ""
where there is none. An element that is there is never an empty dict, so a node is true and {} is "not there".
"""

import functools
import sys
from typing import Any

import msgspec
from lxml import etree

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.rules.places import Lineage
from mappings.engine.rules.program import Ref
from mappings.engine.xml.limits import DEPTH

Node = dict[str, Any]
Element = Any
"""lxml's stubs say that names and values may be bytes, which a parser never makes; the walk is too hot for checks."""


class XmlPlaces:
    """Where the nodes of a record stand: the `places.Locator` of XML. first_line: what to add to the parser's lines.

    root: None for a record of which nothing could be read.
    """

    def __init__(self, root: Element | None, tree: Node, first_line: int) -> None:
        self._root = root
        self._tree = tree
        self._first_line = first_line

    @functools.cached_property
    def _places(self) -> dict[int, tuple[str, int]]:
        """id of each node → its XPath, with the prefixes of the document, and its line in the file."""
        found: dict[int, tuple[str, int]] = {}
        if self._root is None:
            return found
        pending = [(self._root, self._tree, f"/{_name(self._root)}")]
        while pending:
            element, node, path = pending.pop()
            found[id(node)] = path, (element.sourceline or 0) + self._first_line
            seen: dict[str, int] = {}
            for child in element:
                tag = str(child.tag)
                same = node.get(tag, ())
                index = seen[tag] = seen.get(tag, 0) + 1
                if index <= len(same):
                    step = f"{path}/{_name(child)}"
                    pending.append((child, same[index - 1], f"{step}[{index}]" if len(same) > 1 else step))
        return found

    def text(self, piece: Node, ref: Ref, element: int) -> str:
        return str(piece.get(ref.key, ""))

    def row(self, lineage: Lineage, piece: Node, ref: Ref, element: int) -> Lineage:
        path, line = self._places.get(id(piece), ("", 0))
        return msgspec.structs.replace(lineage, xpath=_with_key(path, ref.key), line=line)

    def place(self, origin: Place, piece: Node, ref: Ref | None = None, element: int = 0) -> Place:
        path, line = self._places.get(id(piece), ("", 0))
        return msgspec.structs.replace(origin, offset=-1, xpath=_with_key(path, ref.key if ref else ""), line=line)


def build(root: Element, first_line: int) -> tuple[Node, list[Finding]]:
    """The tree of a record. What is nested more than DEPTH deep is left out, with a finding."""
    node: Node = {"": (root.text or "").strip()}
    _attributes(root, node)
    deep: list[Element] = []
    _children(root, node, 1, deep)
    if not deep:
        return node, []
    place = Place(offset=-1, line=(deep[0].sourceline or 0) + first_line)
    return node, [finding(Code.XML_TOO_DEEP, place=place, value=_name(deep[0]))]


def _children(element: Element, node: Node, depth: int, deep: list[Element]) -> None:
    if depth >= DEPTH:
        deep.append(element)
        return
    for child in element:
        text = child.text
        inner: Node = {"": text.strip() if text else ""}
        for name, value in child.items():
            inner["@" + name] = value.strip()
        if len(child):
            _children(child, inner, depth + 1, deep)
        tag = sys.intern(child.tag)
        if tag in node:
            node[tag].append(inner)
        else:
            node[tag] = [inner]
        tail = child.tail
        if tail and not tail.isspace():
            node[""] = f"{node['']} {tail.strip()}".strip()


def _attributes(element: Element, node: Node) -> None:
    for name, value in element.items():
        node[f"@{name}"] = value.strip()


def _name(element: Element) -> str:
    local = etree.QName(element).localname
    return f"{element.prefix}:{local}" if element.prefix else local


def _with_key(path: str, key: str) -> str:
    return f"{path}/{key}" if key and path else path
