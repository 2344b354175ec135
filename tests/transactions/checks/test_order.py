"""Business rules: an impossible order is stopped, an odd one is shown, each at its place in the source."""

import pytest

from mappings.engine.codes import Severity
from tests.transactions.conftest import Send
from tests.transactions.x12 import Order, isa_of, x12
from transactions.checks.order import check_order
from transactions.models import Attempt, Document, ExceptionCase
from transactions.pipeline.storable import read_findings

HEAD = ("BEG*00*SA*PO-1**20261121", "CUR*BY*USD")
ONE = "PO1*1*10*EA*2.50**VP*A"
TWO = "PO1*2*4*EA*5**VP*B"


def test_a_quantity_of_nothing_is_an_error_at_its_element(send: Send) -> None:
    send(x12(isa_of(Order(segments=(*HEAD, ONE, "PO1*2*0*EA*5**VP*B", "CTT*2")))))

    assert Document.objects.get().outcome == "rejected"
    (found,) = read_findings(Attempt.objects.get().findings)
    assert (found.code, found.target) == ("quantity-not-positive", "/lines/1/quantity/value")
    assert (found.place.segment, found.place.segment_id, found.place.element) == (5, "PO1", 2)
    assert found.place.offset > 0
    assert ExceptionCase.objects.get().category == "business"


def test_a_line_without_a_quantity_is_an_error_at_its_line(send: Send) -> None:
    """X12 demands PO102 only beside PO103; nobody can fulfil the line all the same."""
    send(x12(isa_of(Order(segments=(*HEAD, ONE, "PO1*2*****VP*B", "CTT*2")))))

    assert Document.objects.get().outcome == "rejected"
    (found,) = read_findings(Attempt.objects.get().findings)
    assert (found.code, found.target) == ("quantity-missing", "/lines/1")
    assert (found.message, found.place.segment, found.place.segment_id) == (
        "Line 2 does not say how much is ordered.", 5, "PO1",
    )  # fmt: skip
    assert ExceptionCase.objects.get().category == "business"


LINE = {"key": 1, "line_id": "1"}
QUANTITY = {"value": "2", "unit": "each"}


@pytest.mark.parametrize(
    ("changes", "lines", "codes"),
    [
        ({}, [LINE], ["quantity-missing"]),
        ({"purpose": "replace"}, [LINE], ["quantity-missing"]),
        ({"purpose": "information"}, [LINE], []),
        ({"purpose": "cancellation"}, [LINE], []),
        ({"type": "blanket"}, [LINE], []),
        ({"type": "release"}, [LINE], ["quantity-missing"]),
        ({}, [LINE | {"delivery_splits": [{"quantity": QUANTITY}]}], []),
        ({}, [LINE | {"quantities": [{"quantity": QUANTITY}]}], []),
        ({}, [LINE | {"stated_amounts": [{"type": "total", "amount": "5000"}]}], []),
        (
            {},
            [LINE | {"stated_amounts": [{"type": "total", "amount": "50"}], "price": {"amount": "5"}}],
            ["quantity-missing"],
        ),
        ({}, [LINE, {"key": 2, "parent_key": 1, "quantity": QUANTITY}], []),
        ({}, [LINE | {"quantity": QUANTITY}, {"key": 2, "parent_key": 1}], []),
    ],
)
def test_what_says_how_much_is_ordered(
    changes: dict[str, str], lines: list[dict[str, object]], codes: list[str]
) -> None:
    body = {"purpose": "original", "type": "standard", "lines": lines, "totals": {}} | changes
    assert [found.code for found in check_order(body)] == codes


def test_a_cancellation_may_say_of_each_line_that_nothing_is_wanted() -> None:
    body = {"purpose": "cancellation", "lines": [{"key": 1, "quantity": {"value": "0"}}], "totals": {}}
    assert check_order(body) == []
    assert [found.code for found in check_order(body | {"purpose": "original"})] == ["quantity-not-positive"]


def test_a_line_number_used_twice_is_a_warning_at_its_second_use(send: Send) -> None:
    send(x12(isa_of(Order(segments=(*HEAD, ONE, "PO1*1*4*EA*5**VP*B", "CTT*2")))))

    assert Document.objects.get().outcome == "accepted"
    (found,) = read_findings(Attempt.objects.get().findings)
    assert (found.code, found.severity, found.place.segment) == ("line-number-duplicate", Severity.WARNING, 5)


@pytest.mark.parametrize(
    ("trailer", "fits"),
    [
        (("CTT*2", "AMT*TT*45"), True),
        (("CTT*2", "AMT*TT*45.00"), True),
        (("CTT*2", "AMT*TT*44.99"), False),
        (("CTT*2", "AMT*1*44.99"), False),
        (("CTT*2",), True),
    ],
)
def test_a_stated_total_is_compared_exactly(send: Send, trailer: tuple[str, ...], fits: bool) -> None:
    send(x12(isa_of(Order(segments=(*HEAD, ONE, TWO, *trailer)))))

    codes = [found.code for found in read_findings(Attempt.objects.get().findings)]
    assert codes == ([] if fits else ["order-total-mismatch"])
    assert Document.objects.get().outcome == "accepted"


def test_a_total_with_a_charge_is_not_the_sum_of_the_lines(send: Send) -> None:
    charge = "SAC*C*D240***1000"
    send(x12(isa_of(Order(segments=(*HEAD, charge, ONE, TWO, "CTT*2", "AMT*TT*55")))))

    assert read_findings(Attempt.objects.get().findings) == []


@pytest.mark.parametrize(("purpose", "outcome"), [("01", "accepted"), ("00", "rejected")])
def test_only_a_cancellation_may_have_no_lines(purpose: str, outcome: str) -> None:
    from transactions.checks import check

    body: dict[str, object] = {"purpose": "cancellation" if purpose == "01" else "original", "lines": []}
    assert bool(check("order/1", body)) is (outcome == "rejected")
