"""Levels (HL): who stands inside whom is what HL02 says. When this fails, cartons are unpacked onto the wrong order."""

from collections.abc import Mapping
from typing import Any

import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.compiler import CompiledMapping, compile_mapping

RULES: dict[str, object] = {
    "number": {"from": "BSN02", "required": "no number"},
    "purpose": {"constant": "original"},
    "totals": {
        "rules": {"computed": {"rules": {"line_count": {"count": "lines"}, "handling_unit_count": {"count": "lines"}}}}
    },
}


def mapping(**rules: object) -> CompiledMapping:
    source = {"format": "x12", "set": "856", "releases": ["004010"]}
    return compile_mapping({"mapping": "test", "source": source, "target": "despatch-advice/1", "rules": RULES | rules})


def lines(rules: Mapping[str, object], *levels: str, each: str = "HL[03=I]") -> list[dict[str, Any]]:
    """The lines that levels like "3*2*I PRF*PO-1" become."""
    nodes: list[dict[str, list[list[str]]]] = []
    for level in levels:
        head, *others = level.split(" ")
        node = {"HL": [["HL", *head.split("*")]]}
        for other in others:
            segment = other.split("*")
            node.setdefault(segment[0], []).append(segment)
        nodes.append(node)
    made = mapping(lines=[{"each": each, "rules": {"key": {"level": "HL"}} | dict(rules)}])
    tree = {"BSN": [["BSN", "00", "S-1"]], "HLLoop1": nodes}
    body = made.apply(tree, {}).body
    explained = made.explain(tree, (), {})
    assert explained.body == body
    found: Any = body.get("lines", [])
    return list(found)


ORDER = {"order": {"rules": {"number": "^HL[03=O]/PRF01"}}}


def test_the_nearest_level_around_is_found_by_its_number_not_by_where_it_stands() -> None:
    found = lines(ORDER, "1**S", "7*1*O PRF*A", "8*1*O PRF*B", "20*7*P", "21*20*I", "22*8*I")
    assert found == [{"key": 5, "order": {"number": "A"}}, {"key": 6, "order": {"number": "B"}}]


def test_where_no_parent_is_named_an_item_is_of_the_order_before_it() -> None:
    found = lines(ORDER, "1**S", "2**O PRF*A", "3**I", "4**I", "5**O PRF*B", "6**I")
    assert [line["order"]["number"] for line in found] == ["A", "A", "B"]


def test_a_level_inside_one_of_its_own_kind_finds_the_inner_one() -> None:
    found = lines({"parent_key": {"level": "^HL[03=I]"}}, "1**S", "2*1*I", "3*2*I", "4*3*I")
    assert found == [{"key": 2}, {"key": 3, "parent_key": 2}, {"key": 4, "parent_key": 3}]


def test_without_a_kind_the_level_directly_around_is_meant() -> None:
    found = lines({"parent_key": {"level": "^HL"}}, "1**S", "2*1*P", "3*2*I")
    assert found == [{"key": 3, "parent_key": 2}]


def test_any_other_kind_can_be_asked_for() -> None:
    found = lines({"order_key": {"level": "^HL[03!=P|T]"}}, "1**S", "2*1*T", "3*2*P", "4*3*I")
    assert found == [{"key": 4, "order_key": 1}]


@pytest.mark.parametrize("parent", ["3", "9", ""])
def test_a_parent_that_was_not_sent_before_is_none(parent: str) -> None:
    """A circle, a wrong number: the line stands for itself, and nothing goes round for ever."""
    assert lines(ORDER, "1**O PRF*A", "2*1*P", f"3*{parent}*I", each="HL[03=I]") == [{"key": 3}]


@pytest.mark.parametrize("named", [True, False])
def test_levels_inside_each_other_without_end_are_climbed_once(named: bool) -> None:
    """Each inside the one before, by its number or as another kind: hours for a file of megabytes."""
    count = 20_000
    chain = [f"{number}*{number - 1}*I" if named else f"{number}**K{number}" for number in range(2, count)]
    found = lines(ORDER, "1**O PRF*A", *chain, f"{count}*{count - 1 if named else ''}*L", each="HL[03=L]")
    assert found == [{"key": count, "order": {"number": "A"}}]


def test_several_kinds_come_in_the_order_of_the_document() -> None:
    found = lines({"line_id": "HL03"}, "1**S", "2*1*P", "3*2*T", "4*1*P", each="HL[03=T|P]")
    assert [(one["key"], one["line_id"]) for one in found] == [(2, "P"), (3, "T"), (4, "P")]


def test_a_number_used_twice_means_the_one_sent_last() -> None:
    assert lines(ORDER, "1**O PRF*A", "1**O PRF*B", "2*1*I") == [{"key": 3, "order": {"number": "B"}}]


def test_a_condition_asks_whether_there_is_such_a_level() -> None:
    rules = {"line_id": {"constant": "packed", "when": "^HL[03=P]"}}
    assert lines(rules, "1**S", "2*1*P", "3*2*I", "4*1*I") == [{"key": 3, "line_id": "packed"}, {"key": 4}]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"lines": [{"each": "^HL[03=O]", "rules": {"key": {"level": "HL"}}}]}, "not over what is around"),
        ({"structure_code": "^HL[03=O]/PRF01"}, "levels are asked for where `each` goes over HL"),
        ({"lines": [{"each": "HL", "rules": {"key": {"level": "HL01"}}}]}, "'HL01' names no level"),
        ({"lines": [{"each": "HL", "rules": {"key": {"level": "^HL[01=1]"}}}]}, "chosen by its kind alone"),
        ({"lines": [{"each": "HL", "rules": {"line_id": {"level": "HL"}}}]}, "gives a whole number"),
        ({"lines": [{"each": "HL", "rules": {"line_id": "N1/^HL/01"}}]}, "stands first in a path"),
        ({"lines": [{"each": "HL/N1", "rules": {"key": {"level": "HL"}}}]}, "goes over HL; ../ leads there"),
    ],
)
def test_what_cannot_be_asked_for_does_not_compile(rules: dict[str, object], message: str) -> None:
    with pytest.raises(DeclarationError, match=message):
        mapping(**rules)


def test_other_formats_have_no_levels() -> None:
    source = {"format": "xml", "document": "UBL DespatchAdvice"}
    rules = RULES | {
        "number": {"from": "ID", "required": "none"},
        "lines": [{"each": "L", "rules": {"key": {"level": "L"}}}],
    }
    with pytest.raises(DeclarationError, match="only X12 has levels"):
        compile_mapping({"mapping": "test", "source": source, "target": "despatch-advice/1", "rules": rules})


def test_a_level_whose_hl_was_not_sent_is_nobodys_parent_and_harms_no_other() -> None:
    """The walk makes a level of a PRF that stands where only an HL could have begun one."""
    made = mapping(lines=[{"each": "HL[03=I]", "rules": {"key": {"level": "HL"}, "parent_key": {"level": "^HL"}}}])
    without: dict[str, list[list[str]]] = {"PRF": [["PRF", "A"]]}
    tree = {"BSN": [["BSN", "00", "S-1"]], "HLLoop1": [without, {"HL": [["HL", "", "", "S"]]}, *_items("1*", "2*1")]}

    assert made.apply(tree, {}).body["lines"] == [{"key": 3}, {"key": 4, "parent_key": 3}]


def _items(*numbers: str) -> list[dict[str, list[list[str]]]]:
    return [{"HL": [["HL", *number.split("*"), "I"]]} for number in numbers]
