"""What a text file is, from its first bytes: encoding, delimiter, header, layout, and how it writes values."""

import io
from collections.abc import Sequence
from itertools import islice

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.text import columns, sniff
from mappings.engine.text.asides import Asides
from mappings.engine.text.dates import date_text, is_date, is_day
from mappings.engine.text.dialect import dialect_of, is_prose
from mappings.engine.text.header import Header, find_header, places, unique_names
from mappings.engine.text.layouts import almost, called, fitting, header_of_layout, specificity, unused
from mappings.engine.text.lines import LINE_LIMIT, open_text
from mappings.engine.text.numbers import looks_numeric
from mappings.engine.text.rows import Rows, is_blank
from mappings.engine.text.ruler import ruled
from mappings.engine.text.settings import Detection, Layout, NumberStyle, TextSettings

SAMPLE = 128 * 1024
"""Bytes that the form of a file is judged by."""
_ROWS = 500
_NAMES_SHOWN = 60
_NAME_SHOWN = 60


def detect(
    sample: bytes, settings: TextSettings | None = None, layouts: Sequence[Layout] = (), whole: bool = False
) -> Detection:
    """What a file is. Never raises on partner data.

    sample: its first bytes, SAMPLE of them where it has as many. settings: what is known and not looked for.
    layouts: kinds of files to recognise by their header. whole: the sample is all of the file.
    """
    given = settings or TextSettings()
    found = _detect(sample, given, layouts, whole)
    if found.layout is None:
        found = _in_own_form(sample, given, layouts, whole) or found
    if found.layout is None:
        return found
    always = found.layout.settings
    if always.dates:
        always = _unless_proven(always, found, _rows(sample, found.settings, whole))
    anywhere = msgspec.structs.replace(always, header_row=None)
    for usual in (always, anywhere, msgspec.structs.replace(anywhere, encoding="", delimiter="", quote=None)):
        told = given.or_else(usual)
        again = found if told == given else _detect(sample, told, layouts, whole)
        if again.layout is not None:
            return again
    return found


def _in_own_form(sample: bytes, given: TextSettings, layouts: Sequence[Layout], whole: bool) -> Detection | None:
    """The detection by the most specific layout that the file has once it is read in the form that the layout declares.

    A row of names further up or down is found all the same. Where nothing tells two layouts apart, neither is chosen.
    """
    declared = [layout for layout in layouts if layout.settings.form != TextSettings()]
    if not declared or sniff.not_text(sample):
        return None
    found: list[tuple[tuple[int, int], TextSettings, Layout]] = []
    for layout in declared:
        usual = layout.settings
        anywhere = msgspec.structs.replace(usual, header_row=0 if usual.header_row == 0 else None)
        for form in (usual, anywhere):
            told = given.or_else(form)
            again = _detect(sample, told, [layout], whole)
            if again.layout is not None and _begins_with_data(again, layout, sample, whole):
                found.append((specificity(again.columns, layout), told, layout))
                break
    if not found:
        return None
    best = max(rank for rank, *_ in found)
    chosen = [(told, layout) for rank, told, layout in found if rank == best]
    return _detect(sample, chosen[0][0], [layout for _, layout in chosen], whole)


def _begins_with_data(detection: Detection, layout: Layout, sample: bytes, whole: bool) -> bool:
    """Whether the first row of a file without names can be data: names stand where numbers and dates should otherwise.

    Any file has a "column 1"; this tells the files of such a layout from others.
    """
    settings = detection.settings
    if settings.header_row:
        return True
    first = next((row for row in _rows(sample, settings, whole) if not is_blank(row)), [])
    cells = dict(zip(called(detection.columns, layout), map(str.strip, first), strict=False))
    numbers = (cells.get(name, "") for name in layout.numbers)
    dates = ((settings.dates.get(name, ""), cells.get(name, "")) for name in layout.dates)
    return all(looks_numeric(text) for text in numbers if text) and all(
        date_text(pattern, text) if pattern else is_date(text) or is_day(text) for pattern, text in dates if text
    )


def _unless_proven(usual: TextSettings, found: Detection, rows: list[list[str]]) -> TextSettings:
    """What is always so with a kind of file, but for dates that this one proves to write otherwise: a spreadsheet saves
    them as its country does."""
    proven = found.settings.dates
    doubtful = [name for name, pattern in usual.dates.items() if proven.get(name, pattern) != pattern]
    if not doubtful:
        return usual
    values = columns.values_by_column(found.columns, rows[found.settings.header_row or 0 :])
    dates = dict(usual.dates)
    for name in doubtful:
        if any(date_text(dates[name], text) is None and date_text(proven[name], text) for text in values[name]):
            del dates[name]
    return msgspec.structs.replace(usual, dates=dates)


def _detect(sample: bytes, given: TextSettings, layouts: Sequence[Layout], whole: bool) -> Detection:
    problem = None if given.columns or given.delimiter or given.fixed else sniff.not_text(sample)
    if problem or not sample:
        return Detection(given, findings=(problem or finding(Code.FILE_EMPTY),))
    encoding = sniff.declared(given.encoding, sample) if given.encoding else sniff.encoding_of(sample)
    doubt = sniff.doubt(encoding, sample)
    known = msgspec.structs.replace(given, encoding=encoding.name)
    findings = [doubt] if doubt else []
    confidence = {"encoding": encoding.confidence}
    lines = [] if given.fixed else _lines(sample, known.encoding, whole)
    if not (given.delimiter or given.columns) and (drawn := ruled(lines)):
        known = msgspec.structs.replace(known, fixed=drawn[0], header_row=drawn[1])
        confidence |= {"delimiter": 1.0, "header": 1.0}
    if known.fixed:
        known = msgspec.structs.replace(known, header_row=known.header_row or 0)
        names, doubled = unique_names([column.name for column in known.fixed], known.header_row or 0)
        return _with_layout(known, names, _rows(sample, known, whole), confidence, layouts, findings + doubled)
    dialect = dialect_of(lines, known.delimiter, known.quote)
    missing = Detection(known, findings=(*findings, finding(Code.COLUMNS_MISSING, place=_first_row(lines))))
    if dialect is None:
        return missing
    known = msgspec.structs.replace(known, delimiter=dialect.delimiter, quote=dialect.quote)
    rows = _rows(sample, known, whole)
    if is_prose(lines, dialect) and not known.columns and not header_of_layout(rows, layouts):
        return missing
    header = _header(rows, given, layouts)
    names, doubled = unique_names(header.names, header.row)
    known = msgspec.structs.replace(known, header_row=header.row)
    confidence |= {"delimiter": round(dialect.confidence, 2), "header": header.confidence}
    return _with_layout(known, names, rows, confidence, layouts, findings + doubled)


def for_part(detection: Detection) -> TextSettings:
    """Settings that read a piece of the same file, cut between rows, as the whole file was read."""
    settings = detection.settings
    common = settings.numbers.get("", NumberStyle())
    return msgspec.structs.replace(
        settings,
        header_row=0,
        columns=detection.columns,
        numbers={**dict.fromkeys(detection.columns, common), **settings.numbers},
        dates={"": "", **settings.dates},
    )


def _lines(sample: bytes, encoding: str, whole: bool) -> list[str]:
    """The first lines of a sample, the last one as in `_rows`."""
    text = _text(sample, encoding)
    lines = list(islice(iter(lambda: text.readline(LINE_LIMIT), ""), _ROWS))
    if not whole and len(lines) > 1 and len(lines) < _ROWS:
        lines.pop()
    return lines


def _first_row(lines: Sequence[str]) -> Place:
    """The first line with something in it."""
    row = next((number for number, line in enumerate(lines, 1) if line.strip()), 1)
    return Place(row=row, line=row)


def _text(sample: bytes, encoding: str) -> io.TextIOWrapper:
    return open_text(sample[sniff.mark_length(sample, encoding) :], io.BytesIO(), encoding)


def _rows(sample: bytes, settings: TextSettings, whole: bool) -> list[list[str]]:
    """The first rows of a sample; the last one may be cut off and is left out unless it is all there is."""
    rows = list(islice(Rows(_text(sample, settings.encoding), settings, Place()), _ROWS))
    if not whole and 1 < len(rows) < _ROWS:
        rows.pop()
    return rows


def _header(rows: Sequence[Sequence[str]], settings: TextSettings, layouts: Sequence[Layout]) -> Header:
    if settings.columns:
        return Header(settings.header_row or 0, settings.columns, 1.0)
    row = settings.header_row
    if row is None:
        row = header_of_layout(rows, layouts) or None
    if row and row <= len(rows):
        return Header(row, tuple(rows[row - 1]), 1.0)
    if row == 0:
        return Header(0, places(max(map(len, rows), default=0)), 1.0)
    return find_header(rows)


def _with_layout(
    settings: TextSettings,
    names: tuple[str, ...],
    rows: list[list[str]],
    confidence: dict[str, float],
    layouts: Sequence[Layout],
    findings: list[Finding],
) -> Detection:
    """The detection of a file whose columns are known."""
    row = settings.header_row or 0
    found = fitting(names, layouts)
    layout = found[0] if len(found) == 1 else None
    if layout is None:
        findings.append(_not_recognised(names, found, layouts, row))
    elif spare := unused(names, layout):
        message = f"{layout.name} does not use {_listed(spare)}"
        findings.append(finding(Code.COLUMN_UNUSED, message, Place(row=row)))
    filled = columns.values_by_column(names, _data(rows[row:], names, layout, settings))
    values = columns.without_faults(filled, names, layout) if layout else filled
    styles = columns.number_styles(values, settings.numbers, settings.delimiter)
    known = columns.dates_of(names, layout) if layout else ()
    patterns, unclear = columns.date_patterns(values, settings.dates, known)
    findings += columns.ambiguous_dates(unclear, known, row)
    return Detection(
        settings=msgspec.structs.replace(settings, numbers=styles, dates=patterns),
        columns=names,
        confidence=confidence,
        metadata=tuple(tuple(cells) for cells in rows[: max(row - 1, 0)] if not is_blank(cells)),
        layout=layout,
        findings=tuple(findings),
    )


def _data(
    rows: list[list[str]], names: Sequence[str], layout: Layout | None, settings: TextSettings
) -> list[list[str]]:
    """The rows that are data: totals and footers prove nothing about the values of a column."""
    known = called(names, layout) if layout else ()
    key = [known.index(name) for name in layout.key if name in known] if layout else []
    return Asides(names, key, settings.footer).without(rows)


def _not_recognised(names: Sequence[str], found: Sequence[Layout], layouts: Sequence[Layout], row: int) -> Finding:
    if found:
        fits = " and ".join(layout.name for layout in found)
        return finding(Code.LAYOUT_AMBIGUOUS, f"The columns fit {fits}", Place(row=row or 1))
    columns = _listed(names)
    message = f"This file needs a mapping. Its columns: {columns}"
    if near := almost(names, layouts):
        message += f". For {near[0].name} it lacks {_listed(near[1])}"
    return finding(Code.LAYOUT_UNKNOWN, message, Place(row=row or 1), columns)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:_NAME_SHOWN] for name in names[:_NAMES_SHOWN])
    return f"{shown} and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else shown
