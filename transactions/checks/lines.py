"""Rules about lines that hold in every kind of document that has them."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, finding


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
