"""Business rules for receipts and payments: what cannot be booked is said while the partner can still answer."""

from typing import Any

import pytest

from transactions.checks import check

PAID: dict[str, Any] = {"key": 1, "paid_amount": "90.00"}
LESS = {"sequence": 1, "amount": "-10.00"}
RECEIVED: dict[str, Any] = {"key": 1, "line_id": "1", "quantity": {"value": "5"}}


def payment(lines: list[dict[str, Any]], total: str = "90.00", **more: Any) -> list[tuple[str, str]]:
    stated = {"amounts": [{"type": "total", "amount": total}]}
    body = {"model": "remittance-advice/1", "lines": lines, "totals": {"stated": stated}} | more
    return [(one.code, one.target) for one in check("remittance-advice/1", body)]


@pytest.mark.parametrize(
    ("lines", "total", "more"),
    [
        ([PAID], "90.00", {}),
        ([PAID | {"adjustments": [LESS]}], "90.00", {}),  # what is paid is net of the deduction
        ([PAID | {"adjustments": [LESS]}], "80.00", {}),
        ([PAID], "80.00", {"adjustments": [LESS]}),
        ([PAID, {"key": 2}], "1.00", {}),  # a line without an amount says nothing
        ([], "90.00", {"handling": "payment_only"}),
    ],
)
def test_a_payment_that_adds_up_is_left_in_peace(lines: list[dict[str, Any]], total: str, more: dict[str, Any]) -> None:
    assert payment(lines, total, **more) == []


def test_a_payment_that_nobody_can_apply_is_found() -> None:
    assert payment([]) == [("payment-without-lines", "")]
    assert payment([PAID], "91.00") == [("payment-sum-mismatch", "/totals/stated/amounts/0/amount")]


def receipt(**differs: Any) -> list[tuple[str, str]]:
    totals = {"computed": {"line_count": 1, "quantity": "5"}}
    body = {"model": "receipt-advice/1", "order": {"number": "PO-1"}, "lines": [RECEIVED], "totals": totals} | differs
    return [(one.code, one.target) for one in check("receipt-advice/1", body)]


def test_receipts_are_checked() -> None:
    assert receipt() == []
    assert receipt(order=None, despatch={"number": "S-1"}) == []
    assert receipt(lines=[]) == [("receipt-without-lines", "")]
    assert receipt(lines=[], purpose="cancellation") == []
    assert receipt(order=None) == [("order-not-named", "/order")]
    assert receipt(lines=[RECEIVED | {"quantity": {"value": "-5"}}]) == [
        ("quantity-negative", "/lines/0/quantity/value")
    ]
    totals = {"stated": {"quantity": "6"}, "computed": {"line_count": 1, "quantity": "5.0"}}
    assert receipt(totals=totals) == [("receipt-sum-mismatch", "/totals/stated/quantity")]
