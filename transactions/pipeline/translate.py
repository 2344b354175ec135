"""Turn the bytes of one transaction set into a verdict, a canonical document and findings. Touches no database."""

import logging
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Code, Finding, Place, Severity, finding, has_errors
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.x12.acknowledgment import SetVerdict
from mappings.engine.x12.delimiters import Delimiters, decode
from mappings.engine.x12.envelope import (
    GroupOpened,
    InterchangeOpened,
    SetFound,
    scan,
)
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.validator import SetReading, validator_for
from partners.policies import Policies
from transactions.checks import check
from transactions.pipeline.facts import Facts, facts_of
from transactions.states import DocumentOutcome, Verdict

logger = logging.getLogger(__name__)


class SetContext(msgspec.Struct):
    """What the sets of one unit share. mapping is None where none is assigned: they are only validated."""

    set_id: str
    version: str
    delimiters: Delimiters
    mapping: CompiledMapping | None
    policies: Policies
    values: dict[str, str]


class Translated(msgspec.Struct):
    """What became of one set. body: the canonical document as exact JSON text, "" when there is none.

    promoted: the facts of it that become columns.
    internal_error: our own failure, in words for integration support; the sender's findings stay complete.
    """

    set_id: str
    control_number: str
    verdict: Verdict
    outcome: DocumentOutcome
    findings: list[Finding]
    schema: str = ""
    body: str = ""
    promoted: Facts = Facts()
    internal_error: str = ""
    microseconds: int = 0

    def count(self, severity: Severity) -> int:
        return sum(f.severity is severity for f in self.findings)


def context_values(interchange: InterchangeHeader, group: GroupHeader, delimiters: Delimiters) -> dict[str, str]:
    """What a mapping may ask of the envelopes, by the names of the mapping language."""
    return {
        "interchange.sender": interchange.sender_id,
        "interchange.sender_qualifier": interchange.sender_qualifier,
        "interchange.receiver": interchange.receiver_id,
        "interchange.receiver_qualifier": interchange.receiver_qualifier,
        "interchange.control_number": interchange.control_number,
        "interchange.date": interchange.date,
        "interchange.time": interchange.time,
        "interchange.usage": interchange.usage,
        "interchange.component_separator": delimiters.component,
        "group.sender": group.sender,
        "group.receiver": group.receiver,
        "group.control_number": group.control_number,
        "group.version": group.version,
    }


def translate_set(raw: bytes, context: SetContext, place: Place) -> Translated:
    """Validate, map and check one ST–SE. place: its byte offset in the file and its ordinals.

    Our own failures are caught, logged and kept with the document, so that one never harms another.
    """
    begun = time.perf_counter_ns()
    reading: SetReading | None = None
    try:
        reading = validator_for(context.set_id, context.version).read(raw, context.delimiters, place)
        result = _judge(reading, context, place)
    except StructureMissing:
        number = _control_number(raw, context.delimiters)
        unsupported = finding(Code.SET_UNSUPPORTED, f"Onramp knows no transaction set {context.set_id}.", place)
        result = Translated(context.set_id, number, Verdict.REJECTED, DocumentOutcome.REJECTED, [unsupported])
    except Exception as error:  # whatever our code does wrong must not harm the other documents of the file
        logger.exception("translating a set failed at byte %s", place.offset)
        result = Translated(
            set_id=reading.set_id if reading else context.set_id,
            control_number=reading.control_number if reading else _control_number(raw, context.delimiters),
            verdict=verdict_on(reading.findings) if reading else Verdict.ACCEPTED,
            outcome=DocumentOutcome.FAILED,
            findings=list(reading.findings) if reading else [],
            internal_error=f"{type(error).__name__}: {error}",
        )
    result.microseconds = (time.perf_counter_ns() - begun) // 1000
    return result


def _control_number(raw: bytes, delimiters: Delimiters) -> str:
    """ST02 by the delimiters alone: an acknowledgment names the set also when we failed to read it."""
    elements = decode(raw)[0].partition(delimiters.segment)[0].split(delimiters.element)
    return elements[2].strip() if len(elements) > 2 else ""


def _judge(reading: SetReading, context: SetContext, place: Place) -> Translated:
    findings = _apply_policies(reading.findings, context.policies)
    verdict = verdict_on(findings)
    result = Translated(reading.set_id, reading.control_number, verdict, DocumentOutcome.REJECTED, findings)
    if context.mapping is None:
        if verdict is not Verdict.REJECTED:
            findings.append(finding(Code.MAPPING_MISSING))
            result.outcome = DocumentOutcome.FAILED
        return result
    values = {
        **context.values,
        "set.id": reading.set_id,
        "set.control_number": reading.control_number,
    }
    mapped = context.mapping.apply(reading.tree, values, reading.segments, place)
    if verdict is Verdict.REJECTED:
        # It has no canonical form, but people look for it by its number.
        result.promoted = Facts(business_key=str(mapped.body.get("number", "")))
        return result
    findings.extend(_not_named_yet(reading.placed(mapped.findings), findings))
    result.schema = context.mapping.canonical
    result.body = msgspec.json.encode(mapped.body).decode()
    result.promoted = facts_of(mapped.body)
    if has_errors(mapped.findings):
        result.outcome = DocumentOutcome.FAILED
        return result
    business = check(context.mapping.canonical, mapped.body)
    findings.extend(_located(business, context.mapping, reading, values, place) if business else [])
    result.outcome = DocumentOutcome.REJECTED if has_errors(business) else DocumentOutcome.ACCEPTED
    return result


def _not_named_yet(mapping: list[Finding], earlier: list[Finding]) -> list[Finding]:
    """Without codes that have no translation because X12 does not know them either: one fault, one finding."""
    named = {(f.place.segment, f.place.element) for f in earlier if f.code is Code.ELEMENT_CODE_INVALID}
    return [
        f for f in mapping if f.code is not Code.MAPPING_CODE_UNKNOWN or (f.place.segment, f.place.element) not in named
    ]


def _located(
    business: list[Finding], mapping: CompiledMapping, reading: SetReading, values: dict[str, str], place: Place
) -> list[Finding]:
    """Findings about canonical values, with the place in the source that each value came from."""
    trace = mapping.explain(reading.tree, reading.segments, values, place).trace
    if trace is None:
        return business
    located = []
    for found in business:
        source = next((row for row in trace.of(found.target) if row.segment), None)
        if source is not None:
            where = msgspec.structs.replace(
                place,
                segment=source.segment,
                segment_id=source.segment_id,
                element=source.element,
                component=source.component,
            )
            found = msgspec.structs.replace(found, place=where)
        located.append(found)
    return reading.placed(located)


def verdict_on(findings: list[Finding]) -> Verdict:
    """What the acknowledgment will say of a set with these findings."""
    return Verdict(SetVerdict("", "", findings).code)


def _apply_policies(findings: list[Finding], policies: Policies) -> list[Finding]:
    if policies.unknown_codes == "warn":
        return list(findings)
    return [
        msgspec.structs.replace(f, severity=Severity.ERROR) if f.code is Code.ELEMENT_CODE_INVALID else f
        for f in findings
    ]


MappingFor = Callable[[InterchangeHeader, GroupHeader, str], tuple[CompiledMapping | None, Policies]]


class StreamItem(msgspec.Struct):
    """Either findings about the file and its envelopes, or one translated set with its place."""

    place: Place
    findings: list[Finding] = []
    translated: Translated | None = None


def translate_stream(stream: BinaryIO, mapping_for: MappingFor) -> Iterator[StreamItem]:
    """Translate a seekable file document by document, storing nothing, in flat memory.

    mapping_for: gives the mapping (or None) and the policies for an interchange, a group and an ST01.
    Yields in the order of the file; findings of a trailer come after the sets that it closes.
    """
    interchange: InterchangeOpened | None = None
    group: GroupOpened | None = None
    contexts: dict[str, SetContext] = {}
    for event in scan(stream):
        match event:
            case InterchangeOpened():
                interchange = event
            case GroupOpened():
                group, contexts = event, {}
            case SetFound() if interchange and group and event.group:
                if event.set_id not in contexts:
                    contexts[event.set_id] = _context(interchange, group, event.set_id, mapping_for)
                place = Place(offset=event.offset, interchange=event.interchange, group=event.group, set=event.ordinal)
                yield StreamItem(place, translated=translate_set(_read(stream, event), contexts[event.set_id], place))
        if found := getattr(event, "findings", None):
            yield StreamItem(found[0].place, findings=found)


def _context(interchange: InterchangeOpened, group: GroupOpened, set_id: str, mapping_for: MappingFor) -> SetContext:
    mapping, policies = mapping_for(interchange.header, group.header, set_id)
    return SetContext(
        set_id=set_id,
        version=group.header.version,
        delimiters=interchange.delimiters,
        mapping=mapping,
        policies=policies,
        values=context_values(interchange.header, group.header, interchange.delimiters),
    )


def _read(stream: BinaryIO, found: SetFound) -> bytes:
    """The bytes of a set; the reading position of the scan is kept."""
    here = stream.tell()
    stream.seek(found.offset)
    raw = stream.read(found.length)
    stream.seek(here)
    return raw
