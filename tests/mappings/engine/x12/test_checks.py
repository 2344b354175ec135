"""A fast check that passes what the explainer would refuse hides a fault; one that refuses too much only costs time.

Both read the same definitions, so they must agree on every segment.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.x12.checks import compile_check
from mappings.engine.x12.explain import Explainer
from mappings.engine.x12.structure import ElementDef, SegmentDef, SyntaxNote, release
from tests.mappings.engine.x12.documents import STAR

KNOWN = release("004010")
ORDER_SEGMENTS = (
    ["BEG", "CUR", "REF", "PER", "TAX", "FOB", "CTP", "SAC", "ITD", "DIS", "INC", "DTM", "LIN", "PID", "MEA", "PWK"]
    + ["PKG", "TD1", "TD5", "TD3", "TD4", "MAN", "PCT", "AMT", "N9", "MSG", "N1", "N2", "N3", "N4", "NX2", "SI", "PO1"]
    + ["PO3", "PO4", "SCH", "SDQ", "QTY", "SLN", "CTT", "TXI", "G61", "SPI", "LQ", "IT8"]
)
# Values near the edges of every type; "" leaves the element out.
VALUES = st.one_of(
    st.just(""),
    st.sampled_from(
        ["0", "00", "EA", "BY", "ST", "92", "UP", "VN", "DP", "002", "F", "20260228", "20260229", "20240229", "260228"]
        + ["19000229", "0830", "2400", "083059", "08305999", "083060", "-1", "-", ".", "1.", ".5", "-.5", "1.2.3", "+1"]
        + ["1E5", "USD", " ", "A" * 30, "A" * 31, "A" * 80, "A" * 81, "9" * 10, "9" * 15, "9" * 16, "-" + "9" * 15]
        + ["9" * 15 + ".", "9" * 8 + "." + "9" * 7, "9" * 9 + "." + "9" * 7]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="*~>"), max_size=6),
)


def agree(definition: SegmentDef, elements: list[str], *, six_digit_dates: bool = False) -> None:
    segment = [definition.id, *elements]
    clean = compile_check(definition, KNOWN, six_digit_dates)(segment)
    faults = Explainer(KNOWN, STAR, six_digit_dates).faults(segment, definition, 1, "")
    assert clean == (not faults), [fault.message for fault in faults]


@given(st.sampled_from(ORDER_SEGMENTS), st.lists(VALUES, max_size=27), st.booleans())
def test_fast_and_slow_agree_on_segments_of_an_order(segment_id: str, elements: list[str], six: bool) -> None:
    definition = KNOWN.segment(segment_id)
    assert definition is not None
    agree(definition, elements[: len(definition.elements) + 2], six_digit_dates=six)


positions = st.lists(st.integers(1, 5), min_size=2, max_size=5, unique=True)
notes = st.builds(
    SyntaxNote,
    st.sampled_from("PRECL"),
    positions.map(tuple),  # in any order: C and L name the condition first
)


@given(
    st.lists(st.sampled_from("MO"), min_size=5, max_size=5),
    st.lists(notes, max_size=4),
    st.lists(st.sampled_from(["", "A"]), max_size=7),
)
def test_fast_and_slow_agree_on_conditions(usages: list[str], conditions: list[SyntaxNote], sent: list[str]) -> None:
    elements = tuple(ElementDef(str(i), "AN", usage, min=1, max=5) for i, usage in enumerate(usages))
    definition = SegmentDef("XX", "", elements, tuple(conditions))
    mandatory = {i for i, usage in enumerate(usages, 1) if usage == "M"}
    if mandatory & {position for note in conditions for position in note.positions}:
        return  # a condition on a mandatory element says nothing of its own
    agree(definition, sent)


@pytest.mark.parametrize("name", ["004010", "005010"])
def test_every_segment_of_a_release_compiles(name: str) -> None:
    known = release(name)
    for set_id in ("810", "837", "850", "856", "997"):
        for use in known.structure(set_id).children:
            segment_id = getattr(use, "segment", "") or use.children[0].segment  # type: ignore[union-attr]
            definition = known.segment(segment_id)
            assert definition is not None
            assert not compile_check(definition, known, False)([segment_id])
