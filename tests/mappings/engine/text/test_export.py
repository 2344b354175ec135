"""What a partner typed into a cell must not run on the desk of the one who opens our export."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.text.export import harmless, write_csv


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\r=1"])
def test_formulas_lose_their_force(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "-1234.50", "+5", "a=b", "user@example.com", ""])
def test_plain_values_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.lists(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), min_size=2, max_size=4)))
def test_nothing_else_changes(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(write_csv(["a", "b"], rows), newline="")))
    assert read == [["a", "b"], *([harmless(cell) for cell in row] for row in rows)]
