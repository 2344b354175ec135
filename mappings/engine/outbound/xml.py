"""Writes a canonical document as XML by the declaration that reads such documents: `write_xml`."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from lxml import etree

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.outbound.backwards import Backwards
from mappings.engine.outbound.filled import filled
from mappings.engine.outbound.unfit import unfit
from mappings.engine.outbound.xml_fields import FieldNames
from mappings.engine.outbound.xml_missing import MOST, Lack, beside, lacks, left_out
from mappings.engine.outbound.xml_nodes import Node
from mappings.engine.outbound.xml_places import XmlPlaces
from mappings.engine.outbound.xml_supplies import supply
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
    sends it to whom, its number, when. A secret is written only where it is among them. What the standard demands and
    the document lacks is an error that names the field: nothing is made up. Raises DeclarationError for a kind of
    document whose structure is not known (IDoc).
    """
    kind = declaration.source.document
    structure = structure_for(kind)
    if structure is None:
        reason = f"{kind} can be read, but not written: nothing says what stands where in it"
        raise DeclarationError("source.document", reason)
    body = filled(declaration, body)
    places = XmlPlaces(structure, kind)
    backwards = Backwards(declaration, "", places)
    misstated = backwards.write(body)
    supply(places, declaration.outbound, body, envelope or {}, backwards.placed.scopes)
    findings = unfit(declaration, body, misstated) + left_out(places.root, structure, declaration.outbound)
    making = _Making(structure, findings)
    root = making.element(places.root, None)
    missing = making.missing(FieldNames(declaration))
    raw = _bytes(root, structure.systems.get(kind, ""))
    return WrittenXml(kind, raw, findings + missing + beside(faults(raw, kind), missing))


class _Making:
    """Elements on their way into a tree of lxml. findings: what cannot be written goes there."""

    def __init__(self, structure: XmlStructure, findings: list[Finding]) -> None:
        self._structure = structure
        self._findings = findings
        self._lacks: list[tuple[etree._Element, Lack]] = []

    def element(self, node: Node, around: etree._Element | None) -> etree._Element:
        """An element and what is in it, in the order of the structure; what is empty is left out, unless it is demanded
        and may be so.
        """
        made = (
            etree.Element(node.name, nsmap=_prefixes(node, self._structure))
            if around is None
            else etree.SubElement(around, node.name)
        )
        self._values(node, made)
        for name, use in node.kind.uses.items():
            filled = [child for child in node.children.get(name, []) if not child.is_empty()]
            for child in filled:
                self.element(child, made)
            if use.needed and not filled:
                _demanded(name, self._structure, made)
        self._lacks += [(made, lack) for lack in lacks(node, self._structure)]
        return made

    def missing(self, names: FieldNames) -> list[Finding]:
        """An error for each thing that the standard demands and nothing gave, MOST at most."""
        return [names.finding(lack, _path(made), self._structure) for made, lack in self._lacks[:MOST]]

    def _values(self, node: Node, made: etree._Element) -> None:
        for key in node.spots():
            text = node.text(key)
            if _UNWRITABLE.search(text):
                place = Place(offset=-1, xpath=f"{_path(made)}/{key}" if key else _path(made))
                message = "XML has no place for a control character"
                self._findings.append(finding(Code.VALUE_UNWRITABLE, message, place, text))
                text = _UNWRITABLE.sub("", text)
            if key:
                made.set(key[1:], text)
            else:
                made.text = text


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
