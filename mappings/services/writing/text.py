"""Canonical documents as a file of rows: delimited, or of fixed width.

What goes to a partner's program is exact: a cell that begins like a formula stays what it is, and is named. A copy
that a person opens is made by `for_people`, and no cell of that is calculated.
"""

import io
from collections.abc import Sequence

import msgspec

from mappings.engine.canonical.differences import Difference
from mappings.engine.findings import Code, Finding
from mappings.engine.outbound.text import write_text
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text.detect import for_part
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, Unreadable, scan
from mappings.engine.text.record import Record
from mappings.engine.text.settings import TextSettings
from mappings.services.writing.written import Again, Body, OutboundForm, Written, differences_of

MEDIA = {"\t": ("text/tab-separated-values", "tsv"), ",": ("text/csv", "csv"), ";": ("text/csv", "csv")}
"""By delimiter (IANA; RFC 4180)."""
OTHER = ("text/plain", "txt")
NAMES = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}


def write_rows(mapping: CompiledMapping, bodies: Sequence[Body], form: OutboundForm) -> Written:
    """One file of one or more documents."""
    written = write_text(mapping.declaration, bodies, form.text)
    sheet = _Sheet(mapping, written.raw, written.settings)
    media_type, extension = OTHER if written.settings.fixed else MEDIA.get(written.settings.delimiter, OTHER)
    return Written(
        content=written.raw,
        document=written.raw[sheet.begin :],
        format="text",
        title=_title(mapping, written.settings),
        media_type=f"{media_type}; charset={written.settings.encoding}",
        extension=extension,
        findings=_once([*written.findings, *sheet.findings, *(one for again in sheet.again for one in again.findings)]),
        differences=_differences(bodies, sheet.again),
        lineage=[row for again in sheet.again[:1] for row in again.lineage],
        body=sheet.again[0].body if sheet.again else None,
        settings=sheet.settings,
        rows_before=sheet.rows_before,
    )


def for_people(mapping: CompiledMapping, bodies: Sequence[Body], form: OutboundForm) -> bytes:
    """The same file with every cell harmless in a spreadsheet. Not to be sent: a program takes the marks for data."""
    return write_text(mapping.declaration, bodies, form.text, for_people=True).raw


class _Sheet:
    """What was written, read as it was written. begin: the byte at which its rows begin."""

    def __init__(self, mapping: CompiledMapping, raw: bytes, settings: TextSettings) -> None:
        self.settings = settings
        self.begin = self.rows_before = 0
        self.again: list[Again] = []
        self.findings: list[Finding] = []
        layouts = [mapping.source.layout] if isinstance(mapping.source, TabularSource) else []
        for event in scan(io.BytesIO(raw), settings, layouts):
            match event:
                case SheetOpened(detection, offset):
                    self.settings = for_part(detection)
                    self.begin, self.rows_before = offset, detection.settings.header_row or 0
                    self.findings += detection.findings
                case DocumentFound():
                    record = Record(event)
                    mapped = mapping.explain(record.node, record, {})
                    self.again.append(Again(mapped.body, mapped.lineage, record.findings(mapped.findings)))
                case SheetClosed() | Unreadable():
                    self.findings += event.findings


def _differences(bodies: Sequence[Body], again: Sequence[Again]) -> list[Difference]:
    """Of several documents, each pointer begins with the number of its document, from 0."""
    if len(bodies) == 1:
        return differences_of(bodies[0], again[0].body if again else None)
    return [
        msgspec.structs.replace(one, pointer=f"/{number}{one.pointer}")
        for number, body in enumerate(bodies)
        for one in differences_of(body, again[number].body if number < len(again) else None)
    ]


def _once(findings: list[Finding]) -> list[Finding]:
    """A formula is named by who writes it, and again by who reads it."""
    kept: dict[object, Finding] = {}
    for one in findings:
        is_formula = one.code is Code.CELL_FORMULA
        kept.setdefault((one.code, one.place.row, one.place.column) if is_formula else one, one)
    return list(kept.values())


def _title(mapping: CompiledMapping, settings: TextSettings) -> str:
    if settings.fixed:
        return f"{mapping.source.document}, columns of fixed width"
    return f"{mapping.source.document}, separated by {NAMES.get(settings.delimiter, repr(settings.delimiter))}"
