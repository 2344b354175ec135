"""Business rules for `order/1`."""

from collections import Counter
from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding


def check_order(body: dict[str, Any]) -> list[Finding]:
    """What no seller can fulfil as it stands (errors), and what people should look at (warnings)."""
    lines = body.get("lines", [])
    if not lines:
        # A header-only cancellation names no lines and is complete without them.
        return [] if body.get("purpose") == "cancellation" else [finding(Code.ORDER_WITHOUT_LINES)]
    return [*_quantities(lines), *_line_numbers(lines), *_total(body)]


def _quantities(lines: list[dict[str, Any]]) -> list[Finding]:
    return [
        finding(
            Code.QUANTITY_NOT_POSITIVE,
            f"Line {line.get('line_id', line['key'])} orders {line['quantity']['value']}.",
            value=line["quantity"]["value"],
        )
        for line in lines
        if "quantity" in line and Decimal(line["quantity"]["value"]) <= 0
    ]


def _line_numbers(lines: list[dict[str, Any]]) -> list[Finding]:
    counted = Counter(line["line_id"] for line in lines if "line_id" in line and "parent_key" not in line)
    return [
        finding(Code.LINE_NUMBER_DUPLICATE, f"Line number {number} is used {times} times.", value=number)
        for number, times in counted.items()
        if times > 1
    ]


def _total(body: dict[str, Any]) -> list[Finding]:
    """Compare only what can be compared: every line priced, and nothing added to or taken from the lines' sum."""
    totals = body.get("totals", {})
    computed = totals.get("computed", {}).get("lines_amount")
    stated = stated_total(body)
    adjusted = any(part.get("allowances_charges") or part.get("taxes") for part in (body, *body.get("lines", [])))
    if computed is None or stated is None or adjusted or Decimal(stated) == Decimal(computed):
        return []
    return [
        finding(
            Code.ORDER_TOTAL_MISMATCH,
            f"The order states {stated}; its lines add up to {computed}.",
            value=stated,
        )
    ]


def stated_total(body: dict[str, Any]) -> str | None:
    """The total amount that the sender states, as exact decimal text."""
    amounts = body.get("totals", {}).get("stated", {}).get("amounts", [])
    return next((amount["amount"] for amount in amounts if amount["type"] == "total"), None)
