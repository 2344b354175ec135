"""X12: the bytes of a transaction set, read and judged. Touches no database."""

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

import msgspec

from mappings.engine.errors import StructureMissing
from mappings.engine.express.lane import lane_for
from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.rules.compiler import CompiledMapping
from mappings.engine.x12.conventions import Conventions
from mappings.engine.x12.delimiters import Delimiters, decode
from mappings.engine.x12.envelope import AcknowledgmentFound, GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.functional_groups import faults_in_group
from mappings.engine.x12.guides import Guide, guide_for
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.overlay import CompiledOverlay
from mappings.engine.x12.validator import SetReading, validator_for
from mappings.engine.x12.wrapped import without_line_ends
from partners.policies import Policies, implied_decimals
from transactions.pipeline.answers import ACKNOWLEDGMENT_GROUP, ADVICE_SET, PlannedAnswer, ReadAnswer, read_planned
from transactions.pipeline.judge import Reading, Translated, translate
from transactions.pipeline.strictness import envelope_by_policy
from transactions.states import DocumentOutcome, Verdict

MOST_OF_ST = 256  # bytes
DEFAULTS = Policies()
ENCODINGS = {"detect": "", "utf-8": "utf-8", "iso-8859-1": "iso-8859-1", "windows-1252": "cp1252"}


class SetContext(msgspec.Struct):
    """What the sets of one unit share. mapping is None where none is assigned: they are only validated.

    overlay: what the agreement demands beyond the standard. interchange_version: ISA12. needs_mapping: False for what
    is only taken note of.
    """

    set_id: str
    version: str
    delimiters: Delimiters
    mapping: CompiledMapping | None
    policies: Policies
    values: dict[str, str]
    functional_id: str
    interchange_version: str = ""
    overlay: CompiledOverlay | None = None
    needs_mapping: bool = True
    conventions: Conventions | None = None

    def __post_init__(self) -> None:
        self.conventions = conventions_of(self.policies)


def conventions_of(policies: Policies) -> Conventions | None:
    """What is agreed on about values beyond the standard; None for nothing, which is the usual case."""
    conventions = Conventions(
        characters=policies.character_set if policies.character_set_errors != "off" else "",
        separators=policies.trailing_separators != "off",
        blanks=policies.element_blanks != "off",
        points=policies.decimal_points != "reject",
        implied=implied_decimals(policies.implied_decimals),
    )
    return conventions if conventions != Conventions() else None


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


def translate_set(raw: bytes, context: SetContext, place: Place, *, repeats: bool = False) -> Translated:
    """Validate, map and check one ST–SE. place: its byte offset in the file and its ordinals.

    repeats: whether a set before it in its group has the same number.
    """
    number = _control_number(raw, context.delimiters)
    about = Translated(context.set_id, number, Verdict.ACCEPTED, DocumentOutcome.FAILED, [])

    def read() -> Reading:
        return read_at_once(raw, context, place, repeats=repeats) or read_set(raw, context, place, repeats=repeats)

    try:
        return translate(read, context.mapping, context.policies, about, needs_mapping=context.needs_mapping)
    except StructureMissing:
        unknown = finding(Code.SET_UNSUPPORTED, f"Onramp knows no transaction set {context.set_id}.", place)
        findings = [*_in_group(context, number, place, repeats), unknown]
        return Translated(context.set_id, number, Verdict.REJECTED, DocumentOutcome.REJECTED, findings)


def read_at_once(raw: bytes, context: SetContext, place: Place, *, repeats: bool = False) -> Reading | None:
    """A set that is surely clean, already mapped; None for any other, and where more than the standard is demanded."""
    lane = lane_for(validator_for(context.set_id, context.version), context.mapping)
    demands = context.overlay is not None and context.policies.overlay_errors != "off"
    if lane is None or demands or context.conventions is not None:
        return None
    values = _values(context, context.set_id, _control_number(raw, context.delimiters))
    clean = lane.read(raw, context.delimiters, values)
    if clean is None or _guide(context, clean.segments) is not None:
        return None
    return Reading(
        set_id=context.set_id,
        control_number=clean.control_number,
        tree=None,
        locator=clean.segments,
        values=values,
        findings=_in_group(context, clean.control_number, place, repeats),
        place=place,
        convention=_element(clean.segments, 0, 3),
        body=clean.body,
        complete=lambda: read_set(raw, context, place, repeats=repeats),
    )


def read_set(raw: bytes, context: SetContext, place: Place, *, repeats: bool = False) -> Reading:
    """Any ST–SE, with every fault that it has. Raises StructureMissing for a set that no release has."""
    encoding = ENCODINGS[context.policies.x12_encoding]
    validator = validator_for(context.set_id, context.version)
    reading = validator.read(raw, context.delimiters, place, encoding)
    if context.conventions is not None:
        context.conventions.apply(reading, raw, context.delimiters, validator)
    reading.findings = _with_demands(reading, context)

    def finish(later: list[Finding]) -> list[Finding]:
        return _not_named_yet(reading.placed(later), findings)

    findings = [*_in_group(context, reading.control_number, place, repeats), *reading.findings]

    return Reading(
        reading.set_id,
        reading.control_number,
        reading.tree,
        reading.segments,
        _values(context, reading.set_id, reading.control_number),
        findings,
        place,
        finish,
        _element(reading.segments, 0, 3),
    )


def _values(context: SetContext, set_id: str, control_number: str) -> dict[str, str]:
    return {**context.values, "set.id": set_id, "set.control_number": control_number}


def _with_demands(reading: SetReading, context: SetContext) -> list[Finding]:
    """What the standard says, and beyond it the guide that GS08 names and the agreement."""
    if context.policies.overlay_errors == "off":
        return reading.findings
    guide = _guide(context, reading.segments)
    if guide is not None:
        reading.findings = guide.apply(reading, context.delimiters)
    return context.overlay.apply(reading) if context.overlay is not None else reading.findings


def _guide(context: SetContext, segments: Sequence[Sequence[str]]) -> Guide | None:
    """The guide that GS08 names, if there is one. BHT02, the purpose, stands behind ST."""
    if context.policies.overlay_errors == "off":
        return None
    purpose = _element(segments, 1, 2) if _element(segments, 1, 0) == "BHT" else ""
    return guide_for(context.interchange_version, context.functional_id, context.version, purpose)


def _element(segments: Sequence[Sequence[str]], segment: int, element: int) -> str:
    """Of a segment by its index from 0; "" where there is none."""
    row = segments[segment] if segment < len(segments) else []
    return row[element] if element < len(row) else ""


def _in_group(context: SetContext, number: str, place: Place, repeats: bool) -> list[Finding]:
    return faults_in_group(context.set_id, number, context.functional_id, place, repeats=repeats)


def _control_number(raw: bytes, delimiters: Delimiters) -> str:
    """ST02 by the delimiters alone: an acknowledgment names the set also when we failed to read it."""
    first = without_line_ends(raw[:MOST_OF_ST])[0] if delimiters.wrapped else raw[:MOST_OF_ST]
    elements = decode(first)[0].partition(delimiters.segment)[0].split(delimiters.element)
    return elements[2].strip() if len(elements) > 2 else ""


def _not_named_yet(later: list[Finding], earlier: list[Finding]) -> list[Finding]:
    """Without codes that have no translation because X12 does not know them either: one fault, one finding."""
    named = {(f.place.segment, f.place.element) for f in earlier if f.code is Code.ELEMENT_CODE_INVALID}
    return [
        f for f in later if f.code is not Code.MAPPING_CODE_UNKNOWN or (f.place.segment, f.place.element) not in named
    ]


class Terms(NamedTuple):
    """What the sets of a group are read under. mapping: None where none is assigned."""

    mapping: CompiledMapping | None
    policies: Policies
    overlay: CompiledOverlay | None = None


TermsFor = Callable[[InterchangeHeader, GroupHeader, str], Terms]


class StreamItem(msgspec.Struct):
    """Findings about the file and its envelopes, one translated document with its place, or what an answer says.

    answer: a TA1, 997 or 999, which is no document. sender: "qualifier:id" of who sent it, as the interchange or the
    record says, the id alone where there is no qualifier, "" where nobody is named.
    """

    place: Place
    findings: list[Finding] = []
    translated: Translated | None = None
    answer: ReadAnswer | None = None
    sender: str = ""


def translate_stream(
    stream: BinaryIO, terms_for: TermsFor, envelope_policies: Policies = DEFAULTS
) -> Iterator[StreamItem]:
    """Translate a seekable file document by document, storing nothing, in flat memory.

    terms_for: what holds for an interchange, a group and an ST01. envelope_policies: of the partner, for what is wrong
    with the file and its envelopes. Yields in the order of the file; findings of a trailer come after the sets that it
    closes.
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
            case AcknowledgmentFound() if interchange:
                place = Place(offset=event.offset, interchange=event.interchange)
                planned = PlannedAnswer(event.interchange, "TA1", event.offset, event.length, event.fields)
                answer = read_planned(stream, planned, interchange.delimiters)
                yield StreamItem(place, answer=answer, sender=sender_of(interchange.header))
            case SetFound() if interchange and group and event.group:
                place = Place(offset=event.offset, interchange=event.interchange, group=event.group, set=event.ordinal)
                if group.header.functional_id == ACKNOWLEDGMENT_GROUP:
                    answer = _answer(stream, event, interchange.delimiters)
                    yield StreamItem(place, answer=answer, sender=sender_of(interchange.header))
                    continue
                if event.set_id not in contexts:
                    contexts[event.set_id] = _context(interchange, group, event.set_id, terms_for)
                repeats = any(one.code is Code.SET_CONTROL_DUPLICATE for one in event.findings)
                raw, context = _read(stream, event), contexts[event.set_id]
                translated = translate_set(raw, context, place, repeats=repeats)
                yield StreamItem(place, translated=translated, sender=sender_of(interchange.header))
                continue  # with what its group says against it
        if found := envelope_by_policy(getattr(event, "findings", ()), envelope_policies):
            yield StreamItem(found[0].place, findings=found)


def sender_of(header: InterchangeHeader) -> str:
    """As StreamItem names a sender."""
    return f"{header.sender_qualifier}:{header.sender_id}".strip(":")


def _answer(stream: BinaryIO, found: SetFound, delimiters: Delimiters) -> ReadAnswer:
    """The reading position of the scan is kept."""
    here = stream.tell()
    read = read_planned(stream, PlannedAnswer(found.interchange, found.set_id, found.offset, found.length), delimiters)
    stream.seek(here)
    return read


def _context(interchange: InterchangeOpened, group: GroupOpened, set_id: str, terms_for: TermsFor) -> SetContext:
    terms = terms_for(interchange.header, group.header, set_id)
    return SetContext(
        set_id=set_id,
        version=group.header.version,
        delimiters=interchange.delimiters,
        mapping=terms.mapping,
        policies=terms.policies,
        values=context_values(interchange.header, group.header, interchange.delimiters),
        functional_id=group.header.functional_id,
        interchange_version=interchange.header.version,
        overlay=terms.overlay,
        needs_mapping=set_id != ADVICE_SET,
    )


def _read(stream: BinaryIO, found: SetFound) -> bytes:
    """The bytes of a set; the reading position of the scan is kept."""
    here = stream.tell()
    stream.seek(found.offset)
    raw = stream.read(found.length)
    stream.seek(here)
    return raw
