"""Business rules for stock, sales, prices and returns: what a buyer cannot use is said at its place."""

from typing import Any

import pytest

from transactions.checks import check

ITEM: dict[str, Any] = {"key": 1, "line_id": "1", "identifiers": [{"scheme": "sku", "value": "A"}]}
PRICED = ITEM | {"prices": [{"amount": "9.90"}]}


@pytest.mark.parametrize(
    ("model", "body", "found"),
    [
        ("inventory-report/1", {"lines": [ITEM]}, []),
        ("inventory-report/1", {"lines": []}, [("report-without-lines", "")]),
        ("inventory-report/1", {"lines": [{"key": 1}]}, [("item-not-named", "/lines/0")]),
        ("inventory-report/1", {"lines": [{"key": 1, "descriptions": [{"text": "Soup"}]}]}, []),
        (
            "product-activity/1",
            {"lines": [ITEM], "period_start": "2026-11-16", "period_end": "2026-11-09"},
            [("period-invalid", "/period_end")],
        ),
        ("product-activity/1", {"lines": [ITEM], "period_start": "2026-11-16", "period_end": "2026-11-16"}, []),
        ("price-catalogue/1", {"lines": [PRICED]}, []),
        ("price-catalogue/1", {"lines": [], "purpose": "cancellation"}, []),
        ("price-catalogue/1", {"lines": []}, [("report-without-lines", "")]),
        ("price-catalogue/1", {"lines": [ITEM]}, [("price-missing", "/lines/0/prices")]),
        ("price-catalogue/1", {"lines": [ITEM], "prices": [{"amount": "1"}]}, []),
        ("price-catalogue/1", {"lines": [ITEM | {"action": "delete"}]}, []),
        (
            "price-catalogue/1",
            {"lines": [ITEM | {"prices": [{"amount": "1"}, {"amount": "-1"}]}]},
            [("price-negative", "/lines/0/prices/1/amount")],
        ),
        (
            "price-catalogue/1",
            {"lines": [PRICED], "valid_from": "2026-12-01", "valid_until": "2026-11-01"},
            [("period-invalid", "/valid_until")],
        ),
        ("return/1", {"lines": [ITEM | {"quantity": {"value": "1"}}]}, []),
        ("return/1", {"lines": []}, [("report-without-lines", "")]),
        ("return/1", {"lines": [], "purpose": "cancellation"}, []),
        (
            "return/1",
            {"lines": [ITEM | {"quantity": {"value": "0"}}]},
            [("quantity-not-positive", "/lines/0/quantity/value")],
        ),
    ],
)
def test_what_cannot_be_used_is_found_at_its_place(
    model: str, body: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert [(one.code, one.target) for one in check(model, body)] == found
