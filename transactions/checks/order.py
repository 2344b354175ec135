"""Business rules for `order/1`."""

from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding
from transactions.checks.lines import distinct_numbers, quantities_above_zero, quantities_given

ORDERED_NOW = frozenset({"original", "replace", "confirmation", "resubmission", "duplicate"})
CALLED_OFF_LATER = frozenset({"blanket"})
"""Types of orders that agree on items and prices; releases say how much."""


def check_order(body: dict[str, Any]) -> list[Finding]:
    """What no seller can fulfil as it stands (errors), and what people should look at (warnings)."""
    lines = body.get("lines", [])
    if not lines:
        # A header-only cancellation names no lines and is complete without them.
        return [] if body.get("purpose") == "cancellation" else [finding(Code.ORDER_WITHOUT_LINES)]
    # What is cancelled is no longer wanted: its lines may say so.
    wanted = [] if body.get("purpose") == "cancellation" else quantities_above_zero(lines)
    if body.get("purpose") in ORDERED_NOW and body.get("type") not in CALLED_OFF_LATER:
        wanted += quantities_given(lines)
    return [*wanted, *distinct_numbers(lines), *_total(body)]


def _total(body: dict[str, Any]) -> list[Finding]:
    """Compare only what can be compared: every line priced, and nothing added to or taken from the lines' sum.

    A total of the lines is their sum whatever is added to the document.
    """
    computed = body.get("totals", {}).get("computed", {}).get("lines_amount")
    if computed is None:
        return []
    adjusted = any(part.get("allowances_charges") or part.get("taxes") for part in (body, *body.get("lines", [])))
    return [
        finding(
            Code.ORDER_TOTAL_MISMATCH,
            f"The order states {amount['amount']}; its lines add up to {computed}.",
            value=amount["amount"],
            target=f"/totals/stated/amounts/{index}/amount",
        )
        for index, amount in enumerate(_stated_amounts(body))
        if amount["type"] == "lines_total" or (amount["type"] == "total" and not adjusted)
        if Decimal(amount["amount"]) != Decimal(computed)
    ]


def _stated_amounts(body: dict[str, Any]) -> list[dict[str, Any]]:
    amounts: list[dict[str, Any]] = body.get("totals", {}).get("stated", {}).get("amounts", [])
    return amounts


def stated_total(body: dict[str, Any]) -> str | None:
    """The total that the sender states, of the document, else what is to be paid, else of its lines, as exact decimal
    text."""
    by_type = {amount["type"]: amount["amount"] for amount in reversed(_stated_amounts(body))}
    return next((by_type[kind] for kind in ("total", "payable", "lines_total") if kind in by_type), None)
