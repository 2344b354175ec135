"""Numbers and dates: a wrong reading ships the wrong quantity or on the wrong day, so what is unclear is said."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.findings import Code
from mappings.engine.text.dates import (
    DAYS,
    PATTERNS,
    date_text,
    is_pattern,
    patterns_of,
    time_text,
    written_date,
)
from mappings.engine.text.numbers import is_ambiguous, looks_numeric, number_text, style_of
from mappings.engine.text.settings import NumberStyle, TextSettings
from tests.mappings.engine.text.sheets import read

POINT, COMMA, ANY = NumberStyle(".", ","), NumberStyle(",", "."), NumberStyle()


@pytest.mark.parametrize(
    ("style", "text", "expected"),
    [
        (POINT, "1,234.50", "1234.50"),
        (POINT, "1234", "1234"),
        (POINT, "1,234", "1234"),
        (POINT, "1,2345", None),
        (POINT, "12,50", None),
        (COMMA, "1.234,50", "1234.50"),
        (COMMA, "12,5", "12.5"),
        (COMMA, "12.50", None),
        (COMMA, "1\u202f234,5", "1234.5"),
        (COMMA, "1’234,5", "1234.5"),
        (POINT, "(5.00)", "-5.00"),
        (POINT, "5-", "-5"),
        (POINT, "-0.00", "0.00"),
        (POINT, "$ 9.9", "9.9"),
        (POINT, "USD 9.90", "9.90"),
        (COMMA, "9,90 €", "9.90"),
        (POINT, "US$ 1,234.50", "1234.50"),
        (POINT, "USD12.50", "12.50"),
        (COMMA, "R$1.234,50", "1234.50"),
        (COMMA, "100,50 kr", "100.50"),
        (COMMA, "1 234,50 zł", "1234.50"),
        (COMMA, "12,-", "12"),
        (COMMA, "€ 1.234,--", "1234"),
        (POINT, "1’234.–", "1234"),
        (POINT, "5.00-", "-5.00"),
        (POINT, "₹1,23,456.00", "123456.00"),
        (POINT, "1,23,45.00", None),
        (POINT, "12 pieces", None),
        (POINT, ".5", "0.5"),
        (POINT, "007", "7"),
        (POINT, "1.2E+3", "1200"),
        (ANY, "12,50", "12.50"),
        (ANY, "12.50", "12.50"),
        (ANY, "1.234.567", "1234567"),
        (ANY, "1,234", None),
        (POINT, "not stocked", None),
        (POINT, "SKU001", None),
        (POINT, "1 2", None),
        (POINT, "--5", None),
        (POINT, "=1+1", None),
        (POINT, "9" * 65, None),
    ],
)
def test_a_number_is_read_exactly_or_not_at_all(style: NumberStyle, text: str, expected: str | None) -> None:
    assert number_text(style, text) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_what_either_style_writes_is_read_back(number: object) -> None:
    english = f"{number:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    expected = f"{number:.2f}".replace("-0.00", "0.00")
    assert number_text(POINT, english) == number_text(COMMA, german) == expected


@given(st.text(max_size=30))
def test_no_text_stops_a_conversion(text: str) -> None:
    for style in (POINT, COMMA, ANY):
        number_text(style, text)
    looks_numeric(text)
    is_ambiguous(text)
    patterns_of([text])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["1,5", "2,25"], NumberStyle(",", "")),
        (["1.5", "1,234.00"], NumberStyle(".", ",")),
        (["1,5", "1.5"], ANY),
        (["1,234", "12"], None),
        (["1.234.567"], NumberStyle(",", ".")),
    ],
)
def test_the_style_of_a_column_is_what_its_values_prove(values: list[str], expected: NumberStyle | None) -> None:
    assert style_of(values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2026-07-04"], ["YYYY-MM-DD"]),
        (["2026-07-04 11:00:00 +0000"], ["YYYY-MM-DD"]),
        (["1/4/2023", "8/23/2024"], ["MM/DD/YYYY"]),
        (["1/4/2023", "23/8/2024"], ["DD/MM/YYYY"]),
        (["1/4/2023", "2/5/2024"], ["DD/MM/YYYY", "MM/DD/YYYY"]),
        (["4/4/2026"], ["DD/MM/YYYY"]),
        (["31.12.26"], ["DD.MM.YY"]),
        (["Jul-04-2026"], ["MON-DD-YYYY"]),
        (["04-Jul-2026"], ["DD-MON-YYYY"]),
        (["5 Dec 2026", "Sat, 12 December 2026 10:00:00 +0100"], ["DD MON YYYY"]),
        (["5. Dezember 2026", "1. März 2026"], ["DD MON YYYY"]),
        (["5 décembre 2026", "1 févr. 2026", "3 aout 2026"], ["DD MON YYYY"]),
        (["5 de diciembre de 2026", "7 ene 2026"], ["DD MON YYYY"]),
        (["Dec 5, 2026", "December 5th, 2026"], ["MON DD, YYYY"]),
        (["Sat Dec 5 2026"], ["MON DD YYYY"]),
        (["05-Dec-26", "06-Dez-26", "07-dic-2026"], ["DD-MON-YY"]),
        (["05DEC2026"], ["DDMONYYYY"]),
        (["05/Dec/2026"], ["DD/MON/YYYY"]),
        (["5 Decade 2026"], []),
        (["46361"], []),
        (["20260704"], ["YYYYMMDD"]),
        (["2026-02-30"], []),
        (["soon", "2026-01-01"], []),
        ([""], []),
    ],
)
def test_the_pattern_of_a_column_is_what_its_values_prove(values: list[str], expected: list[str]) -> None:
    assert patterns_of(values) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("YYYY-MM-DD", "2026-07-04 11:00:00 +0000", "2026-07-04T11:00:00+00:00"),
        ("YYYY-MM-DD", "2026-07-04T11:00:00.5Z", "2026-07-04T11:00:00.5+00:00"),
        ("MM/DD/YYYY", "7/4/2026 1:05 PM", "2026-07-04T13:05:00"),
        ("MM/DD/YYYY", "7/4/2026 12:05 am", "2026-07-04T00:05:00"),
        ("DD.MM.YY", "04.07.69", "2069-07-04"),
        ("DD.MM.YY", "04.07.70", "1970-07-04"),
        ("DD MON YYYY", "4 July 2026", "2026-07-04"),
        ("DD.MM.YY", "04.07.2026", "2026-07-04"),
        ("DDMMYY", "04072026", None),
        ("MM/DD/YY", "07/04/026", None),
        ("YYYYMMDD", "2026704", None),
        ("YYYY-MM-DD", "2026-07-04 25:00", None),
        ("DD.MM.YYYY", "04.07.2026, 11:05 Uhr", "2026-07-04T11:05:00"),
        ("DAYS", "46361", "2026-12-05"),
        ("DAYS", "46361.75", "2026-12-05T18:00:00"),
        ("DAYS", "46361,999999", "2026-12-06T00:00:00"),
        ("DAYS", "46361 10:00:00", "2026-12-05T10:00:00"),
        ("DAYS", "99999", None),
        ("DAYS", "4636", None),
        ("YYYY-MM-DD", "0000-01-01", None),
        ("YYYY-MM-DD", "٢٠٢٦-01-01", None),
    ],
)
def test_a_date_is_read_by_its_pattern_or_not_at_all(pattern: str, text: str, expected: str | None) -> None:
    assert date_text(pattern, text) == expected


def test_declared_patterns_name_a_whole_date() -> None:
    assert is_pattern("YYDDMM")
    assert is_pattern("DAYS")
    assert not is_pattern("YYYY-MM")
    assert not is_pattern("YYYY-MM-DD-DD")


def test_a_column_that_can_be_read_in_two_ways_is_reported_and_left_as_it_is() -> None:
    result = read("Order,Item,Quantity,Price,Date\n1,x,1,2.50,3/4/2026\n")
    assert result.codes == [Code.DATE_AMBIGUOUS]
    assert result.findings[0].place.column == "Date"
    assert result.column("Date") == ["3/4/2026"]
    told = TextSettings(dates={"Date": "DD/MM/YYYY"})
    assert read("Order,Item,Quantity,Price,Date\n1,x,1,2.50,3/4/2026\n", told).column("Date") == ["2026-04-03"]


def test_a_number_that_can_be_read_in_two_ways_is_reported_and_left_as_it_is() -> None:
    content = 'Order,Item,Quantity,Price\n1,x,2,"1,234"\n'
    result = read(content)
    assert [(found.code, found.place.row, found.place.column) for found in result.findings] == [
        (Code.NUMBER_AMBIGUOUS, 2, "Price")
    ]
    assert result.column("Price") == ["1,234"]
    told = TextSettings(numbers={"": POINT})
    assert read(content, told).column("Price") == ["1234"]


def test_points_and_commas_in_one_file_are_told_apart_by_column() -> None:
    result = read('Order;Item;Quantity;Price\n1;x;1.5;"1.234,50"\n2;y;2.25;3,10\n')
    assert result.column("Quantity") == ["1.5", "2.25"]
    assert result.column("Price") == ["1234.50", "3.10"]
    assert result.codes == []


@pytest.mark.parametrize("wrong", ["31.11.2026", "soon"])
@pytest.mark.parametrize("first", [True, False], ids=["first", "last"])
def test_one_wrong_date_does_not_leave_the_dates_of_other_orders_unread(wrong: str, first: bool) -> None:
    rows = ["A,x,1,1,19.11.2026", "B,x,1,1,20.11.2026"]
    rows.insert(0 if first else 2, f"C,x,1,1,{wrong}")
    result = read("\n".join(["Order,Item,Quantity,Price,Date", *rows, ""]))
    dates = {document.key[0]: document.rows[0][4] for document in result.documents}
    assert dates == {"A": "2026-11-19", "B": "2026-11-20", "C": wrong}
    assert [(found.code, found.value) for found in result.findings] == [(Code.DATE_INVALID, wrong)]


def test_one_wrong_number_does_not_hide_how_the_column_writes_the_others() -> None:
    rows = ['A,x,1,"11,40"', "B,x,1,1.140", "C,x,1,free"]
    result = read("\n".join(["Order,Item,Quantity,Price", *rows, ""]))
    assert result.column("Price") == ["11.40", "1140", "free"]
    assert result.codes == [Code.NUMBER_INVALID]


def test_dates_of_which_most_are_none_are_left_as_they_are() -> None:
    result = read("Order,Item,Quantity,Price,Date\nA,x,1,1,19.11.2026\nB,x,1,1,soon\nC,x,1,1,at once\n")
    assert result.column("Date") == ["19.11.2026", "soon", "at once"]


@given(st.dates(datetime.date(1950, 1, 1), datetime.date(2069, 12, 31)), st.sampled_from((*PATTERNS, DAYS)))
def test_what_a_pattern_writes_it_reads(date: datetime.date, pattern: str) -> None:
    is_short = "YYYY" not in pattern and pattern != DAYS
    expected = date.replace(year=1970 + (date.year - 1970) % 100) if is_short and date.year < 1970 else date
    assert date_text(pattern, written_date(pattern, date.isoformat())) == expected.isoformat()


def test_a_column_of_dates_may_have_the_days_of_a_spreadsheet() -> None:
    head = "Order,Item,Quantity,Price,Date\n"
    result = read(f"{head}1,46361,1,1,46361\n2,46362,1,1,46362.5\n3,x,1,1,5.12.2026\n")
    assert result.column("Date") == ["2026-12-05", "2026-12-06T12:00:00", "5.12.2026"]
    assert [(found.code, found.place.row) for found in result.findings] == [(Code.DATE_INVALID, 4)]
    mostly = read(f"{head}1,x,1,1,5.12.2026\n2,x,1,1,6.12.2026\n3,x,1,1,46361\n4,x,1,1,13.12.2026\n")
    assert mostly.column("Date") == ["2026-12-05", "2026-12-06", "46361", "2026-12-13"]


@pytest.mark.parametrize("word", ["NULL", "null", "N/A", "#N/A", "\\N", "-", "\u2013", "NaN", "\t", "$ -"])
def test_what_stands_for_nothing_is_no_wrong_number_or_date(word: str) -> None:
    date = word if word != "$ -" else ""
    head = "Order,Item,Quantity,Price,Date\n"
    result = read(f"{head}1,{word},1,{word},{date}\n2,x,1,1.50,5.12.2026\n3,x,1,2.50,31.12.2026\n")
    assert result.codes == []
    assert result.column("Item")[0] == word
    assert result.column("Price") == ["", "1.50", "2.50"]
    assert result.column("Date") == ["", "2026-12-05", "2026-12-31"]
    alone = read(f"{head}1,x,1,1,{date}\n")
    assert (alone.codes, alone.column("Date")) == ([], [""])


@pytest.mark.parametrize("word", ["#VALUE!", "#REF!", "soon"])
def test_a_value_that_was_there_and_is_lost_is_said(word: str) -> None:
    assert read(f"Order,Item,Quantity,Price\n1,x,1,{word}\n2,x,1,1.50\n").codes == [Code.NUMBER_INVALID]


def test_a_bad_value_names_its_row_and_column() -> None:
    result = read("Order,Item,Quantity,Price,Date\n1,x,many,2.50,2026-01-31\n1,y,1,2.50,2026-01-32\n")
    assert [(found.code, found.place.row, found.place.column, found.value) for found in result.findings] == [
        (Code.NUMBER_INVALID, 2, "Quantity", "many"),
    ]
    assert result.column("Date") == ["2026-01-31", "2026-01-32"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("16:05", "16:05:00"),
        ("8:05", "08:05:00"),
        ("8:05 pm", "20:05:00"),
        ("12:00 a.m.", "00:00:00"),
        ("16:05:30.5+01:00", "16:05:30.5"),
        ("07:30Z", "07:30:00"),
        ("24:00", None),
        ("13:00 pm", None),
        ("8", None),
        ("8:5", None),
        ("16.05", None),
        ("noon", None),
    ],
)
def test_a_time_is_taken_as_written(text: str, expected: str | None) -> None:
    assert time_text(text) == expected
