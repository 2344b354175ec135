"""A level in the wrong place puts goods onto the wrong pallet."""

import pytest

from mappings.engine.findings import Severity
from mappings.engine.x12.hierarchy import Level, levels
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import STAR, codes, raw, transaction

NOTICE = [
    "BSN*00*A-1*20261121*0830*0001",
    "HL*1**S*1",
    "TD1*CTN*2",
    "HL*2*1*O*1",
    "PRF*PO-1",
    "HL*3*2*P*1",
    "MAN*GM*00100000000000000017",
    "HL*4*3*I*0",
    "LIN**BP*B10",
    "SN1**10*EA",
]


def notice(*changes: tuple[str, str]) -> list[str]:
    body = list(NOTICE)
    for old, new in changes:
        body[body.index(old)] = new
    return body


def found_in(body: list[str]) -> list[tuple[str, int, int]]:
    findings = validator_for("856", "004010").read(raw(transaction(body, set_id="856")), STAR).findings
    return [(found.code.value, found.place.segment, found.place.element) for found in findings]


def shape(level: Level) -> object:
    return (level.kind + level.number, [shape(child) for child in level.children])


def test_the_tree_follows_hl02_and_not_the_order_of_levels() -> None:
    segments = [
        part.split("*")
        for part in ["ST*856*1", "HL*1**S", "HL*2*1*O", "HL*5*1*O", "HL*3*2*I", "LIN*1", "HL*4*5*I", "LIN*2", "SE*1*1"]
    ]
    (top,) = levels(segments)
    assert shape(top) == ("S1", [("O2", [("I3", [])]), ("O5", [("I4", [])])])
    assert [level.number for level in top.walk()] == ["1", "2", "3", "5", "4"]
    assert [level.index for level in top.walk()] == [2, 3, 5, 4, 7]
    assert top.children[1].children[0].segments == [["HL", "4", "5", "I"], ["LIN", "2"]]


def test_a_level_without_its_parent_is_not_lost() -> None:
    tops = levels([["HL", "1", "", "S"], ["HL", "2", "9", "I"], ["HL", "3", "3", "I"]])
    assert [shape(top) for top in tops] == [("S1", []), ("I2", []), ("I3", [])]


def test_where_no_parent_is_named_the_order_of_kinds_tells_with_one_warning() -> None:
    kinds = ["S", "O", "P", "I", "I", "O", "I"]
    (top,) = levels([["HL", str(number), "", kind] for number, kind in enumerate(kinds, 1)])
    assert shape(top) == ("S1", [("O2", [("P3", [("I4", []), ("I5", [])])]), ("O6", [("I7", [])])])
    unnamed = notice(("HL*2*1*O*1", "HL*2**O*1"), ("HL*3*2*P*1", "HL*3**P*1"), ("HL*4*3*I*0", "HL*4**I*0"))
    findings = validator_for("856", "004010").read(raw(transaction(unnamed, set_id="856")), STAR).findings
    assert [(found.code.value, found.severity, found.place.segment) for found in findings] == [
        ("level-parent-unknown", Severity.WARNING, 5)
    ]


def test_one_named_parent_means_that_the_others_are_at_the_top() -> None:
    tops = levels([["HL", "1", "", "S"], ["HL", "2", "1", "O"], ["HL", "3", "", "I"]])
    assert [shape(top) for top in tops] == [("S1", [("O2", [])]), ("I3", [])]


def test_a_right_tree_is_silent() -> None:
    assert found_in(NOTICE) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "element"),
    [
        ("HL*4*3*I*0", "HL*4*9*I*0", "level-parent-unknown", 2),
        ("HL*4*3*I*0", "HL*4*4*I*0", "level-parent-unknown", 2),
        ("HL*4*3*I*0", "HL*3*3*I*0", "level-number-duplicate", 1),
        ("HL*4*3*I*0", "HL*4*3*I*1", "level-children-mismatch", 4),
        ("HL*3*2*P*1", "HL*3*2*P*0", "level-children-mismatch", 4),
    ],
)
def test_a_fault_of_the_tree_is_one_finding(old: str, new: str, code: str, element: int) -> None:
    body = notice((old, new))
    assert found_in(body) == [(code, body.index(new) + 2, element)]


def test_a_parent_that_comes_later_is_unknown() -> None:
    body = notice(("HL*2*1*O*1", "HL*2*4*O*1"), ("HL*3*2*P*1", "HL*3*1*P"))
    assert found_in(body) == [("level-parent-unknown", 5, 2)]


def test_the_structure_that_bsn05_names() -> None:
    upside_down = notice(("HL*3*2*P*1", "HL*3*2*I*1"), ("HL*4*3*I*0", "HL*4*3*P*0"))
    assert found_in(upside_down) == [("level-order-unexpected", 9, 3)]
    assert found_in([upside_down[0].replace("0001", "0002"), *upside_down[1:]]) == []
    assert found_in([upside_down[0].replace("*0001", ""), *upside_down[1:]]) == []


def test_faults_of_hl04_and_bsn05_do_not_reject() -> None:
    body = notice(("HL*4*3*I*0", "HL*4*3*I*1"))
    findings = validator_for("856", "004010").read(raw(transaction(body, set_id="856")), STAR).findings
    assert [found.severity for found in findings] == [Severity.WARNING]
    assert not any(found.rule.element or found.rule.segment for found in findings)


def test_other_sets_have_levels_too() -> None:
    body = ["BHT*0022*13*1*20261121*0830", "HL*1**20*1", "HL*2*7*21*0"]
    findings = validator_for("270", "005010").read(raw(transaction(body, set_id="270")), STAR).findings
    assert "level-parent-unknown" in codes(findings)


def test_a_hostile_tree_of_many_levels_is_read_without_recursion() -> None:
    segments = [["HL", str(number), str(number - 1) if number > 1 else "", "S"] for number in range(1, 20_000)]
    (top,) = levels(segments)
    assert sum(1 for _ in top.walk()) == 19_999
