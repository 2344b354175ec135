"""Numbers, dates and times: what is sent is what is kept, exactly. A cent lost here is lost in every invoice."""

import datetime
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.rules import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("120", "120"), ("9.25", "9.25"), ("12.50", "12.50"), (".5", "0.5"), ("5.", "5"), ("007", "7"), ("000", "0"),
        ("0.00", "0.00"), ("-3.10", "-3.10"), ("-0", "0"), ("-0.00", "0.00"), ("+4", "4"), ("1E2", "100"),
        ("12.5E-3", "0.0125"), ("1E99", "1" + "0" * 99),
        ("", None), (".", None), ("-", None), ("1,000", None), ("1..5", None), ("x9", None), ("٣", None), ("²", None),
        ("1E999", None), ("NaN", None), ("Infinity", None), ("1_0", None), (" 1", None), ("1" * 65, None),
    ],
)  # fmt: skip
def test_decimal(text: str, expected: str | None) -> None:
    assert values.decimal_text(text) == expected


@pytest.mark.parametrize(
    ("decimals", "text", "expected"),
    [
        (2, "302752", "3027.52"),
        (2, "5", "0.05"),
        (2, "-150", "-1.50"),
        (0, "007", "7"),
        (2, "12.50", None),
        (2, "", None),
    ],
)
def test_implied_decimals(decimals: int, text: str, expected: str | None) -> None:
    assert values.implied_decimal_text(decimals, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20260302", "2026-03-02"), ("260302", "2026-03-02"), ("990302", "1999-03-02"), ("500101", "1950-01-01"),
        ("490101", "2049-01-01"), ("20240229", "2024-02-29"),
        ("20230229", None), ("20261301", None), ("00000000", None), ("2026030", None), ("2026-3-2", None),
        ("٢٠٢٦٠٣٠٢", None), ("", None),
    ],
)  # fmt: skip
def test_date(text: str, expected: str | None) -> None:
    assert values.date_text(50, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0830", "08:30:00"), ("235959", "23:59:59"), ("08300012", "08:30:00.12"), ("0830001", "08:30:00.1"),
        ("2400", None), ("0860", None), ("830", None), ("", None), ("08:30", None),
    ],
)  # fmt: skip
def test_time(text: str, expected: str | None) -> None:
    assert values.time_text(text) == expected


def test_products_are_exact_or_not_there() -> None:
    assert values.product(("2500", "12.5"), "100") == "312.5"
    assert values.product(("120", "9.25"), "1") == "1110.00"
    assert values.product(("0.1", "0.2"), "") == "0.02"
    assert values.product(("1", "1"), "3") is None, "a third has no finite decimal"
    assert values.product(("1", None), "1") is None
    assert values.product(("1", "1"), None) is None
    assert values.product(("1", "1"), "0") is None
    assert values.product(("0", "5"), "0") is None
    assert values.product(("-0.00", "5"), "1") == "0.00"
    assert values.product(["9" * 64] * 9, "1") is None, "too wide to be exact, so it is not there"


def test_totals_need_every_term_when_asked() -> None:
    assert values.total(["1.10", "2.20"], every=True) == "3.30"
    assert values.total(["1.10", None], every=True) is None
    assert values.total(["1.10", None], every=False) == "1.10"
    assert values.total([], every=False) is None


def test_tables_stay_small() -> None:
    table = values.Table(values.decimal_text)
    for number in range(values.TABLE_LIMIT + 10):
        assert table[str(number)] == str(number)
    assert len(table) <= values.TABLE_LIMIT
    assert table["x" * 100] is None
    assert "x" * 100 not in table


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14))
def test_every_decimal_keeps_its_value(number: Decimal) -> None:
    text = values.decimal_text(f"{number:f}")
    assert text is not None
    assert Decimal(text) == number


@given(st.dates(min_value=datetime.date(1000, 1, 1)))
def test_every_date_comes_back(date: datetime.date) -> None:
    assert values.date_text(50, date.strftime("%Y%m%d")) == date.isoformat()


@given(st.text(alphabet=string.printable + "é٣²\x00", max_size=12))
def test_nothing_that_is_sent_raises(text: str) -> None:
    values.decimal_text(text)
    values.implied_decimal_text(2, text)
    values.date_text(50, text)
    values.time_text(text)
    values.integer(text)
