"""Bytes in, rows out. What a file may have wrong is looked for by the block; places are left to the complete reader."""

import csv
import io
from collections.abc import Iterator
from itertools import chain, islice
from typing import BinaryIO

import msgspec

from mappings.engine.text.dialect import parser
from mappings.engine.text.lines import END_OF_FILE, FORMULAS
from mappings.engine.text.settings import TextSettings

ENCODINGS = frozenset({"utf-8", "ascii", "cp1252", "iso8859-1", "iso8859-15"})
"""Codecs in which a line ends with the byte 10, which stands nowhere else."""
BLOCK = 64 * 1024
"""Bytes. No line of a block can be too long, as two blocks are shorter than the longest line."""
BATCH = 200
"""Rows that are handed out together: so few that Python's garbage collector does not take them for old."""
MOST_LINES = 100
"""Lines of one row; the complete reader takes some more."""
ESCAPED = bytes(set(range(32)) - set(b"\r\n")) + b"\\"
"""What does not stand in JSON as it is, but for line ends and the quotation mark."""

LAST = [END_OF_FILE, END_OF_FILE]
"""The row of a line that is put behind the last one. Inside of quotes that are still open it is one cell."""


class Lost(Exception):  # noqa: N818 - a signal inside of this package
    """From here on only the complete reader can tell what the rows are."""


class Batch(msgspec.Struct):
    """is_odd: cells may have what JSON writes otherwise, beyond quotation marks. has_formulas: a cell may begin like a
    formula. is_split: cells may begin with spaces, which the csv module passes over."""

    rows: list[list[str]]
    is_odd: bool
    has_formulas: bool
    is_split: bool = False


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of a stream, cut between lines. Raises Lost where a line may be too long."""
    rest = b""
    while piece := stream.read(BLOCK):
        data = rest + piece
        cut = data.rfind(b"\n") + 1
        rest = data[cut:]
        if len(rest) >= BLOCK:
            raise Lost
        if cut:
            yield data[:cut]
    if rest:
        yield rest


class Blocks:
    """The lines of a stream, some at a time, and what is to be said of those handed out last."""

    def __init__(self, stream: BinaryIO, settings: TextSettings) -> None:
        self._stream = stream
        self._encoding = settings.encoding
        delimiter, quote = settings.delimiter.encode(), (settings.quote or "").encode()
        self._escaped = ESCAPED.replace(delimiter, b"")
        # A delimiter that JSON would escape is no part of a cell, but for what stands in quotes.
        self._quote = quote if delimiter in ESCAPED and quote else b""
        self._delimiter, self._mark = settings.delimiter, settings.quote or ""
        self._is_odd = self._has_formulas = self._was_odd = self._had_formulas = False
        self._is_bare = self._ended = False

    def batches(self) -> Iterator[Batch]:
        """All rows of the stream, blank lines as rows without cells. Raises Lost."""
        lines, delimiter = self._lines(), self._delimiter
        for block in lines:
            if self._ended:
                return
            if not self._is_bare:
                yield from self._parsed(chain(block, chain.from_iterable(lines)))
                return
            for first in range(0, len(block), BATCH):
                rows = [line.split(delimiter) if line else [] for line in block[first : first + BATCH]]
                yield Batch(rows, False, self._has_formulas, True)

    def _parsed(self, source: Iterator[str]) -> Iterator[Batch]:
        """Rows that may have quotes, or anything else that takes more than to split them."""
        reader = parser(source, self._delimiter, self._mark)
        lines = 0
        try:
            while rows := list(islice(reader, BATCH)):
                more = reader.line_num - lines - len(rows)
                lines = reader.line_num
                if self._ended and rows.pop() != LAST:
                    raise Lost  # the last row was still inside quotes
                if more > MOST_LINES and any(_line_ends(row) > MOST_LINES for row in rows):
                    raise Lost
                yield Batch(rows, self._was_odd or more > 0, self._had_formulas)
                self._was_odd, self._had_formulas = self._is_odd, self._has_formulas
        except csv.Error as error:  # a value that is too long
            raise Lost from error

    def _lines(self) -> Iterator[list[str]]:
        """Blocks of lines, and after the last one a line that cannot come."""
        for block in blocks(self._stream):
            yield self._looked_at(block)
        self._ended = True
        yield [self._delimiter.join(LAST)]

    def _looked_at(self, data: bytes) -> list[str]:
        self._is_odd = len(data.translate(None, self._escaped)) < len(data)
        if self._is_odd and (b"\0" in data or END_OF_FILE.encode() in data):
            raise Lost
        try:
            text = data.decode(self._encoding)
        except UnicodeDecodeError as error:
            raise Lost from error
        self._is_odd |= bool(self._quote) and self._quote in data
        is_simple = text.isascii() and not self._is_odd  # nothing in it ends a line but what ends lines of a file
        self._is_bare = is_simple and not (self._mark and self._mark in text)
        self._has_formulas = any(formula.search(text) for formula in FORMULAS)
        self._was_odd |= self._is_odd
        self._had_formulas |= self._has_formulas
        return text.splitlines(keepends=not self._is_bare) if is_simple else list(io.StringIO(text, newline=""))


def _line_ends(row: list[str]) -> int:
    return sum(cell.count("\n") + cell.count("\r") for cell in row)
