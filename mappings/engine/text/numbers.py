"""Numbers as people write them, to the exact text of a decimal."""

import functools
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from mappings.engine.rules.values import TEXT_LIMIT, Table, plain
from mappings.engine.text.blanks import or_blank
from mappings.engine.text.settings import NumberStyle

SPACES = " \u00a0\u202f\u2009"
_MARKS = f".,'’{SPACES}"
CURRENCIES = (
    "USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "MXN",
    "BRL", "INR", "CNY", "SGD", "HKD", "ZAR",
)  # fmt: skip
"""The codes (ISO 4217) that are known wherever they stand."""
_SIGN = (
    r"(?:(?:US|CA|C|AU|A|NZ|HK|SG|S|MX|R)?\$|[€£¥₹₩₺₪₽฿₫₴]|Rs\.?|kr\.?|zł|Kč|Ft|Fr\.?|lei"
    rf"|{'|'.join(CURRENCIES)})"
)
"""What stands beside an amount of money, with or without a blank between; with one, any three capitals do."""
_SHAPE = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?:{_SIGN}|[A-Z]{{3}}(?=\s))?\s*(?P<sign2>[-+−])?"
    rf"(?P<number>[0-9](?:[0-9{re.escape(_MARKS)}]*[0-9])?[.,]?|[.,][0-9]+)(?:[Ee](?P<power>[-+]?[0-9]{{1,2}}))?"
    rf"(?P<even>(?<=[.,])[-–—]{{1,2}})?\s*(?:{_SIGN}|(?<=\s)[A-Z]{{3}})?(?P<after>[-−])?\s*(?P<close>\))?"
)
"""even: a dash in place of decimals, as in "12,-", which is no sign."""
_GROUPED = re.compile(
    r"[0-9]{1,3}(?P<mark>[^0-9])[0-9]{3}(?:(?P=mark)[0-9]{3})*|[0-9]{1,2}(?P<indian>,)(?:[0-9]{2},)+[0-9]{3}"
)
_PLAIN = {
    ".": re.compile(r"(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?"),
    ",": re.compile(r"0|[1-9][0-9]{0,30}"),
    "": re.compile(r"0|[1-9][0-9]{0,30}"),
}
"""What is canonical as it is written, by the decimal mark; most numbers are."""
_ALL_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,30}+)(?:\.[0-9]{1,2})?+(?:\n(?:0|[1-9][0-9]{0,30}+)(?:\.[0-9]{1,2})?+)*+")
ANY = NumberStyle()
POINTS = NumberStyle(".")


def is_plain(values: Sequence[str]) -> bool:
    """Whether all values are numbers that prove the point or nothing: 12, 0.5, 12.50. Most columns of numbers are so,
    and one look tells it."""
    joined = "\n".join(values)
    return bool(_ALL_PLAIN.fullmatch(joined)) and joined.count("\n") == len(values) - 1  # no line end in a value


def style_of(values: Iterable[str]) -> NumberStyle | None:
    """The style that a column's values prove. None: nothing among them tells a comma from a point.

    NumberStyle() when they prove both: then each value must speak for itself.
    """
    decimals: set[str] = set()
    thousands: set[str] = set()
    for value in dict.fromkeys(values):
        style = _own_style(value)
        if style:
            decimals.add(style.decimal)
            thousands.add(style.thousands)
    if not decimals:
        return None
    if len(decimals) > 1:
        return ANY
    marks = sorted(thousands - {""})
    return NumberStyle(decimals.pop(), marks[0] if len(marks) == 1 else "")


def looks_numeric(value: str) -> bool:
    """Whether a text is a number in any style."""
    text = value.strip()
    return len(text) <= TEXT_LIMIT and any(mark.isdecimal() for mark in text) and bool(_SHAPE.fullmatch(text))


def is_ambiguous(value: str) -> bool:
    """Whether a text is a number of which a comma or point may be either mark: 1,234 or 1.234."""
    match = _SHAPE.fullmatch(value.strip()) if len(value) <= TEXT_LIMIT else None
    if match is None or match["power"]:
        return False
    number = match["number"]
    return sum(number.count(mark) for mark in ".,") == 1 and bool(_GROUPED.fullmatch(number)) and number[0] != "0"


@functools.cache
def table(style: NumberStyle) -> Table[str]:
    """Text → exact decimal text in this style, "" for what stands for none, None for anything else; fills itself."""
    return Table(or_blank(functools.partial(number_text, style)))


def number_text(style: NumberStyle, text: str) -> str | None:
    """ "1.234,50" is "1234.50", "(5)" and "5-" are "-5", "$ 9.9" is "9.9", "12,-" is "12". None when it is no number in
    this style.

    The sender's scale is kept. A style without a decimal mark takes only values that have one meaning.
    """
    text = text.strip()
    if _PLAIN[style.decimal].fullmatch(text):
        return text
    match = _SHAPE.fullmatch(text) if len(text) <= TEXT_LIMIT else None
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signs = [sign for sign in (match["open"], match["sign"], match["sign2"], match["after"]) if sign]
    number = match["number"]
    if len(signs) > 1 or not number.isascii() and any(mark not in _MARKS and not mark.isdecimal() for mark in number):
        return None
    decimal = style.decimal
    if not decimal:
        own = _own_style(text)
        if own is None and any(mark in number for mark in ".,"):
            return None
        decimal = own.decimal if own else "."
    whole, _, fraction = number.partition(decimal)
    if fraction and not (fraction.isascii() and fraction.isdecimal()):
        return None
    if whole and not whole.isdecimal():
        grouped = _GROUPED.fullmatch(whole)
        mark = (grouped["mark"] or grouped["indian"]) if grouped else decimal
        if mark == decimal:
            return None
        whole = whole.replace(mark, "")
    return _written(whole, fraction, negative=bool(signs) and signs[0] != "+", power=int(match["power"] or 0))


def _written(whole: str, fraction: str, negative: bool, power: int) -> str:
    whole = whole.lstrip("0") or "0"
    text = f"{whole}.{fraction}" if fraction else whole
    if power:
        text = plain(Decimal(text).scaleb(power))
    return f"-{text}" if negative and text.strip("0.") else text


def _own_style(value: str) -> NumberStyle | None:
    """The style that one value proves by itself: 12,5 or 1.234,50 or 1.234.567, but not 1,234 and not 12."""
    match = _SHAPE.fullmatch(value.strip()) if len(value) <= TEXT_LIMIT else None
    if match is None:
        return None
    number = match["number"]
    points, commas = number.count("."), number.count(",")
    if points and commas:
        decimal = "." if number.rfind(".") > number.rfind(",") else ","
        if number.count(decimal) > 1:
            return None
        return NumberStyle(decimal, "," if decimal == "." else ".")
    if not points and not commas:
        return None
    mark = "." if points else ","
    other = "," if points else "."
    if points + commas > 1:
        return NumberStyle(other, mark) if _GROUPED.fullmatch(number) else None
    if is_ambiguous(value):
        return None
    grouped = [space for space in _MARKS[2:] if space in number]
    return NumberStyle(mark, grouped[0] if grouped else "")
