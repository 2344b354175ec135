"""A file is read for what it is, whatever it is called."""

import pytest

from mappings.engine.formats import FileFormat, guess_format

ISA = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *261121*0830*U*00401*000000001*0*P*>~"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (ISA, FileFormat.X12),
        (b"\xef\xbb\xbf" + ISA, FileFormat.X12),
        (b"# a comment\r\n" + ISA, FileFormat.X12),
        (ISA.decode().encode("utf-16-le"), FileFormat.X12),
        (b"<?xml version='1.0'?><Order/>", FileFormat.XML),
        (b"\xff\xfe" + "<Order/>".encode("utf-16-le"), FileFormat.XML),
        (b"\n  <cXML/>", FileFormat.XML),
        (b"<!---->" * 500 + b"<Order/>", FileFormat.XML),  # which took a regular expression for ever
        (b"<!-- a -->\n<!-- b --> <!DOCTYPE html>", FileFormat.HTML),
        (b"UNA:+.? 'UNB+UNOA:1+A+B'", FileFormat.EDIFACT),
        (b"UNB+UNOC:3+A+B'", FileFormat.EDIFACT),
        (b"STX=ANA:1+5000000000000'", FileFormat.TRADACOMS),
        (b"order;item;quantity\n1;A;2\n", FileFormat.TEXT),
        (b"PK\x03\x04 a workbook called orders.csv", FileFormat.OTHER),
        (b"%PDF-1.7\n1 0 obj", FileFormat.OTHER),
        (bytes(range(256)) * 4, FileFormat.OTHER),
        (b"", FileFormat.EMPTY),
        (b" \r\n\t", FileFormat.EMPTY),
    ],
)
def test_the_bytes_tell(head: bytes, expected: FileFormat) -> None:
    assert guess_format(head) is expected
