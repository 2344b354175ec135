"""Mappings of text: what does not exist in the layout does not compile, and findings name row and column."""

import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code
from mappings.engine.rules.compiler import CompiledMapping, compile_mapping
from mappings.engine.text.record import Record
from mappings.engine.text.settings import Layout
from tests.mappings.engine.text.sheets import read

SOURCE = {"format": "text", "layout": "orders", "columns": ["Order", "Item", "Quantity"], "key": ["Order"]}
RULES = {
    "number": {"from": "Order", "required": "The order has no number"},
    "purpose": {"constant": "original"},
    "type": {"constant": "standard"},
    "lines": [
        {
            "each": "rows",
            "rules": {"key": {"number": "position"}, "quantity": {"rules": {"value": "Quantity"}}, "line_id": "Item"},
        }
    ],
    "totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}}}}},
}


def compiled(rules: dict[str, object] | None = None, source: dict[str, object] | None = None) -> CompiledMapping:
    return compile_mapping(
        {
            "mapping": "test",
            "title": "Test",
            "source": {**SOURCE, **(source or {})},
            "target": "order/1",
            "rules": {**RULES, **(rules or {})},
        }
    )


def records(text: str) -> list[Record]:
    known = Layout("orders", ("Order", "Item", "Quantity"), key=("Order",))
    return [Record(document) for document in read(text, layouts=(known,)).documents]


@pytest.mark.parametrize(
    ("rules", "source", "names"),
    [
        ({"number": {"from": "Ordre", "required": "x"}}, {}, "Order"),
        ({"notes": [{"each": "lines", "rules": {"text": "Item"}}]}, {}, "rows"),
        ({"notes": [{"rules": {"text": "../Item"}}]}, {}, "scopes"),
        ({"notes": [{"groups": {"first": 1, "last": 2, "size": 1}, "rules": {"text": "Item"}}]}, {}, "columns"),
        ({"notes": [{"rules": {"text": "@interchange.sendr"}}]}, {}, "interchange.sender"),
        ({}, {"key": ["Ordr"]}, "Order"),
        ({}, {"columns": ["Order", "order"]}, "name of its own"),
        ({}, {"columns": []}, "at least one"),
        ({}, {"colums": []}, "colums"),
    ],
    ids=["column", "loop", "scope", "groups", "envelope", "key", "twice", "none", "unknown setting"],
)  # fmt: skip
def test_what_does_not_exist_does_not_compile(rules: dict[str, object], source: dict[str, object], names: str) -> None:
    with pytest.raises(DeclarationError, match=names):
        compiled(rules, source)


def test_names_of_columns_never_become_code() -> None:
    hostile = "'] or __import__('os').abort() or n0['"
    mapping = compiled({"notes": [{"rules": {"text": hostile}}]}, {"optional": [hostile]})
    record = Record(read(f'Order,Item,Quantity,"{hostile}"\nA,x,1,hi\n', layouts=(
        Layout("orders", ("Order", "Item", "Quantity"), (hostile,), ("Order",)),
    )).documents[0])  # fmt: skip
    assert mapping.apply(record.node, {}, record).body["notes"] == [{"text": "hi"}]


def test_a_finding_of_the_mapping_names_row_and_column_as_the_file_calls_them() -> None:
    mapping = compiled()
    (record,) = records("ITEM,quantity,Order\nx,1,A\ny,lots,\n")
    result = mapping.apply(record.node, {}, record)
    assert [(found.code, found.place.row, found.place.column) for found in result.findings] == [
        (Code.MAPPING_VALUE_INVALID, 3, "quantity")
    ]


def test_a_missing_number_is_named_at_the_first_row() -> None:
    mapping = compiled()
    (record,) = records("Order,Item,Quantity\n,x,1\n")
    found = mapping.apply(record.node, {}, record).findings[0]
    assert (found.code, found.place.row, found.place.column) == (Code.MAPPING_REQUIRED, 2, "Order")


def test_cells_of_all_rows_are_joined_each_text_once() -> None:
    mapping = compiled({"notes": [{"rules": {"text": {"join": "Item", "separator": ", "}}}]})
    (record,) = records("Order,Item,Quantity\nA,x,1\n,y,1\n,x,1\n")
    explained = mapping.explain(record.node, record, {})
    assert explained.body["notes"] == [{"text": "x, y"}]
    assert [row.row for row in explained.lineage if row.pointer == "/notes/0/text"] == [2, 3, 4]


def test_paths_lead_out_of_a_row() -> None:
    mapping = compiled({
        "notes": [{"each": "rows", "rules": {"text": {"concat": ["../Item", "/Item", "Item"], "separator": "-"}}}]
    })  # fmt: skip
    (record,) = records("Order,Item,Quantity\nA,x,1\n,y,1\n")
    assert mapping.apply(record.node, {}, record).body["notes"] == [{"text": "x-x-x"}, {"text": "x-x-y"}]
