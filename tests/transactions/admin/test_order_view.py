"""The order in readable form: a wrong figure here is an order that somebody approves by mistake."""

import pytest

from tests.orders import order_body
from transactions.admin.order_view import grouped, money, order_view


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
