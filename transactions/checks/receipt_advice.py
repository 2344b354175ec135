"""Business rules for `receipt-advice/1`."""

from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, Severity, finding

Body = dict[str, Any]
MOST = 20
"""So many findings of one rule are enough to see what is wrong."""


def check_receipt_advice(body: Body) -> list[Finding]:
    """What stock cannot be booked from (errors), and what will be questioned (warnings)."""
    lines = body.get("lines", [])
    if body.get("purpose") == "cancellation":
        return []
    if not lines:
        return [finding(Code.RECEIPT_WITHOUT_LINES)]
    return [*_negative(lines)[:MOST], *_order(body, lines), *_sum(body)]


def _negative(lines: list[Body]) -> list[Finding]:
    return [
        finding(
            Code.QUANTITY_NEGATIVE,
            f"Line {line.get('line_id', line['key'])} receives {line['quantity']['value']}.",
            value=line["quantity"]["value"],
            target=f"/lines/{index}/quantity/value",
        )
        for index, line in enumerate(lines)
        if "quantity" in line and Decimal(line["quantity"]["value"]) < 0
    ]


def _order(body: Body, lines: list[Body]) -> list[Finding]:
    """A receipt is for an order or for a shipment that knows its order."""
    named = any(part.get("order") or part.get("despatch") for part in (body, *lines))
    return [] if named else [finding(Code.ORDER_NOT_NAMED, severity=Severity.WARNING, target="/order")]


def _sum(body: Body) -> list[Finding]:
    totals = body.get("totals", {})
    said, made = totals.get("stated", {}).get("quantity"), totals.get("computed", {}).get("quantity")
    if said is None or made is None or Decimal(said) == Decimal(made):
        return []
    message = f"The receipt states {said}; its lines come to {made}."
    return [finding(Code.RECEIPT_SUM_MISMATCH, message, value=said, target="/totals/stated/quantity")]
