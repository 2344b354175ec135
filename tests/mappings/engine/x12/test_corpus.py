"""Documents that others wrote. The folder is not part of the repository; without it nothing here is collected."""

import os
from io import BytesIO
from pathlib import Path

import pytest

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Finding, Place
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import GroupOpened, InterchangeClosed, InterchangeOpened, SetFound, Stray, scan
from mappings.engine.x12.validator import SetReading, validator_for

REPOSITORY = Path(__file__).parents[4]
CORPUS = Path(os.environ.get("ONRAMP_CORPUS", REPOSITORY.parent / "shared" / "corpus"))


def corpus() -> list[tuple[str, str]]:
    """Path and document type of every X12 file of the corpus; none when the corpus is not there."""
    manifest = CORPUS / "MANIFEST.tsv"
    if not manifest.exists():
        return []
    header, *rows = (line.split("\t") for line in manifest.read_text().splitlines())
    path, kind, document = header.index("local_path"), header.index("format"), header.index("doc_type_version")
    return [(row[path], row[document]) for row in rows if row[kind] == "x12"]


FILES = corpus()


def readings(data: bytes) -> tuple[list[Finding], list[SetReading]]:
    envelope: list[Finding] = []
    sets: list[SetReading] = []
    delimiters, version = Delimiters("*", "~", ">"), ""
    for event in scan(BytesIO(data)):
        envelope += getattr(event, "findings", [])
        if isinstance(event, InterchangeOpened):
            delimiters = event.delimiters
        if isinstance(event, GroupOpened):
            version = event.header.version
        if isinstance(event, SetFound):
            piece = data[event.offset : event.offset + event.length]
            try:
                reading = validator_for(event.set_id, version).read(piece, delimiters, Place(offset=event.offset))
            except StructureMissing:
                continue
            assert len(reading.segments) == event.segment_count
            sets.append(reading)
    return envelope, sets


@pytest.mark.parametrize("path", [path for path, _ in FILES])
def test_every_file_is_read_to_its_end_however_its_bytes_arrive(path: str) -> None:
    data = (CORPUS / path).read_bytes()
    events = list(scan(BytesIO(data)))
    assert events == list(scan(BytesIO(data), chunk=97))
    ends = [event for event in events if isinstance(event, InterchangeClosed | Stray)]
    rest = data[ends[-1].offset + ends[-1].length :]
    assert not rest.strip(b" \t\r\n\x00\x1a")
    _, sets = readings(data)
    for reading in sets:
        assert all(0 <= found.place.offset <= len(data) for found in reading.findings)


@pytest.mark.parametrize("path", [path for path, document in FILES if document.startswith("850 ")])
def test_every_order_is_read(path: str) -> None:
    _, sets = readings((CORPUS / path).read_bytes())
    assert sets
    for reading in sets:
        assert reading.set_id == "850"
        assert reading.tree["ST"][0] is reading.segments[0]
