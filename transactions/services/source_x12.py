"""The segments of an X12 set for people."""

import re
from typing import NamedTuple

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Finding, Severity
from mappings.engine.x12.delimiters import Delimiters, decode
from mappings.engine.x12.structure import Release, SegmentDef, nearest_release, release
from mappings.engine.x12.validator import validator_for
from transactions.models import Document
from transactions.pipeline.rows import delimiters_of
from transactions.services.source_parts import RANK, Source, SourceElement, SourceLine, by_number


class SetForm(NamedTuple):
    """How a set is read. version: as GS08 has it."""

    set_id: str
    version: str
    delimiters: Delimiters


def form_of(document: Document) -> SetForm:
    """Of a document with its group and interchange."""
    return SetForm(document.set_id, document.version, delimiters_of(document.group.envelope))


def x12_source(raw: bytes, form: SetForm, findings: list[Finding], window: tuple[int, int], is_whole: bool) -> Source:
    """The segments of a set. window: first segment and how many; is_whole: raw is all of the set."""
    segments = _segments(raw, form)
    if not is_whole:
        segments = segments[:-1]  # the last one was cut through
    first, most = window
    shown = list(enumerate(segments, 1))[first - 1 : first - 1 + most]
    names = _Names(form)
    on_page = {number for number, _ in shown}
    numbers = {i: found.place.segment for i, found in enumerate(findings) if found.place.segment in on_page}
    by_line, elsewhere = by_number(findings, numbers)
    lines = [_line(number, segment, by_line.get(number, []), names) for number, segment in shown]
    return Source(
        lines,
        form.delimiters.element,
        not is_whole or len(lines) < len(segments),
        elsewhere,
        first=first,
        total=len(segments),
        is_partial=not is_whole,
    )


def _segments(raw: bytes, form: SetForm) -> list[list[str]]:
    """The segments as the validator counts them; by the delimiters alone where no structure is known."""
    try:
        return validator_for(form.set_id, form.version).read(raw, form.delimiters).segments
    except StructureMissing:
        pieces = (piece.strip() for piece in decode(raw)[0].split(form.delimiters.segment))
        return [piece.split(form.delimiters.element) for piece in pieces if piece]


class _Names:
    """What X12 calls the segments and elements of a release."""

    def __init__(self, form: SetForm) -> None:
        self._release: Release | None
        digits = re.match("[0-9]{6}", form.version, re.ASCII)
        try:
            self._release = release(nearest_release(form.set_id, digits.group() if digits else "004010"))
        except StructureMissing:
            self._release = None

    def segment(self, segment_id: str) -> SegmentDef | None:
        return self._release.segment(segment_id) if self._release else None


def _line(number: int, segment: list[str], findings: list[Finding], names: _Names) -> SourceLine:
    segment_id = segment[0]
    definition = names.segment(segment_id)
    marked: dict[int, Severity] = {}
    for found in findings:
        element = found.place.element
        if element not in marked or RANK[found.severity] > RANK[marked[element]]:
            marked[element] = found.severity
    elements = [
        SourceElement(
            reference=f"{segment_id}{position:02d}",
            name=definition.elements[position - 1].name if definition and position <= len(definition.elements) else "",
            text=text,
            severity=marked.get(position, ""),
            anchor=f"{number}.{position}" if text.strip() else "",
        )
        for position, text in enumerate(segment[1:], 1)
    ]
    severity = max(marked.values(), key=RANK.__getitem__, default="")
    return SourceLine(number, segment_id, definition.name if definition else "", elements, findings, severity)
