"""Plan the work of a file of any format: what it is comes from its bytes, never from its name."""

from collections.abc import Callable
from typing import BinaryIO

import msgspec

from mappings.engine.express.text.places import DocumentAt, places
from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.formats import HEAD, FileFormat, guess_format
from mappings.engine.text import detect, reader
from mappings.engine.text.layouts import KnownLayouts, specificity
from mappings.engine.text.settings import Layout, TextSettings
from mappings.engine.xml import reader as xml
from transactions.pipeline.batches import Batch, TextBatch, XmlBatch
from transactions.pipeline.plan import FilePlan, PlannedBatch, keep, plan_x12
from transactions.pipeline.planned_units import Aside, Limits, PlannedUnits
from transactions.pipeline.xml_records import scan as scan_xml

NO_LAYOUT = (Code.LAYOUT_UNKNOWN, Code.LAYOUT_AMBIGUOUS)


def plan_file(stream: BinaryIO, limits: Limits, layouts: Callable[[], KnownLayouts]) -> FilePlan:
    """Plan the work of a seekable file from its first byte to its last. Never raises on what a partner sent.

    layouts: what a text file may be; asked only when it is one.
    """
    format_ = guess_format(stream.read(HEAD))
    stream.seek(0)
    plan: FilePlan | None = None
    match format_:
        case FileFormat.XML:
            plan = _plan_xml(stream, limits)
        case FileFormat.TEXT | FileFormat.OTHER:
            plan = _plan_text(stream, limits, layouts())
        case FileFormat.EDIFACT | FileFormat.TRADACOMS | FileFormat.HTML:
            plan = FilePlan(format_, findings=[unsupported(format_)])
    if plan is not None and plan.is_known:
        return plan
    stream.seek(0)
    as_x12 = plan_x12(stream, limits)
    if plan is not None and not as_x12.interchanges:
        return plan
    as_x12.format = format_ if plan is None else FileFormat.X12  # whatever stands before an ISA is a stray of it
    return as_x12


def unsupported(format_: FileFormat) -> Finding:
    """Says what a file is that Onramp does not read."""
    message = f"This is {format_.value}, which Onramp does not read."
    return finding(Code.FORMAT_UNSUPPORTED, message, Place(offset=0), format_.value)


def _plan_xml(stream: BinaryIO, limits: Limits) -> FilePlan:
    plan = FilePlan(FileFormat.XML)
    batches: dict[Batch, PlannedBatch] = {}
    aside = Aside()
    for record in scan_xml(stream):
        if isinstance(record, xml.XmlStray) or not record.is_readable:
            keep(plan.findings, record.findings)
            continue
        envelope = record.envelope
        header = XmlBatch(
            record.kind or record.name,
            envelope.senders,
            envelope.receivers,
            envelope.environment,
            envelope.version,
            envelope.profile,
        )
        if header not in batches:
            batches[header] = PlannedBatch(len(batches) + 1, header, PlannedUnits(aside))
            plan.batches.append(batches[header])
        batch = batches[header]
        plan.is_known |= bool(record.kind)
        if not record.kind and not batch.findings:
            batch.findings += record.findings
        plan.documents += 1
        span = (record.offset, record.length, record.ordinal, record.line)
        batch.units.add(limits, header.kind, plan.documents, span)
    return plan


def _plan_text(stream: BinaryIO, limits: Limits, layouts: KnownLayouts) -> FilePlan:
    plan = FilePlan(FileFormat.TEXT)
    sample = stream.read(detect.SAMPLE)
    stream.seek(0)
    settings, fitting = _choose(sample, layouts)
    batch: PlannedBatch | None = None
    for event in places(stream, settings, fitting):
        match event:
            case reader.SheetOpened():
                detection = event.detection
                if detection.layout is None:
                    plan.findings += detection.findings
                    plan.needs_mapping = next(f for f in detection.findings if f.code in NO_LAYOUT)
                    return plan
                plan.is_known = True
                header = TextBatch(detection.layout, detect.for_part(detection))
                batch = PlannedBatch(1, header, PlannedUnits(Aside()), [*detection.findings])
                plan.batches.append(batch)
            case DocumentAt() if batch is not None:
                plan.documents += 1
                span = (event.offset, event.length, event.ordinal, event.row)
                batch.units.add(limits, batch.header.kind, plan.documents, span)
                keep(batch.findings, [f for f in event.findings if f.code is Code.DOCUMENT_SCATTERED])
            case reader.SheetClosed():
                plan.findings += event.findings
                if event.asides and batch is not None:
                    batch.header = msgspec.structs.replace(batch.header, has_asides=True)
            case reader.Unreadable():
                plan.format = FileFormat.OTHER
                plan.findings += event.findings
    return plan


def _choose(sample: bytes, known: KnownLayouts) -> tuple[TextSettings | None, list[Layout]]:
    """The settings and layouts to read a file with.

    Of the partner's own layouts the most specific one that the file has under its settings; the library's only where
    it has none of them. Where nothing tells two of the partner's own apart, both are given, and a person decides.
    """
    fits = []
    for layout, settings in known.agreed:
        detection = detect.detect(sample, settings, [layout])
        if detection.layout is not None:
            fits.append((specificity(detection.columns, layout), layout, settings))
    if fits:
        best = max(rank for rank, *_ in fits)
        chosen = [(layout, settings) for rank, layout, settings in fits if rank == best]
        return chosen[0][1], [layout for layout, _ in chosen]
    own = {layout.name for layout, _ in known.agreed}
    return None, [*(layout for layout, _ in known.agreed), *(one for one in known.standard if one.name not in own)]
