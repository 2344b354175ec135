"""Bytes in, rows out. What a file may have wrong is looked for by the block; places are left to the complete reader."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO

import msgspec

from mappings.engine.express.text.cut import MOST_LINES, Columns, Cutter
from mappings.engine.text.dialect import parser
from mappings.engine.text.lines import END_OF_FILE, may_have_formula
from mappings.engine.text.settings import TextSettings

ENCODINGS = frozenset({"utf-8", "ascii", "cp1252", "iso8859-1", "iso8859-15"})
"""Codecs in which a line ends with the byte 10, which stands nowhere else."""
BLOCK = 64 * 1024
"""Bytes. No line of a block can be too long, as two blocks are shorter than the longest line."""
BATCH = 200
"""Rows that are handed out together: so few that Python's garbage collector does not take them for old."""
ESCAPED = bytes(set(range(32)) - set(b"\r\n")) + b"\\"
"""What does not stand in JSON as it is, but for line ends and the quotation mark."""
LINE_END = re.compile("\r\n?|\n")

LAST = [END_OF_FILE, END_OF_FILE]
"""The row of a line that is put behind the last one. Inside of quotes that are still open it is one cell."""


class Lost(Exception):  # noqa: N818 - a signal inside of this package
    """From here on only the complete reader can tell what the rows are."""


class Batch(msgspec.Struct):
    """Rows, blank lines as rows without cells; or, where all have as many cells as they should, their columns.

    has_formulas: a cell may begin like a formula. is_bare: texts have no blanks around them, and nothing that JSON
    writes otherwise. is_last: it is known that these are the last rows. taken: by whoever gets it, how many rows it has
    taken, if not all; the others come again, with more.
    """

    rows: Sequence[list[str]]
    has_formulas: bool = False
    columns: Columns | None = None
    is_bare: bool = False
    is_last: bool = False
    taken: int | None = None


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
    """The rows of a stream, some at a time."""

    def __init__(self, stream: BinaryIO, settings: TextSettings, width: int) -> None:
        """width: how many cells a row should have."""
        self._stream = stream
        self._encoding = settings.encoding
        self._delimiter, self._quote = settings.delimiter, settings.quote or ""
        self._cutter = Cutter(settings.encoding, self._delimiter, self._quote, width)
        delimiter, quote = settings.delimiter.encode(), self._quote.encode()
        self._escaped = ESCAPED.replace(delimiter, b"")
        # A delimiter that JSON would escape is no part of a cell, but for what stands in quotes.
        self._odd_quote = quote if delimiter in ESCAPED else b""
        self._rest = b""

    def batches(self) -> Iterator[Batch]:
        """All rows of the stream. Raises Lost."""
        block = b""
        for following in chain(blocks(self._stream), (b"",)):
            if following and len(block) < len(self._rest):  # what comes again and again comes with twice as much
                block += following
                continue
            data, self._rest = self._rest + block, b""
            if data:
                yield from self._rows(data, is_last=not following)
            block = following
        if self._rest:
            raise Lost  # the last row was still inside quotes

    def _rows(self, data: bytes, *, is_last: bool) -> Iterator[Batch]:
        is_odd = len(data.translate(None, self._escaped)) < len(data)
        if is_odd and (b"\0" in data or END_OF_FILE.encode() in data):
            raise Lost
        is_odd = is_odd or (bool(self._odd_quote) and self._odd_quote in data)
        try:
            text = data.decode(self._encoding)
            has_formulas = may_have_formula(text)
            found = None if has_formulas else self._cutter.columns_of(data)
        except UnicodeDecodeError as error:
            raise Lost from error
        if found is not None:
            batch = Batch((), columns=found.columns, is_bare=found.is_bare and not is_odd, is_last=is_last)
            yield batch
            if batch.taken is not None:
                self._rest = _last_lines(data, sum(found.lines_of_rows()[batch.taken :]))
        else:
            yield from self._parsed(list(io.StringIO(text, newline="")), has_formulas)

    def _parsed(self, lines: list[str], has_formulas: bool) -> Iterator[Batch]:
        """Rows of any form. What the block has of a row that does not end with it is left for the next one."""
        reader = parser(chain(lines, [self._delimiter.join(LAST)]), self._delimiter, self._quote)
        before = 0
        try:
            while rows := list(islice(reader, BATCH)):
                more = reader.line_num - before - len(rows)
                before = reader.line_num
                if more > MOST_LINES and any(_line_ends(row) > MOST_LINES for row in rows):
                    raise Lost
                if before > len(lines) and (last := rows.pop()) != LAST:
                    self._rest = "".join(lines[-max(_line_ends(last), 1) :]).encode(self._encoding)
                yield Batch(rows, has_formulas)
        except csv.Error as error:  # a value that is too long
            raise Lost from error


def _last_lines(data: bytes, count: int) -> bytes:
    """Of lines that all end."""
    start = len(data)
    for _ in range(count):
        start = data.rfind(b"\n", 0, start - 1) + 1
    lines = data[start:]
    if len(lines.splitlines()) == count:
        return lines
    return b"".join(data.splitlines(keepends=True)[-count:])  # some end with the byte 13


def _line_ends(row: list[str]) -> int:
    return sum(len(LINE_END.findall(cell)) for cell in row)
