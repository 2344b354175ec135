"""What X12 cannot say as a document from elsewhere has it: said in another way, or left out by name; never twisted."""

from typing import Any

import pytest

from mappings.engine.findings import Code, Finding, Place, Severity
from mappings.engine.outbound.text import write_text
from mappings.engine.outbound.x12 import WrittenSet, write_set
from mappings.engine.outbound.x12_findings import named
from mappings.engine.x12.delimiters import STANDARD
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import SegmentWriter, transaction_set
from mappings.library import index

HEAD = {
    "model": "order/1",
    "exchange": {"standard": "ubl"},
    "number": "PO-1",
    "purpose": "original",
    "type": "standard",
    "issue_date": "2026-11-21",
}
LINE = {"key": 1, "line_id": "1", "quantity": {"value": "80", "unit": "H87", "unit_code": "C62"}}


def order(mapping: str = "x12-850-order", **more: Any) -> WrittenSet:
    return write_set(index.compiled(mapping).declaration, "004010", HEAD | {"lines": [LINE]} | more)


def rows(written: WrittenSet, segment: str) -> list[list[Any]]:
    return [row[1:] for row in written.segments if row[0] == segment]


def judged(written: WrittenSet, mapping: str = "x12-850-order") -> list[Finding]:
    text = "".join(transaction_set(SegmentWriter(), written.set_id, 1, written.segments))
    found = validator_for(written.set_id, written.release).read(text.encode(), STANDARD, Place()).findings
    return written.findings + named(index.compiled(mapping).declaration, found)


def test_an_order_of_ubl_is_clean() -> None:
    assert judged(order()) == []


def test_a_missing_field_is_named_with_its_element() -> None:
    body = {name: value for name, value in HEAD.items() if name != "issue_date"} | {"lines": [LINE]}
    (found,) = judged(write_set(index.compiled("x12-850-order").declaration, "004010", body))
    assert (found.code, found.place.segment_id, found.place.element) == (Code.ELEMENT_MISSING, "BEG", 5)
    assert "issue_date" in found.message


def test_missing_lines_are_named() -> None:
    (found,) = judged(order(lines=[]))
    assert (found.code, found.place.segment_id) == (Code.SEGMENT_MISSING, "PO1")
    assert "lines" in found.message


def test_a_set_counts_its_own_lines() -> None:
    written = order(totals={"stated": {"line_count": 50}, "computed": {"line_count": 1}})
    assert rows(written, "CTT") == [["1"]]
    assert judged(written) == []


@pytest.mark.parametrize(
    ("basis", "price"),
    [
        ({"basis_quantity": "40"}, ["0.3125"]),
        ({"basis_quantity": "40", "basis_unit": "H87"}, ["0.3125"]),
        ({"basis_quantity": "40", "basis_unit": "C62"}, ["0.3125"]),
        ({"basis_quantity": "100", "basis_unit": "C62", "type": "unit"}, ["12.50", "HP"]),
        ({"basis_quantity": "3"}, ["4.1666666667"]),
    ],
)
def test_a_price_of_forty_is_not_the_price_of_one(basis: dict[str, str], price: list[str]) -> None:
    written = order(lines=[LINE | {"price": {"amount": "12.50"} | basis}])
    assert [one for one in rows(written, "PO1")[0][3:] if one] == price
    assert written.findings == []


def test_a_basis_in_another_unit_is_an_error() -> None:
    price = {"amount": "12.50", "basis_quantity": "40", "basis_unit": "KGM"}
    (found,) = order(lines=[LINE | {"price": price}]).findings
    assert (found.code, found.severity) == (Code.VALUE_MISSTATED, Severity.ERROR)
    assert "lines/price/basis_quantity" in found.message


def test_a_line_whose_amount_was_made_otherwise_is_written() -> None:
    """SAP's orders have the product of a price per PCE where the ordered unit is H87: the whole line was once lost."""
    price = {"amount": "25.00", "basis_quantity": "100", "basis_unit": "PCE"}
    written = order(lines=[LINE | {"price": price, "amount": "20.00"}])
    assert len(rows(written, "PO1")) == 1


def test_a_long_address_is_put_together_and_a_long_name_goes_on() -> None:
    party = {
        "role": "buyer",
        "name": "The Very Long and Winding Name of a Company of Many Words and Few Products GmbH",
        "address": {"lines": ["Gate 2", "Yard", "Purchasing", "3 B", "12"], "city": "Voss"},
    }
    written = order(parties=[party])
    assert rows(written, "N1") == [["BY", "The Very Long and Winding Name of a Company of Many Words"]]
    assert rows(written, "N2") == [["and Few Products GmbH"]]
    assert rows(written, "N3") == [["Gate 2", "Yard"], ["Purchasing", "3 B, 12"]]
    assert judged(written) == []


def test_long_descriptions_and_notes_go_on() -> None:
    words = " ".join(f"word{number}" for number in range(60))
    written = order(lines=[LINE | {"descriptions": [{"text": words}]}], notes=[{"text": words}])
    assert " ".join(row[4] for row in rows(written, "PID")) == words
    assert " ".join(row[0] for row in rows(written, "MSG")) == words
    assert judged(written) == []


def test_what_has_no_place_to_go_on_is_cut_and_named() -> None:
    party = {"role": "buyer", "name": "Acme", "address": {"city": "Llanfairpwllgwyngyll Upon The Water"}}
    (found,) = judged(order(parties=[party]))
    assert (found.code, found.severity, found.place.segment_id) == (Code.VALUE_CUT, Severity.WARNING, "N4")
    assert "Water" in found.message
    assert "parties/address/city" in found.message


def test_a_number_is_never_cut() -> None:
    assert Code.ELEMENT_TOO_LONG in {one.code for one in judged(order(number="PO-" + "7" * 30))}


def test_a_place_without_a_name_is_not_lost() -> None:
    party = {"role": "ship_to", "address": {"lines": ["1 Dock Road"], "city": "Voss"}}
    written = order(parties=[party])
    assert rows(written, "N1") == [["ST", "1 Dock Road"]]
    assert judged(written) == []


def test_a_discount_without_its_days_is_left_out_and_named() -> None:
    written = order(payment_terms=[{"discount_percent": "2", "net_days": "30"}])
    (found,) = judged(written)
    assert (found.code, found.value) == (Code.PIECE_LEFT_OUT, "2")
    assert "payment_terms/discount_percent" in found.message
    assert rows(written, "ITD") == [["", "", "", "", "", "", "30"]]


def test_more_amounts_than_there_is_room_for_are_named() -> None:
    amounts = [{"type": kind, "amount": amount} for kind, amount in (("other", "1"), ("total", "2"), ("other", "3"))]
    written = write_set(
        index.compiled("x12-855-order-response").declaration,
        "004010",
        HEAD | {"status": "accepted", "totals": {"stated": {"amounts": amounts}}},
    )
    assert rows(written, "AMT") == [["TT", "2"]]
    assert [one.value for one in written.findings if one.place.segment_id == "AMT"] == ["ZZ 1", "ZZ 3"]


def test_a_line_is_answered_by_the_number_that_the_order_has_for_it() -> None:
    """The seller's own number of the line means nothing to the buyer."""
    answered = LINE | {"line_id": "1", "order": {"line_id": "10"}, "statuses": [{"status": "accepted"}]}
    written = order("x12-855-order-response", status="accepted", lines=[answered])
    assert [row[0] for row in rows(written, "PO1")] == ["10"]


def test_a_cancelled_shop_order_goes_out_as_a_cancellation() -> None:
    shop: dict[str, Any] = {"exchange": {"standard": "csv"}, "purpose": "cancellation"}
    cancelled = {"type": "other", "qualifier": "Cancelled at", "date": "2026-11-22", "time": "08:00:00"}
    assert rows(order(**shop), "BEG")[0][0] == "01"
    file = write_text(index.compiled("csv-orders-shop").declaration, [HEAD | shop | {"dates": [cancelled]}])
    assert "2026-11-22 08:00:00" in file.raw.decode()
    assert file.findings == []


@pytest.mark.parametrize("layout", ["csv-orders-shop", "csv-orders-lines", "csv-orders-marketplace"])
def test_a_cancellation_that_a_file_cannot_say_is_an_error(layout: str) -> None:
    body = HEAD | {"purpose": "cancellation", "lines": [LINE]}
    found = [one for one in write_text(index.compiled(layout).declaration, [body]).findings if one.severity == "error"]
    assert [(one.code, one.value) for one in found] == [(Code.VALUE_MISSTATED, "cancellation")]
    assert "purpose" in found[0].message


def test_how_a_document_came_is_nothing_that_a_file_must_say() -> None:
    """Its layout was another one, and that is why it is written."""
    body = HEAD | {"exchange": {"standard": "csv", "document_type": "shop-orders"}, "lines": [LINE]}
    written = write_text(index.compiled("csv-orders-lines").declaration, [body])
    assert [one.code for one in written.findings] == []
