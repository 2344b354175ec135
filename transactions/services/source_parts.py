"""What the source of a document is shown as, whatever its format: lines of elements with their findings."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mappings.engine.findings import Finding, Severity
from mappings.engine.rules.places import Lineage

RANK = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}


class SourceElement(NamedTuple):
    """One element, cell or piece of XML as sent.

    reference: "PO102", a column, an XPath; name: what X12 calls it, "" when not known. anchor: names it within the
    document, "" for what no value can come from. role: of a piece of XML, "tag", "value", "text"...
    """

    reference: str
    name: str
    text: str
    severity: str
    anchor: str = ""
    role: str = ""


class SourceLine(NamedTuple):
    """A segment, a line of XML or a row. number: as findings count (ST = 1; line; row); severity: of its worst
    finding, or ""."""

    number: int
    segment_id: str
    name: str
    elements: list[SourceElement]
    findings: list[Finding]
    severity: str


class Source(NamedTuple):
    """format: "x12", "xml" or "text". lines: a window of at most LINES; first: which of all lines is its first, from 1.

    total: lines that are known. is_cut: not all lines are shown; is_partial: there is more than was read.
    elsewhere: findings that belong to no line shown. columns: of a table. note: how it differs from the bytes.
    anchors: of places, by `place_key`.
    """

    lines: list[SourceLine]
    separator: str
    is_cut: bool
    elsewhere: list[Finding]
    format: str = "x12"
    first: int = 1
    total: int = 0
    is_partial: bool = False
    columns: tuple[str, ...] = ()
    note: str = ""
    anchors: Mapping[str, str] = {}

    def anchor_of(self, row: Lineage) -> str:
        """The element that a value came from, "" when it is none of the source."""
        if row.segment:
            return f"{row.segment}.{row.element}"
        return self.anchors.get(place_key(row.xpath, row.row, row.column), "")


def place_key(xpath: str, row: int = 0, column: str = "") -> str:
    """The key of an XML place or a cell."""
    return xpath or (f"{row}|{column}" if row else "")


def worst(findings: Iterable[Finding]) -> str:
    """The worst severity, or ""."""
    return max((found.severity for found in findings), key=RANK.__getitem__, default="")


def by_number(
    findings: Iterable[Finding], numbers: Mapping[int, int]
) -> tuple[dict[int, list[Finding]], list[Finding]]:
    """Findings by the index of their line, and those of no line. numbers: position in `findings` → index."""
    placed: dict[int, list[Finding]] = defaultdict(list)
    elsewhere = []
    for position, found in enumerate(findings):
        if position in numbers:
            placed[numbers[position]].append(found)
        else:
            elsewhere.append(found)
    return placed, elsewhere
