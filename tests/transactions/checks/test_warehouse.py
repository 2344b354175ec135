"""Business rules for orders to warehouses and what warehouses advise."""

from typing import Any

import pytest

from transactions.checks import check

LINE: dict[str, Any] = {"key": 1, "identifiers": [{"scheme": "sku", "value": "A"}], "quantity": {"value": "4"}}
SHIPPED = LINE | {"quantity_ordered": {"value": "6"}, "quantity_difference": "2"}


def totals(stated: str) -> dict[str, Any]:
    return {"totals": {"stated": {"quantity": stated}, "computed": {"quantity": "4.0"}}}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"lines": [LINE]} | totals("4"), []),
        ({"lines": [LINE]} | totals("5"), [("shipment-sum-mismatch", "/totals/stated/quantity")]),
        ({"lines": []}, [("order-without-lines", "")]),
        ({"lines": [], "purpose": "cancellation"}, []),
        ({"lines": [LINE | {"quantity": {"value": "0"}}]}, [("quantity-not-positive", "/lines/0/quantity/value")]),
        ({"lines": [{"key": 1}]}, [("item-not-named", "/lines/0")]),
    ],
)
def test_what_no_warehouse_can_pick(body: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert [(one.code, one.target) for one in check("warehouse-order/1", body)] == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"lines": [SHIPPED]} | totals("4"), []),
        ({"lines": [SHIPPED]} | totals("5"), [("shipment-sum-mismatch", "/totals/stated/quantity")]),
        ({"lines": [SHIPPED | {"quantity_difference": "-2"}]}, []),
        (
            {"lines": [SHIPPED | {"quantity_difference": "3"}]},
            [("quantity-difference-mismatch", "/lines/0/quantity_difference")],
        ),
        ({"lines": []}, [("shipment-empty", "")]),
        ({"lines": [LINE | {"quantity": {"value": "-1"}}]}, [("quantity-negative", "/lines/0/quantity/value")]),
        ({"lines": [{"key": 1}]}, [("item-not-named", "/lines/0")]),
        ({"lines": [LINE], "units": [{"key": 1, "sscc": "123"}]}, [("sscc-invalid", "/units/0/sscc")]),
        ({"lines": [LINE], "units": [{"key": 1, "sscc": "106141412345678908"}]}, []),
    ],
)
def test_what_cannot_be_booked_out_of_stock(body: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert [(one.code, one.target) for one in check("warehouse-shipping-advice/1", body)] == found
