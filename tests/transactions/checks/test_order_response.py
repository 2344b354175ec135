"""Business rules for answers: a buyer must be able to tell what is answered, and how."""

from typing import Any

import pytest

from transactions.checks import check

ANSWER = {"model": "order-response/1", "number": "OR-1", "status": "accepted", "order": {"number": "PO-1"}}
LINE = {"key": 1, "line_id": "1", "statuses": [{"status": "rejected", "quantity": {"value": "0"}}]}


@pytest.mark.parametrize(
    ("differs", "codes"),
    [
        ({}, []),
        ({"order": {}}, ["order-not-named"]),
        ({"status": "line_by_line"}, ["answer-missing"]),
        ({"status": "line_by_line", "lines": [LINE]}, []),
        ({"lines": [LINE, LINE | {"key": 2}]}, ["line-number-duplicate"]),
    ],
)
def test_an_answer_says_what_it_answers_and_how(differs: dict[str, Any], codes: list[str]) -> None:
    assert [found.code for found in check("order-response/1", ANSWER | differs)] == codes


def test_a_confirmed_quantity_below_zero_is_found_at_its_status() -> None:
    less = {"key": 1, "statuses": [{"status": "accepted"}, {"status": "back_ordered", "quantity": {"value": "-1"}}]}
    (found,) = check("order-response/1", ANSWER | {"lines": [less]})
    assert (found.code, found.target) == ("quantity-negative", "/lines/0/statuses/1/quantity/value")
