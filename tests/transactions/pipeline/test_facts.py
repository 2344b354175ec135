"""What stands in the columns that people sort and add up by."""

from decimal import Decimal
from typing import Any

import pytest

from transactions.pipeline.document_rows import claim_digest
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


def test_a_credit_note_may_have_the_number_of_an_invoice() -> None:
    invoice, credit, again = (facts_of(body(kind, "20.00")) for kind in ("invoice", "credit_note", "credit_note"))
    assert claim_digest(1, "production", "invoice", invoice) != claim_digest(1, "production", "invoice", credit)
    assert claim_digest(1, "production", "invoice", credit) == claim_digest(1, "production", "invoice", again)


def test_the_next_version_of_a_catalogue_is_no_duplicate() -> None:
    first, second = (facts_of({"number": "PL", "version": version, "totals": {}}) for version in ("1", "2"))
    assert claim_digest(1, "test", "price-catalogue", first) != claim_digest(1, "test", "price-catalogue", second)


@pytest.mark.parametrize(("kind", "claims"), [("order", True), ("inventory-report", False)])
def test_reports_of_how_things_stand_may_come_again(kind: str, claims: bool) -> None:
    facts = facts_of({"number": "R-1", "purpose": "original", "totals": {}})
    assert bool(claim_digest(1, "production", kind, facts)) is claims
