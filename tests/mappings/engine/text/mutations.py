"""One fault put into a sound file of rows, and what has to be said about it: where, by which code, and nothing else.

Files have the form that is agreed with a partner, so that nothing is guessed: commas, semicolons, tabs, fixed width.
"""

import csv
import io
import random
from collections.abc import Callable

import msgspec

from mappings.engine.findings import Code
from mappings.engine.text.settings import FixedColumn, NumberStyle, TextSettings
from tests.mappings.engine.text.sheets import ORDERS

Rows = list[list[str]]

NAMES = ORDERS.names
WIDTHS = (8, 10, 9, 9, 10, 14)
STARTS = tuple(sum(WIDTHS[:place]) + 1 for place in range(len(WIDTHS)))
ISO = {"": "YYYY-MM-DD"}
FORMS = {
    "commas": TextSettings(
        encoding="utf-8", delimiter=",", quote='"', header_row=1, numbers={"": NumberStyle(".")}, dates=ISO
    ),
    "semicolons": TextSettings(
        encoding="cp1252", delimiter=";", quote='"', header_row=1, numbers={"": NumberStyle(",")},
        dates={"": "DD.MM.YYYY"},
    ),
    "tabs": TextSettings(
        encoding="utf-8", delimiter="\t", quote="", header_row=1, numbers={"": NumberStyle(".")}, dates=ISO
    ),
    "fixed": TextSettings(
        encoding="utf-8",
        numbers={"": NumberStyle(".")},
        dates=ISO,
        fixed=tuple(map(FixedColumn, NAMES, STARTS, WIDTHS)),
    ),
}  # fmt: skip
TEXTS = ("Bolt", "Nut M8", "Käse", "Red 10", "AB-1", "x", "Müller 7", "O'Brien")


class Sheet(msgspec.Struct):
    """rows: without the header, each a text per column, as values are canonical. names: the header."""

    form: str
    names: list[str]
    rows: Rows

    @property
    def settings(self) -> TextSettings:
        return FORMS[self.form]

    @property
    def first_row(self) -> int:
        """The number in the file that the first row has."""
        return 1 if self.settings.fixed else 2

    def copy(self) -> "Sheet":
        return Sheet(self.form, list(self.names), [list(row) for row in self.rows])


class Mutation(msgspec.Struct):
    """row, column: where the fault is to be named, 0 and "" for nowhere. changed: the rows that may be read otherwise,
    by index; None: all of the file may. besides: what is said as well, since it follows from the fault.
    """

    raw: bytes
    code: Code
    row: int = 0
    column: str = ""
    changed: frozenset[int] | None = frozenset()
    besides: tuple[Code, ...] = ()


Kind = Callable[[Sheet, random.Random], Mutation | None]
KINDS: dict[str, Kind] = {}


def kind(function: Kind) -> Kind:
    KINDS[function.__name__.replace("_", " ")] = function
    return function


def sound(form: str, dice: random.Random) -> Sheet:
    """A file in which nothing is wrong, of two to four orders."""
    rows = []
    for order in range(dice.randint(2, 4)):
        for _ in range(dice.randint(1, 3)):
            quantity, price = str(dice.randint(1, 900)), f"{dice.randint(0, 99)}.{dice.randint(0, 99):02}"
            date = f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
            note = dice.choice((*TEXTS, ""))
            rows.append([f"A{order}", dice.choice(TEXTS), quantity, price, date, note])
    return Sheet(form, list(NAMES), rows)


def written(sheet: Sheet) -> bytes:
    """The bytes as a partner's program writes them."""
    return joined(sheet, [as_written(sheet, row) for row in sheet.rows])


def as_written(sheet: Sheet, row: list[str]) -> list[str]:
    """The values of a row as the form writes them: decimal mark and dates."""
    settings, cells = sheet.settings, list(row)
    if settings.numbers[""].decimal == ",":
        cells[2:4] = [cell.replace(".", ",") for cell in cells[2:4]]
    if settings.dates != ISO and cells[4]:
        year, month, day = cells[4].split("-")
        cells[4] = f"{day}.{month}.{year}"
    return cells


def joined(sheet: Sheet, rows: Rows) -> bytes:
    settings = sheet.settings
    if settings.fixed:
        lines = ["".join(cell[:width].ljust(width) for cell, width in zip(row, WIDTHS, strict=False)) for row in rows]
        return "".join(f"{line}\r\n" for line in lines).encode(settings.encoding)
    text = io.StringIO(newline="")
    if settings.quote:
        writer = csv.writer(text, delimiter=settings.delimiter, quotechar=settings.quote)
    else:
        writer = csv.writer(text, delimiter=settings.delimiter, quoting=csv.QUOTE_NONE)
    writer.writerows([sheet.names, *rows])
    return text.getvalue().encode(settings.encoding)


def _with_cell(sheet: Sheet, place: int, column: int, text: str) -> bytes:
    rows = [as_written(sheet, row) for row in sheet.rows]
    rows[place][column] = text
    return joined(sheet, rows)


def _of_cell(sheet: Sheet, dice: random.Random, column: int, text: str, code: Code) -> Mutation:
    place = dice.randrange(len(sheet.rows))
    raw = _with_cell(sheet, place, column, text)
    return Mutation(raw, code, sheet.first_row + place, NAMES[column], frozenset({place}))


@kind
def no_number(sheet: Sheet, dice: random.Random) -> Mutation:
    text = dice.choice(("twelve", "1.2.3", "1,2,3", "--1", "1 EA 2", "0x10", "1e", "½", "10:30"))
    return _of_cell(sheet, dice, dice.choice((2, 3)), text, Code.NUMBER_INVALID)


@kind
def no_date(sheet: Sheet, dice: random.Random) -> Mutation:
    return _of_cell(sheet, dice, 4, dice.choice(("soon", "2026-13-01", "31.02.2026", "2026", "0")), Code.DATE_INVALID)


@kind
def formula(sheet: Sheet, dice: random.Random) -> Mutation:
    return _of_cell(sheet, dice, dice.choice((1, 5)), dice.choice(("=1+1", "@SUM(A1)")), Code.CELL_FORMULA)


@kind
def row_ends_too_early(sheet: Sheet, dice: random.Random) -> Mutation:
    """Before a column that every row must have."""
    place = dice.randrange(len(sheet.rows))
    rows = [as_written(sheet, row) for row in sheet.rows]
    rows[place] = rows[place][: dice.randint(1, 3)]
    return Mutation(joined(sheet, rows), Code.ROW_RAGGED, sheet.first_row + place, "", frozenset({place}))


@kind
def row_goes_on(sheet: Sheet, dice: random.Random) -> Mutation:
    """Behind the last column."""
    place = dice.randrange(len(sheet.rows))
    if sheet.settings.fixed:
        lines = written(sheet).split(b"\r\n")
        lines[place] += b"more"
        raw = b"\r\n".join(lines)
    else:
        rows = [as_written(sheet, row) for row in sheet.rows]
        rows[place].append("more")
        raw = joined(sheet, rows)
    return Mutation(raw, Code.ROW_RAGGED, sheet.first_row + place)


@kind
def no_key_at_the_beginning(sheet: Sheet, dice: random.Random) -> Mutation:
    """Rows before the first number of an order belong to none."""
    raw = _with_cell(sheet, 0, 0, "")
    return Mutation(raw, Code.DOCUMENT_KEY_MISSING, sheet.first_row, "", frozenset({0}))


@kind
def rows_stand_apart(sheet: Sheet, dice: random.Random) -> Mutation:
    rows = [as_written(sheet, row) for row in [*sheet.rows, sheet.rows[0]]]
    return Mutation(joined(sheet, rows), Code.DOCUMENT_SCATTERED, sheet.first_row + len(sheet.rows))


@kind
def nul(sheet: Sheet, dice: random.Random) -> Mutation:
    place = dice.randrange(len(sheet.rows))
    lines = written(sheet).split(b"\r\n")
    at = place + sheet.first_row - 1
    # Old systems fill columns with it; elsewhere it comes with broken transfers.
    old, new = (b"  ", b" \0") if sheet.settings.fixed else (b"A", b"A\0")
    lines[at] = lines[at].replace(old, new, 1)
    return Mutation(b"\r\n".join(lines), Code.CHARACTER_NUL, sheet.first_row + place)


@kind
def bytes_of_another_encoding(sheet: Sheet, dice: random.Random) -> Mutation | None:
    if sheet.settings.encoding != "utf-8":
        return None
    made = _of_cell(sheet, dice, 1, "B?lt", Code.ENCODING_INVALID)
    made.raw, made.column = made.raw.replace(b"B?lt", b"B\xe4lt"), ""
    return made


@kind
def quote_never_closed(sheet: Sheet, dice: random.Random) -> Mutation | None:
    if not sheet.settings.quote:
        return None
    place = dice.randrange(len(sheet.rows))
    lines = written(sheet).split(b"\r\n")
    mark = sheet.settings.delimiter.encode()
    cells = lines[place + 1].split(mark)
    cells[1] = b'"' + cells[1].strip(b'"')
    lines[place + 1] = mark.join(cells)
    return Mutation(b"\r\n".join(lines), Code.QUOTE_UNCLOSED, sheet.first_row + place, "", frozenset({place}))


@kind
def column_with_the_name_of_another(sheet: Sheet, dice: random.Random) -> Mutation | None:
    if sheet.settings.fixed:
        return None
    doubled = sheet.copy()
    doubled.names[5] = "Item"
    return Mutation(written(doubled), Code.HEADER_DUPLICATE, 1, "Item (2)", None, (Code.COLUMN_UNUSED,))


@kind
def column_that_must_be_there_is_not(sheet: Sheet, dice: random.Random) -> Mutation | None:
    if sheet.settings.fixed:
        return None
    lacking = sheet.copy()
    lacking.names[dice.randrange(4)] = "Colour"
    return Mutation(written(lacking), Code.LAYOUT_UNKNOWN, 1, "", None)


@kind
def header_alone(sheet: Sheet, dice: random.Random) -> Mutation | None:
    if sheet.settings.fixed:
        return None
    sheet = sheet.copy()
    sheet.rows = []
    return Mutation(written(sheet), Code.ROWS_MISSING, 1, "", None)
