"""Documents with any texts go out as rows in any form: read again they are what they were, or a finding says where not.

Never a crash, and never silently another value in a column.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.engine.findings import Severity
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text.settings import FixedColumn, NumberStyle, TextSettings
from mappings.library import index
from mappings.services.writing.text import for_people, write_rows
from mappings.services.writing.written import OutboundForm
from tests.spreadsheets import HOSTILE, calculated

FEW = max(8, settings().max_examples // 4)  # for each of thirteen forms
MAPPING = index.compiled("csv-invoices")
assert isinstance(MAPPING.source, TabularSource)
NAMES = MAPPING.source.layout.names
COLUMNS = {"/number": "invoice_number", "/lines/0/identifiers/0/value": "sku",
           "/lines/0/descriptions/0/text": "sku_description", "/lines/0/quantity/value": "quantity"}  # fmt: skip
COMMA = {"": NumberStyle(",")}
FORMS = {
    "commas": TextSettings(),
    "semicolons": TextSettings(delimiter=";"),
    "semicolons and decimal commas": TextSettings("cp1252", ";", numbers=COMMA, dates={"": "DD.MM.YYYY"}),
    "tabs without quotes": TextSettings(delimiter="\t", quote=""),
    "single quotes": TextSettings(quote="'"),
    "no header": TextSettings(header_row=0, columns=NAMES),
    "no header, since the columns are named": TextSettings(columns=NAMES),
    "header in the third row": TextSettings(header_row=3),
    "two bytes for a character": TextSettings("utf-16"),
    "a byte order mark": TextSettings("utf-8-sig", "|"),
    "blanks between columns": TextSettings(delimiter=" "),
    "fixed width": TextSettings(fixed=tuple(FixedColumn(name, 1 + 14 * at, 14) for at, name in enumerate(NAMES))),
    "fixed width with gaps": TextSettings(
        fixed=tuple(FixedColumn(name, 3 + 20 * at, 14) for at, name in enumerate(reversed(NAMES)))
    ),
}
marks = st.sampled_from([*" ,;\t\"'\n\r\\=@+-.|$%\0\x1a\x85\u2028\ufeff\xa0", "\r\n", "\ud800", "é", "漢", "a", "1"])
texts = st.lists(marks | st.characters(), min_size=1, max_size=6).map("".join)
numbers = st.decimals(-10_000, 10_000, places=3).map(lambda value: format(value.normalize(), "f"))


def invoice(number: str, item: str, words: str, quantity: str) -> dict[str, Any]:
    line = {"key": 1, "identifiers": [{"scheme": "sku", "value": item}], "descriptions": [{"text": words}]}
    return {
        "model": "invoice/1",
        "exchange": {"standard": "csv"},
        "number": number,
        "purpose": "original",
        "type": "invoice",
        "issue_date": "2026-11-21",
        "lines": [line | {"quantity": {"value": quantity}}, {"key": 2, "quantity": {"value": "7"}}],
    }


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=FEW)
@given(number=texts, item=texts, words=texts, quantity=numbers)
def test_no_value_goes_out_as_another(form: str, number: str, item: str, words: str, quantity: str) -> None:
    written = write_rows(MAPPING, [invoice(number, item, words, quantity)], OutboundForm(text=FORMS[form]))
    named = {found.place.column for found in written.findings if found.severity is not Severity.INFO}
    wrong = [
        one
        for one in written.differences
        if one.pointer in COLUMNS
        and COLUMNS[one.pointer] not in named
        and (one.before or "").strip() != (one.after or "")
    ]
    assert wrong == [] or "invoice_number" in named  # without its number an invoice is another one


@given(*[texts | st.sampled_from(HOSTILE)] * 3)
def test_no_cell_of_a_copy_for_people_is_calculated(number: str, item: str, words: str) -> None:
    raw = for_people(MAPPING, [invoice(number, item, words, "1")], OutboundForm(text=TextSettings(delimiter="\t")))
    assert calculated(raw.decode()) == []


def test_what_begins_a_file_is_no_byte_order_mark() -> None:
    written = write_rows(MAPPING, [invoice("\ufeffI-1", "A", "B", "1")], OutboundForm(text=FORMS["no header"]))
    assert [(str(one.code), one.place.row, one.place.column) for one in written.findings] == [
        ("value-unwritable", 1, "invoice_number")
    ]


def test_columns_of_fixed_width_stand_where_they_were_agreed() -> None:
    form = TextSettings(fixed=(FixedColumn("sku", 11, 3), FixedColumn("invoice_number", 2, 5)))
    written = write_rows(MAPPING, [invoice("I-1", "A", "B", "1")], OutboundForm(text=form))
    assert written.content.decode().splitlines()[0] == " I-1      A  "
