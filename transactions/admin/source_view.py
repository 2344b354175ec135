"""The source of a document as `admin/onramp/source.html` shows it: whole or around one finding."""

from typing import Any

from mappings.engine.findings import Finding
from transactions.admin.findings import finding_row
from transactions.models import Document
from transactions.services.source_lines import source_lines
from transactions.services.source_parts import Source, SourceLine

AROUND = 6
PAGE = 300
"""Lines that a page shows at once."""
UNITS = {"x12": "segments", "xml": "lines", "text": "rows"}


def source_context(document: Document, findings: list[Finding], first: int = 1) -> dict[str, Any]:
    """source, source_rows (lines with their findings) and what there is beside them. Empty without the bytes.

    first: the line to begin with, of a document that is longer than a page shows. source_pages: for findings of other
    pages the number of their line and a line to begin with that shows it.
    """
    try:
        source = source_lines(document, findings, first, PAGE)
        others = source_lines(document, source.elsewhere).lines if source.is_cut and source.elsewhere else []
    except OSError:
        # The page still helps without the bytes; their absence is said where they would stand.
        return {"source": None, "source_rows": [], "source_pages": {}}
    last = source.first + len(source.lines) - 1
    has_more = last < source.total or (source.format == "text" and source.is_partial)
    return {
        "source": source,
        "source_rows": source_rows(source.lines),
        "source_unit": UNITS.get(source.format, "lines"),
        "source_last": last,
        "source_next": last + 1 if source.lines and has_more else 0,
        "source_before": max(source.first - max(len(source.lines), 1), 1) if source.first > 1 else 0,
        "source_pages": {
            found: (line.number, beginning(position))
            for position, line in enumerate(others, 1)
            for found in line.findings
        },
    }


def beginning(position: int) -> int:
    """The line with which a page begins that shows this one with some before it."""
    return max(position - AROUND, 1)


def excerpt_context(document: Document, found: Finding) -> dict[str, Any]:
    """The lines around a finding, or the first ones where it belongs to none; for the page of a case."""
    try:
        source = source_lines(document, [found], max(found.place.segment - AROUND, 1))
    except OSError:
        # The case can be decided without the bytes; its page links to the document, which says that they are away.
        return {"source": None, "source_rows": []}
    at = next((index for index, line in enumerate(source.lines) if line.findings), 0)
    first = max(at - AROUND, 0)
    return {"source": source, "source_rows": source_rows(source.lines[first : max(at, AROUND) + AROUND + 1])}


def line_of(source: Source | None) -> dict[Finding, tuple[int, int]]:
    """The number of the line that each finding stands beside, for `finding_rows`."""
    return {found: (line.number, 0) for line in (source.lines if source else ()) for found in line.findings}


def source_rows(lines: list[SourceLine]) -> list[Any]:
    """Lines, each with its findings as rows of a table."""
    return [(line, [finding_row(found) for found in line.findings]) for line in lines]
