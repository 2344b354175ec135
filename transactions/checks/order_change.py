"""Business rules for `order-change/1`."""

from typing import Any

from mappings.engine.findings import Finding
from transactions.checks.lines import distinct_numbers, quantities_above_zero


def check_order_change(body: dict[str, Any]) -> list[Finding]:
    """What no seller can do. A change of the header names no lines, and its totals are not those of the order."""
    lines = body.get("lines", [])
    return [*quantities_above_zero(lines), *distinct_numbers(lines)]
