"""Explain this value: every value leads back to its place, and every place to what became of it."""

import pytest

from mappings.library import index
from tests.mappings.engine.rules.orders import tree

TEXT = """ST*850*0001
BEG*00*SA*4711**20260302
REF*DP*038
N1*ST*Store*92*0009
N3*Main St*Suite 5
PO1*10*4*EA*2.50**UP*012345678905*VN*AB-1
CTT*1"""


def _trace() -> object:
    root, listed = tree(TEXT)
    explained = index.compiled("x12-850-order").explain(root, listed, {"set.id": "850", "group.version": "004010"})
    assert explained.trace is not None
    return explained.trace


def _places(pointer: str) -> list[tuple[int, str, int, int]]:
    return [(row.segment, row.segment_id, row.element, row.component) for row in _trace().of(pointer)]  # type: ignore[attr-defined]


def test_from_value_to_place() -> None:
    assert _places("/number") == [(2, "BEG", 3, 0)]
    assert _places("/references/0/type") == [(3, "REF", 1, 0)]
    assert _places("/parties/0/address/lines/1") == [(5, "N3", 2, 0)]
    assert _places("/lines/0/identifiers/1/value") == [(6, "PO1", 9, 0)]
    assert _places("/lines/0/amount") == [(6, "PO1", 2, 0), (6, "PO1", 4, 0)]
    assert _places("/totals/computed/lines_amount") == [(6, "PO1", 2, 0), (6, "PO1", 4, 0)]
    assert _places("/nothing") == []


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/lines/0/quantity/value", (6, "PO1", 2)),
        ("/lines/0", (6, "PO1", 0)),
        ("/lines/0/prices", (6, "PO1", 0)),
        ("/lines/0/key", (6, "PO1", 0)),
        ("/parties/0/contacts/0/name", (4, "N1", 0)),
        ("/lines/1", None),
        ("/lines", None),
        ("/order", None),
        ("", None),
    ],
)
def test_what_is_not_there_is_looked_for_in_its_entry(pointer: str, place: tuple[int, str, int] | None) -> None:
    row = _trace().nearest(pointer)  # type: ignore[attr-defined]
    assert (row and (row.segment, row.segment_id, row.element)) == place


def test_constants_and_envelope_values_name_no_segment() -> None:
    (constant,) = _trace().of("/exchange/standard")  # type: ignore[attr-defined]
    assert (constant.segment, constant.rule) == (0, "rules.exchange<exchange>.standard")
    (envelope,) = _trace().of("/exchange/document_type")  # type: ignore[attr-defined]
    assert envelope.context == "set.id"


def test_rows_lead_from_places_and_from_rules_to_values() -> None:
    rows = _trace().rows  # type: ignore[attr-defined]
    assert [row.pointer for row in rows if (row.segment, row.element) == (6, 7)] == ["/lines/0/identifiers/0/value"]
    assert {"/number", "/purpose", "/type"} <= {row.pointer for row in rows if row.segment == 2}
    by_rule = [row.pointer for row in rows if row.rule == "rules.references[0]<reference>.value"]
    assert by_rule == ["/references/0/value"]


def test_applying_alone_explains_nothing() -> None:
    root, listed = tree(TEXT)
    assert index.compiled("x12-850-order").apply(root, {}, listed).lineage == []
