"""Business rules for freight invoices, tenders of loads, and what happened to loads."""

from typing import Any

import pytest

from transactions.checks import check


def freight(charges: list[dict[str, Any]], **amounts: str) -> dict[str, Any]:
    stated = [{"type": kind, "amount": amount} for kind, amount in amounts.items()]
    return {"lines": [{"key": 1, "charges": charges}], "totals": {"stated": {"amounts": stated}}}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (freight([{"amount": "90.00"}, {"amount": "10.00"}], total="100.00", lines_total="100.00"), []),
        (freight([{"amount": "3636.04"}, {"amount": "-2976.64"}], total="659.40"), []),
        (freight([{"amount": "90.00"}], total="100.00"), ["/totals/stated/amounts/0/amount"]),
        (freight([{"amount": "90.00"}], total="90.00", lines_total="91.00"), ["/totals/stated/amounts/1/amount"]),
        (freight([{"amount": "90.00"}, {"prepaid": "40.00"}], total="50.00"), []),
        (freight([{"amount": "90.00"}], total="50.00", prepaid="40.00"), []),
        (freight([{"amount": "90.00"}, {"advances": "10.00"}], total="100.00"), []),
        (freight([{"amount": "90.00"}, {"rate": "10.00"}], total="1.00"), []),
        (freight([], total="1.00"), []),
    ],
)
def test_what_is_due_is_made_of_the_charges(body: dict[str, Any], found: list[str]) -> None:
    findings = check("freight-invoice/1", body)
    assert [one.target for one in findings] == found
    assert {one.code for one in findings} <= {"invoice-sum-mismatch"}


def test_a_freight_invoice_charges_something() -> None:
    assert [one.code for one in check("freight-invoice/1", freight([]))] == ["invoice-without-lines"]


@pytest.mark.parametrize(
    ("types", "purpose", "found"),
    [
        (["load", "unload"], "original", []),
        (["complete_load", "partial_unload", "complete_unload"], "original", []),
        (["load"], "original", ["stop-missing"]),
        ([], "original", ["stop-missing"]),
        (["other"], "original", []),
        ([], "cancellation", []),
        (["load"], "change", []),
    ],
)
def test_a_load_is_taken_up_and_set_down(types: list[str], purpose: str, found: list[str]) -> None:
    body: dict[str, object] = {"purpose": purpose, "stops": [{"type": one} for one in types]}
    assert [one.code for one in check("load-tender/1", body)] == found


def test_a_status_tells_of_something() -> None:
    assert check("transport-status/1", {"lines": [{"key": 1, "events": [{"type": "delivered"}]}]}) == []
    assert check("transport-status/1", {"lines": [{"key": 1, "exceptions": [{"handling_code": "D"}]}]}) == []
    assert [one.code for one in check("transport-status/1", {"lines": [{"key": 1}]})] == ["status-without-events"]
