"""What stands in the columns that people sort and add up by."""

from decimal import Decimal
from typing import Any

import pytest

from transactions.pipeline.facts import facts_of


def body(kind: str, amount: str, **more: Any) -> dict[str, Any]:
    stated = {"amounts": [{"type": "payable", "amount": "1.00"}, {"type": "total", "amount": amount}]}
    return {"number": "1", "type": kind, "currency": "EUR", "totals": {"stated": stated}} | more


@pytest.mark.parametrize(
    ("kind", "sent", "total"),
    [("invoice", "20.00", "20.00"), ("credit_note", "20.00", "-20.00"), ("credit_note", "-20.00", "-20.00")],
)
def test_credits_are_below_zero_however_they_were_signed(kind: str, sent: str, total: str) -> None:
    assert facts_of(body(kind, sent)).total == Decimal(total)


def test_a_payment_is_of_the_day_it_is_made() -> None:
    facts = facts_of({"number": "P-1", "payment_date": "2026-12-18", "totals": {"computed": {"line_count": 0}}})
    assert facts.issue_date is not None
    assert facts.issue_date.isoformat() == "2026-12-18"
