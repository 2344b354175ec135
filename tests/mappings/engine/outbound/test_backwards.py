"""A canonical document is written by the declaration that reads such documents."""

from typing import Any

import pytest

from mappings.engine.outbound.x12 import write_set
from mappings.engine.x12.writer import SegmentWriter, UnwritableValue, transaction_set
from mappings.library import index

X12 = {"exchange": {"standard": "x12"}}
HEAD = X12 | {"number": "PO-1", "purpose": "original", "purpose_code": "00", "issue_date": "2026-11-21"}


def written(mapping: str, body: dict[str, Any], release: str = "004010") -> list[list[Any]]:
    return write_set(index.compiled(mapping).declaration, release, body).segments


def test_values_stand_where_they_are_read() -> None:
    party = {"role": "buyer", "role_code": "BY", "name": "Acme", "address": {"lines": ["1 Main St"], "city": "Solon"}}
    assert written("x12-850-order", HEAD | {"parties": [party]}) == [
        ["BEG", "00", "", "PO-1", "", "20261121"],
        ["N1", "BY", "Acme"],
        ["N3", "1 Main St"],
        ["N4", "Solon"],
    ]


def test_numbers_dates_and_times_are_written_as_x12_does() -> None:
    body = X12 | {
        "number": "I-1",
        "issue_date": "2026-11-21",
        "totals": {"stated": {"amounts": [{"type": "total", "qualifier": "TDS01", "amount": "1180.50"}]}},
        "dates": [{"type": "shipped", "qualifier": "011", "date": "2026-11-20", "time": "08:30:00"}],
    }
    segments = written("x12-810-invoice", body)
    assert ["DTM", "011", "20261120", "0830"] in segments
    assert ["TDS", "118050"] in segments


def test_the_senders_own_code_goes_out_and_that_of_another_standard_does_not() -> None:
    quantity = {"value": "5", "unit": "EA", "unit_code": "UN"}
    line = {"key": 1, "line_id": "1", "quantity": quantity}
    assert ["PO1", "1", "5", "UN"] in written("x12-850-order", HEAD | {"lines": [line]})
    quantity["unit_code"] = "C62"
    foreign = HEAD | {"exchange": {"standard": "ubl"}, "lines": [line]}
    assert ["PO1", "1", "5", "C62"] not in written("x12-850-order", foreign)


def test_pairs_fill_the_elements_that_are_free() -> None:
    numbers = [
        {"scheme": "gtin", "qualifier": "UP", "value": "1"},
        {"scheme": "buyer", "qualifier": "BP", "value": "2"},
    ]
    segments = written("x12-850-order", HEAD | {"lines": [{"key": 1, "line_id": "1", "identifiers": numbers}]})
    assert ["PO1", "1", "", "", "", "", "UP", "1", "BP", "2"] in segments


def test_a_subline_follows_its_line() -> None:
    lines = [{"key": 1, "line_id": "1"}, {"key": 2, "line_id": "2"}]
    lines.insert(1, {"key": 2, "parent_key": 1, "line_id": "A", "relation_code": "I"})
    ids = [row[:2] for row in written("x12-850-order", HEAD | {"lines": lines}) if row[0] in ("PO1", "SLN")]
    assert ids == [["PO1", "1"], ["SLN", "A"], ["PO1", "2"]]


def test_a_text_of_several_lines_is_a_segment_for_each() -> None:
    body = X12 | {"number": "M-1", "messages": [{"key": 1, "number": "M-1", "text": "Closed.\nOpen."}]}
    assert written("x12-864-text", body) == [["MIT", "M-1"], ["MSG", "Closed."], ["MSG", "Open."]]


def test_line_breaks_of_documents_from_elsewhere_become_blanks() -> None:
    party = {"role": "buyer", "name": "Acme\nStores"}
    assert ["N1", "BY", "Acme Stores"] in written("x12-850-order", {"number": "1", "parties": [party]})


def test_what_would_break_a_document_is_refused_by_the_writer() -> None:
    body = HEAD | {"parties": [{"role": "buyer", "role_code": "BY", "name": "Acme*~SE*1"}]}
    with pytest.raises(UnwritableValue):
        transaction_set(SegmentWriter(), "850", 1, written("x12-850-order", body))


def test_levels_stand_in_each_other_as_the_keys_say() -> None:
    """An order in the shipment, a carton in the order, a line in the carton, whatever the order of the lists."""
    body = {
        "number": "S-1",
        "purpose": "original",
        "parties": [{"role": "ship_to", "name": "Dock"}],
        "orders": [{"key": 1, "order": {"number": "PO-1"}}, {"key": 2, "order": {"number": "PO-2"}}],
        "handling_units": [{"key": 1, "type": "pallet"}, {"key": 2, "type": "package", "parent_key": 1}],
        "lines": [
            {"key": 1, "order_key": 2, "line_id": "7", "quantity": {"value": "5", "unit": "EA"}},
            {"key": 2, "order_key": 1, "line_id": "8", "quantity": {"value": "6", "unit": "EA"}},
        ],
        "packed": [{"unit_key": 2, "line_key": 1}],
    }
    levels = [row for row in written("x12-856-despatch-advice", body) if row[0] == "HL"]
    assert levels == [
        ["HL", "1", "", "S", "1"],
        ["HL", "2", "1", "O", "1"],
        ["HL", "3", "2", "I", "0"],
        ["HL", "4", "1", "O", "1"],
        ["HL", "5", "4", "T", "1"],
        ["HL", "6", "5", "P", "1"],
        ["HL", "7", "6", "I", "0"],
    ]
