"""The syntax of source paths into XML, a small part of XPath.

cac:OrderLine/cac:LineItem/cbc:Quantity     the text of an element; of several, each step means the first
cbc:Quantity/@unitCode                      an attribute
E1EDKA1[PARVW=AG]/NAME1                     the first that passes: [A=x|y] either, [A!=x] any other,
IDReference[@domain=duns]/@identifier       [cbc:ID/@schemeID=GLN] deeper, [A] with an A, [!A] without
.                                           the element itself; ../cbc:ID from the one around it; /cbc:ID from the root
@interchange.sender                         a value of the envelope
"""

import re
from collections.abc import Mapping

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.source import CONTEXT

_SPLIT = re.compile(r"/(?![^\[]*\])")
_STEP = re.compile(r"(?P<name>[^\[\]]+)(?P<filters>(?:\[[^\]]*\])*)")
_NAME = re.compile(r"(?:(?P<prefix>[A-Za-z_][\w.-]*):)?(?P<local>[A-Za-z_][\w.-]*)")
_FILTER = re.compile(r"(?P<absent>!)?(?P<path>[^!=]+)(?:(?P<operator>!?=)(?P<values>.+))?", re.DOTALL)
_XML_SPACE = "http://www.w3.org/XML/1998/namespace"


class XmlPathReader:
    """Reads paths, with the prefixes that a declaration declares. Elements without prefix are in no namespace."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = {"xml": _XML_SPACE} | dict(namespaces)

    def read(self, text: str, rule: str) -> SourcePath:
        """Raises DeclarationError(rule, ...) for what is no path, and for prefixes that are not declared."""
        if text.startswith("@") and "." in text:
            if text[1:] not in CONTEXT:
                raise DeclarationError(rule, f"there is no envelope value {text}{nearest(text[1:], CONTEXT)}")
            return SourcePath(text, context=text[1:])
        parts = _SPLIT.split(text)
        absolute = len(parts) > 1 and parts[0] == ""
        parts = parts[1:] if absolute else parts
        up = 0
        while parts and parts[0] == "..":
            up += 1
            parts = parts[1:]
        steps, key = self._steps(parts, text, rule)
        return SourcePath(text, steps, up=up, absolute=absolute, key=key)

    def _steps(self, parts: list[str], text: str, rule: str) -> tuple[tuple[Step, ...], str]:
        steps: list[Step] = []
        for position, part in enumerate(parts):
            if part.startswith("@") and position == len(parts) - 1:
                return tuple(steps), f"@{self._name(part[1:], text, rule)}"
            if part != "." or len(parts) > 1:
                steps.append(self._step(part, text, rule))
        return tuple(steps), ""

    def _step(self, part: str, text: str, rule: str) -> Step:
        match = _STEP.fullmatch(part)
        if match is None:
            raise DeclarationError(rule, f"{text!r} is not a path: {part!r} names no element")
        pieces = re.findall(r"\[([^\]]*)\]", match["filters"])
        filters = tuple(self._filter(piece, text, rule) for piece in pieces)
        return Step(self._name(match["name"], text, rule), filters)

    def _filter(self, piece: str, text: str, rule: str) -> Filter:
        match = _FILTER.fullmatch(piece)
        if match is None or (match["absent"] and match["operator"]):
            raise DeclarationError(
                rule, f"{text!r}: the filter [{piece}] is not of the form [A=x|y], [A!=x], [A], [!A]"
            )
        steps, key = self._steps(match["path"].split("/"), text, rule)
        values = tuple(match["values"].split("|")) if match["values"] else ()
        return Filter(0, values, bool(match["absent"]) or match["operator"] == "!=", steps, key)

    def _name(self, name: str, text: str, rule: str) -> str:
        match = _NAME.fullmatch(name)
        if match is None:
            raise DeclarationError(rule, f"{text!r} is not a path: {name!r} is no name")
        prefix = match["prefix"]
        if prefix is None:
            return name
        if prefix not in self._namespaces:
            known = sorted(self._namespaces)
            raise DeclarationError(rule, f"{text!r}: no namespace is declared for {prefix!r}{nearest(prefix, known)}")
        return f"{{{self._namespaces[prefix]}}}{match['local']}"
