"""Business rules for `remittance-advice/1`."""

from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding
from transactions.checks.amounts import agrees, stated

Body = dict[str, Any]


def check_remittance_advice(body: Body) -> list[Finding]:
    """What leaves a payment that nobody can apply."""
    lines = body.get("lines", [])
    if not lines:
        return [] if body.get("handling") == "payment_only" else [finding(Code.PAYMENT_WITHOUT_LINES)]
    amounts = stated(body)
    if "total" not in amounts or any("paid_amount" not in line for line in lines):
        return []
    index, amount = amounts["total"]
    paid = sum((Decimal(line["paid_amount"]) for line in lines), Decimal(0))
    own = sum((Decimal(one["amount"]) for one in body.get("adjustments", [])), Decimal(0))
    of_lines = sum((Decimal(one["amount"]) for line in lines for one in line.get("adjustments", [])), Decimal(0))
    if agrees(amount, paid, [own, of_lines], 0):
        return []
    return [
        finding(
            Code.PAYMENT_SUM_MISMATCH,
            f"The payment is {amount:f}; its lines come to {paid:f}, their adjustments to {own + of_lines:f}.",
            value=f"{amount:f}",
            target=f"/totals/stated/amounts/{index}/amount",
        )
    ]
