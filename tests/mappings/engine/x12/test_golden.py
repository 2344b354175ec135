"""Real documents and all that Onramp says about them, judged by hand: a change here is a change for partners."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from mappings.engine.findings import Finding, Place
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, write_997
from mappings.engine.x12.delimiters import STANDARD
from mappings.engine.x12.envelope import GroupClosed, GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.header import GroupHeader
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import OutboundEnvelope

CASES = Path(__file__).parent / "golden"
ENVELOPE = OutboundEnvelope(
    sender_qualifier="ZZ",
    sender_id="NORTHWIND",
    receiver_qualifier="ZZ",
    receiver_id="ACME",
    interchange_control=1,
    at=datetime(2026, 11, 21, 8, 51, tzinfo=UTC),
    usage="T",
    line_end="\n",
)


def line(found: Finding) -> str:
    place = found.place
    return f"{found.severity} {found.code} | {place.label()} | {place.offset} | {found.value!r}"


def judge(data: bytes) -> tuple[list[str], list[bytes]]:
    """One line per finding, and the 997 of each group."""
    lines: list[str] = []
    acknowledgments = []
    delimiters, group = STANDARD, GroupHeader("")
    verdicts: list[SetVerdict] = []
    for event in scan(BytesIO(data)):
        lines += map(line, getattr(event, "findings", []))
        if isinstance(event, InterchangeOpened):
            delimiters = event.delimiters
        if isinstance(event, GroupOpened):
            group, verdicts = event.header, []
        if isinstance(event, SetFound):
            place = Place(event.offset, event.interchange, event.group, event.ordinal)
            piece = data[event.offset : event.offset + event.length]
            findings = validator_for(event.set_id, group.version).read(piece, delimiters, place).findings
            lines += map(line, findings)
            verdicts.append(SetVerdict(event.set_id, event.control_number, findings))
        if isinstance(event, GroupClosed):
            counts = GroupCounts(len(verdicts), len(verdicts), sum(verdict.accepted for verdict in verdicts))
            acknowledgments.append(write_997(group, verdicts, event.findings, counts=counts, envelope=ENVELOPE))
    return lines, acknowledgments


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir() if path.is_dir()))
def test_what_is_said_about_a_real_document(case: str) -> None:
    lines, acknowledgments = judge((CASES / case / "input.edi").read_bytes())
    assert lines == (CASES / case / "findings.txt").read_text().splitlines()
    notes = [note for one in acknowledgments for note in one.decode().splitlines() if note.startswith("AK")]
    assert notes == (CASES / case / "acknowledgment.txt").read_text().splitlines()


def test_our_997_is_the_one_that_another_program_sends() -> None:
    _, (ours,) = judge((CASES / "mock-edi-850" / "input.edi").read_bytes())
    assert ours == (CASES / "mock-edi-850" / "theirs.edi").read_bytes()
