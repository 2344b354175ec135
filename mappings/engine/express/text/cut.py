"""Rows that all have as many cells as they should, cut into columns at once: the quickest way to read text in Python.

It gives what the csv module gives, row by row, or nothing.
"""

import functools
import heapq
import re
from operator import itemgetter
from typing import NamedTuple

ROW = "\x1d"
"""The cell before the first one of each row. No text is cut that has it, or those below where there are quotes."""
MOST_LINES = 100
"""Of one row; the complete reader takes some more."""
BORDER = "\x1f"
"""Between cells of a text with quotes, where delimiters may stand in cells."""
DOUBLED = "\x1e"
"""In place of a quote that stands in a cell with quotes, where it is written twice."""
_BLANK_FIRST = re.compile(f"{BORDER} ")
_BLANK_LAST = re.compile(f" {BORDER}")
_first = itemgetter(0)
_last = itemgetter(-1)

Columns = list[list[str]]


class Cut(NamedTuple):
    """is_bare: texts have no blanks around them, and no quotation marks. has_lines: a cell may have line ends."""

    columns: Columns
    is_bare: bool
    has_lines: bool = False

    def lines_of_rows(self) -> list[int]:
        """How many lines each row has."""
        lines = [1] * len(self.columns[0])
        for column in self.columns if self.has_lines else ():
            if "\n" in "".join(column):
                lines = [known + cell.count("\n") for known, cell in zip(lines, column, strict=True)]
        return lines


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
        mark, lines = self._delimiter, data.splitlines()  # only at what ends lines of a file, since these are bytes
        end = "\r\n" if b"\r\n" in data else "\n"
        if b"\r" in data and len(data) - sum(map(len, lines)) < 2 * len(lines):  # lines end in several ways
            lines = data.removesuffix(end.encode()).split(end.encode())
        if ROW.encode() in data:
            return None
        text = f"{ROW}{mark}{f'{mark}{ROW}{mark}'.encode().join(lines).decode(self._encoding)}{mark}"
        if self._quote and self._quote in text:
            return self._without_quotes(text, len(lines), end)
        if "\n" in text or "\r" in text:
            return None
        have_blanks = bool(self._blank_before.search(text))
        if self._blank_behind.search(text):
            text = re.sub(f"{re.escape(mark)} +", mark, text)
        columns = self._columns(text, mark, len(lines))
        return None if columns is None else Cut(columns, not have_blanks and text.isascii() and '"' not in text)

    def _columns(self, text: str, mark: str, count: int) -> Columns | None:
        """None where one of the rows has more cells or less. A blank line is no row, and would look like one where
        there is a single column."""
        step = self._width + 1
        cells = text.split(mark)
        if len(cells) != count * step + 1 or cells[:-1:step].count(ROW) < count or step < 3:
            return None
        return [cells[first:-1:step] for first in range(1, step)]

    def _without_quotes(self, text: str, count: int, end: str) -> Cut | None:
        """The columns of a text with quotes, each of which must begin or end a cell. count, end: of its lines."""
        if DOUBLED in text or BORDER in text:
            return None
        if 2 * self._quote in text:
            text = self._twice.sub(DOUBLED, text)
        parts = text.split(self._quote)
        inside, outside = parts[1::2], self._quote.join(parts[::2])  # one quote stays of each cell with two
        if not len(parts) % 2 or any(mark in outside for mark in (DOUBLED, "\n", "\r")):
            return None
        if self._blank_behind.search(outside):
            return None
        joined = BORDER.join(inside)
        if has_lines := any(mark in joined for mark in (ROW, "\n", "\r")):
            count = outside.count(ROW)
            joined = joined.replace(f"{self._delimiter}{ROW}{self._delimiter}", end)
            if "\r" in joined and joined.count("\r") > joined.count("\r\n"):
                return None
            inside = joined.split(BORDER)
            most = sum(heapq.nlargest(self._width, [cell.count("\n") for cell in inside if "\n" in cell]))
            if most >= MOST_LINES:  # of one row, perhaps
                return None
        has_quotes = self._quote != '"' and '"' in text
        if DOUBLED in text:
            has_quotes |= self._quote == '"'
            joined = joined.replace(DOUBLED, self._quote)
            inside = joined.split(BORDER)
        joined = f"{BORDER}{joined}{BORDER}"
        have_blanks = any((self._blank_before.search(outside), _BLANK_FIRST.search(joined), _BLANK_LAST.search(joined)))
        columns = None
        if len(inside) == count * outside.split(ROW, 2)[1].count(self._quote):
            columns = self._filled(outside, inside, count)
        if columns is None:
            parts[1::2] = inside
            columns = self._refilled(parts, outside, count)
        is_bare = not (have_blanks or has_quotes or has_lines) and text.isascii()
        return None if columns is None else Cut(columns, is_bare, has_lines)

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
