"""Writes a canonical document as XML by the declaration that reads such documents: `write_xml`."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from lxml import etree

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.outbound.backwards import Backwards
from mappings.engine.outbound.xml_nodes import Node
from mappings.engine.outbound.xml_places import XmlPlaces
from mappings.engine.rules.declaration import Declaration
from mappings.engine.xml.schema import faults
from mappings.engine.xml.structure import XmlStructure, structure_for

Body = dict[str, Any]
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry, however it is written (section 2.2, Char)."""


class WrittenXml(msgspec.Struct, frozen=True):
    """A document in UTF-8. findings: what is wrong with it; with an error among them it is not to be sent."""

    kind: str
    raw: bytes
    findings: list[Finding]


def write_xml(declaration: Declaration, body: Body, envelope: Mapping[str, str] | None = None) -> WrittenXml:
    """A canonical document as XML.

    envelope: values that the document does not have itself, by the names of `rules.outbound_reader.ENVELOPE`: who
    sends it to whom, its number, when. A secret is written only where it is among them. Raises DeclarationError for a
    kind of document whose structure is not known (IDoc).
    """
    kind = declaration.source.document
    structure = structure_for(kind)
    if structure is None:
        reason = f"{kind} can be read, but not written: nothing says what stands where in it"
        raise DeclarationError("source.document", reason)
    places = XmlPlaces(structure, kind)
    Backwards(declaration, "", places).write(body)
    places.supply(declaration.outbound, body, envelope or {})
    findings: list[Finding] = []
    raw = _bytes(_element(places.root, structure, None, findings), structure.systems.get(kind, ""))
    return WrittenXml(kind, raw, findings + faults(raw, kind))


def _element(
    node: Node, structure: XmlStructure, around: etree._Element | None, findings: list[Finding]
) -> etree._Element:
    """An element and what is in it, in the order of the structure; what is empty is left out, unless it is demanded."""
    made = (
        etree.Element(node.name, nsmap=_prefixes(node, structure))
        if around is None
        else etree.SubElement(around, node.name)
    )
    for key in node.spots():
        text = node.text(key)
        if _UNWRITABLE.search(text):
            place = Place(offset=-1, xpath=f"{_path(made)}/{key}" if key else _path(made))
            findings.append(finding(Code.VALUE_UNWRITABLE, "XML has no place for a control character", place, text))
            text = _UNWRITABLE.sub("", text)
        if key:
            made.set(key[1:], text)
        else:
            made.text = text
    for name, use in node.kind.uses.items():
        filled = [child for child in node.children.get(name, []) if not child.is_empty()]
        for child in filled:
            _element(child, structure, made, findings)
        if use.needed and not filled:
            _demanded(name, structure, made)
    return made


def _demanded(name: str, structure: XmlStructure, around: etree._Element) -> None:
    """An element that must be there and may be without a value, as in OASIS's own examples: <cac:Item/>."""
    if structure.may_be_empty(name):
        made = etree.SubElement(around, name)
        for use in structure.type_of(name).uses.values():
            if use.needed:
                _demanded(use.name, structure, made)


def _prefixes(root: Node, structure: XmlStructure) -> Any:
    """The prefixes that the standard's own examples use; the root's own namespace needs none."""
    own = {None: root.name[1:].partition("}")[0]} if root.name.startswith("{") else {}
    return own | {prefix: uri for uri, prefix in structure.prefixes.items()}


def _path(element: etree._Element) -> str:
    return element.getroottree().getpath(element)


def _bytes(root: etree._Element, system: str) -> bytes:
    doctype = f'<!DOCTYPE {root.tag} SYSTEM "{system}">\n' if system else ""
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{doctype}{text}'.encode()
