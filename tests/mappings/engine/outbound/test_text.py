"""Canonical documents go out as text: a program gets values as they are, a spreadsheet finds nothing to calculate."""

from typing import Any

import pytest

from mappings.engine.findings import Code
from mappings.engine.outbound.text import WrittenText, write_text
from mappings.engine.text.settings import FixedColumn, TextSettings
from mappings.library import index


def invoice(item: str) -> dict[str, Any]:
    line = {"key": 1, "identifiers": [{"scheme": "sku", "value": item}], "quantity": {"value": "2"}}
    return {
        "exchange": {"standard": "csv"},
        "number": "I-1",
        "issue_date": "2026-11-21",
        "lines": [line, line | {"key": 2}],
    }


def written(item: str, form: TextSettings | None = None, for_people: bool = False) -> WrittenText:
    return write_text(index.compiled("csv-invoices").declaration, [invoice(item)], form, for_people=for_people)


def rows(found: WrittenText) -> list[str]:
    return found.raw.decode(found.settings.encoding).splitlines()


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@SUM(A1)", "+49 30", "-5X"])
def test_a_program_gets_the_value_and_a_person_no_formula(text: str) -> None:
    assert f",{text}," in rows(written(text))[1]
    assert f",'{text}," in rows(written(text, for_people=True))[1]


def test_what_a_spreadsheet_would_calculate_is_named() -> None:
    assert {one.code for one in written("=1+1").findings} == {Code.CELL_FORMULA}
    assert written("=1+1", for_people=True).findings == []


def test_marks_of_the_file_are_quoted_or_refused() -> None:
    assert written('a,"b"').findings == []
    bare = written("a,b", TextSettings(quote=""))
    assert {one.code for one in bare.findings} == {Code.VALUE_UNWRITABLE}
    assert bare.findings[0].place.column == "sku"


def test_what_the_encoding_does_not_have_is_an_error() -> None:
    assert Code.VALUE_UNWRITABLE in {one.code for one in written("漢字", TextSettings(encoding="cp1252")).findings}


def test_every_row_names_its_document() -> None:
    assert [row.split(",")[0] for row in rows(written("A"))] == ["invoice_number", "I-1", "I-1"]


def test_fixed_columns_are_filled_up_and_what_is_too_long_is_an_error() -> None:
    form = TextSettings(fixed=(FixedColumn("invoice_number", 1, 5), FixedColumn("sku", 6, 3)))
    assert rows(written("A", form))[0] == "I-1  A  "
    assert {one.code for one in written("ABCD", form).findings} == {Code.VALUE_UNWRITABLE}
