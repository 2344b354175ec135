"""The streaming reader: rows of a text file grouped into documents. Memory stays flat, nothing raises on any bytes."""

import re
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, BinaryIO

import msgspec

from mappings.engine.findings import Code, Finding, Place, Severity, finding
from mappings.engine.text import sniff
from mappings.engine.text.asides import MESSAGES, Asides
from mappings.engine.text.columns import converters
from mappings.engine.text.detect import SAMPLE, detect
from mappings.engine.text.header import folded
from mappings.engine.text.layouts import called
from mappings.engine.text.lines import open_text
from mappings.engine.text.rows import Rows, is_blank
from mappings.engine.text.settings import Detection, Layout, TextSettings

MOST_ROWS = 100_000
"""Rows of one document; those beyond are counted and left out."""
MOST_CELLS = 2_000_000
"""Cells of one document: a short row is filled up to the width of the header, which a file can make very wide."""
MOST_FINDINGS = 200
"""Findings of one document; more are not named."""
MOST_KEYS = 100_000
"""Keys that are remembered to tell that the rows of a document stand apart."""

_MAY_BE = (Code.CELL_FORMULA, Code.VALUE_ROUNDED)
"""Said of a line in which some cell may be so."""
_EXCEL_TEXT = re.compile('="([^"]*)"')
"""How spreadsheets are told to keep leading zeros: ="00123"."""
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]{2}")
FORMULA_MARKS = ("=", "@")
"""What a cell begins with that a spreadsheet would calculate. A plus or minus begins numbers and names too."""

Row = list[str]
Key = tuple[str, ...]


class SheetOpened(msgspec.Struct, frozen=True):
    """What the file is, before its first document. offset: byte at which its rows begin, after the header."""

    detection: Detection
    offset: int


class DocumentFound(msgspec.Struct):
    """Rows that belong together: `length` bytes from `offset`, which stand in no other document.

    ordinal: from 1 within the file. key: values of the layout's key columns, as far as the file has them.
    names: of the columns in the file;
    columns: what the layout calls them (a column it does not know keeps its name). rows: a text per column, numbers and
    dates of the layout canonical where they could be read. numbers: the row of each in the file, from 1, header and
    blank rows counted. row_count: rows that the document has, those beyond the limit too.
    """

    ordinal: int
    layout: Layout
    key: Key
    names: tuple[str, ...]
    columns: tuple[str, ...]
    offset: int
    length: int = 0
    row_count: int = 0
    rows: list[Row] = []
    numbers: list[int] = []
    findings: list[Finding] = []


class SheetClosed(msgspec.Struct, frozen=True):
    """The end of the file. rows: those that are not blank, without header. findings: what belongs to no document.
    asides: rows among the data that are none of it, and values that were rounded: only this reader tells them."""

    rows: int
    documents: int
    findings: list[Finding]
    asides: int = 0


class Unreadable(msgspec.Struct, frozen=True):
    """No delimited or fixed-width text: the only event of such a file. findings: why."""

    findings: list[Finding]


TextEvent = SheetOpened | DocumentFound | SheetClosed | Unreadable


def scan(
    stream: BinaryIO,
    settings: TextSettings | None = None,
    layouts: Sequence[Layout] = (),
    origin: Place | None = None,
    *,
    has_asides: bool = True,
) -> Iterator[TextEvent]:
    """Read a file into documents. Never raises on partner data; the stream is read once and not closed.

    settings: what is known about its form; the rest is found out. layouts: the kinds of files that are known. A file
    of none of them gives no documents, and a finding with its columns among those of the detection.
    origin: of a part that was cut out of a file between rows (settings by `detect.for_part`): its byte offset, and the
    row and line before it. has_asides: rows that are none of the data are looked for.
    """
    sheet = open_sheet(stream, settings, layouts, origin, has_asides=has_asides)
    if isinstance(sheet, Unreadable):
        yield sheet
        return
    yield sheet.opened
    yield from sheet.events()


def open_sheet(
    stream: BinaryIO,
    settings: TextSettings | None = None,
    layouts: Sequence[Layout] = (),
    origin: Place | None = None,
    *,
    has_asides: bool = True,
) -> "Sheet | Unreadable":
    """A file of which what stands before its first row is read. The rest as for `scan`."""
    sample = _read(stream, SAMPLE)
    detection = detect(sample, settings, layouts, whole=len(sample) < SAMPLE)
    if not detection.columns:
        return Unreadable(list(detection.findings))
    encoding = detection.settings.encoding
    mark = sniff.mark_length(sample, encoding) if origin is None else 0
    place = origin or Place()
    begin = Place(offset=max(place.offset, 0) + mark, row=place.row, line=place.line)
    rows = Rows(open_text(sample[mark:], stream, encoding), detection.settings, begin)
    return Sheet(detection, rows, has_asides=has_asides)


def _read(stream: BinaryIO, size: int) -> bytes:
    """So many bytes, or all there are: a stream may hand them out in smaller pieces."""
    pieces = []
    while size and (piece := stream.read(size)):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


class Sheet:
    """Groups the rows of one file. opened: what it is. loose: findings that belong to no document, so far."""

    def __init__(self, detection: Detection, rows: Rows, *, has_asides: bool = True) -> None:
        self._has_asides = has_asides
        self._rows = iter(rows)
        self._at = rows.at
        self._names = detection.columns
        self._width = len(detection.columns)
        self._most_rows = min(MOST_ROWS, MOST_CELLS // self._width)
        self._count = self._documents = self._asides = 0
        self._keys: set[int] = set()
        self._layout = detection.layout
        needed = {folded(name) for name in detection.layout.columns} if detection.layout else set()
        self._needed = [(place, name) for place, name in enumerate(self._names) if folded(name) in needed]
        self._settings = detection.settings
        layout = detection.layout
        exact = (*layout.numbers, *layout.dates) if layout else ()
        self._texts = {folded(name) for name in layout.names if name not in exact} if layout else set()
        self.loose = self._before(detection.settings.header_row or 0)[:MOST_FINDINGS]
        self.opened = SheetOpened(detection, self._at.end)

    def _before(self, header: int) -> list[Finding]:
        """What is wrong with the rows up to the header."""
        found: list[Finding] = []
        while self._at.row < header and next(self._rows, None) is not None:
            found += [fault for fault in self._at.faults() if fault.code not in _MAY_BE]
        return found

    def events(self) -> Iterator[TextEvent]:
        """The documents, and the end."""
        if self._layout is None:
            self._count = sum(1 for cells in self._rows if not is_blank(cells))
        else:
            yield from self._grouped(self._rows, self._layout)
        if not self._count:
            self.loose.append(finding(Code.ROWS_MISSING, place=Place(row=self._at.row)))
        yield SheetClosed(self._count, self._documents, self.loose, self._asides)

    def _grouped(self, rows: Iterator[Row], layout: Layout) -> Iterator[DocumentFound]:
        """This loop runs for every row; what is rarely needed stands in the other methods."""
        at, width, most_rows = self._at, self._width, self._most_rows
        names, columns = self._names, called(self._names, layout)
        keys = [columns.index(name) for name in layout.key if name in columns]  # a file may lack one that is optional
        key_of = _key_reader(keys)
        parts_of = _stripped if len(keys) == 1 else _all_stripped
        steps = [(step.index, step.table, step) for step in converters(layout, names, self._settings)]
        looked_at = 1 + max((*keys, *(index for index, *_ in steps)), default=0)
        asides = Asides(names, keys, self._settings.footer) if self._has_asides else None
        document: DocumentFound | None = None
        kept: list[Row] = []
        numbers: list[int] = []
        current: object = None
        blank = key_of([""] * width)
        for cells in rows:
            problems = None
            if at.marked or len(cells) != width:
                problems = self._problems(cells)
                cells = (cells + [""] * (width if len(kept) < most_rows else looked_at))[:width]
            for index, table, step in steps:
                if text := cells[index]:
                    if (value := table[text]) is not None:
                        cells[index] = value
                    else:
                        problems = [*(problems or ()), step.fault(text, at.place(step.name))]
            key = key_of(cells)
            if asides and key != current and (key == blank or asides.may_begin(key)) and (kind := asides.kind(cells)):
                self._leave_out(kind)
                continue
            if key != current and (key != blank or document is None or not any(cells)):
                parts = parts_of(key)
                is_key = any(parts)
                if not is_key and not problems and is_blank(cells):
                    continue
                if document is None or (is_key and parts != document.key):
                    if document is not None:
                        yield self._finished(document, at.offset)
                    self._documents += 1
                    kept, numbers = [], []
                    cells = cells + [""] * (width - len(cells))
                    document = DocumentFound(
                        self._documents, layout, parts, names, columns, at.offset, 0, 0, kept, numbers
                    )
                    self._check_key(document, layout)
                    current = key if is_key else None  # so that blank rows are looked at where there is no key
            if len(kept) < most_rows:
                kept.append(cells)
                numbers.append(at.row)
            elif document is not None:
                self._count_out(document)
            if problems and document is not None:
                document.findings += problems[: max(MOST_FINDINGS - len(document.findings), 0)]
        if document is not None:
            yield self._finished(document, at.end)

    def _leave_out(self, kind: str) -> None:
        """A row that is none of the data."""
        self._asides += 1
        if len(self.loose) < MOST_FINDINGS:
            self.loose.append(finding(Code.ROW_ASIDE, MESSAGES[kind], self._at.place()))

    def _check_key(self, document: DocumentFound, layout: Layout) -> None:
        mark = hash(document.key)
        if layout.key and not any(document.key):
            where = ", ".join(layout.key)
            message = f"There is no value in {where}"
            document.findings.append(finding(Code.DOCUMENT_KEY_MISSING, message, self._at.place()))
        if mark in self._keys:
            message = f"Rows of {' '.join(document.key)} stood further up already; these make a document of their own"
            document.findings.append(finding(Code.DOCUMENT_SCATTERED, message, self._at.place()))
        elif len(self._keys) < MOST_KEYS:
            self._keys.add(mark)

    def _finished(self, document: DocumentFound, end: int) -> DocumentFound:
        """A document reaches to the next one, blank rows between them included."""
        document.length = end - document.offset
        document.row_count += len(document.rows)
        self._count += document.row_count
        return document

    def _count_out(self, document: DocumentFound) -> None:
        """A row too many."""
        if not document.row_count:
            message = f"The document has more than {self._most_rows:,} rows"
            document.findings.append(finding(Code.DOCUMENT_TOO_LARGE, message, self._at.place()))
        document.row_count += 1

    def _problems(self, cells: Row) -> list[Finding] | None:
        """What is wrong with a row as it stands in the file; None: nothing."""
        at, width = self._at, self._width
        faults = at.faults() if at.marked else []
        problems = [fault for fault in faults if fault.code not in _MAY_BE]
        suspicions = {fault.code for fault in faults}
        if cells and len(cells) != width and (len(cells) < width or not is_blank(cells[width:])):
            problems += self._ragged(cells)
        if Code.CELL_FORMULA in suspicions:
            problems += self._formulas(cells)
        if Code.VALUE_ROUNDED in suspicions:
            problems += self._rounded(cells)
        return problems or None

    def _formulas(self, cells: Row) -> list[Finding]:
        """Texts that are written as formulas are taken out of them; all other formulas are kept and said."""
        found = []
        for index, (name, cell) in enumerate(zip(self._names, cells, strict=False)):
            if match := _EXCEL_TEXT.fullmatch(cell):
                cells[index] = match[1]
            elif cell[:1] in FORMULA_MARKS and len(cell) > 1:
                found.append(finding(Code.CELL_FORMULA, place=self._at.place(name), value=cell))
        return found

    def _rounded(self, cells: Row) -> list[Finding]:
        """Item numbers and the like of which a spreadsheet kept only the first digits."""
        found = [
            finding(Code.VALUE_ROUNDED, place=self._at.place(name), value=cell)
            for name, cell in zip(self._names, cells, strict=False)
            if folded(name) in self._texts and _ROUNDED.fullmatch(cell.strip())
        ]
        self._asides += len(found)
        return found

    def _ragged(self, cells: Row) -> list[Finding]:
        """An error where a value is lost: the row ends before a column that every file of the layout has, or goes on
        behind the last column.

        Text of fixed width is often sent without the blanks at the end of a line, and with more than is agreed: then it
        is only a warning, and none where all that is not there may be missing.
        """
        width = self._width
        message = f"The row has {len(cells)} values for {width} columns"
        lost = [name for place, name in self._needed if place >= len(cells)]
        if lost:
            message = f"{message}; it ends before {', '.join(lost[:10])}"
        is_fixed = bool(self._settings.fixed)
        if is_fixed and len(cells) < width and not lost:
            return []
        spare = self._settings.delimiter.join(cells[width:])
        severity = Severity.ERROR if (lost or spare) and not is_fixed else None
        return [finding(Code.ROW_RAGGED, message, self._at.place(), spare, severity=severity)]


def _key_reader(indexes: list[int]) -> Callable[[Row], str | tuple[str, ...]]:
    """Takes the values of the key columns from a row, as quickly as can be: a text, or a tuple of them."""
    return itemgetter(*indexes) if indexes else lambda cells: ()


def _stripped(key: Any) -> Key:
    """The one text of a key without blanks around it."""
    return (key.strip(),)


def _all_stripped(key: Any) -> Key:
    """The texts of a key without blanks around them."""
    return tuple([part.strip() for part in key])
