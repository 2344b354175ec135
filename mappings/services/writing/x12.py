"""Canonical documents as X12: one set in its envelope, which takes no control number."""

from datetime import datetime

from mappings.engine.findings import Place
from mappings.engine.outbound.x12 import write_interchange, write_set
from mappings.engine.outbound.x12_findings import named
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.x12.delimiters import STANDARD, Delimiters
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import OutboundEnvelope, SegmentWriter, UnwritableValue, transaction_set
from mappings.services.writing.written import Body, NotWritten, OutboundForm, Written, differences_of
from partners.policies import Policies, separator

LINE_ENDS = {"none": "", "lf": "\n", "crlf": "\r\n"}
_FIRST_WITH_REPETITION = "005010"


def write_x12(mapping: CompiledMapping, body: Body, at: datetime, form: OutboundForm) -> Written:
    """One document. Raises NotWritten."""
    if form.release and form.release not in mapping.releases:
        raise NotWritten(f"This mapping is for {', '.join(mapping.releases)}, not for {form.release}.")
    written = write_set(mapping.declaration, form.release or mapping.releases[0], body)
    envelope = _envelope(form.policies, written.release, at)
    try:
        content = write_interchange(written, envelope)
        writer = SegmentWriter(envelope.delimiters, characters=envelope.characters)
        segments = transaction_set(writer, written.set_id, envelope.set_control, written.segments)
    except UnwritableValue as error:
        raise NotWritten(f"A value cannot stand in X12: {error}.") from error
    document = "".join(segments).encode()
    reading = validator_for(written.set_id, written.release).read(document, envelope.delimiters, Place())
    context = {
        "group.version": written.release,
        "set.id": written.set_id,
        "interchange.component_separator": envelope.delimiters.component,
    }
    again = mapping.explain(reading.tree, reading.segments, context)
    return Written(
        content=content,
        document=document,
        format="x12",
        title=f"X12 {written.set_id} of release {written.release}",
        media_type="application/edi-x12",
        extension="edi",
        findings=written.findings + named(mapping.declaration, reading.findings),
        differences=differences_of(body, again.body),
        lineage=again.lineage,
        body=again.body,
        set_id=written.set_id,
        release=written.release,
        delimiters=envelope.delimiters,
    )


def _envelope(policies: Policies, release: str, at: datetime) -> OutboundEnvelope:
    """By policies; names that none says are plain stand-ins."""
    repeats = release >= _FIRST_WITH_REPETITION
    return OutboundEnvelope(
        sender_qualifier=policies.own_isa_qualifier or "ZZ",
        sender_id=policies.own_isa_id or "ONRAMP",
        receiver_qualifier=policies.partner_isa_qualifier or "ZZ",
        receiver_id=policies.partner_isa_id or "PARTNER",
        interchange_control=1,
        at=at,
        group_sender=policies.own_gs_id,
        group_receiver=policies.partner_gs_id,
        usage="T",
        version="00501" if repeats else "00401",
        release=policies.gs_version or release,
        delimiters=Delimiters(
            element=separator(policies.element_separator) or STANDARD.element,
            segment=separator(policies.segment_terminator) or STANDARD.segment,
            component=separator(policies.component_separator) or STANDARD.component,
            repetition=(separator(policies.repetition_separator) or "^") if repeats else "",
        ),
        ack_requested=policies.isa_ack_requested,
        line_end=LINE_ENDS[policies.segment_suffix],
        agency=policies.gs_agency,
        characters=policies.character_set,
    )
