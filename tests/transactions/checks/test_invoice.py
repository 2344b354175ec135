"""Business rules for invoices: accounting hears of a wrong sum before it is booked, and of nothing else."""

from typing import Any

import pytest

from transactions.checks import check

LINE: dict[str, Any] = {"key": 1, "line_id": "1", "quantity": {"value": "2"}, "amount": "20.00"}
TAX = {"level": "document", "sequence": 1, "amount": "3.80"}
FREIGHT = {"kind": "charge", "level": "document", "sequence": 1, "amount": "5.00"}
OFF = {"kind": "allowance", "level": "line", "sequence": 1, "amount": "1.00"}
INVOICE: dict[str, Any] = {
    "model": "invoice/1",
    "number": "I-1",
    "purpose": "original",
    "type": "invoice",
    "order": {"number": "PO-1"},
    "lines": [LINE],
    "totals": {"computed": {"line_count": 1}},
}


def said(**amounts: str) -> dict[str, Any]:
    entries = [{"type": kind, "amount": amount} for kind, amount in amounts.items()]
    return {"totals": {"stated": {"amounts": entries}, "computed": {"line_count": 1}}}


def found(differs: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one.code, one.target) for one in check("invoice/1", INVOICE | differs)]


FIRST = "/totals/stated/amounts/0/amount"


@pytest.mark.parametrize(
    "fits",
    [
        {},
        said(total="20.00"),
        said(total="20.01"),  # rounded per line
        {"taxes": [TAX]} | said(total="23.80"),
        {"taxes": [TAX], "allowances_charges": [FREIGHT]} | said(total="28.80"),
        {"allowances_charges": [FREIGHT | {"included": True}]} | said(total="20.00"),
        {"lines": [LINE | {"allowances_charges": [OFF]}]} | said(total="19.00"),
        {"lines": [LINE | {"allowances_charges": [OFF]}]} | said(total="20.00"),  # the price is net of it
        said(lines_total="20.00", tax_exclusive="20.00", tax="3.80", total="23.80", prepaid="3.80", payable="20.00"),
        said(total="20.00", tax_exclusive="18.00"),  # the taxable base, as some countries mean it
        said(total="20.30", rounding="0.30", payable="20.30"),
        {"type": "credit_note", "billing_references": [{"type": "invoice", "number": "I"}]} | said(total="-20.00"),
        {"lines": [{"key": 1, "quantity": {"value": "2"}}]} | said(total="99"),  # a line without an amount
        {"lines": [LINE, LINE | {"key": 2, "parent_key": 1, "relation": "add"}]} | said(total="99"),
        {"lines": [LINE | {"stated_amounts": [{"type": "lines_total", "amount": "20"}]}]} | said(total="20"),
        {"lines": [], "purpose": "cancellation"},
    ],
)
def test_right_sums_are_left_in_peace(fits: dict[str, Any]) -> None:
    assert found(fits) == []


@pytest.mark.parametrize(
    ("differs", "expected"),
    [
        ({"lines": []}, [("invoice-without-lines", "")]),
        (said(total="25.00"), [("invoice-sum-mismatch", FIRST)]),
        ({"taxes": [TAX | {"currency": "SEK"}]} | said(total="23.80"), [("invoice-sum-mismatch", FIRST)]),
        (said(lines_total="21.00"), [("invoice-sum-mismatch", FIRST)]),
        (said(total="20", payable="19"), [("invoice-sum-mismatch", "/totals/stated/amounts/1/amount")]),
        ({"order": {}}, [("order-not-named", "/order")]),
        ({"type": "credit_note"}, [("credit-without-invoice", "/billing_references")]),
        (
            {"lines": [LINE | {"stated_amounts": [{"type": "lines_total", "amount": "21"}]}]},
            [("line-amount-mismatch", "/lines/0/stated_amounts/0/amount")],
        ),
        ({"lines": [LINE, LINE | {"key": 2}]}, [("line-number-duplicate", "/lines/1/line_id")]),
    ],
)
def test_a_wrong_sum_is_found_at_its_place(differs: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(differs) == expected


def test_lines_of_a_note_that_go_the_other_way_are_taken_off() -> None:
    lines = [LINE | {"direction": "credit"}, LINE | {"key": 2, "line_id": "2", "direction": "debit", "amount": "5.00"}]
    assert found({"type": "debit_note", "lines": lines} | said(total="15.00")) == []
