"""A canonical document is written in each format, with its envelope, and what is to say about it is said."""

import datetime
import json
from typing import Any

import pytest

from mappings.engine.text.settings import NumberStyle, TextSettings
from mappings.library import index
from mappings.services.write_document import NotWritten, OutboundForm, write_document, write_documents
from mappings.services.writing.text import for_people
from mappings.services.writing.xml import envelope_names
from partners.policies import Policies

AT = datetime.datetime(2026, 11, 21, 20, 0, tzinfo=datetime.UTC)


def golden_body(mapping: str, case: str) -> dict[str, Any]:
    [body] = golden_bodies(mapping, case)
    return body


def golden_bodies(mapping: str, case: str) -> list[dict[str, Any]]:
    path = index.LIBRARY / mapping / "cases" / case / "canonical.json"
    return list(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture
def order() -> dict[str, Any]:
    return golden_body("x12-850-order", "generated-004010")


def test_the_bytes_have_their_envelope_by_the_agreements_policies(order: dict[str, Any]) -> None:
    policies = Policies(
        own_isa_qualifier="12",
        own_isa_id="5550100",
        partner_isa_qualifier="ZZ",
        partner_isa_id="ACME",
        partner_gs_id="ACMEGS",
        element_separator="|",
        segment_suffix="lf",
    )
    written = write_document(index.compiled("x12-850-order"), order, at=AT, form=OutboundForm(policies=policies))
    lines = written.content.decode().split("~\n")
    assert lines[0].startswith(
        "ISA|00|          |00|          |12|5550100        |ZZ|ACME           |261121|2000|U|00401|"
    )
    assert lines[1].startswith("GS|PO|5550100|ACMEGS|20261121|2000|1|X|004010")
    assert lines[2] == "ST|850|0001"
    assert lines[-2] == "IEA|1|000000001"


def test_a_whole_document_is_clean_and_loses_nothing(order: dict[str, Any]) -> None:
    for release in ("004010", "005010"):
        written = write_document(index.compiled("x12-850-order"), order, at=AT, form=OutboundForm(release))
        assert (written.release, written.findings, written.differences) == (release, [], [])
        assert f"*{release}~" in written.content.decode()


def test_what_the_standard_does_not_allow_is_found(order: dict[str, Any]) -> None:
    order["parties"][0]["address"] = {"region": "Nuevo Leon"}
    written = write_document(index.compiled("x12-850-order"), order, at=AT)
    assert "element-too-long" in [str(found.code) for found in written.findings]


def test_a_field_that_the_model_does_not_have_is_refused(order: dict[str, Any]) -> None:
    order["lines"][0]["byer_reference"] = "B-1"
    with pytest.raises(NotWritten, match="byer_reference"):
        write_document(index.compiled("x12-850-order"), order, at=AT)


def test_what_is_not_kept_is_named(order: dict[str, Any]) -> None:
    order["lines"][0]["amount"] = "1.00"  # reading multiplies
    written = write_document(index.compiled("x12-850-order"), order, at=AT)
    assert [(one.pointer, one.before) for one in written.differences] == [("/lines/0/amount", "1.00")]


@pytest.mark.parametrize(
    ("mapping", "body", "release", "why"),
    [
        ("x12-850-order", {"model": "order/1"}, "", "It is no order/1"),
        ("x12-850-order", ["not", "one"], "", "It is no order/1"),
        ("x12-850-order", None, "003050", "not for 003050"),
        ("csv-orders-lines", {"model": "order/1"}, "", "It is no order/1"),
        ("idoc-orders05", None, "", "can be read, but not written"),
    ],
)
def test_a_refusal_says_why(mapping: str, body: object, release: str, why: str, order: dict[str, Any]) -> None:
    with pytest.raises(NotWritten, match=why):
        write_document(index.compiled(mapping), order if body is None else body, at=AT, form=OutboundForm(release))


def test_a_delimiter_in_a_value_is_refused(order: dict[str, Any]) -> None:
    order["parties"][0]["name"] = "Acme*~SE*1"
    with pytest.raises(NotWritten, match="N102"):
        write_document(index.compiled("x12-850-order"), order, at=AT)


@pytest.mark.parametrize(
    ("mapping", "case", "title", "media_type", "extension"),
    [
        ("ubl-order", "bii-order", "UBL Order", "application/xml", "xml"),
        ("cxml-order", "built-order", "cXML OrderRequest", "application/xml", "xml"),
        ("csv-invoices", "two-invoices", "invoice-lines, separated by commas", "text/csv; charset=utf-8", "csv"),
        (
            "csv-orders-marketplace", "business-order", "marketplace-orders, separated by tabs",
            "text/tab-separated-values; charset=utf-8", "tsv",
        ),
    ],
)  # fmt: skip
def test_every_format_goes_out_whole_and_says_where_values_stand(
    mapping: str, case: str, title: str, media_type: str, extension: str
) -> None:
    body = golden_bodies(mapping, case)[0]
    written = write_document(index.compiled(mapping), body, at=AT)
    assert (written.title, written.media_type, written.extension) == (title, media_type, extension)
    assert (written.findings, written.differences) == ([], [])
    [number] = {(row.xpath or row.column) for row in written.lineage if row.pointer == "/number"}
    assert number.rpartition("/")[2] in ("cbc:ID", "@orderID", "invoice_number", "order-id")


def test_a_cxml_document_names_who_sends_it_to_whom() -> None:
    body = golden_body("x12-850-order", "generated-004010") | {"parties": []}  # whose credentials would stand there
    values = {"interchange.sender": "AN01", "interchange.receiver": "12-345", "interchange.receiver_qualifier": "DUNS"}
    values |= {"interchange.secret": "hush"}
    written = write_document(index.compiled("cxml-order"), body, at=AT, form=OutboundForm(values=values))
    text = written.content.decode()
    assert '<Credential domain="NetworkID">\n        <Identity>AN01<' in text
    assert '<Credential domain="DUNS">\n        <Identity>12-345<' in text
    assert 'timestamp="2026-11-21T20:00:00+00:00"' in text
    assert "hush" not in text
    assert envelope_names(index.compiled("ubl-order")) == ()


def test_rows_of_several_documents_make_one_file() -> None:
    bodies = golden_bodies("csv-invoices", "two-invoices")
    written = write_documents(index.compiled("csv-invoices"), bodies, at=AT)
    assert (len(bodies), written.differences) == (2, [])
    assert written.content.count(b"invoice_number") == 1
    with pytest.raises(NotWritten, match="One document"):
        write_documents(index.compiled("ubl-order"), golden_bodies("ubl-order", "bii-order") * 2, at=AT)


def test_a_partner_gets_the_value_and_a_person_no_formula() -> None:
    bodies = golden_bodies("csv-invoices", "two-invoices")
    bodies[0]["lines"][0]["descriptions"] = [{"text": "=1+1"}]
    mapping = index.compiled("csv-invoices")
    written = write_documents(mapping, bodies, at=AT)
    assert b",=1+1," in written.content
    assert [str(found.code) for found in written.findings] == ["cell-formula"]
    assert b",'=1+1," in for_people(mapping, bodies, OutboundForm())


def test_rows_go_out_in_the_form_that_is_agreed() -> None:
    form = TextSettings(delimiter=";", numbers={"": NumberStyle(",")}, dates={"": "DD.MM.YYYY"}, encoding="cp1252")
    bodies = golden_bodies("csv-invoices", "two-invoices")
    written = write_documents(index.compiled("csv-invoices"), bodies, at=AT, form=OutboundForm(text=form))
    assert (written.media_type, written.findings, written.differences) == ("text/csv; charset=cp1252", [], [])
    assert b";" in written.content


def test_semicolons_with_points_in_numbers_are_read_as_they_were_written() -> None:
    """Who separates by semicolons usually writes decimal commas: 1.234 must not become a thousand."""
    bodies = golden_bodies("csv-invoices", "two-invoices")
    bodies[0]["lines"][0]["quantity"]["value"] = "1.234"
    form = OutboundForm(text=TextSettings(delimiter=";"))
    written = write_documents(index.compiled("csv-invoices"), bodies, at=AT, form=form)
    assert [one.pointer for one in written.differences if one.pointer.endswith("quantity/value")] == []
