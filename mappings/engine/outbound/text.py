"""Writes canonical documents as delimited or fixed-width text by the declaration that reads such files: `write_text`.

The values go out as they are: a partner's program takes an apostrophe before `-12` or `=A1` for data. What a
spreadsheet would calculate is named as a warning; a file for people is written with `for_people`, as all downloads of
screens are, and then no cell of it is a formula.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.outbound.backwards import Backwards
from mappings.engine.outbound.filled import filled
from mappings.engine.outbound.text_places import DATE, TIME, ZONE, RowCells, TextPlaces
from mappings.engine.rules.declaration import Declaration
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text.dates import written_date
from mappings.engine.text.export import harmless
from mappings.engine.text.reader import FORMULA_MARKS
from mappings.engine.text.settings import Layout, NumberStyle, TextSettings

Body = dict[str, Any]
_BREAKS = "\r\n"
_NEVER = "\0\x1a"
"""Nothing, and the end of the file (CP/M, DOS): readers leave them out, or stop there."""
_MARK = "\ufeff"
"""At the beginning of a file it says how it is encoded, and is no text."""


class WrittenText(msgspec.Struct, frozen=True):
    """A file. settings: how it was written. findings: with an error among them it is not to be sent."""

    raw: bytes
    settings: TextSettings
    findings: list[Finding]


def write_text(
    declaration: Declaration,
    bodies: Sequence[Body],
    settings: TextSettings | None = None,
    envelope: Mapping[str, str] | None = None,
    for_people: bool = False,
) -> WrittenText:
    """Canonical documents as one file: a header with all columns of the layout, then the rows of each document.

    settings: what is agreed about the form; else it is that of the layout, and UTF-8, commas, double quotes, points and
    ISO dates. Raises DeclarationError for a declaration that is not for text.
    """
    source = declaration.source
    if not isinstance(source, TabularSource):
        raise DeclarationError("source.format", "is not text")
    form = (settings or TextSettings()).or_else(source.layout.settings)
    header_row = form.header_row
    if header_row is None:  # a form that names the columns itself is that of a file without a header
        header_row = 0 if form.columns or form.fixed else 1
    form = msgspec.structs.replace(
        form,
        encoding=form.encoding or "utf-8",
        delimiter=form.delimiter or ",",
        quote='"' if form.quote is None else form.quote,
        header_row=header_row,
        numbers={"": NumberStyle("."), **form.numbers},
    )
    writer = _Writer(source.layout, form, for_people)
    for body in (filled(declaration, one) for one in bodies):
        places = TextPlaces(source.layout)
        backwards = Backwards(declaration, "", places)
        writer.findings += backwards.write(body)
        places.supply(declaration.outbound, body, envelope or {}, backwards.placed.scopes)
        for row in places.rows:
            writer.add(row)
    return WrittenText(writer.raw(), form, writer.findings)


class _Writer:
    """Rows on their way to bytes."""

    def __init__(self, layout: Layout, settings: TextSettings, for_people: bool) -> None:
        self.findings: list[Finding] = []
        self._layout = layout
        self._settings = settings
        self._for_people = for_people
        self._names = [column.name for column in settings.fixed] or list(settings.columns or layout.names)
        header_row = settings.header_row or 0
        self._rows: list[list[str]] = [[] for _ in range(header_row - 1)]
        if header_row and not settings.fixed:
            self._rows.append([self._safe(name, name) for name in self._names])

    def add(self, row: RowCells) -> None:
        """A row; each of its values must stand in some column."""
        self._rows.append([])
        self._rows[-1] = [self._safe(self._cell(name, row), name) for name in self._names]

    def raw(self) -> bytes:
        """The file. What cannot be written is left out, and stands among the findings."""
        text = io.StringIO(newline="")
        if self._settings.fixed:
            text.writelines(self._line(row) + _BREAKS for row in self._rows)
        else:
            quote = self._settings.quote or None
            csv.writer(
                text,
                delimiter=self._settings.delimiter,
                quotechar=quote,
                quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
                lineterminator=_BREAKS,
            ).writerows(self._rows)
        return text.getvalue().encode(self._settings.encoding, "replace")

    def _line(self, row: list[str]) -> str:
        """Cells at the places of their columns, blanks between them."""
        line = ""
        for column, cell in sorted(zip(self._settings.fixed, row, strict=True), key=lambda one: one[0].start):
            line = line.ljust(column.start - 1) + cell
        return line

    def _cell(self, name: str, row: RowCells) -> str:
        parts = row.parts(name)
        if name in self._layout.dates and DATE in parts:
            pattern = self._settings.dates.get(name, self._settings.dates.get("", ""))
            date = written_date(pattern, parts[DATE]) if pattern else parts[DATE]
            return date + (f" {parts[TIME]}" if TIME in parts else "") + parts.get(ZONE, "")
        text = row.text(name)
        if name in self._layout.numbers:
            style = self._settings.numbers.get(name, self._settings.numbers.get(""))
            return text.replace(".", style.decimal) if style and style.decimal else text
        return text

    def _safe(self, text: str, name: str) -> str:
        """A cell without what this file cannot carry; findings say so."""
        place = Place(row=len(self._rows) or 1, column=name)
        forbidden = _NEVER if self._settings.quote else f"{_NEVER}{_BREAKS}{self._settings.delimiter}"
        if self._settings.fixed:
            forbidden = f"{_NEVER}{_BREAKS}"
        kept = "".join(mark for mark in text if mark not in forbidden)
        if len(self._rows) == 1 and name == self._names[0]:
            kept = kept.lstrip(_MARK)
        if kept != text:
            self.findings.append(
                finding(Code.VALUE_UNWRITABLE, "The file has no place for these characters", place, text)
            )
        if kept.encode(self._settings.encoding, "replace").decode(self._settings.encoding) != kept:
            message = f"The encoding {self._settings.encoding} does not have all characters of the value"
            self.findings.append(finding(Code.VALUE_UNWRITABLE, message, place, text))
        if kept[:1] in FORMULA_MARKS and len(kept) > 1 and not self._for_people:
            self.findings.append(finding(Code.CELL_FORMULA, place=place, value=kept))
        return self._fixed(harmless(kept) if self._for_people else kept, name, place)

    def _fixed(self, text: str, name: str, place: Place) -> str:
        column = next((one for one in self._settings.fixed if one.name == name), None)
        if column is None:
            return text
        if len(text) > column.length:
            message = f"The column has room for {column.length} characters"
            self.findings.append(finding(Code.VALUE_UNWRITABLE, message, place, text))
        return text[: column.length].ljust(column.length)
