"""Split a file: which interchanges, groups and sets it holds, and which units of work they make.

Looks at envelopes only. Memory grows with the number of sets (three integers each), never with their size.
"""

from typing import BinaryIO

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.formats import HEAD, FileFormat, guess_format
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

NOT_TAKEN_IN = frozenset({FileFormat.XML, FileFormat.EDIFACT, FileFormat.TRADACOMS})
Span = tuple[int, int, int]  # offset in the file, length in bytes, ordinal of the set in its group


class PlannedUnit(msgspec.Struct):
    """first_document: ordinal of its first set in the file, from 1. size: bytes of all its sets."""

    set_id: str
    first_document: int
    spans: list[Span]
    size: int = 0


class PlannedGroup(msgspec.Struct):
    ordinal: int
    header: GroupHeader
    findings: list[Finding]
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
    """format: what the file is. findings: about the file itself (empty, not X12, data between interchanges)."""

    format: FileFormat = FileFormat.X12
    interchanges: list[PlannedInterchange] = []
    findings: list[Finding] = []
    documents: int = 0


def plan_file(stream: BinaryIO, unit_max_documents: int, unit_max_bytes: int) -> FilePlan:
    """Plan the work of a seekable file from its first byte to its last. Never raises on what a partner sent.

    A unit is translated in memory as a whole: it has at most so many sets, and of large sets as many as make up
    unit_max_bytes together; at least one.
    """
    plan = FilePlan()
    for event in scan(stream):
        match event:
            case SetFound() if event.group:  # a set outside any group is named by the interchange's findings
                plan.documents += 1
                _add_set(plan, event, unit_max_documents, unit_max_bytes)
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
                pass  # a TA1 answers an interchange of ours; it is no document
    if not plan.interchanges:
        stream.seek(0)
        _say_what_else(plan, guess_format(stream.read(HEAD)))
    return plan


def _say_what_else(plan: FilePlan, format_: FileFormat) -> None:
    """A file without X12: what it is says more than what it is not."""
    plan.format = format_
    if format_ in NOT_TAKEN_IN:
        message = f"This is {format_.value}; Onramp takes in X12."
        plan.findings = [finding(Code.FORMAT_UNSUPPORTED, message, Place(offset=0))]


def _add_set(plan: FilePlan, found: SetFound, unit_max_documents: int, unit_max_bytes: int) -> None:
    units = plan.interchanges[-1].groups[-1].units
    last = units[-1] if units and units[-1].set_id == found.set_id else None
    if last is None or len(last.spans) >= unit_max_documents or last.size + found.length > unit_max_bytes:
        last = PlannedUnit(found.set_id, plan.documents, [])
        units.append(last)
    last.spans.append((found.offset, found.length, found.ordinal))
    last.size += found.length
