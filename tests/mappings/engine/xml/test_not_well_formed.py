"""Documents that are not well-formed in ways that programs make: one behind the other, half characters."""

import io

import pytest

from mappings.engine.findings import Code
from mappings.engine.xml.reader import XmlRecord, read, scan
from mappings.library import index

CXML = (index.LIBRARY / "cxml-order/cases/address-and-payment/input.xml").read_bytes()


@pytest.mark.parametrize("between", [b"", b"\n", b'\n<?xml version="1.0"?>', b"<!-- next -->\n", b"\n\n  "])
def test_documents_behind_each_other_are_named_with_their_place(between: bytes) -> None:
    raw = b"<Order>\n<ID>1</ID>\n</Order>" + between + b"<Order/>"
    (record,) = scan(io.BytesIO(raw))
    assert isinstance(record, XmlRecord)
    (found,) = [one for one in record.findings if one.code is Code.XML_NOT_WELL_FORMED]
    assert "another document begins" in found.message
    line = 3 + between.count(b"\n") if b"<?xml" not in between else 4
    assert found.place.line == line
    assert found.place.label().startswith(f"line {line}")


@pytest.mark.parametrize("behind", [b"text", b"</Order>", b"&x;"])
def test_what_is_no_other_document_is_told_as_the_parser_tells_it(behind: bytes) -> None:
    (record,) = scan(io.BytesIO(b"<Order/>" + behind))
    assert isinstance(record, XmlRecord)
    assert "another document" not in record.findings[0].message


@pytest.mark.parametrize("emoji", ["&#xD83D;&#xDE00;", "&#55357;&#56832;", "&#x0000d800;"])
def test_an_emoji_as_two_references_is_a_fault_of_the_document_and_none_of_ours(emoji: str) -> None:
    """Java's and JavaScript's UTF-16, written out half by half. What could be read of the rest is shown."""
    raw = CXML.replace(b"<Identity>", f"<Identity>{emoji}A".encode(), 1)
    (record,) = scan(io.BytesIO(raw))
    assert isinstance(record, XmlRecord)
    assert record.kind == "cXML OrderRequest"
    assert Code.XML_NOT_WELL_FORMED in {found.code for found in read(record).findings}
    assert record.envelope.sender.value.replace("\ufffd", "").startswith("A")
