"""The order in readable form: a wrong figure here is an order that somebody approves by mistake."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from tests.orders import order_body
from transactions.services.present_order import grouped, money, order_view


def test_facts_parties_lines_and_totals() -> None:
    view = order_view(order_body("PO-1"))
    assert ("Order", "PO-1") in view.facts
    assert ("Purpose", "Original (00)") in view.facts
    assert ("Delivery requested", "2026-12-01") in view.facts
    assert ("Department", "038") in view.facts
    assert view.parties[0].address == ["31 Market Street", "Springfield IL", "US"]
    assert [(line.quantity, line.price, line.amount) for line in view.lines] == [
        ("12 EA", "4.25 USD", "51.00 USD"),
        ("3 XX", "19.50 USD", "58.50 USD"),
    ]
    assert view.totals == [
        ("Sum of lines", "109.50 USD"),
        ("Lines", "2 (stated: 2)"),
        ("Quantities", "15 (stated hash: 15)"),
    ]


@pytest.mark.parametrize(
    ("number", "shown"),
    [("1234567.890", "1,234,567.890"), ("0.10", "0.10"), ("-5", "-5"), ("1E+3", "1,000"), ("no number", "no number")],
)
def test_numbers_keep_every_digit(number: str, shown: str) -> None:
    assert grouped(number) == shown


def test_money_without_amount_or_currency() -> None:
    assert money(None, "USD") == ""
    assert money("5.00", "") == "5.00"


@pytest.mark.parametrize(("number", "shown"), [("38.2", "38.20 USD"), ("1000", "1,000 USD"), ("0.0825", "0.0825 USD")])
def test_money_never_ends_after_one_decimal(number: str, shown: str) -> None:
    assert money(number, "USD") == shown


def test_a_price_for_a_hundred_says_so() -> None:
    body = order_body("PO-1")
    body["lines"][0]["price"] = {"amount": "425", "basis_quantity": "100"}
    body["lines"][1]["price"] = {"amount": "19.50", "basis_unit": "CS", "currency": "EUR"}
    lines = order_view(body).lines
    assert lines[0].price == "425 USD per 100"
    assert lines[1].price == "19.50 EUR / CS"


def test_unknown_qualifiers_are_shown_and_not_hidden() -> None:
    body = order_body("PO-1")
    body["references"] = [{"type": "other", "qualifier": "ZZ9", "value": "77"}]
    body["parties"] = [{"role": "other", "role_code": "Q7"}]
    view = order_view(body)
    assert ("Qualifier ZZ9", "77") in view.facts
    assert view.parties[0].role == "Role Q7"


def test_the_least_that_an_order_can_be() -> None:
    view = order_view({"model": "order/1", "number": "1", "purpose": "original", "type": "other", "totals": {}})
    assert view.lines == []
    assert view.totals == []
    assert not view.is_cut


def test_a_long_order_is_cut_and_says_so() -> None:
    body = order_body("PO-1")
    body["lines"] = [{"key": key} for key in range(1, 700)]
    view = order_view(body)
    assert (len(view.lines), view.line_count, view.is_cut) == (500, 699, True)


def test_a_change_says_which_order_and_what_becomes_of_a_line() -> None:
    body = order_body("PO-1") | {"model": "order-change/1", "sequence": "3", "order_date": "2026-11-02"}
    body["lines"][0] |= {"action": "delete", "action_code": "DI", "quantity_left": {"value": "4", "unit": "EA"}}
    view = order_view(body)
    assert {("Change of order", "PO-1"), ("Change", "3"), ("Date of the order", "2026-11-02")} <= set(view.facts)
    assert [(one.label, one.value) for one in view.lines[0].statuses] == [
        ("Action", "Delete (DI)"),
        ("Still to come", "4 EA"),
    ]


def test_an_answer_shows_every_status_of_a_line() -> None:
    body = order_body("OR-1") | {"model": "order-response/1", "status": "rejected", "order": {"number": "PO-1"}}
    body["lines"][0]["statuses"] = [
        {"status": "accepted", "status_code": "IA", "quantity": {"value": "8", "unit": "EA"}},
        {"status": "back_ordered", "dates": [{"type": "delivery_scheduled", "date": "2026-12-24"}]},
    ]
    view = order_view(body)
    assert {("Answer", "OR-1"), ("To order", "PO-1"), ("Status", "Rejected")} <= set(view.facts)
    assert [(one.value, one.pointer) for one in view.lines[0].statuses] == [
        ("Accepted (IA) 8 EA", "/lines/0/statuses/0"),
        ("Back ordered 2026-12-24", "/lines/0/statuses/1"),
    ]


def test_a_shipment_shows_orders_units_and_lots() -> None:
    view = order_view(
        {
            "model": "despatch-advice/1",
            "number": "S-1",
            "purpose": "original",
            "orders": [{"key": 2, "order": {"number": "PO-1"}}],
            "handling_units": [
                {"key": 3, "type": "pallet", "sscc": "106141412345678908"},
                {"key": 4, "type": "package"},
            ],
            "lines": [
                {
                    "key": 5,
                    "order": {"number": "PO-1", "line_id": "10"},
                    "quantity": {"value": "8", "unit": "EA"},
                    "lots": [{"number": "L-1"}, {"serial": "S-9"}],
                }
            ],
            "totals": {"computed": {"line_count": 1, "handling_unit_count": 2}},
        }
    )
    shown = {("Shipment", "S-1"), ("Order", "PO-1"), ("Pallet", "106141412345678908"), ("Package", "without a number")}
    assert shown <= set(view.facts)
    assert [(one.label, one.value) for one in view.lines[0].statuses] == [
        ("Order", "PO-1 line 10"),
        ("Lot", "L-1"),
        ("Serial number", "S-9"),
    ]


def test_a_payment_shows_what_it_pays() -> None:
    line = {
        "key": 1,
        "billing_reference": {"type": "invoice", "number": "I-1"},
        "paid_amount": "90.00",
        "billed_amount": "100.00",
        "adjustments": [{"sequence": 1, "amount": "-10.00", "reason_code": "59", "description": "Damage"}],
    }
    body = {"model": "remittance-advice/1", "number": "P-1", "payment_date": "2026-12-18", "lines": [line]}
    view = order_view(body | {"handling": "remittance_only", "handling_code": "I"})
    assert {("Payment", "P-1"), ("Paid", "2026-12-18"), ("What it does", "Remittance only (I)")} <= set(view.facts)
    assert [(one.label, one.value) for one in view.lines[0].statuses] == [
        ("Invoice", "I-1"),
        ("Paid amount", "90.00"),
        ("Billed amount", "100.00"),
        ("Adjustment", "-10.00 59 Damage"),
    ]


def test_a_receipt_shows_what_is_not_as_it_should_be() -> None:
    wrong = {"condition": "damaged", "quantity": {"value": "3", "unit": "CS"}, "reason_code": "BD"}
    body = {"model": "receipt-advice/1", "number": "R-1", "despatch": {"number": "S-1"}}
    view = order_view(body | {"lines": [{"key": 1, "exceptions": [wrong]}]})
    assert {("Receipt", "R-1"), ("Shipment", "S-1")} <= set(view.facts)
    assert [(one.label, one.value) for one in view.lines[0].statuses] == [("Damaged", "3 CS BD")]


def test_a_credit_note_shows_what_it_credits() -> None:
    body = {"model": "invoice/1", "number": "C-1", "type": "credit_note", "due_date": "2026-12-01", "lines": []}
    view = order_view(body | {"billing_references": [{"type": "invoice", "number": "I-1"}]})
    assert {("Invoice", "C-1"), ("Type", "Credit note"), ("Invoice", "I-1"), ("Due", "2026-12-01")} <= set(view.facts)


def test_stock_prices_and_reasons_stand_with_their_lines() -> None:
    stock = {"type": "on_hand", "quantity": {"value": "12", "unit": "CS"}, "location": {"value": "A-1"}}
    price = {"amount": "9.90", "type": "list", "quantity": {"value": "100", "unit": "CS"}}
    line = {"key": 1, "quantities": [stock], "prices": [price], "dispositions": [{"reason_code": "DM"}]}
    body = {"model": "price-catalogue/1", "number": "PL", "valid_from": "2026-12-01", "lines": [line]}
    view = order_view(body)
    assert {("Catalogue", "PL"), ("Valid", "2026-12-01")} <= set(view.facts)
    assert [(one.label, one.value) for one in view.lines[0].statuses] == [
        ("On hand", "12 CS at A-1"),
        ("Price, list", "9.90 from 100 CS"),
        ("Reason", "DM"),
    ]


def test_a_load_shows_its_stops_events_and_charges() -> None:
    party = {"role": "ship_from", "name": "Mill", "address": {"city": "Solon", "region": "OH"}}
    stop = {"sequence": 1, "type": "load", "parties": [party], "dates": [{"date": "2026-12-01", "time": "08:00:00"}]}
    event = {"type": "picked_up", "status_code": "AF", "date": "2026-12-01", "place": {"city": "Solon"}}
    line = {"key": 1, "events": [event], "charges": [{"sequence": 1, "code": "FUE", "amount": "26.27"}]}
    body = {"model": "freight-invoice/1", "number": "F-1", "shipment_number": "L-1", "carrier": {"value": "ABCD"}}
    handling = [{"handling_code": "KEEP"}]
    view = order_view(body | {"stops": [stop], "events": [event], "lines": [line], "handling": handling})
    assert view.facts[:5] == [
        ("Freight invoice", "F-1"),
        ("Load of the shipper", "L-1"),
        ("Carrier", "ABCD"),
        ("Stop 1, load", "Mill Solon OH, 2026-12-01 08:00:00"),
        ("Picked up", "2026-12-01, Solon, AF"),
    ]
    assert [(one.label, one.value) for one in view.lines[0].statuses] == [
        ("Picked up", "2026-12-01, Solon, AF"),
        ("Charge FUE", "26.27"),
    ]


def test_an_advice_says_what_became_of_documents() -> None:
    fault = {"sequence": 1, "code": "POI", "message": "Order is not known", "segment": "BIG", "value": "PO-9"}
    reference = {"type": "seller_invoice", "value": "INV-1"}
    answer = {"status": "rejected", "status_code": "TR", "reference": reference, "faults": [fault]}
    view = order_view({"model": "application-advice/1", "number": "A-1", "responses": [answer]})
    assert view.facts == [
        ("Advice", "A-1"),
        ("Seller invoice INV-1", "Rejected (TR)"),
        ("Error", "BIG POI Order is not known PO-9"),
    ]


def test_texts_stand_where_notes_do() -> None:
    message = {"key": 1, "title": "Holidays", "text": "Closed on Thursday.\nOpen on Friday."}
    view = order_view({"model": "text-message/1", "number": "M-1", "messages": [message], "notes": [{"text": "Bye."}]})
    assert view.facts == [("Message", "M-1")]
    assert view.notes == ["Holidays\nClosed on Thursday.\nOpen on Friday.", "Bye."]


def test_what_has_no_place_of_its_own_stands_with_its_line_its_party_or_the_document() -> None:
    body = order_body("PO-1") | {"carriage": [{"carrier": {"value": "ABCD", "scheme": "scac"}, "routing": "VIA OHIO"}]}
    body["parties"][0]["references"] = [{"type": "department", "qualifier": "DP", "value": "12"}]
    body["lines"][0] |= {
        "notes": [{"text": "Leave at the dock", "qualifier": "SHP"}],
        "parties": [{"role": "ship_to", "role_code": "ST", "name": "Store 9", "identifiers": [{"value": "0009"}]}],
        "packaging": [{"pack": 12, "size": {"value": "16", "unit": "ONZ"}, "type_code": "CTN"}],
        "references": [{"type": "other", "qualifier": "ZZ"}],
        "status": "active",
    }
    view = order_view(body)
    assert ("Carriage", "carrier ABCD, scheme scac, routing VIA OHIO", "/carriage/0") in view.rest
    assert view.parties[0].rest == (("Reference, department", "12", "/parties/0/references/0"),)
    assert set(view.lines[0].rest) == {
        ("Note", "Leave at the dock", "/lines/0/notes/0"),
        ("Party, ship to", "Store 9, 0009", "/lines/0/parties/0"),
        ("Packaging", "pack 12, size 16 ONZ, type CTN", "/lines/0/packaging/0"),
        ("Reference", "ZZ", "/lines/0/references/0"),
        ("Status", "active", "/lines/0/status"),
    }


EVERY_RULE = sorted(settings.BASE_DIR.glob("mappings/library/*/cases/every-*/canonical.json"))


@pytest.mark.parametrize("path", EVERY_RULE, ids=lambda path: "/".join(path.parts[-4:-1]))
def test_nothing_of_a_document_is_left_to_the_json(path: Path) -> None:
    unread = {"model", "exchange", "key", "parent_key", "order_key", "currency"}
    for body in json.loads(path.read_text()):
        page = render_to_string("admin/onramp/order.html", {"order": order_view(body)})
        shown = {pointer for part in page.split('data-p="')[1:] for pointer in part.partition('"')[0].split()}
        missing = [leaf for leaf in leaves(body) if not unread & {*leaf.split("/")} and not shown & set(above(leaf))]
        assert missing == []


def leaves(value: Any, pointer: str = "") -> list[str]:
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in leaves(inner, f"{pointer}/{name}")]
    if isinstance(value, list):
        return [leaf for index, inner in enumerate(value) for leaf in leaves(inner, f"{pointer}/{index}")]
    return [pointer]


def above(pointer: str) -> list[str]:
    steps = pointer.split("/")
    return ["/".join(steps[:end]) for end in range(2, len(steps) + 1)]
