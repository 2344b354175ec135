"""Broken documents without end: nothing may raise, and what is said has to be true of the bytes.

    python -m tests.mappings.engine.x12.fuzz [SECONDS [SEED]]

Documents are those of the golden cases, of the corpus where it is there, and generated ones; each gets a few changes at
random places. A failure names its seed, by which it can be had again.
"""

import random
import sys
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Finding, Place
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, write_997, write_999, write_ta1
from mappings.engine.x12.answers import read_answers, read_ta1
from mappings.engine.x12.delimiters import STANDARD, Delimiters, decode
from mappings.engine.x12.envelope import (
    AcknowledgmentFound,
    GroupClosed,
    GroupOpened,
    InterchangeClosed,
    InterchangeOpened,
    SetFound,
    scan,
)
from mappings.engine.x12.guides import guide_for
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.hierarchy import levels
from mappings.engine.x12.validator import SetReading, validator_for
from mappings.engine.x12.writer import OutboundEnvelope
from tests.mappings.engine.x12.documents import in_envelope, raw
from tests.mappings.engine.x12.generator import SUPPORTED, Generator
from tests.mappings.engine.x12.test_corpus import CORPUS, FILES

LARGEST = 30_000  # bytes of a document; larger ones take the time of many
ENVELOPE = OutboundEnvelope(
    sender_qualifier="ZZ",
    sender_id="ONRAMP",
    receiver_qualifier="ZZ",
    receiver_id="PARTNER",
    interchange_control=1,
    at=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
)
PIECES = [
    b"~",
    b"*",
    b">",
    b"^",
    b"\n",
    b"\r\n",
    b"ISA*",
    b"GS*",
    b"~ST*850*1~",
    b"~SE*1*1~",
    b"~GE*1*1~",
    b"IEA",
    b"HL*1",
]
PIECES += [
    b"BIN*9*",
    b"BDS*ASC*4*",
    b"\x00",
    b"\xff",
    "…".encode(),
    b"\xef\xbb\xbf",
    b"  ",
    b"9" * 40,
    b"-",
    b".",
    b"E",
]


def documents(own_only: bool = False) -> list[bytes]:
    """What is broken: golden cases and generated sets, and the files of the corpus unless only our own are wanted."""
    found = [path.read_bytes() for path in sorted((Path(__file__).parent / "golden").glob("*/input.edi"))]
    for set_id in SUPPORTED:
        rows = ["*".join(row) for row in Generator(set_id, "005010", 1).document()]
        found.append(raw(in_envelope(rows)))
    if not own_only:
        found += [(CORPUS / path).read_bytes() for path, _ in FILES]
    return [one for one in found if 0 < len(one) <= LARGEST]


def broken(document: bytes, chosen: random.Random) -> bytes:
    """The document with one to five changes."""
    for _ in range(chosen.randint(1, 5)):
        at = chosen.randrange(len(document) + 1)
        stop = min(len(document), at + chosen.choice([0, 1, 1, 2, 8, 100]))
        match chosen.randrange(6):
            case 0:
                document = document[:at] + document[stop:]
            case 1:
                document = document[:at] + chosen.choice(PIECES) + document[at:]
            case 2:
                document = document[:at] + chosen.choice(PIECES) + document[stop:]
            case 3:
                document = document[:at] + document[at:stop] * chosen.randint(2, 5) + document[stop:]
            case 4:
                document = document[:at] + bytes([chosen.randrange(256)]) + document[at + 1 :]
            case _:
                document = document[:at] if chosen.random() < 0.2 else document + document[at:stop]
        document = document or b"~"
    if chosen.random() < 0.05:
        return document.decode("latin-1").encode(chosen.choice(["utf-16-le", "utf-16-be", "utf-16"]))
    return document


class Judge:
    """Does with a file what Onramp does, and looks whether what it says can be true."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.delimiters: Delimiters = STANDARD
        self.interchange = InterchangeHeader(("",) * 16)
        self.group = GroupHeader("")
        self.verdicts: list[SetVerdict] = []

    def file(self, chunk: int) -> None:
        events = list(scan(BytesIO(self.data)))
        assert events == list(scan(BytesIO(self.data), chunk)), "the events depend on how the bytes arrive"
        for event in events:
            self.in_range(getattr(event, "findings", []))
            match event:
                case InterchangeOpened():
                    self.delimiters, self.interchange = event.delimiters, event.header
                case GroupOpened():
                    self.group, self.verdicts = event.header, []
                case SetFound():
                    self.one_set(event)
                case AcknowledgmentFound():
                    read_ta1(event.fields)
                case GroupClosed():
                    self.acknowledge(event.findings)
                case InterchangeClosed():
                    self.readable(write_ta1(self.interchange, event.findings, envelope=ENVELOPE))

    def one_set(self, found: SetFound) -> None:
        piece = self.data[found.offset : found.offset + found.length]
        place = Place(offset=found.offset, interchange=1, group=1, set=found.ordinal)
        try:
            reading = validator_for(found.set_id, self.group.version).read(piece, self.delimiters, place)
        except StructureMissing:
            return
        known = self.delimiters
        if known.component + known.segment not in decode(piece)[0]:  # of separators alone, which only the reader drops
            assert len(reading.segments) == found.segment_count, "splitter and reader count differently"
        findings = self.checked_by_guide(reading)
        self.in_range(findings)
        levels(reading.segments)
        read_answers(reading.segments, self.delimiters)
        self.verdicts.append(SetVerdict(found.set_id, found.control_number, findings))

    def checked_by_guide(self, reading: SetReading) -> list[Finding]:
        guide = guide_for(self.interchange.version, self.group.functional_id, self.group.version)
        return guide.apply(reading, self.delimiters) if guide else reading.findings

    def acknowledge(self, findings: list[Finding]) -> None:
        accepted = sum(verdict.accepted for verdict in self.verdicts)
        counts = GroupCounts(len(self.verdicts), len(self.verdicts), accepted)
        for write in (write_997, write_999):
            self.readable(write(self.group, self.verdicts, findings, counts=counts, envelope=ENVELOPE))

    def readable(self, acknowledgment: bytes) -> None:
        """An acknowledgment has a clean envelope, whatever was copied into it."""
        said = [one for event in scan(BytesIO(acknowledgment)) for one in getattr(event, "findings", [])]
        assert said == [], f"our acknowledgment is broken: {said[0].message}"

    def in_range(self, findings: list[Finding]) -> None:
        wrong = [one for one in findings if not 0 <= one.place.offset <= len(self.data)]
        assert not wrong, f"{wrong[0].code} at byte {wrong[0].place.offset} of {len(self.data)}"


def run(seconds: float, seed: int, originals: list[bytes]) -> int:
    """Break and judge documents until the time is over; how many. Raises on the first that fails, naming its seed."""
    ends, count = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        chosen = random.Random(seed + count)
        data = broken(chosen.choice(originals), chosen)
        try:
            Judge(data).file(chosen.choice([1, 7, 97, 4096]))
        except Exception as error:
            raise AssertionError(f"seed {seed + count}: {error!r}") from error
        count += 1
    return count


def main(seconds: float = 60, seed: int = 0) -> None:
    count = run(seconds, seed, documents())
    sys.stdout.write(f"{count} documents, seeds {seed} to {seed + count - 1}: nothing raised, everything in range\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
