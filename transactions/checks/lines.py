"""Rules about lines that hold in every kind of document that has them."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding

SAYS_HOW_MUCH = frozenset({"quantity", "quantities", "delivery_splits", "parent_key"})


def quantities_above_zero(lines: list[dict[str, Any]], verb: str = "orders") -> list[Finding]:
    """An error for each line that asks for nothing, or less. Lines that are taken back may say so."""
    return [
        finding(
            Code.QUANTITY_NOT_POSITIVE,
            f"Line {line.get('line_id', line['key'])} {verb} {line['quantity']['value']}.",
            value=line["quantity"]["value"],
            target=f"/lines/{index}/quantity/value",
        )
        for index, line in enumerate(lines)
        if "quantity" in line and line.get("action") != "delete" and Decimal(line["quantity"]["value"]) <= 0
    ]


def quantities_given(lines: list[dict[str, Any]]) -> list[Finding]:
    """An error for each line that does not say how much is wanted.

    A line may say it by the parts that it is delivered in, by another quantity, by its sublines, or by an amount
    without a price, as services are ordered. A subline belongs to what its line says.
    """
    parents = {line["parent_key"] for line in lines if "parent_key" in line}
    return [
        finding(
            Code.QUANTITY_MISSING,
            f"Line {line.get('line_id', line['key'])} does not say how much is ordered.",
            target=f"/lines/{index}",
        )
        for index, line in enumerate(lines)
        if not SAYS_HOW_MUCH & line.keys() and line["key"] not in parents
        if not line.get("stated_amounts") or "price" in line
    ]


def distinct_numbers(lines: list[dict[str, Any]]) -> list[Finding]:
    """One warning for each line number used again, at its second use."""
    uses: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if "line_id" in line and "parent_key" not in line:
            uses[line["line_id"]].append(index)
    return [
        finding(
            Code.LINE_NUMBER_DUPLICATE,
            f"Line number {number} is used {len(indexes)} times.",
            value=number,
            target=f"/lines/{indexes[1]}/line_id",
        )
        for number, indexes in uses.items()
        if len(indexes) > 1
    ]


def named_items(lines: list[dict[str, Any]]) -> Iterator[Finding]:
    """An error for each line that names no item by number or in words."""
    for index, line in enumerate(lines):
        if not line.get("identifiers") and not line.get("descriptions"):
            message = f"Line {line.get('line_id', line['key'])} names no item."
            yield finding(Code.ITEM_NOT_NAMED, message, target=f"/lines/{index}")
