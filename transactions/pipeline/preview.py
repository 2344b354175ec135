"""Translate any file that Onramp can read, storing nothing: what it is comes from its bytes."""

from collections.abc import Iterator
from typing import BinaryIO

from mappings.engine.express.xml.lane import xml_lane
from mappings.engine.findings import Finding, has_errors
from mappings.engine.formats import HEAD, FileFormat, guess_format
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, Unreadable, scan
from mappings.engine.text.settings import TextSettings
from mappings.engine.xml import reader as xml
from mappings.library import index
from partners.policies import Policies
from transactions.pipeline.judge import Reading, Translated, translate
from transactions.pipeline.plan_file import unsupported
from transactions.pipeline.text_rows import read_rows
from transactions.pipeline.translate import DEFAULTS, StreamItem, Terms, TermsFor, translate_stream
from transactions.pipeline.xml_records import StandardLanes, no_standard_mapping, place_of_record, read_record
from transactions.states import DocumentOutcome, Verdict


def preview(stream: BinaryIO, terms_for: TermsFor, envelope_policies: Policies = DEFAULTS) -> Iterator[StreamItem]:
    """Translate a seekable file document by document, in flat memory.

    X12 goes by `terms_for` and `envelope_policies`, as `translate_stream` has them; XML and delimited text by the
    standard mappings, which are chosen by the kind of the record and by the header. A file of a format that is not
    read yields its reason.
    """
    head = stream.read(HEAD)
    stream.seek(0)
    match guess_format(head):
        case FileFormat.TEXT | FileFormat.OTHER:
            yield from _preview_text(stream)
        case FileFormat.XML:
            yield from _preview_xml(stream)
        case FileFormat.EDIFACT | FileFormat.TRADACOMS | FileFormat.HTML as format_:
            yield _about_file([unsupported(format_)])
        case _:
            yield from translate_stream(stream, terms_for, envelope_policies)


def preview_with(
    stream: BinaryIO, mapping: CompiledMapping, settings: TextSettings | None = None
) -> Iterator[StreamItem]:
    """Translate a seekable file with one mapping, whatever would be chosen for it. settings: how text is read."""
    match mapping.source.format:
        case "text":
            yield from _text_with(stream, mapping, settings)
        case "xml":
            yield from _preview_xml(stream, mapping)
        case _:
            yield from translate_stream(
                stream, lambda _, __, set_id: Terms(mapping if set_id == mapping.source.document else None, DEFAULTS)
            )


def _text_with(stream: BinaryIO, mapping: CompiledMapping, settings: TextSettings | None) -> Iterator[StreamItem]:
    layouts = [mapping.source.layout] if isinstance(mapping.source, TabularSource) else []
    for event in scan(stream, settings, layouts):
        match event:
            case DocumentFound():
                reading = read_rows(event)
                yield StreamItem(reading.place, translated=_translated(reading, mapping))
            case SheetOpened() if event.detection.findings:
                yield _about_file(list(event.detection.findings))
            case SheetClosed() | Unreadable() if event.findings:
                yield _about_file(event.findings)


def _preview_xml(stream: BinaryIO, mapping: CompiledMapping | None = None) -> Iterator[StreamItem]:
    for record in xml.scan(stream, xml_lane(mapping) if mapping is not None else StandardLanes()):
        if isinstance(record, xml.XmlStray):
            yield StreamItem(record.findings[0].place, findings=record.findings)
            continue
        place = place_of_record(record)
        entry = index.find("xml", record.kind, "") if record.kind else None
        chosen = mapping or (index.compiled(entry.name) if entry is not None else None)
        who = record.envelope.sender
        sender = f"{who.scheme}:{who.value}".strip(":")
        if chosen is None or not record.is_readable:
            yield StreamItem(place, translated=_unmapped(record), sender=sender)
            continue
        yield StreamItem(place, translated=_translated(read_record(record, place), chosen), sender=sender)


def _unmapped(record: xml.XmlRecord) -> Translated:
    """A record without a mapping: what is wrong with it as XML is said all the same."""
    findings = list(record.findings)
    if not has_errors(findings):
        findings.append(no_standard_mapping(record))
    return Translated(record.kind or record.name, "", Verdict.ACCEPTED, DocumentOutcome.FAILED, findings)


def _preview_text(stream: BinaryIO) -> Iterator[StreamItem]:
    known = index.layouts()
    for event in scan(stream, layouts=[layout for _, layout in known.values()]):
        match event:
            case DocumentFound():
                entry, _ = known[event.layout.name]
                reading = read_rows(event)
                yield StreamItem(reading.place, translated=_translated(reading, index.compiled(entry.name)))
            case SheetOpened() if event.detection.findings:
                yield _about_file(list(event.detection.findings))
            case SheetClosed() | Unreadable() if event.findings:
                yield _about_file(event.findings)


def _about_file(findings: list[Finding]) -> StreamItem:
    return StreamItem(findings[0].place, findings=findings)


def _translated(reading: Reading, mapping: CompiledMapping) -> Translated:
    about = Translated(reading.set_id, reading.control_number, Verdict.ACCEPTED, DocumentOutcome.FAILED, [])
    return translate(lambda: reading, mapping, Policies(), about)
