"""Translate any file that Onramp can read, storing nothing: what it is comes from its bytes."""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding, has_errors
from mappings.engine.formats import HEAD, FileFormat, guess_format
from mappings.engine.rules.compiler import Mapped
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, Unreadable, scan
from mappings.engine.text.record import Record
from mappings.engine.xml import reader as xml
from mappings.library import index
from transactions.checks import check
from transactions.pipeline.translate import MappingFor, StreamItem, Translated, translate_stream
from transactions.states import DocumentOutcome, Verdict


def preview(stream: BinaryIO, mapping_for: MappingFor) -> Iterator[StreamItem]:
    """Translate a seekable file document by document, in flat memory.

    X12 goes by `mapping_for`; XML and delimited text by the standard mappings, which are chosen by the kind of the
    record and by the header. A file of a format that is not read yields its reason.
    """
    head = stream.read(HEAD)
    stream.seek(0)
    match guess_format(head):
        case FileFormat.TEXT | FileFormat.OTHER:
            yield from _preview_text(stream)
        case FileFormat.XML:
            yield from _preview_xml(stream)
        case FileFormat.EDIFACT | FileFormat.TRADACOMS as unsupported:
            message = f"This is {unsupported.value}, which Onramp does not read"
            yield StreamItem(Place(offset=0), findings=[finding(Code.FORMAT_UNSUPPORTED, message, Place(offset=0))])
        case _:
            yield from translate_stream(stream, mapping_for)


def _preview_xml(stream: BinaryIO) -> Iterator[StreamItem]:
    for record in xml.scan(stream):
        if isinstance(record, xml.XmlStray):
            yield StreamItem(record.findings[0].place, findings=record.findings)
            continue
        place = Place(offset=record.offset, set=record.ordinal, line=record.line)
        entry = index.find("xml", record.kind, "") if record.kind else None
        if entry is None:
            yield StreamItem(place, translated=_unmapped(record))
            continue
        reading = xml.read(record)
        mapped = index.compiled(entry.name).apply(reading.tree, xml.context_of(record), reading.places, place)
        yield StreamItem(
            place, translated=_judged(record.kind, entry.target, mapped, reading.findings + mapped.findings)
        )


def _unmapped(record: xml.XmlRecord) -> Translated:
    """A record without a mapping: what is wrong with it as XML is said all the same."""
    findings = list(record.findings)
    if not has_errors(findings):
        findings.append(
            finding(Code.MAPPING_MISSING, f"There is no standard mapping for {record.kind or record.name}.")
        )
    return Translated(record.kind or record.name, "", Verdict.ACCEPTED, DocumentOutcome.FAILED, findings)


def _preview_text(stream: BinaryIO) -> Iterator[StreamItem]:
    known = index.layouts()
    for event in scan(stream, layouts=[layout for _, layout in known.values()]):
        match event:
            case DocumentFound():
                entry, layout = known[event.layout.name]
                record = Record(event)
                mapped = index.compiled(entry.name).apply(record.node, {}, record)
                place = Place(offset=event.offset, set=event.ordinal, row=event.numbers[0])
                translated = _judged(layout.name, entry.target, mapped, record.findings(mapped.findings))
                yield StreamItem(place, translated=translated)
            case SheetOpened() if event.detection.findings:
                yield _about_file(list(event.detection.findings))
            case SheetClosed() | Unreadable() if event.findings:
                yield _about_file(event.findings)


def _about_file(findings: list[Finding]) -> StreamItem:
    return StreamItem(findings[0].place, findings=findings)


def _judged(document: str, schema: str, mapped: Mapped, findings: list[Finding]) -> Translated:
    """What becomes of a document of a format without acknowledgments: mapping and business rules decide."""
    result = Translated(document, "", Verdict.ACCEPTED, DocumentOutcome.FAILED, findings)
    result.schema = schema
    result.body = msgspec.json.encode(mapped.body).decode()
    if not has_errors(findings):
        business = check(schema, mapped.body)
        findings.extend(business)
        result.outcome = DocumentOutcome.REJECTED if has_errors(business) else DocumentOutcome.ACCEPTED
    return result
