"""Business rules for `freight-invoice/1`, `load-tender/1` and `transport-status/1`."""

from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding
from transactions.checks.amounts import agrees, stated

Body = dict[str, Any]
ZERO = Decimal(0)


def check_freight_invoice(body: Body) -> list[Finding]:
    """The stated sum of charges and what is due against the charges, with advances and what is prepaid or without."""
    amounts = stated(body)
    charges = [charge for line in body.get("lines", []) for charge in line.get("charges", [])]
    if body.get("purpose") == "cancellation":
        return []
    if not charges and not amounts:
        return [finding(Code.INVOICE_WITHOUT_LINES)]
    if not charges or any("amount" not in charge for charge in charges if not _aside(charge)):
        return []
    made = _sum(charges, "amount")
    extras = [
        _sum(charges, "advances") or _stated_other(body),
        -(_sum(charges, "prepaid") or amounts.get("prepaid", (0, ZERO))[1]),
    ]
    found = []
    for kind in ("lines_total", "total"):
        if kind in amounts and not agrees(amounts[kind][1], made, extras, len(charges)):
            index, amount = amounts[kind]
            message = f"The invoice states {amount:f} as its {kind.replace('_', ' ')}; its charges come to {made:f}."
            target = f"/totals/stated/amounts/{index}/amount"
            found.append(finding(Code.INVOICE_SUM_MISMATCH, message, value=f"{amount:f}", target=target))
    return found


def check_load_tender(body: Body) -> list[Finding]:
    """A load is taken up somewhere and set down somewhere; a change may leave out what stays as it is."""
    if body.get("purpose") in ("cancellation", "change", "response"):
        return []
    types = {stop["type"].removeprefix("complete_").removeprefix("partial_") for stop in body.get("stops", [])}
    if "other" in types or {"load", "unload"} <= types:
        return []
    return [finding(Code.STOP_MISSING, target="/stops")]


def check_transport_status(body: Body) -> list[Finding]:
    """A status that says of nothing what became of it."""
    lines = body.get("lines", [])
    if any(line.get("events") or line.get("exceptions") for line in lines):
        return []
    return [finding(Code.STATUS_WITHOUT_EVENTS, target="/lines")]


def _sum(charges: list[Body], name: str) -> Decimal:
    return sum((Decimal(charge[name]) for charge in charges if name in charge), ZERO)


def _aside(charge: Body) -> bool:
    """A charge that has nothing but an advance or what is prepaid."""
    return "advances" in charge or "prepaid" in charge


def _stated_other(body: Body) -> Decimal:
    """Advances stated in total."""
    return stated(body).get("other", (0, ZERO))[1]
