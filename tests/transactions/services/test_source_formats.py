"""XML and text documents, line by line; what was X12 before is in test_source_lines."""

from typing import Any

import msgspec
import pytest

from config.core.blobs import store
from mappings.engine.findings import Code, Place, finding
from mappings.engine.rules.places import Lineage
from mappings.engine.text.settings import TextSettings
from tests.factories import make_file
from transactions.models import Document
from transactions.services.document_source import document_source
from transactions.services.source_lines import source_lines

XML = b"""<?xml version="1.0"?>
<cXML><Header>
<SharedSecret>hidden</SharedSecret></Header>
<Item quantity="5">Bolt</Item>
<Item quantity="7"/>
</cXML>
"""
CSV = b"Order;Item;Qty\n1;Bolt;5\n1;Nut;x\n"


def document_of(content: bytes, **fields: Any) -> Document:
    document = make_file().documents[0]
    document.file.sha256, document.file.size = store([content])
    document.offset, document.length = 0, len(content)
    for name, value in fields.items():
        setattr(document, name, value)
    return document


@pytest.fixture
def xml(db: None) -> Document:
    return document_of(XML, format="xml")


@pytest.fixture
def sheet(db: None) -> Document:
    head = len(b"Order;Item;Qty\n")
    document = document_of(CSV, format="text", offset=head, length=len(CSV) - head)
    settings = TextSettings(encoding="utf-8", delimiter=";", quote='"', header_row=0, columns=("Order", "Item", "Qty"))
    document.group.header = {"settings": msgspec.to_builtins(settings)}
    document.unit.spans = [[head, document.length, 1, 1]]
    return document


def test_xml_shows_its_lines_with_secrets_masked_and_findings_beside_them(xml: Document) -> None:
    by_path = finding(Code.MAPPING_VALUE_INVALID, place=Place(xpath="/cXML/Item[2]/@quantity", line=5))
    by_line = finding(Code.XML_NOT_WELL_FORMED, place=Place(line=3))
    nowhere = finding(Code.ORDER_WITHOUT_LINES)
    source = source_lines(xml, [by_path, by_line, nowhere])
    texts = ["".join(piece.text for piece in line.elements) for line in source.lines]
    assert texts[2] == "<SharedSecret>********</SharedSecret></Header>"
    assert [(line.number, line.findings) for line in source.lines if line.findings] == [(3, [by_line]), (5, [by_path])]
    assert source.elsewhere == [nowhere]
    assert [piece.text for piece in source.lines[4].elements if piece.severity] == ['"7"']
    assert (source.format, source.total, source.is_cut) == ("xml", 6, False)


def test_an_xml_value_leads_to_its_piece(xml: Document) -> None:
    source = source_lines(xml, [])
    pieces = {piece.anchor: piece.text for line in source.lines for piece in line.elements if piece.anchor}
    for xpath, text in (
        ("/cXML/Item[1]", "Bolt"),
        ("/cXML/Item[1]/@quantity", '"5"'),
        ("/cXML/Item[2]/@quantity", '"7"'),
    ):
        assert pieces[source.anchor_of(Lineage("/p", "r", xpath=xpath))] == text


def test_text_shows_its_rows_as_they_are_numbered_in_the_file(sheet: Document) -> None:
    wrong = finding(Code.NUMBER_INVALID, place=Place(row=3, column="Qty"))
    source = source_lines(sheet, [wrong])
    assert source.columns == ("Order", "Item", "Qty")
    assert [(line.number, [cell.text for cell in line.elements]) for line in source.lines] == [
        (2, ["1", "Bolt", "5"]),
        (3, ["1", "Nut", "x"]),
    ]
    assert [cell.severity for cell in source.lines[1].elements] == ["", "", "error"]
    row = Lineage("/p", "r", row=3, column="Item")
    assert {cell.anchor: cell.text for cell in source.lines[1].elements}[source.anchor_of(row)] == "Nut"


def test_a_window_begins_where_it_is_asked_to(xml: Document, sheet: Document) -> None:
    assert [line.number for line in source_lines(xml, [], first=5).lines] == [5, 6]
    assert [line.number for line in source_lines(sheet, [], first=2).lines] == [3]


def test_the_masked_source_is_otherwise_what_was_sent(xml: Document, sheet: Document) -> None:
    assert document_source(xml).content == XML.replace(b"hidden", b"********")
    assert document_source(sheet).content == CSV[15:]


def test_each_cell_of_a_long_table_has_its_anchor_whatever_part_is_shown(sheet: Document) -> None:
    cell = Lineage("/lines/0/quantity", "lines", row=3, column="Qty")
    later = source_lines(sheet, [], first=2, most=1)
    assert [element.anchor for element in later.lines[0].elements] == ["3.1", "3.2", "3.3"]
    assert [source_lines(sheet, [], most=1).anchor_of(cell), later.anchor_of(cell)] == ["3.3", "3.3"]
