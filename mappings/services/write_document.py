"""Write a canonical document by the declaration that reads such documents: its bytes, and what is to say about them.

Nothing is stored, and no control number is taken: the envelope carries the number 1.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from mappings.engine.canonical.differences import Difference, differences
from mappings.engine.canonical.schema import model
from mappings.engine.findings import Finding, Place
from mappings.engine.outbound.x12 import write_interchange, write_set
from mappings.engine.outbound.x12_findings import named
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.x12.delimiters import STANDARD, Delimiters
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import OutboundEnvelope, SegmentWriter, UnwritableValue, transaction_set
from partners.policies import Policies, separator

LINE_ENDS = {"none": "", "lf": "\n", "crlf": "\r\n"}
_FIRST_WITH_REPETITION = "005010"


class NotWritten(Exception):
    """The document cannot be written by this mapping; the text says why."""


class Written(NamedTuple):
    """One document as it would go out.

    content: the bytes with their envelope. segments: the set's, as text. findings: what was left out or cut, and those
    of our own validator, with the field of the document that they are about. lost: the values that reading it again
    does not give, or gives otherwise, or besides.
    """

    content: bytes
    segments: list[str]
    set_id: str
    release: str
    findings: list[Finding]
    lost: list[Difference]


def write_document(
    mapping: CompiledMapping, body: object, *, at: datetime, release: str = "", policies: Policies | None = None
) -> Written:
    """Write a canonical document.

    body: its JSON values. at: instant for the envelope, in UTC. release: of X12, by default the first of the mapping.
    policies: those of the agreement that it would go out by; they say the envelope. Raises NotWritten.
    """
    if mapping.source.format != "x12":
        raise NotWritten(f"This mapping reads {mapping.source.format}. Only X12 is written here.")
    if release and release not in mapping.releases:
        raise NotWritten(f"This mapping is for {', '.join(mapping.releases)}, not for {release}.")
    document = _document(mapping, body)
    written = write_set(mapping.declaration, release or mapping.releases[0], document)
    envelope = _envelope(policies or Policies(), written.release, at)
    try:
        content = write_interchange(written, envelope)
        writer = SegmentWriter(envelope.delimiters, characters=envelope.characters)
        segments = transaction_set(writer, written.set_id, envelope.set_control, written.segments)
    except UnwritableValue as error:
        raise NotWritten(f"A value cannot stand in X12: {error}.") from error
    reading = validator_for(written.set_id, written.release).read(
        "".join(segments).encode(), envelope.delimiters, Place()
    )
    context = {
        "group.version": written.release,
        "set.id": written.set_id,
        "interchange.component_separator": envelope.delimiters.component,
    }
    after = mapping.apply(reading.tree, context, reading.segments).body
    lost = differences(_without_envelope(document), _without_envelope(after))
    findings = written.findings + named(mapping.declaration, reading.findings)
    return Written(content, segments, written.set_id, written.release, findings, lost)


def _document(mapping: CompiledMapping, body: object) -> dict[str, Any]:
    try:
        msgspec.convert(body, model(mapping.canonical))
    except msgspec.ValidationError as error:
        raise NotWritten(f"It is no {mapping.canonical}: {error}.") from error
    if not isinstance(body, dict):
        raise NotWritten(f"It is no {mapping.canonical}.")
    return body


def _without_envelope(body: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in body.items() if name != "exchange"}


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
