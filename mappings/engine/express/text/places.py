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

from mappings.engine.express.text.cut import MOST_LINES, Cut, Cutter
from mappings.engine.express.text.keys import SeenKeys, have_blanks
from mappings.engine.express.text.rows import ENCODINGS, LAST, Lost, blocks
from mappings.engine.findings import Finding
from mappings.engine.text.asides import Asides
from mappings.engine.text.columns import converters
from mappings.engine.text.dialect import parser
from mappings.engine.text.layouts import called
from mappings.engine.text.lines import END_OF_FILE
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, Unreadable, open_sheet, scan
from mappings.engine.text.settings import Detection, Layout, TextSettings

Key = str | tuple[str, ...]
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
        detection = opened.detection
        settings = detection.settings
        self._encoding = settings.encoding
        self._delimiter, self._quote = settings.delimiter, settings.quote or ""
        self._cutter = Cutter(settings.encoding, self._delimiter, self._quote, len(detection.columns))
        self._asides = Asides(detection.columns, indexes, settings.footer)
        self._indexes = indexes
        self._blank: Key = "" if len(indexes) == 1 else ("",) * len(indexes)
        self._offset = opened.offset
        self._row = settings.header_row or 0
        self._last: Key | None = None
        self._key: tuple[str, ...] = ()
        self._keys = SeenKeys()

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
        for data, keys, sizes in self._rows(stream):
            starts = list(compress(count(), map(ne, keys, chain((self._last,), keys))))
            found = [keys[index] for index in starts]
            self._look_for_asides(data, keys, found)
            if self._are_new(found):
                self._key = _parts(found[-1])
            else:
                starts = [index for index, key in zip(starts, found, strict=True) if self._is_new(key)]
            ends = list(accumulate(sizes, initial=self._offset))
            for index in starts:
                yield ends[index], self._row + index
            self._last = keys[-1]
            self._row += len(keys)
            self._offset = ends[-1]

    def _look_for_asides(self, data: bytes, keys: Sequence[Key], found: Sequence[Key]) -> None:
        """Raises Lost where rows may be none of the data, or values other than they seem."""
        if self._blank in keys or self._asides.may_one_begin(found):
            is_suspect = self._asides.may_stand_in(data)
        else:
            is_suspect = self._asides.may_have_marks(data)
        if is_suspect:
            raise Lost

    def _are_new(self, keys: Sequence[Key]) -> bool:
        """Whether a document begins with each of them, as far as can be told of all at once."""
        if not keys or self._blank in keys or have_blanks([*chain.from_iterable(map(_parts, keys))]):
            return False
        return self._keys.are_new(keys)

    def _is_new(self, key: Key) -> bool:
        """Whether another document begins with a key that is not that of the row before."""
        parts = tuple(map(str.strip, _parts(key)))
        if not any(parts):
            if not self._key:
                raise Lost  # blank, or a document without a key
            return False
        if parts == self._key:
            return False
        if not self._keys.is_new(parts[0] if isinstance(key, str) else parts):
            raise Lost
        self._key = parts
        return True

    def _rows(self, stream: BinaryIO) -> Iterator[tuple[bytes, Sequence[Key], Sequence[int]]]:
        """Some rows at a time, the bytes that they are in, their keys, and how many bytes each has."""
        delimiter, quote = self._delimiter.encode(self._encoding), self._quote.encode(self._encoding)
        most = max(self._indexes) + 1
        rest = b""
        for piece in self._readable(stream):
            data = rest + piece
            lines = data.splitlines(keepends=True)  # only at what ends lines of a file, since these are bytes
            if not quote or quote not in data:
                rows = [line.split(delimiter, most) for line in lines]
                rest = b""
                yield data, self._decoded(rows), list(map(len, lines))
            elif (found := self._cutter.columns_of(data)) is not None:
                rest = b""
                yield data, _together([found.columns[index] for index in self._indexes]), _sizes(found, lines)
            else:
                keys, sizes = self._parsed(lines)
                rest = data[sum(sizes) :]
                if keys:
                    yield data, keys, sizes
        if rest:
            raise Lost  # the last row was still inside quotes

    def _decoded(self, rows: Sequence[Sequence[bytes]]) -> Sequence[Key]:
        """The keys of rows that are whole to their last key, or too short."""
        columns = []
        for index in self._indexes:
            cells = b"\0".join([cells[index] if len(cells) > index else b"" for cells in rows])
            columns.append(cells.decode(self._encoding).split("\0"))
        return _together(columns)

    def _parsed(self, lines: list[bytes]) -> tuple[Sequence[Key], Sequence[int]]:
        """The same of rows of any form, without one that does not end here."""
        texts = chain((line.decode(self._encoding) for line in lines), [self._delimiter.join(LAST)])
        reader = parser(texts, self._delimiter, self._quote)
        keys, sizes, before = [], [], 0
        key_of = _cells(self._indexes)
        try:
            for row in reader:
                if reader.line_num > len(lines):
                    if row != LAST and len(lines) - before > MOST_LINES:
                        raise Lost
                    break
                if reader.line_num - before > MOST_LINES:
                    raise Lost
                keys.append(key_of(row))
                sizes.append(sum(map(len, lines[before : reader.line_num])))
                before = reader.line_num
        except csv.Error as error:  # a value that is too long
            raise Lost from error
        return keys, sizes

    def _readable(self, stream: BinaryIO) -> Iterator[bytes]:
        for piece in blocks(stream):
            if b"\0" in piece or END_OF_FILE.encode() in piece:
                raise Lost
            try:
                piece.decode(self._encoding)
            except UnicodeDecodeError as error:
                raise Lost from error
            yield piece


def _cells(indexes: list[int]) -> Callable[[Sequence[str]], Key]:
    """Takes the key from the cells of a row, which may be too short."""
    first, *more = indexes
    if not more:
        return lambda cells: cells[first] if len(cells) > first else ""
    return lambda cells: tuple([cells[index] if len(cells) > index else "" for index in indexes])


def _sizes(found: Cut, lines: Sequence[bytes]) -> list[int]:
    """How many bytes each row has. lines: of all of them."""
    sizes = map(len, lines)
    return [sum(islice(sizes, count)) for count in found.lines_of_rows()] if found.has_lines else list(sizes)


def _together(columns: Sequence[Sequence[str]]) -> Sequence[Key]:
    return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))


def _parts(key: Key) -> tuple[str, ...]:
    return (key,) if isinstance(key, str) else key
