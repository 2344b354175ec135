"""XML Schemas of the documents that Onramp writes, made from their structures, and documents checked against them.

libxml2 checks order, number, attributes and the form of values; nothing is loaded from anywhere.
"""

import functools
from typing import Any

from lxml import etree

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.xml.structure import XML, ElementType, XmlStructure, structure_for

_XSD = "http://www.w3.org/2001/XMLSchema"
_OURS = "onramp:"
_TYPES = {
    "text": "xsd:string", "token": "xsd:normalizedString", "decimal": "xsd:decimal", "date": "xsd:date",
    "time": "xsd:time", "instant": "xsd:dateTime", "boolean": "xsd:boolean",
}  # fmt: skip
_MANY = {True: "unbounded", False: "1"}
_MOST = 100


def faults(raw: bytes, kind: str) -> list[Finding]:
    """What is wrong with a written document; each with its line and XPath. kind: "UBL Order".

    Raises KeyError for a kind without structure.
    """
    root = etree.fromstring(raw, etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False))
    schema = _schema(kind)
    if schema.validate(root):
        return []
    structure = structure_for(kind)
    log: Any = schema.error_log  # whose entries the stubs do not know
    found = [
        finding(
            Code.XML_STRUCTURE_INVALID, _words(one.message, structure), Place(offset=-1, xpath=one.path, line=one.line)
        )
        for one in log
    ]
    return found[:_MOST]


def xsds(structure: XmlStructure) -> dict[str, str]:
    """An XML Schema for each namespace of a structure; "" for elements in none."""
    spaces = dict.fromkeys(["", *structure.prefixes, *(_space(root) for root in structure.documents.values())])
    return {space: _xsd(space, structure) for space in spaces}


@functools.cache
def _schema(kind: str) -> etree.XMLSchema:
    structure = structure_for(kind)
    if structure is None:
        raise KeyError(kind)
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Resolver(xsds(structure)))
    root = _space(structure.documents[kind])
    return etree.XMLSchema(etree.fromstring(xsds(structure)[root].encode(), parser))


class _Resolver(etree.Resolver):
    """Gives the schemas of a structure to each other; anything else is not there."""

    def __init__(self, schemas: dict[str, str]) -> None:
        self._schemas = schemas

    def resolve(self, system_url: str, public_id: str, context: object = None) -> object:
        """lxml gives a context, which its stubs do not know."""
        text = self._schemas.get(system_url.removeprefix(_OURS), _XML_ATTRIBUTES)
        give: Any = self.resolve_string
        return give(text, context)


def _xsd(space: str, structure: XmlStructure) -> str:
    """The types are in the schema that uses them first: each schema has all, in its own namespace or none."""
    prefixes = {uri: prefix for uri, prefix in structure.prefixes.items()} | {XML: "xml"}
    lines = [f'<xsd:schema xmlns:xsd="{_XSD}" elementFormDefault="qualified"']
    lines += [f' xmlns:{prefix}="{uri}"' for uri, prefix in structure.prefixes.items()]
    lines += [f' xmlns="{space}" targetNamespace="{space}">' if space else ">"]
    others = [uri for uri in (*structure.prefixes, XML) if uri != space]
    lines += [f'<xsd:import namespace="{uri}" schemaLocation="{_OURS}{uri}"/>' for uri in others]
    roots = [root for root in structure.documents.values() if _space(root) == space]
    used = {use.name for kind in structure.types.values() for use in kind.uses.values()}
    for name in sorted({*roots, *(one for one in used if _space(one) == space)}):
        lines.append(f'<xsd:element name="{_local(name)}">')
        lines += _complex(structure.type_of(name), prefixes, space)
        lines.append("</xsd:element>")
    return "\n".join([*lines, "</xsd:schema>"])


def _complex(kind: ElementType, prefixes: dict[str, str], space: str) -> list[str]:
    attributes = [
        f'<xsd:attribute {_named(name, prefixes)} use="{"required" if needed else "optional"}"/>'
        for name, needed in kind.attributes.items()
    ]
    if kind.text and not kind.uses:
        content = [f'<xsd:simpleContent><xsd:extension base="{_TYPES[kind.text]}">', *attributes]
        return ["<xsd:complexType>", *content, "</xsd:extension></xsd:simpleContent></xsd:complexType>"]
    mixed = ' mixed="true"' if kind.text else ""
    uses = [
        f'<xsd:element ref="{_ref(use.name, prefixes, space)}"'
        f' minOccurs="{int(use.needed)}" maxOccurs="{_MANY[use.many]}"/>'
        for use in kind.uses.values()
    ]
    return [f"<xsd:complexType{mixed}><xsd:sequence>", *uses, "</xsd:sequence>", *attributes, "</xsd:complexType>"]


def _named(name: str, prefixes: dict[str, str]) -> str:
    space = _space(name)
    return f'ref="{prefixes[space]}:{_local(name)}"' if space else f'name="{name}" type="xsd:string"'


def _ref(name: str, prefixes: dict[str, str], space: str) -> str:
    own = _space(name)
    return _local(name) if own == space else f"{prefixes[own]}:{_local(name)}"


def _space(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _words(message: str, structure: XmlStructure | None) -> str:
    """The words of libxml2, with prefixes for namespaces."""
    for uri, prefix in (structure.prefixes if structure else {}).items():
        message = message.replace(f"{{{uri}}}", f"{prefix}:")
    return message


_XML_ATTRIBUTES = (
    f'<xsd:schema xmlns:xsd="{_XSD}" targetNamespace="{XML}">'
    '<xsd:attribute name="lang" type="xsd:string"/></xsd:schema>'
)
