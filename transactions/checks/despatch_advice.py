"""Business rules for `despatch-advice/1`."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, Severity, finding

SSCC_DIGITS = 18
MOST = 20
"""So many findings of one rule are enough to see what is wrong."""


def check_despatch_advice(body: dict[str, Any]) -> list[Finding]:
    """What a warehouse cannot receive as it stands (errors), and what it will stumble over (warnings)."""
    lines = body.get("lines", [])
    if body.get("purpose") == "cancellation":
        return []
    if not lines and not body.get("orders") and not body.get("order"):
        return [finding(Code.SHIPMENT_EMPTY)]
    found = []
    for rule in (_negative(lines), _without_order(body, lines), _packed(body, lines), _codes(body)):
        found += list(rule)[:MOST]
    return found


def _negative(lines: list[dict[str, Any]]) -> Iterator[Finding]:
    for index, line in enumerate(lines):
        if "quantity" in line and Decimal(line["quantity"]["value"]) < 0:
            yield finding(
                Code.QUANTITY_NEGATIVE,
                f"Line {line.get('line_id', line['key'])} sends {line['quantity']['value']}.",
                value=line["quantity"]["value"],
                target=f"/lines/{index}/quantity/value",
            )


def _without_order(body: dict[str, Any], lines: list[dict[str, Any]]) -> Iterator[Finding]:
    """A part of a line is for the order of its line."""
    if body.get("order", {}).get("number"):
        return
    for index, line in enumerate(lines):
        order = line.get("order", {})
        if "parent_key" not in line and not (order.get("number") or order.get("seller_number")):
            message = f"Line {line.get('line_id', line['key'])} does not say which order it is for."
            yield finding(Code.ORDER_NOT_NAMED, message, severity=Severity.WARNING, target=f"/lines/{index}")


def _packed(body: dict[str, Any], lines: list[dict[str, Any]]) -> Iterator[Finding]:
    """Links by key are made by us and hold; those by id are the sender's."""
    units = {unit["id"] for unit in body.get("handling_units", []) if "id" in unit}
    numbers = {line["line_id"] for line in lines if "line_id" in line}
    for index, entry in enumerate(body.get("packed", [])):
        for field, known in (("unit_id", units), ("contained_unit_id", units), ("line_id", numbers)):
            if field in entry and entry[field] not in known:
                yield finding(
                    Code.PACKED_UNKNOWN,
                    f"{entry[field]} is named as packed, but nothing in the document has this number.",
                    value=entry[field],
                    target=f"/packed/{index}/{field}",
                )


def _codes(body: dict[str, Any]) -> Iterator[Finding]:
    for index, unit in enumerate(body.get("handling_units", [])):
        if "sscc" in unit and not is_sscc(unit["sscc"]):
            message = f"{unit['sscc']} is no serial shipping container code."
            yield finding(Code.SSCC_INVALID, message, value=unit["sscc"], target=f"/handling_units/{index}/sscc")


def is_sscc(text: str) -> bool:
    """Whether a text is an SSCC: eighteen digits, the last of which checks the others (GS1 General Specifications,
    section 7.9: weights 3 and 1 from the right, modulo 10)."""
    if len(text) != SSCC_DIGITS or not (text.isascii() and text.isdecimal()):
        return False
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(text))
    return total % 10 == 0
