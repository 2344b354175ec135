"""Business rules for shipments: what a warehouse would stumble over is said before the truck is there."""

from typing import Any

import pytest

from transactions.checks import check
from transactions.checks.despatch_advice import is_sscc

LINE = {"key": 3, "line_id": "1", "order": {"number": "PO-1"}, "quantity": {"value": "5"}}
SHIPMENT: dict[str, Any] = {
    "model": "despatch-advice/1",
    "number": "S-1",
    "purpose": "original",
    "handling_units": [{"key": 2, "type": "pallet", "id": "P1", "sscc": "106141412345678908"}],
    "lines": [LINE],
    "packed": [{"unit_id": "P1", "line_id": "1"}],
}


@pytest.mark.parametrize(
    ("differs", "found"),
    [
        ({}, []),
        ({"lines": [], "packed": []}, [("shipment-empty", "")]),
        ({"lines": [], "packed": [], "purpose": "cancellation"}, []),
        ({"lines": [], "packed": [], "orders": [{"key": 1, "order": {"number": "PO-1"}}]}, []),
        ({"lines": [LINE | {"quantity": {"value": "-1"}}]}, [("quantity-negative", "/lines/0/quantity/value")]),
        ({"lines": [LINE | {"order": {"line_id": "1"}}]}, [("order-not-named", "/lines/0")]),
        ({"lines": [LINE | {"order": {"line_id": "1"}}], "order": {"number": "PO-1"}}, []),
        ({"lines": [LINE, {"key": 4, "parent_key": 3}]}, []),
        ({"packed": [{"unit_id": "P2", "line_id": "1"}]}, [("packed-unknown", "/packed/0/unit_id")]),
        ({"packed": [{"unit_key": 2, "line_id": "9"}]}, [("packed-unknown", "/packed/0/line_id")]),
        (
            {"packed": [{"unit_id": "P1", "contained_unit_id": "P3"}]},
            [("packed-unknown", "/packed/0/contained_unit_id")],
        ),
        (
            {"handling_units": [{"id": "P1", "sscc": "106141412345678909"}]},
            [("sscc-invalid", "/handling_units/0/sscc")],
        ),
    ],
)
def test_what_cannot_be_received_is_found_at_its_place(differs: dict[str, Any], found: list[tuple[str, str]]) -> None:
    findings = check("despatch-advice/1", SHIPMENT | differs)
    assert [(one.code, one.target) for one in findings] == found


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("106141412345678908", True),  # the example of the GS1 General Specifications
        ("106141412345678909", False),
        ("10614141234567890", False),
        ("10614141234567890A", False),
    ],
)
def test_the_last_digit_of_a_container_code_checks_the_others(text: str, fits: bool) -> None:
    assert is_sscc(text) is fits


def test_a_shipment_of_thousands_does_not_bury_people_in_findings() -> None:
    lines = [{"key": number, "line_id": str(number)} for number in range(1, 2000)]
    assert len(check("despatch-advice/1", SHIPMENT | {"lines": lines})) == 20
