"""Split a file: which envelopes and documents it holds, and which units of work they make.

Looks at envelopes only. Memory grows with the number of groups, not with that of documents, nor with their size.
"""

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from mappings.engine.findings import Code, Finding, Severity
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
from transactions.pipeline.planned_units import REPEATS_NUMBER, Aside, Limits, PlannedUnits, Span

MOST_FINDINGS = 1000
"""Findings about a file, or about a batch, that are kept while it is planned."""


class PlannedGroup(msgspec.Struct):
    ordinal: int
    header: GroupHeader
    findings: list[Finding]
    units: PlannedUnits
    answers: int = 0

    @property
    def set_count(self) -> int:
        return self.answers + self.units.documents


class PlannedBatch(msgspec.Struct):
    """Documents of a file without interchanges that share sender, kind and version."""

    ordinal: int
    header: Batch
    units: PlannedUnits
    findings: list[Finding] = []

    @property
    def set_count(self) -> int:
        return self.units.documents


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
    def unit_count(self) -> int:
        groups = sum(len(group.units) for interchange in self.interchanges for group in interchange.groups)
        return groups + sum(len(batch.units) for batch in self.batches)


def keep(findings: list[Finding], more: Iterable[Finding]) -> None:
    """Add findings to a list that does not grow with the file; of too many those that are errors stay."""
    findings += more
    if len(findings) > 2 * MOST_FINDINGS:
        errors_first = sorted(findings, key=lambda found: found.severity is not Severity.ERROR)
        findings[:] = errors_first[:MOST_FINDINGS]


def span_of_set(found: SetFound) -> Span:
    """Where a set stands, and what only the walk through its group has told of it."""
    repeats = any(one.code is Code.SET_CONTROL_DUPLICATE for one in found.findings)
    return (found.offset, found.length, found.ordinal, *((REPEATS_NUMBER,) if repeats else ()))


def plan_x12(stream: BinaryIO, limits: Limits) -> FilePlan:
    """Plan the work of a seekable X12 file from its first byte to its last. Never raises on what a partner sent."""
    plan, aside = FilePlan(), Aside()
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
                group.units.add(limits, event.set_id, plan.documents, span)
                if event.set_id == ADVICE_SET:
                    where = (event.interchange, event.set_id, event.offset, event.length)
                    _answered(plan, PlannedAnswer(*where, document=plan.documents))
            case GroupOpened():
                group = PlannedGroup(event.ordinal, event.header, list(event.findings), PlannedUnits(aside))
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
