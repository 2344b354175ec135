"""Business rules for what is said about items: `inventory-report/1`, `product-activity/1`, `price-catalogue/1`, and
`return/1`."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding
from transactions.checks.lines import named_items, quantities_above_zero

Body = dict[str, Any]
MOST = 20
"""So many findings of one rule are enough to see what is wrong."""


def check_items(body: Body) -> list[Finding]:
    """What nobody can count (errors), and a report that says nothing (warning). Stock below zero is oversold."""
    lines = body.get("lines", [])
    if not lines:
        return [finding(Code.REPORT_WITHOUT_LINES)]
    return [*list(named_items(lines))[:MOST], *_period(body, "period_start", "period_end")]


def check_price_catalogue(body: Body) -> list[Finding]:
    """What cannot be ordered by this catalogue, and what would be billed wrongly."""
    lines = body.get("lines", [])
    if body.get("purpose") == "cancellation":
        return []
    if not lines:
        return [finding(Code.REPORT_WITHOUT_LINES)]
    found = []
    for rule in (named_items(lines), _priced(body, lines), _below_zero(lines)):
        found += list(rule)[:MOST]
    return [*found, *_period(body, "valid_from", "valid_until")]


def check_return(body: Body) -> list[Finding]:
    """What cannot be sent back or credited as it stands."""
    lines = body.get("lines", [])
    if body.get("purpose") == "cancellation":
        return []
    if not lines:
        return [finding(Code.REPORT_WITHOUT_LINES)]
    return [*list(named_items(lines))[:MOST], *quantities_above_zero(lines, "returns")[:MOST]]


def _priced(body: Body, lines: list[Body]) -> Iterator[Finding]:
    """A change that takes an item out needs no price; prices of the whole catalogue are for all its items."""
    for index, line in enumerate(lines):
        if not line.get("prices") and not body.get("prices") and line.get("action") != "delete":
            message = f"Line {line.get('line_id', line['key'])} has no price."
            yield finding(Code.PRICE_MISSING, message, target=f"/lines/{index}/prices")


def _below_zero(lines: list[Body]) -> Iterator[Finding]:
    for index, line in enumerate(lines):
        for number, price in enumerate(line.get("prices", [])):
            if Decimal(price["amount"]) < 0:
                yield finding(
                    Code.PRICE_NEGATIVE,
                    f"Line {line.get('line_id', line['key'])} has the price {price['amount']}.",
                    value=price["amount"],
                    target=f"/lines/{index}/prices/{number}/amount",
                )


def _period(body: Body, start: str, end: str) -> list[Finding]:
    """ISO dates are in order as texts."""
    begins, ends = body.get(start, ""), body.get(end, "")
    if not (begins and ends and ends < begins):
        return []
    return [finding(Code.PERIOD_INVALID, f"{begins} to {ends} is no period.", value=ends, target=f"/{end}")]
