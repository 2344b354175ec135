"""What we answer to every file of the corpus can be read by others: a 997 in both releases, a 999 and a TA1."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO, StringIO

import pytest
import pyx12.x12file
from msgspec.structs import replace

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Code, Finding, finding
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, write_997, write_999, write_ta1
from mappings.engine.x12.answers import GroupAnswer, InterchangeAnswer
from mappings.engine.x12.delimiters import STANDARD
from mappings.engine.x12.envelope import GroupClosed, GroupOpened, InterchangeClosed, InterchangeOpened, SetFound, scan
from mappings.engine.x12.guides import Guide
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import OutboundEnvelope
from tests.mappings.engine.x12.test_answers import answers
from tests.mappings.engine.x12.test_corpus import CORPUS, FILES

OLDER = OutboundEnvelope(
    sender_qualifier="ZZ",
    sender_id="US",
    receiver_qualifier="ZZ",
    receiver_id="THEM",
    interchange_control=1,
    at=datetime(2026, 11, 21, tzinfo=UTC),
    version="00401",
)
NEWER = replace(OLDER, version="00501")
Received = tuple[GroupHeader, list[SetVerdict], list[Finding]]


def received(data: bytes) -> tuple[list[tuple[InterchangeHeader, list[Finding]]], list[Received]]:
    """Interchanges and groups of a file that get an acknowledgment, with what is to be said about them."""
    interchanges: list[tuple[InterchangeHeader, list[Finding]]] = []
    groups: list[Received] = []
    delimiters = STANDARD
    for event in scan(BytesIO(data)):
        match event:
            case InterchangeOpened():
                delimiters = event.delimiters
                interchanges.append((event.header, list(event.findings)))
            case InterchangeClosed():
                interchanges[-1][1].extend(event.findings)
            case GroupOpened():
                groups.append((event.header, [], list(event.findings)))
            case GroupClosed():
                groups[-1][2].extend(event.findings)
            case SetFound() if event.group:
                piece = data[event.offset : event.offset + event.length]
                try:
                    found = validator_for(event.set_id, groups[-1][0].version).read(piece, delimiters).findings
                except StructureMissing:
                    found = [finding(Code.SET_UNSUPPORTED)]
                groups[-1][1].append(SetVerdict(event.set_id, event.control_number, [*event.findings, *found]))
    return interchanges, [group for group in groups if group[0].functional_id != "FA"]


def written(data: bytes) -> Iterator[tuple[bytes, GroupCounts, str]]:
    """Every acknowledgment of a file's groups that we could be asked for, and pyx12's map of it ("" for none).

    The maps are those of HIPAA: they know the groups of health care only.
    """
    for header, verdicts, faults in received(data)[1]:
        counts = GroupCounts(len(verdicts), len(verdicts), sum(verdict.accepted for verdict in verdicts))
        has_maps = header.version.startswith("005010X") and header.functional_id != "AG"
        wanted = (
            (write_997, OLDER, "997.4010.xml" if has_maps else ""),
            (write_997, NEWER, ""),
            (write_999, NEWER, "999.5010X231.A1.xml" if has_maps else ""),
        )
        for write, envelope, map_file in wanted:
            yield write(header, verdicts, faults, counts=counts, envelope=envelope), counts, map_file


def read_by_pyx12(data: bytes) -> list[object]:
    reader = pyx12.x12file.X12Reader(StringIO(data.decode()))
    found = []
    for _ in reader:
        found += reader.pop_errors()
    reader.cleanup()
    return found + reader.pop_errors()


guide = cache(Guide)


def faults_of(data: bytes, map_file: str = "") -> list[Finding]:
    """What our own reader says, and pyx12 by one of its maps."""
    found: list[Finding] = []
    delimiters, version = STANDARD, ""
    for event in scan(BytesIO(data)):
        found += getattr(event, "findings", [])
        match event:
            case InterchangeOpened():
                delimiters = event.delimiters
            case GroupOpened():
                version = event.header.version
            case SetFound():
                piece = data[event.offset : event.offset + event.length]
                reading = validator_for(event.set_id, version).read(piece, delimiters)
                found += guide(map_file).apply(reading, delimiters) if map_file else reading.findings
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("files", [FILES] if FILES else [])
def test_every_acknowledgment_is_right_by_both_readers_and_says_what_was_meant(files: list[tuple[str, str]]) -> None:
    count = 0
    wrong = []
    for path, _ in files:
        for data, counts, map_file in written((CORPUS / path).read_bytes()):
            count += 1
            # ST01 and ST02 are given back as they were sent, however wrong they are.
            faults = [one for one in faults_of(data, map_file) if one.place.segment_id != "AK2"]
            said = [*faults, *read_by_pyx12(data)]
            (answer,) = answers(data)
            assert isinstance(answer, GroupAnswer)
            if said or (answer.received, answer.accepted) != (counts.received, counts.accepted):
                wrong.append((path, said, data.decode()[106:400]))
    assert wrong == []
    assert count > 700


@pytest.mark.parametrize("files", [FILES] if FILES else [])
def test_every_interchange_can_be_answered_by_a_ta1(files: list[tuple[str, str]]) -> None:
    for path, _ in files:
        for header, found in received((CORPUS / path).read_bytes())[0]:
            data = write_ta1(header, found, envelope=OLDER)
            assert faults_of(data) == read_by_pyx12(data) == [], path
            (answer,) = answers(data)
            assert isinstance(answer, InterchangeAnswer)
