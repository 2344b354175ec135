"""Findings of a document, each with its line of the source and its place in words."""

from collections.abc import Sequence
from typing import NamedTuple

from mappings.engine.findings import Finding
from transactions.models import Document
from transactions.portal.wording import ORDER, FindingView, finding_view
from transactions.services.source_lines import source_lines
from transactions.services.source_parts import Source, SourceLine


class Located(NamedTuple):
    """where: the place in words; line: as it was sent, None where no single line is meant."""

    view: FindingView
    where: str
    line: SourceLine | None


class LocatedFindings(NamedTuple):
    """findings: errors first, then as the source goes. source: None when the storage does not have the bytes."""

    findings: list[Located]
    source: Source | None


def locate(document: Document, findings: Sequence[Finding]) -> LocatedFindings:
    """Lay findings beside the source. The document needs its file and its group with the interchange."""
    is_x12 = document.format == "x12"
    try:
        source = source_lines(document, findings)
    except OSError:
        views = [finding_view(found, is_x12=is_x12) for found in findings]
        return LocatedFindings([Located(view, view.where, None) for view in views], None)
    places = {id(found): line for line in source.lines for found in line.findings}
    ordered = sorted(findings, key=lambda found: (ORDER[found.severity], found.place.segment, found.place.element))
    return LocatedFindings([_located(found, places.get(id(found)), is_x12) for found in ordered], source)


def _located(found: Finding, line: SourceLine | None, is_x12: bool) -> Located:
    view = finding_view(found, is_x12=is_x12)
    return Located(view, _in_words(found, line) if line is not None else view.where, line)


def _in_words(found: Finding, line: SourceLine) -> str:
    """ "Segment 9, PO1 (Baseline Item Data), element PO102 (Quantity Ordered)"; a component by its number."""
    if not line.segment_id:
        return found.place.label().capitalize()  # "Row 5, column qty"; an XPath and its line
    words = f"Segment {line.number}, {_named(line.segment_id, line.name)}"
    position = found.place.element
    if not position:
        return words
    element = next((one for index, one in enumerate(line.elements, 1) if index == position), None)
    reference = f"{line.segment_id}{position:02d}"
    words += f", element {_named(reference, element.name if element else '')}"
    return words + (f", component {found.place.component}" if found.place.component else "")


def _named(reference: str, name: str) -> str:
    return f"{reference} ({name})" if name else reference
