"""What changed between two forms: an approver decides by this list."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.canonical.differences import Difference, differences
from tests.orders import order_body

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner))


def test_changed_new_and_gone_values_are_named() -> None:
    before, after = order_body("A"), order_body("A")
    after["currency"] = "EUR"
    del after["references"]
    after["lines"][0]["quantity"]["value"] = "13"
    after["notes"] = [{"text": "New"}]
    assert set(differences(before, after)) == {
        Difference("/currency", "USD", "EUR"),
        Difference("/references/0/type", "department", None),
        Difference("/references/0/qualifier", "DP", None),
        Difference("/references/0/value", "038", None),
        Difference("/lines/0/quantity/value", "12", "13"),
        Difference("/notes/0/text", None, "New"),
    }


def test_lines_are_paired_by_their_key() -> None:
    before, after = order_body("A"), order_body("A")
    del after["lines"][0]
    changed = differences(before, after)
    assert changed
    assert all(change.after is None and change.pointer.startswith("/lines/0/") for change in changed)


def test_a_value_that_becomes_a_list_is_gone_and_new() -> None:
    assert differences({"a": "1"}, {"a": ["1"]}) == [Difference("/a", "1", None), Difference("/a/0", None, "1")]


@given(JSON)
def test_a_form_does_not_differ_from_itself(value: object) -> None:
    assert differences(value, deepcopy(value)) == []
