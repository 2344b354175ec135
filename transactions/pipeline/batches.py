"""Batches: documents of one XML or text file that share sender, kind and version, as X12 has functional groups.

What they have in common is kept in `FunctionalGroup.header`.
"""

import codecs
from typing import Any

import msgspec

from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text.layouts import fitting
from mappings.engine.text.settings import Layout, NumberStyle, TextSettings
from mappings.engine.xml.envelope import Identity
from partners.models import IdentityKind

GLN_SCHEMES = frozenset({"0088", "GLN", "EAN", "ILN"})  # ISO 6523 0088: EAN location code
DUNS_SCHEMES = frozenset({"0060", "DUNS"})  # ISO 6523 0060: Dun & Bradstreet D-U-N-S


class XmlBatch(msgspec.Struct, frozen=True):
    """kind: as `engine.xml.envelope` names it, or the root element of what it does not know.

    environment: "test", "production" or "" where the documents do not say.
    """

    kind: str
    senders: tuple[Identity, ...] = ()
    receivers: tuple[Identity, ...] = ()
    environment: str = ""
    version: str = ""
    profile: str = ""

    @property
    def identities(self) -> list[tuple[IdentityKind, str, str]]:
        """(kind, qualifier, value) under which the sender may be registered, the most telling first."""
        found: dict[tuple[IdentityKind, str, str], None] = {}
        for sender in self.senders:
            scheme = sender.scheme.upper()
            if scheme in GLN_SCHEMES:
                found[IdentityKind.GLN, "", sender.value] = None
            if scheme in DUNS_SCHEMES:
                found[IdentityKind.DUNS, "", sender.value] = None
            kind = _KINDS.get(self.kind.partition(" ")[0], IdentityKind.ENDPOINT)
            found[kind, sender.scheme, sender.value] = None
            found[kind, "", sender.value] = None
        return list(found)


class TextBatch(msgspec.Struct, frozen=True):
    """layout: of all documents. settings: read any part of the file. has_asides: rows that are none
    of the data were left out when the file was cut into documents."""

    layout: Layout
    settings: TextSettings
    environment: str = ""
    has_asides: bool = False

    @property
    def kind(self) -> str:
        return self.layout.name

    @property
    def version(self) -> str:
        return ""

    def under(self, mapping: CompiledMapping, agreed: TextSettings) -> "TextBatch":
        """The batch as it is read now: what the mapping says of its columns and what is agreed on their values.

        How the rows were cut into documents stays as it was, and so do the columns that they have.
        """
        layout = mapping.source.layout if isinstance(mapping.source, TabularSource) else self.layout
        layout = msgspec.structs.replace(layout, key=self.layout.key, settings=TextSettings())
        names = self.settings.columns
        is_fit = set(layout.key) <= set(layout.names) and fitting(names, [layout])
        found = self.settings
        settings = msgspec.structs.replace(
            found,
            encoding=_encoding(agreed.encoding, found.encoding),
            numbers={**_unproven(found, agreed), **agreed.numbers},
            dates={**found.dates, **agreed.dates},
        )
        return TextBatch(layout if is_fit else self.layout, settings, self.environment, self.has_asides)


def _unproven(found: TextSettings, agreed: TextSettings) -> dict[str, NumberStyle]:
    """The styles of the columns; those that took the common one because their values prove none take what is agreed
    on all columns.
    """
    common = found.numbers.get("", NumberStyle())
    told = agreed.numbers.get("", common)
    return {name: told if style == common else style for name, style in found.numbers.items()}


def _encoding(agreed: str, found: str) -> str:
    """What is agreed, with the byte order that the whole file has where its name leaves that open."""
    return found if not agreed or found.startswith(codecs.lookup(agreed).name) else agreed


Batch = XmlBatch | TextBatch
_KINDS = {"cXML": IdentityKind.CXML, "IDoc": IdentityKind.IDOC}


def batch_of(format_: str, header: dict[str, Any]) -> Batch:
    """The batch that a group's header holds. format_: `FunctionalGroup.format`, "xml" or "text"."""
    return msgspec.convert(header, XmlBatch) if format_ == "xml" else msgspec.convert(header, TextBatch)
