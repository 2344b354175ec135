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
        (b"UNH+1+ORDERS:D:96A:UN'BGM+220+55+9'", FileFormat.EDIFACT),
        (ISA.lower(), FileFormat.X12),
        (b"GS*PO*A*B*20261121*0830*1*X*004010~ST*850*0001~", FileFormat.X12),
        (b"ST*850*0001~BEG*00*SA*PO-1**20261121~", FileFormat.X12),
        (b"DXS*9251230013*DX*004010UCS*1*9254850000\r\nST*894*569145629\r\n", FileFormat.X12),
        (b"ST,850,0001\nST,850,0002\n", FileFormat.TEXT),
        (b"isa,quantity\nA1,2\n", FileFormat.TEXT),
        (b"EDI_DC40  1000000000000813429701 3012  ORDERS05", FileFormat.OTHER),
        (b"Subject: PO\nContent-Type: text/xml\n\n<cXML/>", FileFormat.OTHER),
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
