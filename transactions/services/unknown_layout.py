"""What a text file of an unknown layout is: its columns with samples of their values, and how it was read."""

import codecs
import io
from typing import NamedTuple

import msgspec

from config.core.blobs import read_range
from mappings.engine.findings import Code, Place
from mappings.engine.text.detect import SAMPLE, detect
from mappings.engine.text.layouts import almost
from mappings.engine.text.lines import open_text
from mappings.engine.text.rows import Rows
from mappings.engine.text.settings import Detection, TextSettings
from mappings.engine.text.sniff import declared, mark_length
from mappings.services.draft_from_columns import Sample, found_forms
from mappings.services.known_layouts import known_layouts
from transactions.models import InboundFile

MOST_COLUMNS = 400
"""Columns that are shown and offered; a hostile header can have many thousands."""
ROWS = 200
VALUES = 4
VALUE_SHOWN = 60
ROW_SHOWN = 160
FIRST = 8
"""Rows that are shown as they stand in the file, to tell which of them has the names."""
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "^": "caret", "~": "tilde"}
QUOTES = {'"': "double", "'": "single", "": "none"}
DOUBTFUL = 80
"""What Onramp is less sure of, in percent, is marked: a person should look at it."""


class SampledColumn(NamedTuple):
    """values: the first distinct ones, cut. form: how its numbers or dates are written, "" where that is unknown."""

    name: str
    values: list[str]
    form: str


class Detected(NamedTuple):
    """name: of the setting. percent: how sure Onramp is, None where nothing tells or a person said it."""

    name: str
    label: str
    value: str
    percent: int | None

    @property
    def is_doubtful(self) -> bool:
        return self.percent is not None and self.percent < DOUBTFUL


class Refusal(NamedTuple):
    """What of a person's word cannot be. setting: its name in TextSettings."""

    setting: str
    text: str


class UnknownLayout(NamedTuple):
    """near: the known layout that it comes nearest to, "" for none; lacking: the columns that it lacks for that.

    detected: what the file itself tells. hidden: columns that are not shown. raw: the first bytes of the file.
    first: number and text of its first rows. header_row: the one with the names, 0 for none.
    refusals: what was said and cannot be; the file is read without it.
    """

    columns: list[SampledColumn]
    hidden: int
    sample: Sample
    detected: list[Detected]
    near: str
    lacking: list[str]
    rows: int
    raw: bytes
    first: list[tuple[int, str]]
    header_row: int
    refusals: list[Refusal]

    @property
    def is_doubtful(self) -> bool:
        """Whether a person should look at how the file is read."""
        return any(one.is_doubtful for one in self.detected)


def is_unknown_layout(code: str) -> bool:
    """Whether a case or event with this code is about a text file that no layout fits."""
    return code in (Code.LAYOUT_UNKNOWN, Code.LAYOUT_AMBIGUOUS)


def unknown_layout(file: InboundFile, said: TextSettings | None = None) -> UnknownLayout | None:
    """Read the first bytes of a stored file; None when it is no text with columns.

    said: how a person says that it is to be read; numbers and dates of "" are for all columns that they fit.
    Raises FileNotFoundError when the storage does not have it, DeclarationError as `known_layouts` does.
    """
    raw = read_range(file.sha256, 0, SAMPLE)
    is_whole = len(raw) < SAMPLE
    told = detect(raw, whole=is_whole)
    if not told.columns:
        return None
    said, refusals = _possible(raw, said or TextSettings(), is_whole=is_whole)
    detection = detect(raw, said.form, whole=is_whole) if said.form != TextSettings() else told
    settings = detection.settings
    rows, first = _rows(raw, detection, is_whole=is_whole)
    sample = Sample(detection.columns[:MOST_COLUMNS], rows, has_header=settings.header_row != 0, said=said)
    forms = found_forms(sample)
    partner = file.connection.partner if file.connection is not None else file.partner
    known = known_layouts(partner, file.environment)
    near = almost(detection.columns, [*(layout for layout, _ in known.agreed), *known.standard])
    return UnknownLayout(
        columns=[
            SampledColumn(name, _values(rows, place), forms.get(name, "")) for place, name in enumerate(sample.names)
        ],
        hidden=max(len(detection.columns) - MOST_COLUMNS, 0),
        sample=sample,
        detected=_detected(told),
        near=near[0].name if near else "",
        lacking=near[1] if near else [],
        rows=len(rows),
        raw=raw,
        first=first,
        header_row=settings.header_row or 0,
        refusals=refusals,
    )


def _possible(raw: bytes, said: TextSettings, *, is_whole: bool) -> tuple[TextSettings, list[Refusal]]:
    """What was said without what this file cannot be read by, and why it cannot."""
    refusals = []
    if said.encoding and (fault := _undecodable(raw, said.encoding, is_whole=is_whole)):
        refusals.append(Refusal("encoding", fault))
        said = msgspec.structs.replace(said, encoding="")
    detection = detect(raw, said.form, whole=is_whole)
    if said.header_row and detection.settings.header_row != said.header_row:
        text = f"There is no row {said.header_row} with names among the rows that Onramp looks at."
        refusals.append(Refusal("header_row", text))
        said = msgspec.structs.replace(said, header_row=None)
        detection = detect(raw, said.form, whole=is_whole)
    if not detection.columns:
        name = "delimiter" if said.delimiter else "encoding"
        refusals.append(Refusal(name, "Read like this, the file has no columns."))
        return TextSettings(numbers=said.numbers, dates=said.dates), refusals
    if said.delimiter and len(detection.columns) == 1:
        refusals.append(Refusal("delimiter", "Read like this, the file has a single column."))
    return said, refusals


def _undecodable(raw: bytes, encoding: str, *, is_whole: bool) -> str:
    """Why bytes cannot be text in an encoding, "" when they can."""
    codec = declared(encoding, raw).name
    begin = mark_length(raw, codec)
    try:
        codecs.getincrementaldecoder(codec)().decode(raw[begin:], is_whole)
    except UnicodeDecodeError as error:
        at = begin + error.start
        row = 1 + raw[:at].count(b"\n")
        return f"{encoding.upper()} cannot read this file: byte {raw[at]:02X} in line {row} is no character of it."
    return ""


def _rows(raw: bytes, detection: Detection, *, is_whole: bool) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """The first rows below the header; the last of a sample that was cut is left out. The first of all, as texts."""
    settings = detection.settings
    text = open_text(raw[mark_length(raw, settings.encoding) :], io.BytesIO(), settings.encoding)
    source = Rows(text, settings, Place())
    found: list[list[str]] = []
    first: list[tuple[int, str]] = []
    cells = iter(source)
    for row in cells:
        is_filled = any(cell.strip() for cell in row)
        if is_filled and len(first) < FIRST:
            first.append((source.at.row, _cut(" · ".join(cell.strip() for cell in row[:MOST_COLUMNS]), ROW_SHOWN)))
        if is_filled and source.at.row > (settings.header_row or 0):
            found.append(list(row[:MOST_COLUMNS]))
        if len(found) > ROWS:
            break
    if len(found) > ROWS or (not is_whole and len(found) > 1):
        found.pop()
    return found, first


def _values(rows: list[list[str]], place: int) -> list[str]:
    cells = (row[place].strip() for row in rows if place < len(row))
    distinct: dict[str, None] = {}
    for cell in cells:
        if cell:
            distinct[cell] = None
        if len(distinct) == VALUES:
            break
    return [_cut(cell, VALUE_SHOWN) for cell in distinct]


def _cut(text: str, most: int) -> str:
    return f"{text[:most]}…" if len(text) > most else text


def _delimiter(settings: TextSettings) -> str:
    return "none: columns of fixed width" if settings.fixed else DELIMITERS.get(settings.delimiter, settings.delimiter)


def _detected(detection: Detection) -> list[Detected]:
    settings = detection.settings
    header = f"Row {settings.header_row}" if settings.header_row else "None; columns are called by their place"
    percent = {name: round(100 * value) for name, value in detection.confidence.items()}
    quote = QUOTES.get(settings.quote or "", settings.quote or "")
    return [
        Detected("encoding", "Encoding", settings.encoding.upper(), percent.get("encoding")),
        Detected("delimiter", "Delimiter", _delimiter(settings), percent.get("delimiter")),
        *([] if settings.fixed else [Detected("quote", "Quote", quote, None)]),
        Detected("header_row", "Row of names", header, percent.get("header")),
    ]
