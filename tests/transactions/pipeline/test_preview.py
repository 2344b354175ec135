"""Any file is read for what it is; what is not read says so."""

import io
import json

import pytest

from mappings.library.index import LIBRARY
from partners.policies import Policies
from tests.transactions.x12 import x12
from transactions.pipeline.preview import preview
from transactions.pipeline.translate import StreamItem, Terms


def items_of(content: bytes) -> list[StreamItem]:
    return list(preview(io.BytesIO(content), lambda interchange, group, set_id: Terms(None, Policies())))


def test_delimited_orders_are_translated_by_the_layout_of_their_header() -> None:
    content = next((LIBRARY / "csv-orders-lines" / "cases").glob("*/input.*")).read_bytes()
    documents = [item.translated for item in items_of(content) if item.translated is not None]

    assert documents
    assert {document.schema for document in documents} == {"order/1"}
    assert all(json.loads(document.body)["number"] for document in documents)


def test_ubl_orders_are_translated_by_the_kind_of_their_record() -> None:
    content = next((LIBRARY / "ubl-order" / "cases").glob("*/input.*")).read_bytes()
    (document,) = [item.translated for item in items_of(content) if item.translated is not None]

    assert (document.set_id, document.schema) == ("UBL Order", "order/1")
    assert json.loads(document.body)["lines"]


def test_a_record_without_a_mapping_is_named() -> None:
    content = b"<Waybill xmlns='urn:oasis:names:specification:ubl:schema:xsd:Waybill-2'/>"
    (document,) = [item.translated for item in items_of(content) if item.translated is not None]

    assert [found.code for found in document.findings] == ["mapping-missing"]
    assert "UBL Waybill" in document.findings[0].message


def test_an_entity_declaration_is_refused() -> None:
    items = items_of(b"<!DOCTYPE Order [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]><Order>&secret;</Order>")

    codes = {found.code for item in items for found in item.findings}
    codes |= {found.code for item in items if item.translated for found in item.translated.findings}
    assert "xml-entity-declared" in codes
    assert not any(item.translated and item.translated.body for item in items)


def test_an_unknown_layout_is_named_with_its_columns() -> None:
    items = items_of(b"colour,shape\nred,round\nblue,square\n")

    assert not any(item.translated for item in items)
    (found,) = [found for item in items for found in item.findings if found.severity == "error"]
    assert "colour" in found.message + found.value


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"UNB+UNOC:3+A+B+261121:0830+1'UNZ+0+1'", "format-unsupported"),
        (b"STX=ANA:1+5000000000000'", "format-unsupported"),
        (b"PK\x03\x04 a workbook", "format-unsupported"),
        (b"", "file-empty"),
    ],
)
def test_what_is_not_read_says_so(content: bytes, code: str) -> None:
    assert [found.code for item in items_of(content) for found in item.findings] == [code]


def test_x12_goes_by_its_agreement() -> None:
    (item,) = [item for item in items_of(x12()) if item.translated]
    assert item.translated is not None
    assert item.translated.findings[0].code == "mapping-missing"
