"""How often a program looks through the elements of a record, and that what rules share means the same to each."""

import sys
from collections import Counter
from types import FrameType

import pytest

from mappings.engine.xml import tree
from tests.mappings.engine.rules.test_xml_language import compiled, mapped, reading

NOTE = {"text": "."}
SHARED: dict[str, object] = {
    "release_number": "o:A/o:B/@first",
    "notes": [
        {"each": "o:A/o:B/o:C", "rules": NOTE},
        {"each": "o:A/o:B/o:D", "rules": {"text": ".", "qualifier": "../@b", "language": "../../@a"}},
        {"each": "o:A/o:E", "rules": NOTE},
        {"rules": {"text": {"join": "o:A/o:B/o:C", "separator": "+"}}},
        {"each": "o:A/o:B[o:Q=1]/o:C", "rules": NOTE},
    ],
}


def texts(inner: str) -> list[object]:
    notes = mapped(SHARED, inner).body.get("notes")
    return [note["text"] for note in notes] if isinstance(notes, list) else []


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("", []),
        ("<A/>", []),
        ("<A><B><C>1</C></B></A>", ["1", "1"]),
        ("<A><E>e</E></A><A><B><C>1</C><C>2</C></B><B><D>d</D><C>3</C></B></A>", ["1", "2", "3", "d", "e", "1+2+3"]),
        ("<A><B><Q>2</Q><C>1</C></B><B><Q>1</Q><C>2</C></B></A><A><B><Q>1</Q><C>3</C></B></A>",
         ["1", "2", "3", "1+2+3", "2", "3"]),
    ],
)  # fmt: skip
def test_rules_that_share_a_way_go_over_all_elements_in_the_order_of_the_document(
    inner: str, expected: list[object]
) -> None:
    assert texts(inner) == expected


def test_a_path_of_one_value_takes_the_first_element_of_each_step_and_no_later_one() -> None:
    assert "release_number" not in mapped(SHARED, '<A><E/></A><A><B first="x"><C>1</C></B></A>').body
    assert mapped(SHARED, '<A><B first="x"/><B first="y"/></A><A><B first="z"/></A>').body["release_number"] == "x"


def test_a_rule_that_looks_back_sees_the_element_around_its_own() -> None:
    inner = '<A a="1"><B b="2"><D>x</D></B></A><A a="3"><B b="4"/><B b="5"><D>y</D></B></A>'
    assert mapped(SHARED, inner).body["notes"] == [
        {"text": "x", "qualifier": "2", "language": "1"},
        {"text": "y", "qualifier": "5", "language": "3"},
    ]


def test_what_several_rules_need_is_looked_through_once() -> None:
    """Documents would be read more slowly with every rule that is added, even where nothing is there for it."""
    rules: dict[str, object] = {
        "release_number": "o:A/o:B/o:F",
        "contract": {"rules": {"number": "o:A/o:G/o:H", "type_code": "o:A/o:B/o:C"}},
        "notes": [
            *({"each": f"o:A/o:B/o:{name}", "rules": NOTE} for name in "CDEF"),
            {"rules": {"text": {"join": "o:A/o:B/o:C", "separator": "+"}}},
        ],
    }
    source = reading("<A><B><C>1</C><D/></B><G><H>x</H></G></A>")
    program = compiled(rules)
    looked: Counter[tree.Element] = Counter()

    def watch(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code is tree.children.__code__:
            looked[frame.f_locals["element"]] += 1

    sys.setprofile(watch)
    try:
        program.apply(source.tree, {}, source.places)
    finally:
        sys.setprofile(None)
    assert {element.tag.partition("}")[2]: count for element, count in looked.items()} == {
        "Order": 1, "A": 1, "B": 1, "G": 1,
    }  # fmt: skip
