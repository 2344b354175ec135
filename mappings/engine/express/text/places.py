"""Where the documents of a delimited file stand. Splitting asks for nothing else, so only their keys are looked at.

What else a row holds, and what is wrong with it, is told when its document is read. Where that could move the border of
a document (quotes that are not closed, bytes that are not in the encoding, rows of a document that stand apart), and
for layouts without a key, the complete reader splits the file.
"""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain, compress, count, islice
from operator import ne
from typing import BinaryIO

import msgspec

from mappings.engine.express.text.rows import ENCODINGS, LAST, MOST_LINES, Lost, blocks
from mappings.engine.findings import Finding
from mappings.engine.text.columns import converters
from mappings.engine.text.dialect import parser
from mappings.engine.text.layouts import called
from mappings.engine.text.lines import END_OF_FILE
from mappings.engine.text.reader import MOST_KEYS, DocumentFound, SheetClosed, SheetOpened, Unreadable, open_sheet, scan
from mappings.engine.text.settings import Detection, Layout, TextSettings

ROWS = 500
"""Rows that are looked at together."""

Key = bytes | str | tuple[bytes | str, ...]
"""Of a row, as it stands there."""


class DocumentAt(msgspec.Struct, frozen=True):
    """A document. ordinal: from 1 within the file. offset, length: in bytes, without those of other documents. row: the
    number of the row before it. findings: of the reader, where that had to read it."""

    ordinal: int
    offset: int
    length: int
    row: int
    findings: Sequence[Finding] = ()


def places(
    stream: BinaryIO, settings: TextSettings | None = None, layouts: Sequence[Layout] = ()
) -> Iterator[SheetOpened | DocumentAt | SheetClosed | Unreadable]:
    """The documents of a seekable file from its first byte to its last, as `reader.scan` finds them. Never raises on
    partner data. settings, layouts: as for that. The end says of the rows nothing but the findings."""
    sheet = open_sheet(stream, settings, layouts)
    if isinstance(sheet, Unreadable):
        yield sheet
        return
    yield sheet.opened
    found = 0
    indexes = _key_of(sheet.opened.detection)
    try:
        if not indexes:
            raise Lost
        stream.seek(sheet.opened.offset)
        for document in _Splitter(sheet.opened, indexes).documents(stream):
            yield document
            found = document.ordinal
        yield SheetClosed(0, found, sheet.loose)
        return
    except Lost:
        stream.seek(0)
    for event in scan(stream, settings, layouts):
        if isinstance(event, DocumentFound):
            if event.ordinal > found:
                row = event.numbers[0] - 1
                yield DocumentAt(event.ordinal, event.offset, event.length, row, event.findings)
        elif isinstance(event, SheetClosed):
            yield event


def _key_of(detection: Detection) -> list[int]:
    """The columns of the key of files that are split by it alone; none for all others."""
    layout, settings = detection.layout, detection.settings
    if layout is None or settings.fixed or settings.delimiter in ("", " "):
        return []
    if codecs.lookup(settings.encoding).name not in ENCODINGS or len(f"a{settings.delimiter}b".splitlines()) > 1:
        return []
    columns = called(detection.columns, layout)
    indexes = [columns.index(name) for name in layout.key if name in columns]
    read = {step.index for step in converters(layout, detection.columns, settings)}
    return [] if read.intersection(indexes) else indexes


class _Splitter:
    def __init__(self, opened: SheetOpened, indexes: list[int]) -> None:
        settings = opened.detection.settings
        self._encoding = settings.encoding
        self._delimiter, self._quote = settings.delimiter, settings.quote or ""
        self._indexes = indexes
        self._offset = opened.offset
        self._row = settings.header_row or 0
        self._last: Key = ()
        self._key: tuple[str, ...] = ()
        self._keys: set[int] = set()
        self._is_ended = False

    def documents(self, stream: BinaryIO) -> Iterator[DocumentAt]:
        """Raises Lost where only the complete reader can tell, and for a file without any."""
        begun: tuple[int, int] | None = None
        ordinal = 0
        for start in self._starts(stream):
            if begun is not None:
                ordinal += 1
                yield DocumentAt(ordinal, begun[0], start[0] - begun[0], begun[1])
            begun = start
        if begun is None:
            raise Lost
        yield DocumentAt(ordinal + 1, begun[0], self._offset - begun[0], begun[1])

    def _starts(self, stream: BinaryIO) -> Iterator[tuple[int, int]]:
        """The offset of each document, and the number of the row before it."""
        for keys, sizes in self._rows(stream):
            ends: list[int] = []
            for index in compress(count(), map(ne, keys, chain((self._last,), keys))):
                if self._is_new(keys[index]):
                    ends = ends or list(accumulate(sizes, initial=self._offset))
                    yield ends[index], self._row + index
            self._last = keys[-1]
            self._row += len(keys)
            self._offset += sum(sizes)

    def _is_new(self, key: Key) -> bool:
        """Whether another document begins with a key that is not that of the row before."""
        texts = key if isinstance(key, tuple) else (key,)
        parts = tuple([(text if isinstance(text, str) else text.decode(self._encoding)).strip() for text in texts])
        if not any(parts):
            if not self._key:
                raise Lost  # blank, or a document without a key
            return False
        if parts == self._key:
            return False
        mark = hash(parts)
        if mark in self._keys:
            raise Lost
        if len(self._keys) < MOST_KEYS:
            self._keys.add(mark)
        self._key = parts
        return True

    def _rows(self, stream: BinaryIO) -> Iterator[tuple[Sequence[Key], Sequence[int]]]:
        """Some rows at a time: their keys, and how many bytes each has."""
        pieces = self._readable(stream)
        delimiter, quote = self._delimiter.encode(self._encoding), self._quote.encode(self._encoding)
        key_of = _cells(self._indexes, b"")
        most = max(self._indexes) + 1
        for piece in pieces:
            if quote and quote in piece:
                yield from self._parsed(chain((piece,), pieces))
                return
            lines = piece.splitlines(keepends=True)  # only at what ends lines of a file, since these are bytes
            yield [key_of(line.split(delimiter, most)) for line in lines], list(map(len, lines))

    def _parsed(self, pieces: Iterator[bytes]) -> Iterator[tuple[Sequence[Key], Sequence[int]]]:
        """The same where there are quotes."""
        sizes: list[int] = []
        key_of = _cells(self._indexes, "")

        def lines() -> Iterator[str]:
            for piece in pieces:
                for line in piece.splitlines(keepends=True):
                    sizes.append(len(line))
                    yield line.decode(self._encoding)
            self._is_ended = True
            yield self._delimiter.join(LAST)

        reader = parser(lines(), self._delimiter, self._quote)
        number = 0
        try:
            while rows := [(row, reader.line_num) for row in islice(reader, ROWS)]:
                if self._is_ended and rows.pop()[0] != LAST:
                    raise Lost  # the last row was still inside quotes
                if not rows:
                    return
                numbers = [number, *(end for _, end in rows)]
                used, number = numbers[-1] - number, numbers[-1]
                if used > len(rows):
                    yield [key_of(row) for row, _ in rows], _together(sizes, numbers)
                else:
                    yield [key_of(row) for row, _ in rows], sizes[:used]
                del sizes[:used]
        except csv.Error as error:  # a value that is too long
            raise Lost from error

    def _readable(self, stream: BinaryIO) -> Iterator[bytes]:
        for piece in blocks(stream):
            if b"\0" in piece or END_OF_FILE.encode() in piece:
                raise Lost
            try:
                piece.decode(self._encoding)
            except UnicodeDecodeError as error:
                raise Lost from error
            yield piece


def _cells(indexes: list[int], empty: bytes | str) -> Callable[[Sequence[bytes | str]], Key]:
    """Takes the key from the cells of a row, which may be too short."""
    first, *more = indexes
    if not more:
        return lambda cells: cells[first] if len(cells) > first else empty
    return lambda cells: tuple([cells[index] if len(cells) > index else empty for index in indexes])


def _together(sizes: Sequence[int], numbers: Sequence[int]) -> list[int]:
    """The bytes of rows that may have several lines. numbers: of the last line of each, first of all the row before."""
    found = []
    for before, last in zip(numbers, numbers[1:], strict=False):
        if last - before > MOST_LINES:
            raise Lost
        found.append(sum(sizes[before - numbers[0] : last - numbers[0]]))
    return found
