"""What every format's writer gives, and what it is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from mappings.engine.canonical.differences import Difference, differences
from mappings.engine.findings import Finding
from mappings.engine.rules.lineage import Lineage
from mappings.engine.text.settings import TextSettings
from mappings.engine.x12.delimiters import STANDARD, Delimiters
from partners.policies import Policies

Body = dict[str, Any]


class NotWritten(Exception):
    """The document cannot be written by this mapping; the text says why."""


class OutboundForm(NamedTuple):
    """How a document goes out, each part for the formats that have it.

    release, policies: of X12; without a release the first of the mapping, the policies say the envelope.
    values: of the envelope that an XML document has in itself, by the names of `rules.outbound_reader.ENVELOPE`.
    text: of a file of rows, what is left open as the mapping's layout has it.
    """

    release: str = ""
    policies: Policies = Policies()
    values: Mapping[str, str] = {}
    text: TextSettings = TextSettings()


class Written(NamedTuple):
    """What would go out.

    content: all of its bytes, with their envelope. document: those that hold the values: ST to SE of X12, the rows
    without their header, else the same. title: what it is, for people. findings: what was left out or cut, and those of
    our own validators and readers.
    differences: what reading it again gives otherwise, in the order of the document. lineage: where the values
    that are read from it stand. body: what is read from it, None where that is no document.
    set_id, release, delimiters: of X12. settings, rows_before: of a file of rows, how `document` is read, and how many
    rows stand before it.
    """

    content: bytes
    document: bytes
    format: str
    title: str
    media_type: str
    extension: str
    findings: list[Finding]
    differences: list[Difference]
    lineage: list[Lineage]
    body: Body | None
    set_id: str = ""
    release: str = ""
    delimiters: Delimiters = STANDARD
    settings: TextSettings = TextSettings()
    rows_before: int = 0

    @property
    def lost(self) -> list[Difference]:
        """Values of the document that reading it again does not give, or gives otherwise."""
        return [one for one in self.differences if one.before is not None]

    @property
    def added(self) -> list[Difference]:
        """Values that the document does not have, and that are read besides, such as codes of the format."""
        return [one for one in self.differences if one.before is None]


class Again(NamedTuple):
    """What reading a written document gives: its body, its lineage, and what was found on the way."""

    body: Body
    lineage: list[Lineage]
    findings: list[Finding]


def differences_of(before: Body, after: Mapping[str, object] | None) -> list[Difference]:
    """What reading again gives otherwise. The envelope is another one by nature."""
    return differences(_without_envelope(before), _without_envelope(after or {}))


def instant(at: datetime) -> str:
    """An instant as XML writes it, to the second."""
    return at.isoformat(timespec="seconds")


def _without_envelope(body: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "exchange"}
