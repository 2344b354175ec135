"""Split a file: which envelopes and documents it holds, and which units of work they make.

Looks at envelopes only. Memory grows with the number of documents (a few integers each), never with their size.
"""

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from mappings.engine.findings import Code, Finding
from mappings.engine.formats import FileFormat
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import (
    AcknowledgmentFound,
    GroupClosed,
    GroupOpened,
    InterchangeClosed,
    InterchangeOpened,
    SetFound,
    Stray,
    scan,
)
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from transactions.pipeline.answers import ACKNOWLEDGMENT_GROUP, ADVICE_SET, MOST_ANSWERS, PlannedAnswer
from transactions.pipeline.batches import Batch

Span = tuple[int, ...]
"""Offset in the file, length in bytes, ordinal in its group; then for XML its line, for text the row before it.

For X12 a fourth is there only for a set whose number (ST02) one before it in the group has: REPEATS_NUMBER.
"""
REPEATS_NUMBER = 1


class PlannedUnit(msgspec.Struct):
    """first_document: ordinal of its first document in the file, from 1. size: bytes of all its documents."""

    set_id: str
    first_document: int
    spans: list[Span]
    size: int = 0

    def follows(self, set_id: str, ordinal: int) -> bool:
        """Whether a document may stand behind those of the unit: its ordinals have no gaps."""
        return self.set_id == set_id and self.first_document + len(self.spans) == ordinal


class PlannedGroup(msgspec.Struct):
    ordinal: int
    header: GroupHeader
    findings: list[Finding]
    units: list[PlannedUnit] = []
    answers: int = 0

    @property
    def set_count(self) -> int:
        return self.answers + sum(len(unit.spans) for unit in self.units)


class PlannedBatch(msgspec.Struct):
    """Documents of a file without interchanges that share sender, kind and version."""

    ordinal: int
    header: Batch
    findings: list[Finding] = []
    units: list[PlannedUnit] = []

    @property
    def set_count(self) -> int:
        return sum(len(unit.spans) for unit in self.units)


class PlannedInterchange(msgspec.Struct):
    ordinal: int
    header: InterchangeHeader
    delimiters: Delimiters
    offset: int
    findings: list[Finding]
    length: int = 0
    groups: list[PlannedGroup] = []


class FilePlan(msgspec.Struct):
    """format: what the file is. findings: about the file itself (empty, nothing that is read, data between documents).

    needs_mapping: the finding about a readable file that no layout fits; it waits for a person. is_known: outside X12,
    whether a kind of document was recognised in it. answers: the first of those that answer something of ours; all but
    824s are no documents. answers_total: how many there are.
    """

    format: FileFormat = FileFormat.X12
    interchanges: list[PlannedInterchange] = []
    batches: list[PlannedBatch] = []
    findings: list[Finding] = []
    documents: int = 0
    needs_mapping: Finding | None = None
    is_known: bool = False
    answers: list[PlannedAnswer] = []
    answers_total: int = 0

    @property
    def units(self) -> Iterator[PlannedUnit]:
        """All units, in the order of the file."""
        for interchange in self.interchanges:
            for group in interchange.groups:
                yield from group.units
        for batch in self.batches:
            yield from batch.units


class Limits(msgspec.Struct, frozen=True):
    """A unit is translated in memory as a whole: it has at most so many documents, and of large ones as many as make
    up so many bytes together; at least one.
    """

    documents: int
    size: int

    def add(self, units: list[PlannedUnit], set_id: str, ordinal: int, span: Span) -> None:
        """Put a document into the last unit, or into a new one where that is full. ordinal: in the file, from 1."""
        last = units[-1] if units and units[-1].follows(set_id, ordinal) else None
        if last is None or len(last.spans) >= self.documents or last.size + span[1] > self.size:
            last = PlannedUnit(set_id, ordinal, [])
            units.append(last)
        last.spans.append(span)
        last.size += span[1]


def span_of_set(found: SetFound) -> Span:
    """Where a set stands, and what only the walk through its group has told of it."""
    repeats = any(one.code is Code.SET_CONTROL_DUPLICATE for one in found.findings)
    return (found.offset, found.length, found.ordinal, *((REPEATS_NUMBER,) if repeats else ()))


def plan_x12(stream: BinaryIO, limits: Limits) -> FilePlan:
    """Plan the work of a seekable X12 file from its first byte to its last. Never raises on what a partner sent."""
    plan = FilePlan()
    for event in scan(stream):
        match event:
            case SetFound() if event.group:  # a set outside any group is named by the interchange's findings
                group = plan.interchanges[-1].groups[-1]
                if group.header.functional_id == ACKNOWLEDGMENT_GROUP:
                    group.answers += 1
                    _answered(plan, PlannedAnswer(event.interchange, event.set_id, event.offset, event.length))
                    continue
                plan.documents += 1
                span = span_of_set(event)
                limits.add(group.units, event.set_id, plan.documents, span)
                if event.set_id == ADVICE_SET:
                    where = (event.interchange, event.set_id, event.offset, event.length)
                    _answered(plan, PlannedAnswer(*where, document=plan.documents))
            case GroupOpened():
                group = PlannedGroup(event.ordinal, event.header, list(event.findings))
                plan.interchanges[-1].groups.append(group)
            case GroupClosed():
                plan.interchanges[-1].groups[-1].findings.extend(event.findings)
            case InterchangeOpened():
                plan.interchanges.append(
                    PlannedInterchange(
                        event.ordinal, event.header, event.delimiters, event.offset, list(event.findings)
                    )
                )
            case InterchangeClosed():
                plan.interchanges[-1].length = event.length
                plan.interchanges[-1].findings.extend(event.findings)
            case Stray():
                plan.findings.extend(event.findings)
            case AcknowledgmentFound():
                _answered(plan, PlannedAnswer(event.interchange, "TA1", event.offset, event.length, event.fields))
    return plan


def _answered(plan: FilePlan, answer: PlannedAnswer) -> None:
    plan.answers_total += 1
    if len(plan.answers) < MOST_ANSWERS:
        plan.answers.append(answer)
