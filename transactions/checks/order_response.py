"""Business rules for `order-response/1`."""

from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding
from transactions.checks.lines import distinct_numbers

UNDECIDED = ("line_by_line",)


def check_order_response(body: dict[str, Any]) -> list[Finding]:
    """What leaves the buyer without an answer: an answer to no order, or one left to lines that are not there."""
    lines = body.get("lines", [])
    return [*_answer(body, lines), *_negative(lines), *distinct_numbers(lines)]


def _answer(body: dict[str, Any], lines: list[dict[str, Any]]) -> list[Finding]:
    found = []
    if not body.get("order", {}).get("number"):
        found.append(finding(Code.ORDER_NOT_NAMED, target="/order"))
    if body.get("status") in UNDECIDED and not lines:
        found.append(finding(Code.ANSWER_MISSING, target="/status"))
    return found


def _negative(lines: list[dict[str, Any]]) -> list[Finding]:
    return [
        finding(
            Code.QUANTITY_NEGATIVE,
            f"Line {line.get('line_id', line['key'])} says {status['quantity']['value']}.",
            value=status["quantity"]["value"],
            target=f"/lines/{index}/statuses/{number}/quantity/value",
        )
        for index, line in enumerate(lines)
        for number, status in enumerate(line.get("statuses", []))
        if "quantity" in status and Decimal(status["quantity"]["value"]) < 0
    ]
