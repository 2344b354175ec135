"""Rows that all have as many cells as they should, cut into columns at once: the quickest way to read text in Python.

It gives what the csv module gives, row by row, or nothing.
"""

import functools
import re
from operator import itemgetter
from typing import NamedTuple

ROW = "\n"
"""The cell before the first one of each row; no text is cut in which another cell has a line end."""
BORDER = "\x1f"
"""Between cells of a text with quotes, where delimiters may stand in cells. No such text is cut that has it already."""
DOUBLED = "\x1e"
"""In place of a quote that stands in a cell with quotes, where it is written twice. No text with it is cut."""
_BLANK_FIRST = re.compile(f"{ROW} ")
_BLANK_LAST = re.compile(f" {ROW}")
_first = itemgetter(0)
_last = itemgetter(-1)

Columns = list[list[str]]


class Cut(NamedTuple):
    """is_bare: texts have no blanks around them, and no quotation marks."""

    columns: Columns
    is_bare: bool


class Cutter:
    """For the lines of one file."""

    def __init__(self, encoding: str, delimiter: str, quote: str, width: int) -> None:
        """encoding: one in which a line ends with the byte 10 or 13. quote: "" for none. width: how many cells each row
        must have."""
        self._encoding = encoding
        self._delimiter = delimiter
        self._quote = quote
        self._width = width
        self._blank_before, self._blank_behind = _blanks_beside(delimiter)
        self._twice = _inside_of_cell(delimiter, quote)

    def columns_of(self, data: bytes) -> Cut | None:
        """The columns of whole lines without NUL, cells as the csv module reads them; None where it has to. Raises
        UnicodeDecodeError."""
        lines = data.splitlines()  # only at what ends lines of a file, since these are bytes
        mark, count = self._delimiter, len(lines)
        text = f"{ROW}{mark}{f'{mark}{ROW}{mark}'.encode().join(lines).decode(self._encoding)}{mark}"
        columns: Columns | None
        if self._quote and self._quote in text:
            if DOUBLED in text:
                return None
            if 2 * self._quote in text:
                text = self._twice.sub(DOUBLED, text)
            columns, have_blanks = self._without_quotes(text, count)
        else:
            have_blanks = bool(self._blank_before.search(text))
            if self._blank_behind.search(text):
                text = re.sub(f"{re.escape(mark)} +", mark, text)
            columns = self._columns(text, mark, count)
        written_twice = DOUBLED if self._quote == '"' else '"'
        is_bare = not have_blanks and text.isascii() and written_twice not in text
        return None if columns is None else Cut(columns, is_bare)

    def _columns(self, text: str, mark: str, count: int) -> Columns | None:
        """None where one of the rows has more cells or less. A blank line is no row, and would look like one where
        there is a single column."""
        step = self._width + 1
        cells = text.split(mark)
        if len(cells) != count * step + 1 or cells[:-1:step].count(ROW) < count or step < 3:
            return None
        return [cells[first:-1:step] for first in range(1, step)]

    def _without_quotes(self, text: str, count: int) -> tuple[Columns | None, bool]:
        """The columns of a text with quotes, each of which must begin or end a cell; whether cells have blanks at their
        ends."""
        parts = text.split(self._quote)
        inside, outside = parts[1::2], self._quote.join(parts[::2])  # one quote stays of each cell with two
        joined = f"{ROW}{ROW.join(inside)}{ROW}"
        if not len(parts) % 2 or joined.count(ROW) > len(inside) + 1 or self._blank_behind.search(outside):
            return None, False
        if DOUBLED in text:
            if DOUBLED in outside:
                return None, False
            parts[1::2] = inside = ROW.join(inside).replace(DOUBLED, self._quote).split(ROW)
        have_blanks = any((self._blank_before.search(outside), _BLANK_FIRST.search(joined), _BLANK_LAST.search(joined)))
        columns = None
        if len(inside) == count * outside.split(ROW, 2)[1].count(self._quote):
            columns = self._filled(outside, inside, count)
        if columns is None and BORDER not in text:
            columns = self._refilled(parts, outside, count)
        return columns, have_blanks

    def _refilled(self, parts: list[str], outside: str, count: int) -> Columns | None:
        """The columns where some cells of a column have quotes."""
        parts[::2] = outside.replace(self._delimiter, BORDER).split(self._quote)
        try:
            if {*map(_last, parts[:-1:2]), *map(_first, parts[2::2])} != {BORDER}:
                return None
        except IndexError:  # two quotes side by side
            return None
        return self._columns("".join(parts), BORDER, count)

    def _filled(self, outside: str, inside: list[str], count: int) -> Columns | None:
        """The columns where all cells of one have quotes, or none has."""
        columns = self._columns(outside, self._delimiter, count)
        quoted = [index for index, column in enumerate(columns or ()) if column[0] == self._quote]
        if columns is None or any(columns[index].count(self._quote) < count for index in quoted):
            return None
        for place, index in enumerate(quoted):
            columns[index] = inside[place :: len(quoted)]
        return columns if len(inside) == count * len(quoted) else None


@functools.lru_cache
def _blanks_beside(mark: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A blank before a mark, and one behind it. Each expression begins with what there is less of."""
    mark = re.escape(mark)
    return re.compile(f" {mark}"), re.compile(f" (?<={mark} )")


@functools.lru_cache
def _inside_of_cell(mark: str, quote: str) -> re.Pattern[str]:
    """A quote written twice that is no empty cell. Behind a mark it may be either, and stays."""
    quote = re.escape(quote)
    return re.compile(f"{quote}{quote}(?<!{re.escape(mark)}{quote}{quote})")
