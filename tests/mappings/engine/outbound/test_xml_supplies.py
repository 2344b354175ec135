"""What stands under `outbound` is written where it belongs; what cannot be whole is refused, or left out aloud."""

import copy
import re
from typing import Any

import pytest
from lxml import etree

from mappings.engine.findings import Code, Severity
from mappings.engine.outbound.xml import WrittenXml, write_xml
from mappings.engine.rules.compiler import load_mapping
from mappings.library import index
from tests.mappings.engine.outbound.test_xml import CAC, CBC, HOSTILE, again, root

INVOICE: dict[str, Any] = {
    "exchange": {"standard": "x12"},
    "number": "INV-1",
    "purpose": "original",
    "type": "invoice",
    "issue_date": "2026-11-21",
    "currency": "USD",
    "lines": [
        {
            "key": key,
            "quantity": {"value": quantity, "unit": "EA"},
            "price": {"amount": price, "type": "unit", "basis_quantity": "1"},
            "amount": amount,
        }
        for key, quantity, price, amount in ((1, "12", "2.50", "30.00"), (2, "4", "5", "20"))
    ],
    "totals": {"computed": {"line_count": 2, "lines_amount": "50.00"}},
}


def invoice(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(INVOICE) | changes


def written(body: dict[str, Any], name: str = "ubl-invoice") -> WrittenXml:
    return write_xml(index.compiled(name).declaration, body)


def own(entries: list[dict[str, Any]], body: dict[str, Any], name: str = "ubl-invoice") -> WrittenXml:
    """Written by a partner's mapping, whose entries come first."""
    mapping = load_mapping(index.resolve({"extends": name, "mapping": "own", "outbound": entries}))
    return write_xml(mapping.declaration, body)


def texts(found: WrittenXml, path: str) -> list[str | None]:
    return [one.text for one in root(found).findall(path)]


def errors(found: WrittenXml) -> list[str]:
    return [one.message for one in found.findings if one.severity is Severity.ERROR]


def test_lines_have_numbers_and_amounts_and_the_invoice_its_totals() -> None:
    found = written(invoice())
    assert found.findings == []
    assert texts(found, f"{CAC}InvoiceLine/{CBC}ID") == ["1", "2"]
    assert texts(found, f"{CAC}InvoiceLine/{CBC}LineExtensionAmount") == ["30.00", "20"]
    assert texts(found, f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount") == ["50.00"]
    assert {one.get("currencyID") for one in root(found).iter(f"{CBC}LineExtensionAmount")} == {"USD"}


def test_charges_and_taxes_are_added_and_allowances_taken_away() -> None:
    charge = {"kind": "charge", "level": "document", "sequence": 1, "amount": "7.00"}
    tax = {"type": "vat", "level": "document", "sequence": 1, "amount": "5.70", "percent": "10"}
    body = invoice(allowances_charges=[charge], taxes=[tax])
    body["lines"][0]["allowances_charges"] = [{"kind": "allowance", "level": "line", "sequence": 1, "amount": "3"}]
    found = written(body)
    assert found.findings == []
    assert texts(found, f"{CAC}InvoiceLine/{CBC}LineExtensionAmount") == ["27.00", "20"]
    assert texts(found, f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount") == ["59.70"]


def test_what_is_stated_is_not_reckoned_again() -> None:
    stated = {"amounts": [{"type": "total", "amount": "48.00"}, {"type": "prepaid", "amount": "8.00"}]}
    found = written(invoice(totals=INVOICE["totals"] | {"stated": stated}))
    assert texts(found, f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount") == ["40.00"]


def test_a_missing_total_is_better_than_a_wrong_one() -> None:
    """A line without an amount, and a tax of which only the rate is known."""
    short = invoice()
    del short["lines"][1]["amount"]
    line, total = errors(written(short))
    assert line.startswith("cbc:LineExtensionAmount is demanded here, and the document has no lines/stated_amounts")
    assert total.startswith("cac:LegalMonetaryTotal is demanded here, and the document has no totals/stated/amounts")
    taxed = invoice()
    taxed["lines"][0]["taxes"] = [{"type": "vat", "level": "line", "sequence": 1, "percent": "10"}]
    assert texts(written(taxed), f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount") == []


def test_a_number_that_another_line_has_is_not_given_again() -> None:
    body = invoice()
    body["lines"][1]["line_id"] = "1"
    found = written(body)
    assert texts(found, f"{CAC}InvoiceLine/{CBC}ID") == ["2", "1"]
    assert found.findings == []


def test_what_is_missing_is_named_by_its_field_once_for_each_place() -> None:
    body = invoice()
    del body["currency"], body["issue_date"]
    found = written(body)
    assert {one.code for one in found.findings} == {Code.FIELD_MISSING}
    assert "cbc:IssueDate is demanded here, and the document has no issue_date" in errors(found)
    assert all("currency" in one or "issue_date" in one for one in errors(found))


def test_of_what_every_line_lacks_a_hundred_are_named() -> None:
    body = invoice(lines=[{"key": key, "line_id": str(key)} for key in range(1, 150)])
    found = written(body)
    assert len(errors(found)) == 100
    assert {one.code for one in found.findings if one.severity is Severity.ERROR} == {Code.FIELD_MISSING}


@pytest.mark.parametrize(
    ("name", "changes", "reason"),
    [
        ("ubl-credit-note", {}, "UBL CreditNote cannot say that the type is invoice"),
        ("ubl-invoice", {"type": "credit_note"}, "UBL Invoice cannot say that the type is credit_note"),
        ("ubl-invoice", {"purpose": "cancellation"}, "UBL Invoice cannot say that the purpose is cancellation"),
    ],
)
def test_what_would_be_read_as_something_else_is_refused(name: str, changes: dict[str, Any], reason: str) -> None:
    found = written(invoice(**changes), name)
    assert [one.message for one in found.findings if one.code is Code.DOCUMENT_UNFIT] == [reason]


def test_a_piece_that_cannot_be_whole_is_left_out_with_a_warning() -> None:
    found = written(invoice(payment_means=[{"due_date": "2026-12-21", "reference": "RF-1"}]))
    assert [(one.code, one.message, one.severity) for one in found.findings] == [
        (Code.PIECE_LEFT_OUT, "cac:PaymentMeans was left out: it lacks cbc:PaymentMeansCode", Severity.WARNING)
    ]
    assert found.findings[0].place.xpath == "/*/cac:PaymentMeans"
    assert texts(found, f"{CAC}PaymentMeans") == []


def test_lines_take_what_x12_says_at_a_level_around_them() -> None:
    body = {
        "exchange": {"standard": "x12"},
        "number": "SHP-1",
        "purpose": "original",
        "issue_date": "2026-11-21",
        "orders": [{"key": 1, "order": {"number": "PO-1"}}, {"key": 2, "order": {"number": "PO-2"}}],
        "handling_units": [{"key": 1, "type": "package", "sscc": "000001001234561478"}],
        "lines": [
            {"key": 1, "order_key": 2, "line_id": "10", "quantity": {"value": "4", "unit": "EA"}},
            {"key": 2, "order_key": 1, "line_id": "20", "quantity": {"value": "9", "unit": "EA"}},
        ],
        "packed": [{"unit_key": 1, "line_key": 1, "quantity": {"value": "4", "unit": "EA"}}],
        "totals": {"computed": {"line_count": 2, "handling_unit_count": 1}},
    }
    before = copy.deepcopy(body)
    found = written(body, "ubl-despatch-advice")
    assert body == before, "the document itself stays as it is"
    assert found.findings == []
    after = again("ubl-despatch-advice", found)
    assert [(line["order"]["number"], line["order"]["line_id"]) for line in after["lines"]] == [
        ("PO-2", "10"),
        ("PO-1", "20"),
    ]
    assert after["packed"][0] | {"quantity": {}} == {"unit_id": "000001001234561478", "line_id": "10", "quantity": {}}


def test_a_document_of_this_standard_is_not_filled() -> None:
    native = written(invoice(exchange={"standard": "ubl"}))
    assert texts(native, f"{CAC}InvoiceLine/{CBC}ID") == []


def test_a_partner_fills_what_its_documents_never_say() -> None:
    body = invoice()
    del body["currency"]
    found = own([{"fill": "currency", "constant": "CAD"}], body)
    assert found.findings == []
    assert texts(found, f"{CBC}DocumentCurrencyCode") == ["CAD"]


def test_items_take_fields_of_their_own_and_of_the_document() -> None:
    entries = [
        {"items": "lines", "at": "cbc:Note", "field": "/number"},
        {"items": "lines[key=1]", "at": "cbc:AccountingCost", "field": "line_id"},
    ]
    body = invoice()
    body["lines"][0]["line_id"] = "1"
    found = own(entries, body)
    assert texts(found, f"{CAC}InvoiceLine/{CBC}Note") == ["INV-1", "INV-1"]
    assert texts(found, f"{CAC}InvoiceLine/{CBC}AccountingCost") == ["1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_strings_stay_strings_when_they_are_filled_in(text: str) -> None:
    body = invoice()
    body["lines"][0]["line_id"] = text
    found = own([{"items": "lines[line_id]", "at": "cbc:Note", "field": "line_id"}], body)
    assert errors(found) == []
    assert texts(found, f"{CAC}InvoiceLine/{CBC}Note")[0] == text


def despatch(lines: int) -> dict[str, Any]:
    """A shipment of so many lines, each in a carton of its own."""
    return {
        "exchange": {"standard": "x12"},
        "number": "SHP-1",
        "purpose": "original",
        "issue_date": "2026-11-21",
        "orders": [{"key": 1, "order": {"number": "PO-1"}}],
        "handling_units": [{"key": key, "type": "package"} for key in range(1, lines + 1)],
        "lines": [
            {
                "key": key,
                "order_key": 1,
                "line_id": str(key),
                "quantity": {"value": "4", "unit": "EA"},
                "identifiers": [{"scheme": "seller", "value": f"AB-{key}"}],
            }
            for key in range(1, lines + 1)
        ],
        "packed": [{"unit_key": key, "line_key": key} for key in range(1, lines + 1)],
        "totals": {"computed": {"line_count": lines, "handling_unit_count": lines}},
    }


@pytest.mark.parametrize(
    ("name", "one", "several"),
    [
        ("cxml-invoice", invoice(lines=INVOICE["lines"][:1]), invoice()),
        ("ubl-invoice", invoice(lines=INVOICE["lines"][:1]), invoice()),
        ("ubl-credit-note", invoice(lines=INVOICE["lines"][:1]), invoice()),
        ("ubl-despatch-advice", despatch(1), despatch(3)),
        ("cxml-ship-notice", despatch(1), despatch(3)),
    ],
)
def test_one_line_has_the_shape_that_several_have(name: str, one: dict[str, Any], several: dict[str, Any]) -> None:
    def paths(body: dict[str, Any]) -> set[str]:
        tree = etree.ElementTree(root(written(body, name)))
        return {re.sub(r"\[\d+\]", "", tree.getelementpath(made)) for made in tree.iter()}

    assert paths(one) == paths(several)


def test_a_line_is_written_without_what_has_no_place_rather_than_not_at_all() -> None:
    """In UBL the quantity of a line of an answer is the one confirmed; X12 says the one ordered beside it."""
    body = {
        "exchange": {"standard": "x12"},
        "number": "R-1",
        "purpose": "original",
        "answers": "order",
        "status": "line_by_line",
        "issue_date": "2026-11-21",
        "order": {"number": "PO-1"},
        "lines": [
            {
                "key": 1,
                "line_id": "1",
                "quantity": {"value": "12", "unit": "EA"},
                "price": {"amount": "2.50", "type": "contract", "basis_quantity": "1", "currency": "USD"},
                "statuses": [{"status": "accepted_quantity_changed", "quantity": {"value": "10", "unit": "EA"}}],
            }
        ],
        "totals": {"computed": {"line_count": 1}},
    }
    found = written(body, "ubl-order-response")
    assert [(one.message, one.value, one.severity) for one in found.findings] == [
        ("lines/quantity was left out: something else stands there", "12", Severity.WARNING)
    ]
    line = f"{CAC}OrderLine/{CAC}LineItem"
    assert texts(found, f"{line}/{CBC}Quantity") == ["10"]
    assert texts(found, f"{line}/{CAC}Price/{CBC}PriceAmount") == ["2.50"]


def test_the_number_of_the_order_that_is_answered_is_of_the_envelope() -> None:
    body = {
        "exchange": {"standard": "ubl"},
        "number": "R-1",
        "purpose": "original",
        "answers": "order",
        "status": "accepted",
        "issue_date": "2026-11-21",
        "order": {"number": "PO-1"},
        "totals": {"computed": {"line_count": 0}},
    }
    mapping = index.compiled("cxml-confirmation").declaration
    missing = errors(write_xml(mapping, body))
    assert any(one.startswith("DocumentReference is demanded here, and the document has no ref") for one in missing)
    found = write_xml(mapping, body, {"interchange.answers": "order-1@partner.example"})
    made = root(found).find("Request/ConfirmationRequest/OrderReference/DocumentReference")
    assert made is not None
    assert made.get("payloadID") == "order-1@partner.example"
