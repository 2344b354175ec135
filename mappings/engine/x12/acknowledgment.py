"""Acknowledgments of what was received: 997 or 999 for groups, TA1 for interchanges.

They speak of envelope and syntax only. Which code stands for which finding is in `findings.RULES` alone; what may be
repeated of what was sent, in `repeatable`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby
from string import digits

import msgspec

from mappings.engine.findings import Code, Finding, Layer, Place, Rule, Severity
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.repairs import REPAIRS
from mappings.engine.x12.repeatable import Repeatable, interchange_date, interchange_time
from mappings.engine.x12.writer import (
    OutboundEnvelope,
    SegmentWriter,
    Value,
    functional_group,
    interchange,
    transaction_set,
)

ACKNOWLEDGED_LAYERS = frozenset({Layer.ENVELOPE, Layer.SYNTAX, Layer.OVERLAY})

DETAILS = ("group", "set", "segment", "element")
_MOST_CODES = 5  # AK502 to AK506, AK905 to AK909
_MOST_ELEMENT_NOTES = 99  # AK4 in one AK3
_LAST_POSITION = 999_999  # AK302
_LAST_ELEMENT = 99  # AK401, its first two components
_LAST_REPETITION = 9_999  # AK401-03
_SEGMENT_HAS_ELEMENT_ERRORS = "8"
_SET_HAS_SEGMENT_ERRORS = "5"
_SET_HAS_IMPLEMENTATION_ERRORS = "I5"
_NO_ERROR = "000"
_RELEASE_WITH_REPETITION_NOTES = "005010"


class _Dialect(msgspec.Struct, frozen=True):
    """The 997, or the 999, which calls its notes otherwise and knows codes of its own for a broken agreement."""

    set_id: str
    segment: str
    element: str
    trailer: str
    implementation: bool

    def set_code(self, rule: Rule, is_newer: bool) -> str:
        return self._code(rule.set, rule.ik_set, is_newer)

    def segment_code(self, rule: Rule, is_newer: bool) -> str:
        return self._code(rule.segment, rule.ik_segment, is_newer)

    def element_code(self, rule: Rule, is_newer: bool) -> str:
        return self._code(rule.element, rule.ik_element, is_newer)

    def _code(self, plain: str, own: str, is_newer: bool) -> str:
        """The 999 has codes of its own. Those of them that are numbers (12, 13, 18) the 997 has too, from 005010 on."""
        return own if own and (self.implementation or (is_newer and own.isdecimal())) else plain


_997 = _Dialect("997", "AK3", "AK4", "AK5", implementation=False)
_999 = _Dialect("999", "IK3", "IK4", "IK5", implementation=True)
RELEASE_OF_999 = "005010X231A1"


class SetVerdict(msgspec.Struct, frozen=True):
    """What is to be said about one set: its numbers as sent and its findings (other layers are ignored).

    convention: ST03, the implementation guide that the set names ("" for none).
    """

    set_id: str
    control_number: str
    findings: list[Finding]
    convention: str = ""

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


class _Listed(msgspec.Struct, frozen=True):
    """What an acknowledgment lists, as `write_997` says. depth: index in DETAILS."""

    accepted_sets: bool
    depth: int
    each_by_itself: bool


def write_997(
    group: GroupHeader,
    verdicts: Iterable[SetVerdict],
    group_findings: Sequence[Finding],
    *,
    counts: GroupCounts,
    envelope: OutboundEnvelope,
    with_accepted_sets: bool = True,
    detail: str = "element",
    for_each_set: bool = False,
) -> bytes:
    """A whole interchange with one 997 for one received group, or one for each of its sets.

    group: the GS that is acknowledged. with_accepted_sets: also list the sets without findings. detail: how far it
    goes, one of DETAILS: AK1 and AK9 only, sets (AK2, AK5), segments (AK3), elements (AK4).
    for_each_set: each set has a 997 of its own in the one group FA, whose AK9 counts this set only; sets are listed
    then, accepted ones too. A group without sets has one all the same.
    Raises UnwritableValue when the envelope's own values do not fit, and when nothing says which kind of group it is.
    """
    listed = _Listed(with_accepted_sets, DETAILS.index(detail), for_each_set)
    return _write(_997, group, verdicts, group_findings, counts, envelope, listed)


def write_999(
    group: GroupHeader,
    verdicts: Iterable[SetVerdict],
    group_findings: Sequence[Finding],
    *,
    counts: GroupCounts,
    envelope: OutboundEnvelope,
    with_accepted_sets: bool = True,
    detail: str = "element",
    for_each_set: bool = False,
) -> bytes:
    """A whole interchange with one 999 (005010X231A1) for one received group or for each set; see `write_997`.

    envelope: its version is "00501"; a release of its own is kept, by default it is that of the guide.
    """
    envelope = msgspec.structs.replace(envelope, release=envelope.release or RELEASE_OF_999)
    listed = _Listed(with_accepted_sets, DETAILS.index(detail), for_each_set)
    return _write(_999, group, verdicts, group_findings, counts, envelope, listed)


def _write(
    dialect: _Dialect,
    group: GroupHeader,
    verdicts: Iterable[SetVerdict],
    group_findings: Sequence[Finding],
    counts: GroupCounts,
    envelope: OutboundEnvelope,
    listed: _Listed,
) -> bytes:
    writer = SegmentWriter(envelope.delimiters, characters=envelope.characters)
    repeatable = Repeatable(writer, dialect.set_id, envelope.group_version)
    notes = _Notes(dialect, repeatable, envelope.group_version >= _RELEASE_WITH_REPETITION_NOTES)
    convention = envelope.release if dialect.implementation else ""
    sets = [
        transaction_set(writer, dialect.set_id, control, body, convention)
        for control, body in enumerate(
            notes.bodies(group, verdicts, group_findings, counts, listed), envelope.set_control
        )
    ]
    return interchange(writer, envelope, [functional_group(writer, envelope, "FA", sets)])


def write_ta1(header: InterchangeHeader, findings: Sequence[Finding], *, envelope: OutboundEnvelope) -> bytes:
    """A whole interchange with the TA1 for one received interchange (X12.5: one code, the gravest).

    A date and a time that are none are replaced by those of the answer.
    """
    writer = SegmentWriter(envelope.delimiters, characters=envelope.characters)
    told = [f for f in findings if f.rule.ta1 and _is_for_the_sender(f)]
    errors = [f for f in told if f.severity is Severity.ERROR]
    code = "R" if errors else "E" if told else "A"
    note = (errors or told)[0].rule.ta1 if told else _NO_ERROR
    number = "".join(sign for sign in header.control_number if sign in digits)[-9:].rjust(9, "0")
    date = interchange_date(header.date, f"{envelope.at:%y%m%d}")
    time = interchange_time(header.time, f"{envelope.at:%H%M}")
    segment = writer.segment("TA1", number, date, time, code, note)
    return interchange(writer, envelope, [], [segment])


def _is_for_the_sender(found: Finding) -> bool:
    """A repair is told when it was not accepted: one that was is nothing that the sender has to act on."""
    return found.severity is Severity.ERROR or (found.severity is Severity.WARNING and found.code not in REPAIRS)


def _is_told(found: Finding) -> bool:
    rule = found.rule
    return (
        found.layer in ACKNOWLEDGED_LAYERS
        and _is_for_the_sender(found)
        and (bool(rule.set or rule.segment or rule.element) or found.code is Code.INTERCHANGE_SUSPENDED)
    )


def group_codes(findings: Iterable[Finding]) -> list[str]:
    """AK905 and after it: what is wrong with the group itself."""
    return _distinct(found.rule.group for found in findings if _is_for_the_sender(found))


def group_code(counts: GroupCounts, noted: bool) -> str:
    """AK901. What happens to the sets decides; a fault of the group alone is noted with E."""
    if counts.accepted >= counts.received and counts.received:
        return "E" if noted else "A"
    if counts.accepted:
        return "P"
    return "R" if noted or counts.received else "A"


class _Notes:
    """The segments between ST and SE."""

    def __init__(self, dialect: _Dialect, repeatable: Repeatable, names_more: bool) -> None:
        """names_more: the release tells the repetition of an element, and of a group and set which release they are."""
        self._dialect = dialect
        self._repeatable = repeatable
        self._names_more = names_more

    def bodies(
        self,
        group: GroupHeader,
        verdicts: Iterable[SetVerdict],
        group_findings: Sequence[Finding],
        counts: GroupCounts,
        listed: _Listed,
    ) -> Iterator[Iterator[Sequence[Value]]]:
        """Of each acknowledgment: one, or one for each set."""
        ordered = iter(verdicts)
        first = next(ordered, None)
        header = self._header(group, first.set_id if first else "")
        if first is None or not listed.each_by_itself:
            every = ordered if first is None else chain([first], ordered)
            yield self._body(header, every, group_findings, counts, listed.accepted_sets, listed.depth)
            return
        depth = max(listed.depth, DETAILS.index("set"))  # without its AK2 nobody knows which set is meant
        for verdict in chain([first], ordered):
            own = GroupCounts(1, 1, int(verdict.accepted))
            yield self._body(header, [verdict], group_findings, own, True, depth)

    def _header(self, group: GroupHeader, first_set: str) -> Sequence[Value]:
        sent = self._repeatable
        version = sent.value("AK1", 3, group.version) if self._names_more else ""
        functional_id = sent.functional_id(group.functional_id, first_set)
        return ["AK1", functional_id, sent.group_control(group.control_number), version]

    def _body(
        self,
        header: Sequence[Value],
        verdicts: Iterable[SetVerdict],
        group_findings: Sequence[Finding],
        counts: GroupCounts,
        with_accepted_sets: bool,
        depth: int,
    ) -> Iterator[Sequence[Value]]:
        yield header
        noted = False
        for verdict in verdicts:
            code = verdict.code
            noted = noted or code != "A"
            set_id = self._repeatable.value("AK2", 1, verdict.set_id)
            if set_id and depth and (with_accepted_sets or code != "A"):
                told = verdict.told
                convention = self._repeatable.value("AK2", 3, verdict.convention) if self._names_more else ""
                yield ["AK2", set_id, self._repeatable.set_control(verdict.control_number), convention]
                yield from self._segment_notes(told, depth)
                yield [self._dialect.trailer, code, *self._set_codes(told)]
        codes = group_codes(group_findings)
        numbers = [str(min(count, _LAST_POSITION)) for count in (counts.included, counts.received, counts.accepted)]
        yield ["AK9", group_code(counts, noted or bool(codes)), *numbers, *codes[:_MOST_CODES]]

    def _segment_notes(self, told: list[Finding], depth: int) -> Iterator[Sequence[Value]]:
        """One note for each segment fault, and one with its element notes for all element faults of a segment."""
        if depth < DETAILS.index("segment"):
            return
        located = [f for f in told if not f.rule.set and self._names_its_segment(f.place)]
        for _, group in groupby(located, key=lambda f: f.place.segment):
            faults = list(group)
            for fault in faults:
                if not fault.rule.element:
                    yield self._segment_note(fault, self._dialect.segment_code(fault.rule, self._names_more))
            elements = [fault for fault in faults if fault.rule.element]
            if elements:
                yield self._segment_note(elements[0], elements[0].rule.segment or _SEGMENT_HAS_ELEMENT_ERRORS)
                notable = [fault for fault in elements if self._names_its_element(fault.place)]
                for fault in notable[: _MOST_ELEMENT_NOTES if depth == DETAILS.index("element") else 0]:
                    yield self._element_note(fault)

    def _names_its_segment(self, place: Place) -> bool:
        """Whether AK301 and AK302, without which there is no note, can say where it is."""
        named = self._repeatable.value(self._dialect.segment, 1, place.segment_id)
        return bool(named) and 0 < place.segment <= _LAST_POSITION

    def _names_its_element(self, place: Place) -> bool:
        return 0 < place.element <= _LAST_ELEMENT and place.component <= _LAST_ELEMENT

    def _segment_note(self, found: Finding, code: str) -> Sequence[Value]:
        name, place, sent = self._dialect.segment, found.place, self._repeatable
        return [name, sent.value(name, 1, place.segment_id), str(place.segment), sent.value(name, 3, place.loop), code]

    def _element_note(self, found: Finding) -> Sequence[Value]:
        place = found.place
        component = str(place.component) if place.component else ""
        repetition = str(place.repetition) if 0 < place.repetition <= _LAST_REPETITION and self._names_more else ""
        position: Value = [str(place.element), component, repetition]
        name, sent = self._dialect.element, self._repeatable
        code = self._dialect.element_code(found.rule, self._names_more)
        return [name, position, sent.value(name, 2, place.element_id), code, sent.value(name, 4, found.value)]

    def _set_codes(self, told: list[Finding]) -> list[str]:
        """AK502 to AK506, the faults of ST and SE first."""
        codes = _distinct(self._dialect.set_code(f.rule, self._names_more) for f in told)
        inside = [f for f in told if not f.rule.set and (f.rule.segment or f.rule.element)]
        if any(f.layer is not Layer.OVERLAY or not self._dialect.implementation for f in inside):
            codes.append(_SET_HAS_SEGMENT_ERRORS)
        if any(f.layer is Layer.OVERLAY and self._dialect.implementation for f in inside):
            codes.append(_SET_HAS_IMPLEMENTATION_ERRORS)
        return _distinct(codes)[:_MOST_CODES]


def _distinct(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(code for code in codes if code))
