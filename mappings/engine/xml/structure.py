"""What may stand where in an XML document that Onramp writes: `structures/*.json`, a notation of content models.

    "OrderLine": "cbc:SubstitutionStatusCode? cbc:Note* cac:LineItem"     elements in their order; ? * + as in a DTD
    "Amount": "#decimal @currencyID"                                      a text of this type, attributes; @x? may lack
    "AreaOrCityCode": "#text?5"                                           a text that may be empty, of 5 signs at most

A type has the name of its elements, or `elements` says which elements it is for. A new family of documents is a file.
"""

import functools
import json
from pathlib import Path

import msgspec

STRUCTURES = Path(__file__).parent / "structures"
XML = "http://www.w3.org/XML/1998/namespace"


class Use(msgspec.Struct, frozen=True):
    """An element inside another. name: "{namespace}local". place: among its siblings, from 0."""

    name: str
    place: int
    needed: bool
    many: bool


class ElementType(msgspec.Struct, frozen=True):
    """What an element holds. text: "" for none, else text, token, decimal, date, time or boolean.

    attributes: name → whether it is needed. blank: the text may be empty. room: its most characters, 0 for any.
    """

    uses: dict[str, Use]
    attributes: dict[str, bool]
    text: str = ""
    blank: bool = False
    room: int = 0


class XmlStructure(msgspec.Struct, frozen=True):
    """One family of documents. documents: kind ("UBL Order") → its root element. prefixes: namespace → prefix."""

    title: str
    prefixes: dict[str, str]
    documents: dict[str, str]
    types: dict[str, ElementType]
    elements: dict[str, str]
    systems: dict[str, str] = {}
    """By kind, the system identifier of the DOCTYPE, where documents have one."""

    def type_of(self, name: str) -> ElementType:
        """The type of an element by its name; KeyError for one that the structure does not have."""
        return self.types[self.type_name(name)]

    def may_be_empty(self, name: str) -> bool:
        """Whether an element is as the standard demands with no value in it."""
        kind = self.type_of(name)
        if (kind.text and not kind.blank) or any(kind.attributes.values()):
            return False
        return all(self.may_be_empty(use.name) for use in kind.uses.values() if use.needed)

    def type_name(self, name: str) -> str:
        return self.elements.get(name) or name.rpartition("}")[2]


def structure_for(kind: str) -> XmlStructure | None:
    """The structure of a kind of document, where there is one."""
    return next((one for one in structures() if kind in one.documents), None)


@functools.cache
def structures() -> tuple[XmlStructure, ...]:
    return tuple(_read(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(STRUCTURES.glob("*.json")))


def _read(data: dict[str, dict[str, str]]) -> XmlStructure:
    namespaces = data["namespaces"] | {"xml": XML}
    named = {
        _expanded(name, namespaces): type_name
        for type_name, names in data["elements"].items()
        for name in names.split()
    }
    return XmlStructure(
        title=str(data["title"]),
        prefixes={uri: prefix for prefix, uri in data["namespaces"].items()},
        documents=data["documents"],
        types={name: _type(model, namespaces) for name, model in data["types"].items()},
        elements=named,
        systems=data.get("systems", {}),
    )


def _type(model: str, namespaces: dict[str, str]) -> ElementType:
    uses: dict[str, Use] = {}
    attributes: dict[str, bool] = {}
    text, blank, room = "", False, ""
    for part in model.split():
        if part.startswith("#"):
            text, mark, room = part[1:].partition("?")
            blank = bool(mark)
            continue
        name, mark = (part[:-1], part[-1]) if part[-1] in "?*+" else (part, "")
        if name.startswith("@"):
            attributes[_expanded(name[1:], namespaces)] = mark != "?"
        else:
            expanded = _expanded(name, namespaces)
            uses[expanded] = Use(expanded, len(uses), mark in ("", "+"), mark in ("*", "+"))
    return ElementType(uses, attributes, text, blank, int(room or 0))


def _expanded(name: str, namespaces: dict[str, str]) -> str:
    prefix, colon, local = name.rpartition(":")
    return f"{{{namespaces[prefix]}}}{local}" if colon else name
