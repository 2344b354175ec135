"""Rows become documents: an order that loses a line, or gets another's, ships wrong."""

import pytest

from mappings.engine.findings import Code, Severity
from mappings.engine.text import reader
from mappings.engine.text.header import folded
from mappings.engine.text.settings import FixedColumn, Layout, TextSettings
from tests.mappings.engine.text.sheets import ORDERS, read

HEADER = "Order,Item,Quantity,Price\n"


def test_rows_that_blank_the_key_continue_the_order() -> None:
    result = read(HEADER + "A,x,1,1\n,y,2,2\n\nB,z,3,3\n")
    assert [(document.key, document.numbers) for document in result.documents] == [(("A",), [2, 3]), (("B",), [5])]


def test_rows_that_repeat_the_key_are_one_order() -> None:
    result = read(HEADER + "A,x,1,1\nA ,y,2,2\nB,z,3,3\n")
    assert [document.numbers for document in result.documents] == [[2, 3], [4]]


def test_a_key_of_several_columns() -> None:
    layout = Layout("two", ("Shop", "Order", "Item"), key=("Shop", "Order"))
    result = read("Shop,Order,Item\n1,A,x\n1,B,y\n2,B,z\n,,w\n", layouts=(layout,))
    assert [document.key for document in result.documents] == [("1", "A"), ("1", "B"), ("2", "B")]


def test_a_file_may_lack_a_column_of_the_key_that_is_optional() -> None:
    layout = Layout("parts", ("Order", "Item"), optional=("Shipment",), key=("Order", "Shipment"))
    result = read("Order,Item\n1,a\n1,b\n2,c\n", layouts=(layout,))
    assert [document.key for document in result.documents] == [("1",), ("2",)]


def test_without_a_key_the_file_is_one_document() -> None:
    layout = Layout("stock", ("Item", "On hand"))
    result = read("Item,On hand\nx,1\ny,2\n", layouts=(layout,))
    assert [document.numbers for document in result.documents] == [[2, 3]]


def test_rows_before_any_order_are_not_lost() -> None:
    result = read(HEADER + ",x,1,1\nA,y,1,1\n")
    assert [document.key for document in result.documents] == [("",), ("A",)]
    assert result.codes == [Code.DOCUMENT_KEY_MISSING]


def test_an_order_whose_rows_stand_apart_is_reported() -> None:
    result = read(HEADER + "A,x,1,1\nB,y,1,1\nA,z,1,1\n")
    assert [found.code for found in result.documents[2].findings] == [Code.DOCUMENT_SCATTERED]
    assert result.documents[2].findings[0].place.row == 4


@pytest.mark.parametrize(
    ("row", "cells", "reported"),
    [
        ("A,x,1", ["A", "x", "1", ""], [Severity.ERROR]),
        ("A,x,1,2,,", ["A", "x", "1", "2"], []),
        ("A,x,1,2,surplus", ["A", "x", "1", "2"], [Severity.ERROR]),
        ("A,Bowl, large,1,2", ["A", "Bowl", "large", "1"], [Severity.ERROR]),
    ],
    ids=["short", "long with blanks", "long", "a delimiter in a text without quotes"],
)
def test_no_value_of_a_ragged_row_is_lost_unseen(row: str, cells: list[str], reported: list[Severity]) -> None:
    result = read(HEADER + row + "\nB,y,1,1\n")
    assert result.documents[0].rows[0][:4] == cells
    assert [found.severity for found in result.findings if found.code is Code.ROW_RAGGED] == reported


def test_a_quote_that_is_never_closed_costs_one_row_only() -> None:
    result = read(HEADER + 'A,x,1,1\nB,"big bowl,2,2\n' + "C,z,1,1\n" * 500)
    assert result.column("Item")[:3] == ["x", '"big bowl', "z"]
    assert [document.key for document in result.documents] == [("A",), ("B",), ("C",)]
    assert [(found.code, found.place.row) for found in result.findings] == [(Code.QUOTE_UNCLOSED, 3)]
    assert len(result.documents[2].rows) == 500


def test_a_quote_left_open_at_the_end_of_the_file() -> None:
    result = read(HEADER + 'A,x,1,1\nB,"y",1,"1')
    assert result.column("Item") == ["x", "y"]
    assert Code.QUOTE_UNCLOSED in result.codes


def test_a_huge_value_costs_its_row_only() -> None:
    result = read(HEADER + f'A,"{"x" * 135_000}",1,1\nB,{"y" * 5_000_000},1,1\nC,z,1,1\n')
    assert result.documents[-1].key == ("C",)
    assert result.codes.count(Code.ROW_UNREADABLE) == 2


def test_nul_characters_are_left_out_and_reported() -> None:
    result = read((HEADER + "A,x\0y,1,1\n").encode())
    assert result.column("Item") == ["xy"]
    assert [(found.code, found.place.row) for found in result.findings] == [(Code.CHARACTER_NUL, 2)]


def test_a_stray_byte_is_read_as_windows_1252_and_reported() -> None:
    told = TextSettings(encoding="utf-8")
    result = read(HEADER.encode() + b"A,K\xe4se,1,1\nB,y,1,1\n", told)
    assert result.column("Item") == ["Käse", "y"]
    assert [(found.code, found.place.row) for found in result.findings] == [(Code.ENCODING_INVALID, 2)]


def test_a_stray_byte_costs_no_other_character() -> None:
    """A text that a database cut through a character, or a name pasted from another program: one byte, and the file is
    UTF-8 all the same."""
    rows = "A,Größe Öl,1,1\nB,Käse,1,1\n".encode() + b'C,"M\xfcsli\nf\xc3r \xc3\x96l",1,1\n'
    raw = HEADER.encode() + rows
    result = read(raw)
    assert result.opened[0].detection.settings.encoding == "utf-8"
    assert result.column("Item") == ["Größe Öl", "Käse", "Müsli\nfÃr Öl"]
    first, second = raw.index(b"\xfc"), raw.index(b"\xc3r")
    told = [(found.code, found.place.offset, found.place.row, found.place.line) for found in result.findings]
    assert told == [
        (Code.ENCODING_INVALID, first, 0, 4),  # of the file
        (Code.ENCODING_INVALID, first, 4, 4),
        (Code.ENCODING_INVALID, second, 4, 5),
    ]
    assert [document.key for document in result.documents if document.findings] == [("C",)]


def test_formulas_are_kept_as_text_and_reported() -> None:
    result = read(HEADER + 'A,"=HYPERLINK(""http://x"")",1,1\nB,user@example.com,1,1\nC, @SUM(A1),1,1\n')
    assert [(found.code, found.place.row, found.place.column) for found in result.findings] == [
        (Code.CELL_FORMULA, 2, "Item"),
        (Code.CELL_FORMULA, 4, "Item"),
    ]
    assert result.column("Item")[0] == '=HYPERLINK("http://x")'


def test_texts_that_are_written_as_formulas_are_texts() -> None:
    """So spreadsheets are told to keep leading zeros."""
    result = read(HEADER + '="0071",="00123",1,1\n="0071","=""00456""","=""2""",1\nB,="x"&A1,1,1\n')
    assert [document.key for document in result.documents] == [("0071",), ("B",)]
    assert result.column("Item") == ["00123", "00456", '="x"&A1']
    assert result.column("Quantity") == ["1", "2", "1"]
    assert [(found.code, found.place.row) for found in result.findings] == [(Code.CELL_FORMULA, 4)]


def test_a_number_that_a_spreadsheet_rounded_is_no_item() -> None:
    result = read(HEADER + 'A,8.71234E+12,1,1.5E+03\nB,1E10,1,1\nC,"8,71234E+12",1,1\n')
    assert [(found.code, found.place.row, found.place.column) for found in result.findings] == [
        (Code.VALUE_ROUNDED, 2, "Item"),
        (Code.VALUE_ROUNDED, 4, "Item"),
    ]
    assert result.column("Price") == ["1500", "1", "1"]
    assert result.closed[0].asides == 2


def test_lines_and_rows_are_counted_as_people_see_them() -> None:
    result = read(HEADER + 'A,"two\nlines",1,1\nB,y,bad,1\n')
    place = result.findings[0].place
    assert (place.row, place.line) == (3, 4)


def test_a_document_of_too_many_rows_is_cut_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_ROWS", 3)
    result = read(HEADER + "A,x,1,1\n" * 10 + "B,y,1,1\n")
    assert [(len(document.rows), document.row_count) for document in result.documents] == [(3, 10), (1, 1)]
    assert result.codes == [Code.DOCUMENT_TOO_LARGE]


def test_findings_of_one_document_are_bounded() -> None:
    result = read(HEADER + "A,x,many,1\n" * 1000)
    assert len(result.documents[0].findings) == reader.MOST_FINDINGS


def test_fixed_width_text_gives_the_same_documents() -> None:
    columns = tuple(
        FixedColumn(name, start, length)
        for name, start, length in (("Order", 1, 4), ("Item", 5, 8), ("Quantity", 13, 3), ("Price", 16, 6))
    )
    text = "A1  Bowl      2  3.50\n    Jug       1  1.10\r\n\nB2  Mug       7  2.00\n"
    result = read(text, TextSettings(fixed=columns), (ORDERS,))
    assert [document.rows for document in result.documents] == [
        [["A1", "Bowl", "2", "3.50"], ["", "Jug", "1", "1.10"]],
        [["B2", "Mug", "7", "2.00"]],
    ]
    assert [document.numbers for document in result.documents] == [[1, 2], [4]]
    assert result.codes == []


def test_short_rows_under_a_very_wide_header_take_no_more_memory_than_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_CELLS", 400)
    result = read("Order,Item,Quantity,Price" + ",x" * 96 + "\n" + "A,x,1,1\n" * 50)
    assert (len(result.documents[0].rows), result.documents[0].row_count) == (4, 50)


def test_what_short_rows_lack_is_not_looked_up_for_each_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide header over many short rows, of a few bytes each, kept a worker busy for hours."""
    asked: list[str] = []

    def counted(name: str) -> str:
        asked.append(name)
        return folded(name)

    monkeypatch.setattr(reader, "folded", counted)
    result = read("Order,Item,Quantity,Price" + "".join(f",x{number}" for number in range(96)) + "\n" + "A,x\n" * 50)
    assert result.documents[0].findings[0].message.endswith("it ends before Quantity, Price")
    assert len(asked) < 250
