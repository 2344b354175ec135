"""The source of a document, line by line, with what is wrong at each place: what an analyst or a partner reads."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from config.core.blobs import read_range
from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Finding, Severity
from mappings.engine.x12.delimiters import Delimiters, decode
from mappings.engine.x12.structure import Release, SegmentDef, nearest_release, release
from mappings.engine.x12.validator import validator_for
from transactions.models import Document
from transactions.pipeline.rows import delimiters_of

LINES = 2_000
BYTES = 1_000_000
RANK = {Severity.ERROR: 2, Severity.WARNING: 1, Severity.INFO: 0}


class SourceElement(NamedTuple):
    """One element as sent. reference: "PO102"; name: what X12 calls it, "" when not known."""

    reference: str
    name: str
    text: str
    severity: str


class SourceLine(NamedTuple):
    """One segment. number: its index in the set (ST = 1); severity: of the worst of its findings, or ""."""

    number: int
    segment_id: str
    name: str
    elements: list[SourceElement]
    findings: list[Finding]
    severity: str


class Source(NamedTuple):
    """lines: at most LINES; is_cut: there are more; elsewhere: findings that belong to no line shown."""

    lines: list[SourceLine]
    separator: str
    is_cut: bool
    elsewhere: list[Finding]


def source_lines(document: Document, findings: Iterable[Finding]) -> Source:
    """Read a document's bytes and lay its findings beside its segments.

    The document needs its file and its group with the interchange. Reads at most BYTES bytes. Raises
    FileNotFoundError when the storage does not have the file.
    """
    raw = read_range(document.file.sha256, document.offset, min(document.length, BYTES))
    delimiters = delimiters_of(document.group.interchange)
    segments = _segments(raw, delimiters, document)
    is_cut = len(raw) < document.length or len(segments) > LINES
    if len(raw) < document.length:
        segments = segments[:-1]  # the last one was cut through
    names = _Names(document)
    by_line: dict[int, list[Finding]] = defaultdict(list)
    elsewhere = []
    shown = segments[:LINES]
    for found in findings:
        if 0 < found.place.segment <= len(shown):
            by_line[found.place.segment].append(found)
        else:
            elsewhere.append(found)
    lines = [_line(number, segment, by_line[number], names) for number, segment in enumerate(shown, 1)]
    return Source(lines, delimiters.element, is_cut, elsewhere)


def _segments(raw: bytes, delimiters: Delimiters, document: Document) -> list[list[str]]:
    """The segments as the validator counts them; by the delimiters alone where no structure is known."""
    try:
        return validator_for(document.set_id, document.version).read(raw, delimiters).segments
    except StructureMissing:
        pieces = (piece.strip() for piece in decode(raw)[0].split(delimiters.segment))
        return [piece.split(delimiters.element) for piece in pieces if piece]


class _Names:
    """What X12 calls the segments and elements of a document's release."""

    def __init__(self, document: Document) -> None:
        self._release: Release | None
        digits = re.match("[0-9]{6}", document.version, re.ASCII)
        try:
            self._release = release(nearest_release(document.set_id, digits.group() if digits else "004010"))
        except StructureMissing:
            self._release = None

    def segment(self, segment_id: str) -> SegmentDef | None:
        return self._release.segment(segment_id) if self._release else None


def _line(number: int, segment: list[str], findings: list[Finding], names: _Names) -> SourceLine:
    segment_id = segment[0]
    definition = names.segment(segment_id)
    worst: dict[int, Severity] = {}
    for found in findings:
        element = found.place.element
        if element not in worst or RANK[found.severity] > RANK[worst[element]]:
            worst[element] = found.severity
    elements = [
        SourceElement(
            reference=f"{segment_id}{position:02d}",
            name=definition.elements[position - 1].name if definition and position <= len(definition.elements) else "",
            text=text,
            severity=worst.get(position, ""),
        )
        for position, text in enumerate(segment[1:], 1)
    ]
    severity = max(worst.values(), key=RANK.__getitem__, default="")
    return SourceLine(number, segment_id, definition.name if definition else "", elements, findings, severity)
