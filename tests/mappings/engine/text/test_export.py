"""What a partner typed into a cell must not run on the desk of the one who opens our export."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.text.export import harmless, write_csv
from tests.spreadsheets import HOSTILE, calculated


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "-2+3", " =1", "+49 30"])
def test_formulas_lose_their_force(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x;=1+1", "x;'=1+1"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ('x;"=1"', 'x;\'"=1"'),
        ("x,-5,-A1", "x,-5,'-A1"),
        ("-\r0", "'-\r0"),
        ("x\n@A1", "x\n'@A1"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\u200b=1", "'\u200b=1"),
        ("\ufeff\u00a0@A1", "'\ufeff\u00a0@A1"),
        ("x;\u2060+A1", "x;'\u2060+A1"),
        ("\u3164=1", "'\u3164=1"),
        ("\U000e0020@A1", "'\U000e0020@A1"),
        ("x;\ufe66A1", "x;'\ufe66A1"),
        ("-USD12", "'-USD12"),
    ],
)
def test_so_do_those_inside_a_cell_where_another_one_may_begin(text: str, said: str) -> None:
    assert harmless(text) == said


@pytest.mark.parametrize(
    "text", ["-5", "-1234.50", "+5", "a=b", "user@example.com", "", "a - b; c + d", "1;-5", "2026-11-21", "A-1;B-2"]
)
def test_plain_values_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


CELL = st.text(st.characters(exclude_characters="\0", codec="utf-8")) | st.text(
    st.sampled_from("=+-@\uff1d;,|\t\r\n\"' \u00a01a"), max_size=8
)


@given(st.lists(st.lists(CELL | st.sampled_from(HOSTILE), min_size=2, max_size=4)))
def test_whatever_stands_in_the_cells_nothing_is_calculated(rows: list[list[str]]) -> None:
    text = write_csv(["a", "b"], rows)
    assert calculated(text) == []
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["a", "b"],
        *([harmless(cell) for cell in row] for row in rows),
    ]
