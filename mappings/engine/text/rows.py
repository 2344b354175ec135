"""Rows of cells from lines: by delimiter, with the standard library's csv, or by fixed places."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from mappings.engine.findings import Code, Place
from mappings.engine.text.dialect import parser
from mappings.engine.text.lines import MOST_LINES, LineSource, TooLong
from mappings.engine.text.settings import FixedColumn, TextSettings

_FORMULAS = ("=", "@")
"""As of delimited text; there the lines are looked at in blocks, by the delimiters before a cell."""


class Rows:
    """Iterates over rows as lists of texts; blank lines are rows without cells. `at` tells about the current row."""

    def __init__(self, text: io.TextIOBase, settings: TextSettings, origin: Place) -> None:
        self.at = LineSource(text, settings.encoding, origin, " " if settings.fixed else "")
        self._settings = settings

    def __iter__(self) -> Iterator[list[str]]:
        return self._fixed(self._settings.fixed) if self._settings.fixed else self._delimited()

    def _delimited(self) -> Iterator[list[str]]:
        """A row that cannot be read has no cells and a fault. A quote that is never closed is text of its line."""
        at, delimiter, quote = self.at, self._settings.delimiter, self._settings.quote or ""
        while not at.ended:
            reader = parser(chain.from_iterable(at.blocks()), delimiter, quote)
            start = at.next
            try:
                for cells in reader:
                    if at.ended:  # the csv module asked for more, and there was none: inside quotes
                        break
                    if start + reader.line_num - at.next > MOST_LINES:  # however the lines came in blocks
                        raise TooLong
                    at.first = at.next
                    at.next = start + reader.line_num
                    at.row += 1
                    yield cells
            except (csv.Error, TooLong):
                yield self._recovered(start + reader.line_num - at.next > 1, delimiter, quote)
                continue
            if at.ended and start + reader.line_num > at.next:
                yield self._recovered(True, delimiter, quote)
                at.ended = False

    def _recovered(self, unclosed: bool, delimiter: str, quote: str) -> list[str]:
        """The row of a line on which a quote opens for good, or which is too long."""
        line = self.at.first_line()
        cells: list[str] = []
        try:
            cells = next(parser([line], delimiter, ""), [])
        except csv.Error:
            unclosed = False
        if unclosed:
            self.at.mark(Code.QUOTE_UNCLOSED)
            return [_unquoted(cell, quote) for cell in cells]
        self.at.mark(Code.ROW_UNREADABLE, f"A value has more than {csv.field_size_limit():,} characters")
        return []

    def _fixed(self, columns: Sequence[FixedColumn]) -> Iterator[list[str]]:
        """Columns that begin behind the end of a line are not there; what stands behind the last is one cell more."""
        slices = [slice(column.start - 1, column.start - 1 + column.length) for column in columns]
        last, end = max(piece.start for piece in slices), max(piece.stop for piece in slices)
        for line in chain.from_iterable(self.at.blocks()):
            self.at.close(1)
            text = line.rstrip("\r\n")
            if not text.strip():
                yield []
                continue
            cells = [text[piece].strip() for piece in slices]
            if len(text) <= last:
                there = [place for place, piece in enumerate(slices) if piece.start < len(text)]
                cells = cells[: there[-1] + 1]
            elif text[end:].strip():
                cells.append(text[end:].strip())
            if any(cell.startswith(_FORMULAS) for cell in cells):
                self.at.mark(Code.CELL_FORMULA)
            yield cells


def is_blank(cells: Iterable[str]) -> bool:
    return not "".join(cells).strip()


def _unquoted(cell: str, quote: str) -> str:
    text = cell.strip()
    if quote and len(text) > 1 and text[0] == quote == text[-1]:
        return text[1:-1].replace(quote * 2, quote)
    return cell
