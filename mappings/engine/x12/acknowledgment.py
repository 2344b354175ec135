"""Acknowledgments of what was received: 997 for groups, TA1 for interchanges.

They speak of envelope and syntax only. Which code stands for which finding is in `findings.RULES` alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from mappings.engine.findings import Finding, Layer, Severity
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.writer import (
    OutboundEnvelope,
    SegmentWriter,
    Value,
    functional_group,
    interchange,
    transaction_set,
)

ACKNOWLEDGED_LAYERS = frozenset({Layer.ENVELOPE, Layer.SYNTAX, Layer.OVERLAY})

_MOST_CODES = 5  # AK502 to AK506, AK905 to AK909
_MOST_ELEMENT_NOTES = 99  # AK4 in one AK3
_BAD_DATA_LENGTH = 99  # AK404
_LAST_POSITION = 999_999  # AK302
_SEGMENT_HAS_ELEMENT_ERRORS = "8"
_SET_HAS_SEGMENT_ERRORS = "5"
_NO_ERROR = "000"


class SetVerdict(msgspec.Struct, frozen=True):
    """What is to be said about one set: its numbers as sent and its findings (other layers are ignored)."""

    set_id: str
    control_number: str
    findings: list[Finding]

    @property
    def told(self) -> list[Finding]:
        """The findings that an acknowledgment can express, in document order."""
        return sorted((f for f in self.findings if _is_told(f)), key=lambda f: (f.place.segment, f.place.element))

    @property
    def code(self) -> str:
        """AK501: R with errors, E with warnings only, A without either."""
        told = self.told
        if any(f.severity is Severity.ERROR for f in told):
            return "R"
        return "E" if told else "A"

    @property
    def accepted(self) -> bool:
        return self.code != "R"


class GroupCounts(msgspec.Struct, frozen=True):
    """AK902, AK903 and AK904: sets that GE01 states, that were received, and that are accepted."""

    included: int
    received: int
    accepted: int


def write_997(
    group: GroupHeader,
    verdicts: Iterable[SetVerdict],
    group_findings: Sequence[Finding],
    *,
    counts: GroupCounts,
    envelope: OutboundEnvelope,
    with_accepted_sets: bool = True,
) -> bytes:
    """A whole interchange with one 997 for one received group.

    group: the GS that is acknowledged. with_accepted_sets: also list the sets without findings.
    Raises UnwritableValue when the envelope's own values do not fit.
    """
    writer = SegmentWriter(envelope.delimiters)
    body = list(_body(writer, group, verdicts, group_findings, counts, envelope, with_accepted_sets))
    one = transaction_set(writer, "997", envelope.set_control, body)
    return interchange(writer, envelope, [functional_group(writer, envelope, "FA", [one])])


def write_ta1(header: InterchangeHeader, findings: Sequence[Finding], *, envelope: OutboundEnvelope) -> bytes:
    """A whole interchange with the TA1 for one received interchange (X12.5: one code, the gravest)."""
    writer = SegmentWriter(envelope.delimiters)
    told = [f for f in findings if f.rule.ta1 and f.severity is not Severity.INFO]
    errors = [f for f in told if f.severity is Severity.ERROR]
    code = "R" if errors else "E" if told else "A"
    note = (errors or told)[0].rule.ta1 if told else _NO_ERROR
    number = "".join(filter(str.isdecimal, writer.safe(header.control_number, 99)))[-9:].rjust(9, "0")
    segment = writer.segment("TA1", number, writer.safe(header.date, 6), writer.safe(header.time, 4), code, note)
    return interchange(writer, envelope, [], [segment])


def _is_told(found: Finding) -> bool:
    rule = found.rule
    return (
        found.layer in ACKNOWLEDGED_LAYERS
        and found.severity is not Severity.INFO
        and bool(rule.set or rule.segment or rule.element)
    )


def _body(
    writer: SegmentWriter,
    group: GroupHeader,
    verdicts: Iterable[SetVerdict],
    group_findings: Sequence[Finding],
    counts: GroupCounts,
    envelope: OutboundEnvelope,
    with_accepted_sets: bool,
) -> Iterator[Sequence[Value]]:
    names_versions = envelope.group_version >= "005010"
    version = writer.safe(group.version, 12) if names_versions else ""
    yield ["AK1", writer.safe(group.functional_id, 2), writer.safe(group.control_number, 9), version]
    noted = False
    for verdict in verdicts:
        code = verdict.code
        noted = noted or code != "A"
        if with_accepted_sets or code != "A":
            yield ["AK2", writer.safe(verdict.set_id, 3), writer.safe(verdict.control_number, 9)]
            yield from _segment_notes(writer, verdict.told)
            yield ["AK5", code, *_set_codes(verdict.told)]
    codes = _distinct(f.rule.group for f in group_findings)
    numbers = [str(min(count, _LAST_POSITION)) for count in (counts.included, counts.received, counts.accepted)]
    yield ["AK9", group_code(counts, noted or bool(codes)), *numbers, *codes[:_MOST_CODES]]


def group_code(counts: GroupCounts, noted: bool) -> str:
    """AK901. What happens to the sets decides; a fault of the group alone is noted with E."""
    if counts.accepted >= counts.received and counts.received:
        return "E" if noted else "A"
    if counts.accepted:
        return "P"
    return "R" if noted or counts.received else "A"


def _segment_notes(writer: SegmentWriter, told: list[Finding]) -> Iterator[Sequence[Value]]:
    """AK3 for each segment fault, and one AK3 with its AK4s for all element faults of a segment."""
    located = [f for f in told if not f.rule.set and 0 < f.place.segment <= _LAST_POSITION]
    for _, group in groupby(located, key=lambda f: f.place.segment):
        faults = list(group)
        for fault in faults:
            if not fault.rule.element:
                yield _ak3(writer, fault, fault.rule.segment)
        elements = [fault for fault in faults if fault.rule.element]
        if elements:
            yield _ak3(writer, elements[0], elements[0].rule.segment or _SEGMENT_HAS_ELEMENT_ERRORS)
            for fault in elements[:_MOST_ELEMENT_NOTES]:
                yield _ak4(writer, fault)


def _ak3(writer: SegmentWriter, found: Finding, code: str) -> Sequence[Value]:
    place = found.place
    return ["AK3", writer.safe(place.segment_id, 3), str(place.segment), writer.safe(place.loop, 6), code]


def _ak4(writer: SegmentWriter, found: Finding) -> Sequence[Value]:
    place = found.place
    position: Value = [str(place.element), str(place.component)] if place.component else str(place.element)
    number = place.element_id if place.element_id.isdecimal() else ""
    return ["AK4", position, number, found.rule.element, writer.safe(found.value, _BAD_DATA_LENGTH)]


def _set_codes(told: list[Finding]) -> list[str]:
    """AK502 to AK506, the faults of ST and SE first."""
    codes = _distinct(f.rule.set for f in told)
    if any(not f.rule.set for f in told):
        codes.append(_SET_HAS_SEGMENT_ERRORS)
    return codes[:_MOST_CODES]


def _distinct(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(code for code in codes if code))
