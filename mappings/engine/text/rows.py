"""Rows of cells from lines: by delimiter, with the standard library's csv, or by fixed places."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from mappings.engine.findings import Code, Place
from mappings.engine.text.dialect import parser
from mappings.engine.text.lines import LineSource, TooLong
from mappings.engine.text.settings import FixedColumn, TextSettings


class Rows:
    """Iterates over rows as lists of texts; blank lines are rows without cells. `at` tells about the current row."""

    def __init__(self, text: io.TextIOBase, settings: TextSettings, origin: Place) -> None:
        self.at = LineSource(text, settings.encoding, origin)
        self._settings = settings

    def __iter__(self) -> Iterator[list[str]]:
        return self._fixed(self._settings.fixed) if self._settings.fixed else self._delimited()

    def _delimited(self) -> Iterator[list[str]]:
        """A row that cannot be read has no cells and a fault. A quote that is never closed is text of its line."""
        at, delimiter, quote = self.at, self._settings.delimiter, self._settings.quote or ""
        while not at.ended:
            try:
                for cells in parser(at.feed(), delimiter, quote):
                    if at.ended:  # the csv module asked for more, and there was none: inside quotes
                        break
                    at.close()
                    yield cells
                    at.begin()
            except (csv.Error, TooLong):
                pass  # what was fed since the last row tells what is wrong
            if at.fed:
                yield self._recovered(delimiter, quote)
                at.begin()

    def _recovered(self, delimiter: str, quote: str) -> list[str]:
        at = self.at
        unclosed = at.fed > 1 or at.ended
        place = at.next_place()
        line = at.hold_back()
        cells: list[str] = []
        try:
            cells = next(parser([line], delimiter, ""), []) if unclosed else []
        except csv.Error:
            unclosed = False
        code = Code.QUOTE_UNCLOSED if unclosed else Code.ROW_UNREADABLE
        message = "" if unclosed else f"The row has a line or value of more than {csv.field_size_limit():,} characters"
        at.fault_at(code, place, message)
        return [_unquoted(cell, quote) for cell in cells] if unclosed else []

    def _fixed(self, columns: Sequence[FixedColumn]) -> Iterator[list[str]]:
        at = self.at
        slices = [slice(column.start - 1, column.start - 1 + column.length) for column in columns]
        while not at.ended:
            try:
                for line in at.feed():
                    at.close()
                    text = line.rstrip("\r\n")
                    yield [text[piece].strip() for piece in slices] if text.strip() else []
                    at.begin()
            except TooLong:
                place = at.next_place()
                at.hold_back()
                at.fault_at(Code.ROW_UNREADABLE, place)
                yield []
                at.begin()


def _unquoted(cell: str, quote: str) -> str:
    text = cell.strip()
    if quote and len(text) > 1 and text[0] == quote == text[-1]:
        return text[1:-1].replace(quote * 2, quote)
    return cell


def is_blank(cells: Iterable[str]) -> bool:
    return not any(cell.strip() for cell in cells)
