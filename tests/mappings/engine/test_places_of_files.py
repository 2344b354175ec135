"""If these fail, a person is told what is wrong with a file and not where to look."""

from typing import Any

import pytest

from mappings.engine.findings import Code, Place, finding
from mappings.engine.text.detect import detect
from mappings.engine.text.settings import TextSettings
from mappings.engine.x12.header import read_header
from mappings.engine.xml.charsets import as_utf8, charset
from tests.mappings.engine.text.sheets import ORDERS, read

ISA = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *261121*0830*U*00401*000000001*0*P*%b~"


def places(found: Any) -> dict[Code, Place]:
    return {one.code: one.place for one in found}


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        (b"%PDF-1.7 and so on", Code.FORMAT_UNSUPPORTED, Place(offset=0)),
        (b'{"a": [1, 2]}', Code.FORMAT_UNSUPPORTED, Place(offset=0)),
        (b"abc\x01\x02\x03", Code.FILE_UNREADABLE, Place(offset=3)),
        (b"\n\njust words\nand more\n", Code.COLUMNS_MISSING, Place(row=3, line=3)),
        ("Order,Item\r\n1,K\xe4se\r\n".encode("cp1252"), Code.ENCODING_INVALID, Place(offset=15, line=2)),
        (b"Title\nOrder,Colour\n1,red\n2,blue\n", Code.LAYOUT_UNKNOWN, Place(row=2)),
    ],
)
def test_what_is_wrong_with_a_text_says_where(raw: bytes, code: Code, place: Place) -> None:
    assert places(detect(raw, TextSettings(), [ORDERS], whole=True).findings)[code] == place


def test_a_file_without_a_header_is_unknown_from_its_first_row() -> None:
    told = TextSettings(header_row=0, delimiter=",")
    assert places(detect(b"1,red\n2,blue\n", told, [ORDERS], whole=True).findings)[Code.LAYOUT_UNKNOWN] == Place(row=1)


@pytest.mark.parametrize("name", ["cp1252", "windows-1252"])
def test_an_encoding_has_one_name(name: str) -> None:
    told = TextSettings(encoding=name)
    found = read(b"Order,Item,Quantity,Price\n1,\x81,1,1\n", told)
    said = [one.message for document in found.documents for one in document.findings]
    assert "Bytes that are not windows-1252" in said


def test_what_xml_says_of_its_encoding_has_its_place() -> None:
    head = b'<?xml version="1.0"\n encoding="utf-7"?><a/>'
    (refused,) = charset(head).findings
    assert refused.place == Place(offset=head.index(b"utf-7"), line=2)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [(b"<a>\n\xe4</a>", "utf-8"), (b"<a>\n\x80</a>", "iso8859-1"), (b"<a>\n\x81</a>", "cp1252")],
)
def test_a_character_that_is_none_has_its_line(raw: bytes, encoding: str) -> None:
    (found,) = as_utf8(raw, encoding, 10)[1]
    assert found.place == Place(line=12)


@pytest.mark.parametrize("sign", [b" ", b"A", b"*"])
def test_what_cannot_separate_components_is_named(sign: bytes) -> None:
    raw = ISA % sign + b"GS*PO*A*B*20261121*0830*1*X*004010~"
    header = read_header(raw, 0, 1)
    assert header is not None
    assert header.delimiters.component == ""
    (found,) = [one for one in header.findings if one.code is Code.ISA_ELEMENT_INVALID]
    assert (found.place.element, found.place.offset) == (16, raw.index(b"P*" + sign + b"~") + 2)


def test_a_sign_separates_components_as_ever() -> None:
    header = read_header(ISA % b">" + b"GS*", 0, 1)
    assert header is not None
    assert (header.delimiters.component, header.findings) == (">", [])


def test_a_place_in_words_has_its_line() -> None:
    assert Place(line=7, column="12").label() == "line 7, column 12"
    assert Place(offset=30, set=1, line=3).label() == "line 3"


def test_what_a_partner_sends_makes_no_message_without_end() -> None:
    found = finding(Code.SEGMENT_UNKNOWN, "X" * 100_000, value="X" * 100_000)
    assert (len(found.message), len(found.value)) == (1000, 80)
