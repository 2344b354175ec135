"""One fault, one finding, at its place, and no other value: whatever the form of the file, whatever the fault.

Beside faults that are known, any change of a byte: the file ends as documents or as findings that name a place, and a
value that was changed is read as it stands there, or named.
"""

import random
import re
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.findings import Code, Finding
from mappings.engine.rules.compiler import compile_mapping
from mappings.engine.text.record import Record
from mappings.engine.text.settings import FixedColumn, TextSettings
from mappings.library import index
from tests.mappings.engine.text.mutations import (
    FORMS,
    KINDS,
    NAMES,
    Mutation,
    Sheet,
    joined,
    sound,
    written,
)
from tests.mappings.engine.text.sheets import ORDERS, Read, read

SEEDS = range(12)
CELLS = st.text(st.characters(codec="utf-8"), max_size=12) | st.text("0123456789.,-+ ()$E'/", max_size=10)
"""Any text, and texts that look like numbers and dates."""
ABOUT_FILE = {Code.FILE_EMPTY, Code.FILE_UNREADABLE, Code.FORMAT_UNSUPPORTED}
"""Of the file as a whole, which has no other place."""


def reading(sheet: Sheet, raw: bytes) -> Read:
    return read(raw, sheet.settings, (ORDERS,))


def rows_by_number(found: Read) -> dict[int, list[str]]:
    return {number: row for one in found.documents for number, row in zip(one.numbers, one.rows, strict=True)}


def judged(sheet: Sheet, made: Mutation) -> str:
    """ "" when the fault is named at its place, nothing else is, and all other rows are read as they were."""
    found = reading(sheet, made.raw)
    said = [(one.code, one.place.row, one.place.column) for one in found.findings if one.code not in made.besides]
    if said != [(made.code, made.row, made.column)]:
        return f"{made.code} row {made.row} {made.column}: said {[(str(code), *rest) for code, *rest in said]}"
    rows = rows_by_number(found)
    if made.changed is None:
        return ""
    wrong = [
        place
        for place, row in enumerate(sheet.rows)
        if place not in made.changed and rows.get(sheet.first_row + place) != row
    ]
    return f"{made.code}: rows {wrong} are read otherwise" if wrong else ""


@pytest.mark.parametrize("form", FORMS)
@given(seed=st.integers(0, 10**9))
def test_a_sound_file_is_read_as_it_was_written(form: str, seed: int) -> None:
    sheet = sound(form, random.Random(seed))  # noqa: S311 - to choose examples
    found = reading(sheet, written(sheet))
    assert found.codes == []
    assert [row for one in found.documents for row in one.rows] == sheet.rows


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_fault_is_named_at_its_place_and_nothing_else_is(name: str) -> None:
    tried, wrong = 0, []
    for form in FORMS:
        for seed in SEEDS:
            dice = random.Random(f"{name} {form} {seed}")  # noqa: S311
            sheet = sound(form, dice)
            made = KINDS[name](sheet, dice)
            if made is not None:
                tried += 1
                wrong.append(f"{form} {seed}: {said}" if (said := judged(sheet, made)) else "")
    assert [one for one in wrong if one] == []
    assert tried >= 12  # so that no kind is silently never tried


@pytest.mark.parametrize("form", FORMS)
@given(seed=st.integers(0, 10**9), name=st.sampled_from(sorted(KINDS)))
def test_any_fault_anywhere_is_named(form: str, name: str, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311
    sheet = sound(form, dice)
    made = KINDS[name](sheet, dice)
    assert made is None or judged(sheet, made) == ""


def placed(findings: Sequence[Finding]) -> bool:
    return all(one.place.row or one.place.offset >= 0 or one.code in ABOUT_FILE for one in findings)


@pytest.mark.parametrize("form", FORMS)
@given(seed=st.integers(0, 10**9), byte=st.integers(0, 255), kind=st.sampled_from(("put", "change", "take")))
def test_a_byte_that_is_changed_ends_in_documents_or_in_findings_with_a_place(
    form: str, seed: int, byte: int, kind: str
) -> None:
    dice = random.Random(seed)  # noqa: S311
    sheet = sound(form, dice)
    raw = bytearray(written(sheet))
    at = dice.randrange(len(raw))
    if kind == "put":
        raw.insert(at, byte)
    elif kind == "change":
        raw[at] = byte
    else:
        del raw[at]
    found = reading(sheet, bytes(raw))
    assert placed(found.findings)
    assert found.documents or found.findings


@pytest.mark.parametrize("form", ["commas", "semicolons", "tabs"])
@given(seed=st.integers(0, 10**9), text=CELLS)
def test_what_stands_in_a_cell_is_read_or_named(form: str, seed: int, text: str) -> None:
    """Numbers and dates are values or named; a text is what it is, without the blanks around it."""
    dice = random.Random(seed)  # noqa: S311
    sheet = sound(form, dice)
    place, column = dice.randrange(len(sheet.rows)), dice.randrange(1, len(NAMES))
    marks = {sheet.settings.delimiter, *"\r\n\0\x1a\"'"} if not sheet.settings.quote else set("\0\x1a")
    text = (
        "".join(mark for mark in text if mark not in marks)
        .encode(sheet.settings.encoding, "ignore")
        .decode(sheet.settings.encoding)
    )
    cells = [list(row) for row in sheet.rows]
    cells[place][column] = text
    found = reading(sheet, _of(sheet, cells))
    named = {one.place.column for one in found.findings}
    row = rows_by_number(found)[sheet.first_row + place]
    if NAMES[column] in ("Quantity", "Price", "Date"):
        assert NAMES[column] in named or _is_value_of(sheet, NAMES[column], row[column], text)
    else:
        assert row[column].strip() == text.strip()


def _of(sheet: Sheet, cells: list[list[str]]) -> bytes:
    changed = sheet.copy()
    changed.rows = cells
    return joined(changed, cells)


def _is_value_of(sheet: Sheet, column: str, read_as: str, text: str) -> bool:
    """Whether what was read has the digits of its text, and of a plain number the same value."""
    text = text.strip()
    if column == "Date":
        return sorted(_digits(read_as).replace("0", "")) == sorted(_digits(text).replace("0", ""))
    mark, text = sheet.settings.numbers[""].decimal, text.strip("$€£¥ ")
    if re.fullmatch(rf"[+-]?[0-9]+({re.escape(mark)}[0-9]+)?(E[+-]?[0-9]+)?", text):
        return Decimal(read_as) == Decimal(text.replace(mark, "."))
    return _digits(read_as).strip("0") == _digits(text).strip("0")


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign in "0123456789")


def test_a_date_that_nothing_explains_is_named_by_the_mapping() -> None:
    """Without a pattern the reader leaves the text alone; a rule for a date then says so, with row and column."""
    declaration = {
        "mapping": "orders",
        "source": {"format": "text", "layout": "orders", "columns": list(NAMES), "key": ["Order"], "dates": ["Date"]},
        "target": "order/1",
        "rules": {
            "number": {"from": "Order", "required": "There is no number"},
            "purpose": {"constant": "original"},
            "type": {"constant": "standard"},
            "totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}}}}},
            "issue_date": "Date",
            "lines": [{"each": "rows", "rules": {"key": {"number": "position"}}}],
        },
    }
    mapping = compile_mapping(index.resolve(declaration))
    raw = b"Order,Item,Quantity,Price,Date,Note\nA1,Bolt,1,1.50,soon,\n"
    [document] = read(raw, None, (mapping.source.layout,)).documents  # type: ignore[attr-defined]
    record = Record(document)
    [said] = record.findings(mapping.apply(record.node, {}, record).findings)
    assert (said.place.row, said.place.column) == (2, "Date")


WIDE = TextSettings(fixed=tuple(FixedColumn(name, place * 6 + 1, 6) for place, name in enumerate(NAMES)))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("A1    Bolt  2     1.50  ", []),  # what may be missing is
        ("A1    Bolt  2     ", ["row-ragged"]),
        ("A1    Bolt  2     1.50              and more", ["row-ragged"]),
        ("A1    Bolt  2     1.50" + " " * 60, []),  # a record that is filled up
        ("A1\0\0\0\0Bolt\0\x002\0\0\0\0\x001.50", ["character-nul"]),  # filled with nothing instead of blanks
    ],
)
def test_lines_of_fixed_width_may_end_early_but_lose_nothing_silently(line: str, said: list[str]) -> None:
    found = read(f"{line}\n", WIDE, (ORDERS,))
    assert [str(code) for code in found.codes] == said
    assert found.column("Item") == ["Bolt"]
    assert found.column("Price") == (["1.50"] if "1.50" in line else [""])
