"""A parsed record as mappings read it: elements as lxml gives them, and places worked out only when somebody asks.

Texts and attributes count without blanks around them, and as "" where there is none.
"""

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from lxml import etree

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.rules.places import Lineage
from mappings.engine.rules.program import Ref
from mappings.engine.xml.limits import DEPTH

Element = Any
"""lxml's stubs say that names and values may be bytes, which a parser never makes; the walk is too hot for checks."""

Children = dict[str | None, Any]
"""The elements directly in an element: name ("{namespace}name") → the first of this name. Under None, where there are
several of a name: that name → all of them.
"""

NONE: Children = {}
"""The children of an element that has none, or is not there."""

_beyond = etree.XPath("/".join("*" * DEPTH))
"""Elements below the deepest level that is allowed. libxml2 looks for such a plain path in one pass."""


def children(element: Element) -> Children:
    """The elements directly in an element by name."""
    found: Children = {}
    listed = element[:]  # quicker than an iterator
    for child in listed:
        found[child.tag] = child
    return found if len(found) == len(listed) else _by_name(listed)


def several(found: Children, name: str) -> Sequence[Element]:
    """All elements of a name that is there."""
    many: dict[str, list[Element]] = found.get(None, {})
    return many.get(name) or (found[name],)


def of_name(found: Children, name: str) -> Sequence[Element]:
    """All elements of a name, whether there are any or not."""
    return several(found, name) if name in found else ()


def merged(parents: Iterable[Element]) -> Children:
    """The children of several elements together, in the order of the document."""
    return _by_name([child for parent in parents for child in parent])


def _by_name(listed: Iterable[Element]) -> Children:
    found: Children = {}
    many: dict[str, list[Element]] = {}
    for child in listed:
        tag = child.tag
        if tag not in found:
            found[tag] = child
        elif tag in many:
            many[tag].append(child)
        else:
            many[tag] = [found[tag], child]
    found[None] = many
    return found


def text_of(element: Element) -> str:
    """The text of an element with what stands between and behind its children."""
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    return " ".join(filter(None, (piece.strip() for piece in pieces)))


class XmlPlaces:
    """Where the elements of a record stand: the `places.Locator` of XML. first_line: what to add to the parser's lines.

    root: None for a record of which nothing could be read.
    """

    def __init__(self, root: Element | None, first_line: int) -> None:
        self._root = root
        self._first_line = first_line

    @functools.cached_property
    def _places(self) -> dict[Element, tuple[str, int]]:
        """Each element → its XPath, with the prefixes of the document, and its line in the file."""
        found: dict[Element, tuple[str, int]] = {}
        pending = [] if self._root is None else [(self._root, f"/{_name(self._root)}")]
        while pending:
            element, path = pending.pop()
            found[element] = path, (element.sourceline or 0) + self._first_line
            below = children(element)
            for same in (several(below, name) for name in below if name is not None):
                step = f"{path}/{_name(same[0])}"
                if len(same) == 1:
                    pending.append((same[0], step))
                else:
                    pending += [(child, f"{path}/{_name(child)}[{index}]") for index, child in enumerate(same, 1)]
        return found

    def text(self, piece: Element, ref: Ref, element: int) -> str:
        return str(piece.get(ref.key[1:], "").strip() if ref.key else text_of(piece))

    def row(self, lineage: Lineage, piece: Element, ref: Ref, element: int) -> Lineage:
        path, line = self._places.get(piece, ("", 0))
        return msgspec.structs.replace(lineage, xpath=_with_key(path, ref.key), line=line)

    def place(self, origin: Place, piece: Element, ref: Ref | None = None, element: int = 0) -> Place:
        path, line = self._places.get(piece, ("", 0))
        return msgspec.structs.replace(origin, offset=-1, xpath=_with_key(path, ref.key if ref else ""), line=line)


def too_deep(root: Element, first_line: int) -> list[Finding]:
    """A finding where elements are nested more than DEPTH deep."""
    beyond: Element = _beyond(root)
    if not beyond:
        return []
    deepest = beyond[0].getparent()
    place = Place(offset=-1, line=(deepest.sourceline or 0) + first_line)
    return [finding(Code.XML_TOO_DEEP, place=place, value=_name(deepest))]


def _name(element: Element) -> str:
    local = element.tag.rpartition("}")[2]  # in a broken document with a prefix that nothing declares
    return f"{element.prefix}:{local}" if element.prefix else local


def _with_key(path: str, key: str) -> str:
    return f"{path}/{key}" if key and path else path
