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
    anchors: of XML places, by XPath; of a table, the ends of those of its columns, by name.
    indexes: which of all lines has an XML place, by XPath, or is a row, by its number; from 0.
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
    indexes: Mapping[str | int, int] = {}

    def anchor_of(self, row: Lineage) -> str:
        """The element that a value came from, "" when it is none of the source."""
        if row.segment:
            return f"{row.segment}.{row.element}"
        if row.row and row.column in self.anchors:
            return f"{row.row}{self.anchors[row.column]}"
        return self.anchors.get(row.xpath, "")

    def line_of(self, row: Lineage) -> tuple[int, int]:
        """Which of all lines a value came from, from 1, and its number; zeros where that is not known.

        The source must have been read from its first line on.
        """
        if row.segment:
            return row.segment, row.segment
        index = self.indexes.get(row.xpath or row.row, -1)
        if index < 0 or not self.lines:
            return 0, 0
        return index + 1, row.row or self.lines[0].number + index


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
