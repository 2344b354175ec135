"""From a sender's text to the canonical text of a number, date or time; and exact arithmetic on such texts.

Every conversion is a table that fills itself: generated code looks a text up, and only a text not seen before
costs a call. A text that cannot be converted stands in the table as None. Nothing here raises on partner data.
"""

import datetime
import functools
import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from typing import Generic, TypeVar

Value = TypeVar("Value")

TABLE_LIMIT = 20_000
TEXT_LIMIT = 64
"""Longer texts are converted each time, so that long values cannot make a table large."""

_REAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[Ee]([+-]?[0-9]{1,2}))?")
_WHOLE = re.compile(r"([+-]?)([0-9]+)")
_TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])(?:([0-5][0-9])([0-9]{0,2}))?")
_EXACT = Context(prec=400, traps=[Inexact, DivisionByZero, InvalidOperation])
"""Wide enough for products of what `decimal_text` lets through; division that does not end is trapped."""
_multiply, _add = _EXACT.multiply, _EXACT.add


class Table(dict[str, Value | None], Generic[Value]):
    """text → converted value, or None where the text cannot be converted."""

    def __init__(self, convert: Callable[[str], Value | None]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, text: str) -> Value | None:
        value = self._convert(text)
        if len(text) <= TEXT_LIMIT:
            if len(self) >= TABLE_LIMIT:
                self.clear()
            self[text] = value
        return value


@functools.cache
def implied_table(decimals: int) -> Table[str]:
    """Tables are shared by all programs: what one document taught helps the next."""
    return Table(functools.partial(implied_decimal_text, decimals))


def decimal_text(text: str) -> str | None:
    """X12 type R (X12.6, 3.5.1.2) as a plain decimal: "0012.50" is "12.50", ".5" is "0.5", "12E2" is "1200".

    The sender's scale is kept, as in "12.50". None for anything else, and for more than 64 characters.
    """
    match = _REAL.fullmatch(text) if len(text) <= TEXT_LIMIT else None
    if match is None or not (match[2] or match[3]):
        return None
    if match[4]:
        return plain(Decimal(text))
    whole = match[2].lstrip("0") or "0"
    number = f"{whole}.{match[3]}" if match[3] else whole
    return f"-{number}" if match[1] == "-" and number.strip("0.") else number


def implied_decimal_text(decimals: int, text: str) -> str | None:
    """X12 type Nn, a whole number with implied decimals: with 2, "302752" is "3027.52". None for anything else."""
    match = _WHOLE.fullmatch(text) if len(text) <= TEXT_LIMIT else None
    if match is None:
        return None
    digits = match[2].rjust(decimals + 1, "0")
    return decimal_text(match[1] + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits))


def integer(text: str) -> int | None:
    """A whole number; None for anything else, and for more than 18 digits."""
    return int(text) if len(text) <= 18 and _WHOLE.fullmatch(text) else None


def date_text(pivot: int, text: str) -> str | None:
    """CCYYMMDD or YYMMDD as an ISO date. Two-digit years from `pivot` on are 19xx, those below 20xx."""
    if not (text.isascii() and text.isdecimal()):
        return None
    if len(text) == 6:
        text = ("19" if int(text[:2]) >= pivot else "20") + text
    if len(text) != 8:
        return None
    try:
        return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return None


def time_text(text: str) -> str | None:
    """X12 type TM (HHMM, HHMMSS, HHMMSSD, HHMMSSDD) as an ISO time with seconds."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    fraction = f".{match[4]}" if match[4] else ""
    return f"{match[1]}:{match[2]}:{match[3] or '00'}{fraction}"


def plain(number: Decimal) -> str:
    """A decimal without exponent: never "1E+2", never "-0"."""
    text = str(number)
    if "E" in text:
        text = f"{number:f}"
    return text if text[0] != "-" or number else text[1:]


def product(factors: Sequence[str | None], divisor: str | None) -> str | None:
    """The exact product of decimal texts over a divisor ("" divides by nothing).

    None when a factor or the divisor is missing, or when the quotient is no finite decimal.
    """
    if divisor is None or not all(factors):
        return None
    if divisor in ("", "1") and len(factors) == 2:
        left, right = factors
        return product_of_two(left or "", right or "")
    try:
        result = functools.reduce(_multiply, map(Decimal, filter(None, factors)))
        if divisor and divisor != "1":
            result = _EXACT.divide(result, Decimal(divisor))
    except ArithmeticError:
        return None
    return plain(result)


def product_of_two(left: str, right: str) -> str:
    """Quantity and price, as it nearly always is. Plain decimal texts only."""
    return plain(_multiply(Decimal(left), Decimal(right)))


def total(terms: Sequence[str | None], every: bool) -> str | None:
    """The exact sum of decimal texts; None when there are none, or when `every` one must be there and one is not."""
    if every and None in terms:
        return None
    present = list(filter(None, terms))
    if "".join(present).isdecimal():
        return str(sum(map(int, present)))  # quantities, as a rule
    return plain(functools.reduce(_add, map(Decimal, present))) if present else None


def is_alike(values: Iterable[str | None], otherwise: str | None) -> bool:
    """Whether all values are the same, where `otherwise` stands for those that are not there."""
    different = {*values}
    return len(different) < 2 or len({value or otherwise for value in different}) < 2


def component(text: str, position: int, separator: str) -> str:
    """One component of a composite element; "" where it is not there. separator "" means: not a composite."""
    parts = text.split(separator) if separator else [text]
    return parts[position - 1].strip() if position <= len(parts) else ""
