"""The source of a declaration for XML:

source:
  format: xml
  document: UBL Order                 # the kind that the reader recognises (`engine.xml.envelope`)
  namespaces: {cbc: "urn:oasis:..."}  # prefixes for paths; the prefixes of the document itself do not matter
"""

import functools
import re

from mappings.engine.rules import values
from mappings.engine.rules.lines import Lines
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.plain import Data, as_mapping, as_text, only_known
from mappings.engine.rules.source import Conversions, Kind, Source
from mappings.engine.rules.xml_paths import XmlPathReader
from mappings.engine.rules.xml_scopes import XmlScopes
from mappings.engine.rules.xml_writer import XmlTexts

_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ].*|Z|[+-][0-9]{2}:[0-9]{2})?", re.DOTALL)
_ISO_TIME = re.compile(
    r"(?:[0-9-]{10}[T ])?([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]+)?)?(?: ?[+-][0-9]{2}:?[0-9]{2}|Z)?"
)


class XmlSource:
    """One kind of XML document. It has no releases; `releases` holds one without a name."""

    format = "xml"
    releases = ("",)

    def __init__(self, document: str, paths: XmlPathReader) -> None:
        self.document = document
        self._paths = paths

    def parse(self, text: str, rule: str) -> SourcePath:
        return self._paths.read(text, rule)

    def writable(self, path: SourcePath, rule: str) -> None:
        """No schema is asked: any element may be written."""

    def kind_of(self, tree: object) -> None:
        """Nothing that is known before it is read."""

    def narrowed(self, kind: Kind) -> Source:
        return self

    def conversions(self, century_pivot: int) -> Conversions:
        return _conversions(century_pivot)

    def writers(
        self, release: str, lines: Lines, tables: dict[str, object], earlier: object
    ) -> tuple[XmlScopes, XmlTexts]:
        from mappings.engine.xml import tree  # loads lxml, 4 MB that who reads other formats does not need

        tables.update(
            NONE=tree.NONE, children=tree.children, merged=tree.merged, of_name=tree.of_name, several=tree.several,
            text_of=tree.text_of,
        )  # fmt: skip
        scopes = XmlScopes(lines, earlier if isinstance(earlier, XmlScopes) else None)
        return scopes, XmlTexts(scopes)


def read_xml(data: Data) -> XmlSource:
    """Read the `source` section. Raises DeclarationError."""
    only_known(data, {"format", "document", "namespaces"}, "source")
    declared = as_mapping(data.get("namespaces", {}), "source.namespaces")
    namespaces = {prefix: as_text(uri, f"source.namespaces.{prefix}") for prefix, uri in declared.items()}
    return XmlSource(as_text(data.get("document"), "source.document"), XmlPathReader(namespaces))


@functools.cache
def _conversions(century_pivot: int) -> Conversions:
    return Conversions(
        decimal=values.Table(_decimal),
        integer=values.Table(values.integer),
        date=values.Table(functools.partial(_date, century_pivot)),
        time=values.Table(_time),
    )


def _decimal(text: str) -> str | None:
    """xs:decimal; SAP writes the sign behind ("12.00-")."""
    return values.decimal_text(f"-{text[:-1]}" if text.endswith("-") else text)


def _date(century_pivot: int, text: str) -> str | None:
    """xs:date and xs:dateTime (the date as written, whatever the zone), and IDoc's CCYYMMDD."""
    match = _ISO_DATE.fullmatch(text)
    return values.date_text(century_pivot, match[1] + match[2] + match[3] if match else text)


def _time(text: str) -> str | None:
    """xs:time and xs:dateTime (the time as written, whatever the zone), and IDoc's HHMMSS."""
    match = _ISO_TIME.fullmatch(text)
    if match is None:
        return values.time_text(text)
    whole = values.time_text(f"{match[1]}{match[2]}{match[3] or '00'}")
    fraction = (match[4] or "").rstrip("0")
    return whole and whole + (fraction if fraction != "." else "")
