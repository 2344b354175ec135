"""A file holds one document; what stands behind it is named, with its place."""

import io

import pytest

from mappings.engine.findings import Code
from mappings.engine.xml.reader import XmlRecord, scan


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
