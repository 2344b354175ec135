"""Findings as programs read them: with how to mend them, and what X12 calls them."""

from typing import Any, NamedTuple

import msgspec

from mappings.engine.findings import Finding
from transactions.pipeline.storable import read_findings


class X12Code(NamedTuple):
    """The element of an acknowledgment that carries a code, and the field of `Rule` that holds it."""

    element: str
    field: str


X12_CODES = (
    X12Code("TA105", "ta1"),
    X12Code("AK905", "group"),
    X12Code("AK502", "set"),
    X12Code("AK304", "segment"),
    X12Code("AK403", "element"),
)


def present_finding(found: Finding) -> dict[str, Any]:
    """JSON-ready: layer, code, severity, message, mend, where (in words), place, value, x12 (element → code)."""
    rule = found.rule
    return {
        "layer": found.layer.value,
        "code": found.code.value,
        "severity": found.severity.value,
        "message": found.message,
        "mend": rule.mend,
        "where": found.place.label(),
        "place": msgspec.to_builtins(found.place),
        "value": found.value,
        "x12": {element: code for element, field in X12_CODES if (code := getattr(rule, field))},
    }


def present_stored(stored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As `present_finding`, for findings as a row keeps them."""
    return [present_finding(found) for found in read_findings(stored)]
