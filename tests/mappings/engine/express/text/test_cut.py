"""Columns that are cut at once are those of the csv module."""

import io
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappings.engine.express.text.cut import Cutter
from mappings.engine.text.dialect import parser

CELLS = st.text(alphabet='ab ,;"\t\r\n\x0b\x1d\x1e\x1f\x85é', max_size=4) | st.sampled_from(
    ["", "", "12", "a b", '"c"', '"k\nl"', '"m\r\nn"', '"d,e"', '" f"', '"g""h"', '"""i"""', '""', '""""']
)


def by_csv(data: bytes, encoding: str, delimiter: str, quote: str) -> list[list[str]]:
    return list(parser(io.StringIO(data.decode(encoding), newline=""), delimiter, quote))


@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=4),
    delimiter=st.sampled_from(",;\t\x1f"),
    quote=st.sampled_from(['"', "'", ""]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "cp1252"]),
)
@example(rows=[["a", '"b,c"'], ["d", "e"]], delimiter=",", quote='"', end="\n", encoding="utf-8")
@example(rows=[['"a"', '"b"'], ['"c"', '"d"']], delimiter=",", quote='"', end="\n", encoding="utf-8")
@example(rows=[['"a"', '"b"'], ['"c"d', "e"]], delimiter=",", quote='"', end="\n", encoding="utf-8")
@example(rows=[['"a"', "b"], ["c", '"d"']], delimiter=",", quote='"', end="\n", encoding="utf-8")
def test_columns_are_those_of_the_csv_module_or_none(
    rows: list[list[str]], delimiter: str, quote: str, end: str, encoding: str
) -> None:
    text = end.join(delimiter.join(row) for row in rows) + end
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return
    expected = by_csv(data, encoding, delimiter, quote)
    width = len(rows[0])

    found = Cutter(encoding, delimiter, quote, width).columns_of(data)

    if found is not None:
        assert [list(row) for row in zip(*found.columns, strict=True)] == expected
        cells = [cell for row in expected for cell in row]
        assert not found.is_bare or all(cell == cell.strip(" ") and '"' not in cell for cell in cells)


@pytest.mark.parametrize("most", [5, pytest.param(7, marks=pytest.mark.thorough)])
@pytest.mark.parametrize(("letters", "delimiter", "quote"), [('a,"\n ', ",", '"'), ("a\x1f'\n\"", "\x1f", "'")])
def test_of_all_short_texts_columns_are_those_of_the_csv_module(
    letters: str, delimiter: str, quote: str, most: int
) -> None:
    cutters = [Cutter("utf-8", delimiter, quote, width) for width in (2, 3)]

    for text in _texts(letters, most):
        data = text.encode()
        for found in filter(None, [cutter.columns_of(data) for cutter in cutters]):
            cut = [list(row) for row in zip(*found.columns, strict=True)]
            assert cut == by_csv(data, "utf-8", delimiter, quote), text


def _texts(letters: str, most: int) -> Iterator[str]:
    for size in range(1, most + 1):
        yield from map("".join, product(letters, repeat=size))


ROWS = [
    b"1,a,2.50\r\n2,b,\r\n",
    b'1,"a, b",2.50\n2,"c",3\n',
    b'"1","a, b","2.50"\n"2","",""\n',
    b'1,"a, b",2.50\n2,c,3\n3,,"4"\n',
    b'1,"3"" pipe",2.50\n2,"""flat"", 4""",\n',
    b'"1","","2.50"\n"2","""","3"\n',
    b'1,"two\nlines",2.50\n2,"three\n\nlines, ",3\n',
    b'1,"two\nlines",2.50\r\n2,"and\r\nthree",3\r\n',
    b"1, a,2.50 \n2,b ,\n",
    "1,Çağlar,2\n2,d\x85,\n".encode(),
]


KINDS = ["plain", "a column", "all", "some", "inches", "one mark", "lines", "lines of Excel", "blanks", "other letters"]


@pytest.mark.parametrize("data", ROWS, ids=KINDS)
def test_what_real_files_hold_is_cut(data: bytes) -> None:
    found = Cutter("utf-8", ",", '"', 3).columns_of(data)

    assert found is not None
    assert [list(row) for row in zip(*found.columns, strict=True)] == by_csv(data, "utf-8", ",", '"')


@pytest.mark.parametrize("data", [b"1,a ,2\n", b'1,"a ",2\n', b'1," a",2\n', "1,\xa0a,2\n".encode(), b"1,a,2 \n"])
def test_blanks_around_a_text_are_seen(data: bytes) -> None:
    found = Cutter("utf-8", ",", '"', 3).columns_of(data)

    assert found is not None
    assert not found.is_bare


def test_quotation_marks_in_a_text_are_seen() -> None:
    found = Cutter("utf-8", ",", '"', 3).columns_of(b'1,"3"" pipe",2\n')

    assert found is not None
    assert not found.is_bare
