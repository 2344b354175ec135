"""What is not plain text in one byte a character: UTF-16, and binary data inside a set."""

import io

import pytest

from mappings.engine.findings import Place
from mappings.engine.x12.envelope import SetFound, scan
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import (
    STAR,
    all_findings,
    codes,
    events,
    in_envelope,
    raw,
    replaced,
    transaction,
)

CLEAN = raw(in_envelope(transaction(number="0001"), transaction(number="0002")))


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [("utf-16-le", b""), ("utf-16-be", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")],
)
def test_utf16_is_read_with_its_offsets(encoding: str, mark: bytes) -> None:
    body = replaced("N3*1 INDUSTRIAL PKWY*SUITE 2", "N3*KÖLNER STRASSE 7Ł")
    text = raw(in_envelope(transaction(replaced("CUR*BY*USD", "CUR*BY*DOLLARS", body)))).decode()
    data = mark + text.encode(encoding)
    found = [event for event in events(data) if isinstance(event, SetFound)]
    assert codes(all_findings(data)) == ["encoding-invalid"]
    (one,) = found
    piece = data[one.offset : one.offset + one.length]
    assert piece.decode(encoding).startswith("ST*850*0001~")
    assert piece.decode(encoding).endswith("SE*18*0001~")
    reading = validator_for("850", "004010").read(piece, STAR, Place(offset=one.offset))
    assert ["N3", "KÖLNER STRASSE 7Ł"] in reading.segments
    (fault,) = reading.findings
    assert data[fault.place.offset :].decode(encoding).startswith("DOLLARS~")


def binary_file(payload: bytes, length: int | None = None) -> bytes:
    said = len(payload) if length is None else length
    set_841 = [
        b"ST*841*0001",
        b"SPI*00",
        b"RDT***X",
        b"BIN*%d*%b" % (said, payload),
        b"SE*5*0001",
    ]
    header = [part.replace("*PO*", "*SP*").encode() for part in in_envelope()[:2]]
    return b"~".join([*header, *set_841, b"GE*1*1", b"IEA*1*000000101", b""])


@pytest.mark.parametrize(
    "payload",
    [
        b"plain",
        b"",
        b"~SE*9*9~GE*1*1~IEA*1*1~",
        b"~BIN*3*abc~",
        CLEAN,
        bytes(range(256)) * 4,
        b"\x00" * 500_000 + b"~ST*850*1~",
    ],
)
@pytest.mark.parametrize("chunk", [97, 1 << 18])
def test_binary_data_may_hold_anything(payload: bytes, chunk: int) -> None:
    data = binary_file(payload)
    assert codes(all_findings(data)) == []
    (one,) = [event for event in scan(io.BytesIO(data), chunk) if isinstance(event, SetFound)]
    assert one.segment_count == 5
    reading = validator_for("841", "004010").read(data[one.offset : one.offset + one.length], STAR)
    assert reading.segments[3][2] == payload.decode("latin-1")
    assert [segment[0] for segment in reading.segments] == ["ST", "SPI", "RDT", "BIN", "SE"]


@pytest.mark.parametrize("length", [0, 4, 6, 999_999_999])
def test_binary_data_of_another_length_than_said_is_named(length: int) -> None:
    data = binary_file(b"plain", length)
    (one,) = [event for event in events(data) if isinstance(event, SetFound)]
    assert one.segment_count == 5
    findings = validator_for("841", "004010").read(data[one.offset : one.offset + one.length], STAR).findings
    assert [found for found in codes(findings) if found.startswith("binary")] == ["binary-length-mismatch"]
