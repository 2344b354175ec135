"""What a text file of an unknown layout is: its columns with samples of their values, and how it was read."""

import io
from typing import NamedTuple

from config.core.blobs import read_range
from mappings.engine.findings import Code, Place
from mappings.engine.text.detect import SAMPLE, detect
from mappings.engine.text.layouts import almost
from mappings.engine.text.lines import open_text
from mappings.engine.text.rows import Rows
from mappings.engine.text.settings import Detection, TextSettings
from mappings.engine.text.sniff import mark_length
from mappings.services.draft_from_columns import Sample, found_forms
from mappings.services.known_layouts import known_layouts
from transactions.models import InboundFile

MOST_COLUMNS = 400
"""Columns that are shown and offered; a hostile header can have many thousands."""
ROWS = 200
VALUES = 4
VALUE_SHOWN = 60
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "^": "caret", "~": "tilde"}


class SampledColumn(NamedTuple):
    """values: the first distinct ones, cut. form: how its numbers or dates are written, "" where that is unknown."""

    name: str
    values: list[str]
    form: str


class UnknownLayout(NamedTuple):
    """near: the known layout that it comes nearest to, "" for none; lacking: the columns that it lacks for that.

    detected: label, value and confidence in percent (None where there is none). hidden: columns that are not shown.
    """

    columns: list[SampledColumn]
    hidden: int
    sample: Sample
    detected: list[tuple[str, str, int | None]]
    near: str
    lacking: list[str]
    rows: int


def is_unknown_layout(code: str) -> bool:
    """Whether a case or event with this code is about a text file that no layout fits."""
    return code in (Code.LAYOUT_UNKNOWN, Code.LAYOUT_AMBIGUOUS)


def unknown_layout(file: InboundFile) -> UnknownLayout | None:
    """Read the first bytes of a stored file; None when it is no text with columns.

    Raises FileNotFoundError when the storage does not have it, DeclarationError as `known_layouts` does.
    """
    raw = read_range(file.sha256, 0, SAMPLE)
    detection = detect(raw, whole=len(raw) < SAMPLE)
    if not detection.columns:
        return None
    rows = _rows(raw, detection, is_whole=len(raw) < SAMPLE)
    settings = detection.settings
    sample = Sample(detection.columns[:MOST_COLUMNS], rows, has_header=settings.header_row != 0)
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
        detected=_detected(detection),
        near=near[0].name if near else "",
        lacking=near[1] if near else [],
        rows=len(rows),
    )


def _rows(raw: bytes, detection: Detection, *, is_whole: bool) -> list[list[str]]:
    """The first rows below the header; the last of a sample that was cut is left out."""
    settings = detection.settings
    text = open_text(raw[mark_length(raw, settings.encoding) :], io.BytesIO(), settings.encoding)
    source = Rows(text, settings, Place())
    found: list[list[str]] = []
    cells = iter(source)
    for row in cells:
        if source.at.row > (settings.header_row or 0) and any(cell.strip() for cell in row):
            found.append(list(row[:MOST_COLUMNS]))
        if len(found) > ROWS:
            break
    if len(found) > ROWS or (not is_whole and len(found) > 1):
        found.pop()
    return found


def _values(rows: list[list[str]], place: int) -> list[str]:
    cells = (row[place].strip() for row in rows if place < len(row))
    distinct: dict[str, None] = {}
    for cell in cells:
        if cell:
            distinct[cell] = None
        if len(distinct) == VALUES:
            break
    return [f"{cell[:VALUE_SHOWN]}…" if len(cell) > VALUE_SHOWN else cell for cell in distinct]


def _delimiter(settings: TextSettings) -> str:
    return "none: columns of fixed width" if settings.fixed else DELIMITERS.get(settings.delimiter, settings.delimiter)


def _detected(detection: Detection) -> list[tuple[str, str, int | None]]:
    settings = detection.settings
    header = f"Row {settings.header_row}" if settings.header_row else "None; columns are called by their place"
    told = [
        ("Encoding", settings.encoding.upper(), "encoding"),
        ("Delimiter", _delimiter(settings), "delimiter"),
        ("Row of names", header, "header"),
    ]
    percent = {name: round(100 * value) for name, value in detection.confidence.items()}
    return [(label, value, percent.get(key)) for label, value, key in told]
