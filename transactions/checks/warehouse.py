"""Business rules for `warehouse-order/1` and `warehouse-shipping-advice/1`."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding
from transactions.checks.despatch_advice import is_sscc
from transactions.checks.lines import named_items, quantities_above_zero

Body = dict[str, Any]
MOST = 20
"""So many findings of one rule are enough to see what is wrong."""


def check_warehouse_order(body: Body) -> list[Finding]:
    """What no warehouse can pick as it stands (errors), and what it will question (warnings)."""
    lines = body.get("lines", [])
    if body.get("purpose") == "cancellation":
        return []
    if not lines:
        return [finding(Code.ORDER_WITHOUT_LINES)]
    return [*quantities_above_zero(lines)[:MOST], *list(named_items(lines))[:MOST], *_codes(body), *_sum(body)]


def check_warehouse_shipping_advice(body: Body) -> list[Finding]:
    """What cannot be booked out of stock or into it (errors), and what will be questioned (warnings)."""
    lines = body.get("lines", [])
    if body.get("purpose") == "cancellation":
        return []
    if not lines:
        return [finding(Code.SHIPMENT_EMPTY, "The shipping advice has no lines")]
    found = []
    for rule in (_negative(lines), named_items(lines), _differences(lines), _codes(body)):
        found += list(rule)[:MOST]
    return [*found, *_sum(body)]


def _negative(lines: list[Body]) -> Iterator[Finding]:
    for index, line in enumerate(lines):
        if "quantity" in line and Decimal(line["quantity"]["value"]) < 0:
            yield finding(
                Code.QUANTITY_NEGATIVE,
                f"Line {line.get('line_id', line['key'])} ships {line['quantity']['value']}.",
                value=line["quantity"]["value"],
                target=f"/lines/{index}/quantity/value",
            )


def _differences(lines: list[Body]) -> Iterator[Finding]:
    """A stated difference against ordered less shipped; its sign is written both ways."""
    for index, line in enumerate(lines):
        if not {"quantity", "quantity_ordered", "quantity_difference"} <= line.keys():
            continue
        made = Decimal(line["quantity_ordered"]["value"]) - Decimal(line["quantity"]["value"])
        if abs(Decimal(line["quantity_difference"])) != abs(made):
            yield finding(
                Code.QUANTITY_DIFFERENCE_MISMATCH,
                f"Line {line.get('line_id', line['key'])} states a difference of {line['quantity_difference']}; "
                f"ordered less shipped is {made}.",
                value=line["quantity_difference"],
                target=f"/lines/{index}/quantity_difference",
            )


def _codes(body: Body) -> Iterator[Finding]:
    for index, unit in enumerate(body.get("units", [])):
        if "sscc" in unit and not is_sscc(unit["sscc"]):
            message = f"{unit['sscc']} is no serial shipping container code."
            yield finding(Code.SSCC_INVALID, message, value=unit["sscc"], target=f"/units/{index}/sscc")


def _sum(body: Body) -> list[Finding]:
    totals = body.get("totals", {})
    said, made = totals.get("stated", {}).get("quantity"), totals.get("computed", {}).get("quantity")
    if said is None or made is None or Decimal(said) == Decimal(made):
        return []
    message = f"The document states {said}; its lines come to {made}."
    return [finding(Code.SHIPMENT_SUM_MISMATCH, message, value=said, target="/totals/stated/quantity")]
