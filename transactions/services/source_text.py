"""The rows of a text document for people."""

from mappings.engine.findings import Finding
from mappings.engine.text.settings import TextSettings
from mappings.engine.text.table import table
from transactions.services.source_parts import Source, SourceElement, SourceLine, by_number, worst

WIDTH = 12
"""Columns up to which a window has as many rows as it is asked for; of wider rows it has so many cells."""


def text_source(
    raw: bytes,
    settings: TextSettings,
    rows_before: int,
    findings: list[Finding],
    window: tuple[int, int],
    is_whole: bool,
) -> Source:
    """The rows of a document. settings: which read any part of the file; window: first row of the document and how
    many."""
    width = max(len(settings.columns), 1)
    first, most = window
    most = min(most, max(most * WIDTH // min(width, 60), 1))
    sheet = table(raw, settings, rows_before, first - 1 + most, whole=is_whole)
    shown = sheet.rows[first - 1 :]
    on_page = {row.number for row in shown}
    numbers = {i: found.place.row for i, found in enumerate(findings) if found.place.row in on_page}
    by_row, elsewhere = by_number(findings, numbers)
    lines = [_line(row.number, row.cells, sheet.columns, by_row.get(row.number, [])) for row in shown]
    note = f"{sheet.hidden} more columns are not shown." if sheet.hidden else ""
    return Source(
        lines,
        "",
        sheet.is_cut or first > 1,
        elsewhere,
        format="text",
        first=first,
        total=len(sheet.rows),
        is_partial=sheet.is_cut,
        columns=sheet.columns,
        note=note,
        anchors={column: f".{index}" for index, column in enumerate(sheet.columns, 1)},
        indexes={row.number: index for index, row in enumerate(sheet.rows)},
    )


def _line(number: int, cells: list[str], columns: tuple[str, ...], findings: list[Finding]) -> SourceLine:
    elements = []
    for index, column in enumerate(columns, 1):
        text = cells[index - 1] if index <= len(cells) else ""
        about = worst(found for found in findings if found.place.column == column)
        elements.append(SourceElement(column, "", text, about, f"{number}.{index}" if text.strip() else ""))
    return SourceLine(number, "", "", elements, findings, worst(findings))
