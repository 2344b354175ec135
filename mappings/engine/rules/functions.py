"""The functions that a rule may apply to a text. Pure, total, and documented by examples that are tests.

A function takes a text that is not empty and the rule's arguments, and gives a text; "" means "no value".
A new one is an entry in FUNCTIONS with at least one example; the language guide lists them from here.
"""

import re
from collections.abc import Callable
from decimal import Context, Decimal

import msgspec

from mappings.engine.rules.values import Table

Argument = str | int


class Example(msgspec.Struct, frozen=True):
    text: str
    result: str
    arguments: tuple[Argument, ...] = ()


class Parameter(msgspec.Struct, frozen=True):
    name: str
    type: type[str] | type[int]
    minimum: int | None = None


class Function(msgspec.Struct, frozen=True):
    """One function: what it does, what it takes beside the text, and what comes out for given texts.

    back: for writing, a text that the function makes this one of. It takes the text, what stands at the place already
    ("" for nothing) and the arguments; without it, the text itself is tried. What it gives is never believed: the
    function is applied to it, and must give the text again.
    """

    call: Callable[..., str]
    summary: str
    examples: tuple[Example, ...]
    parameters: tuple[Parameter, ...] = ()
    back: Callable[..., str] | None = None


def _collapse(text: str) -> str:
    return " ".join(text.split())


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _first(text: str, length: int) -> str:
    return text[:length].rstrip()


def _last(text: str, length: int) -> str:
    return text[-length:].lstrip()


def _lower(text: str) -> str:
    return text.lower()


def _pad_left(text: str, length: int, fill: str) -> str:
    return text.rjust(length, fill[:1] or " ")


def _part(text: str, separator: str, position: int) -> str:
    parts = text.split(separator) if separator else [text]
    return parts[position - 1].strip() if position <= len(parts) else ""


def _part_back(text: str, known: str, separator: str, position: int) -> str:
    """The part put among those that stand there already: what other rules write of the same text."""
    parts = known.split(separator) if known else []
    parts += [""] * (position - len(parts))
    if parts[position - 1] in ("", text):
        parts[position - 1] = text
    return separator.join(parts)


_EXACT = Context(prec=1000)  # no rounding: no element is as long


def _percent(text: str) -> str:
    return _moved(text, 2) if _is_fraction(text) else text


def _percent_back(text: str, known: str) -> str:
    fraction = _moved(text, -2)
    return fraction if _is_fraction(fraction) else text


_DECIMAL = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def _is_fraction(text: str) -> bool:
    return _DECIMAL.fullmatch(text) is not None and abs(Decimal(text)) < 1


def _moved(text: str, places: int) -> str:
    """A number with its decimal point moved, exactly; another text as it is."""
    return f"{Decimal(text).scaleb(places, _EXACT):f}" if _DECIMAL.fullmatch(text) else text


def _prefix(text: str, prefix: str) -> str:
    return prefix + text


def _prefix_back(text: str, known: str, prefix: str) -> str:
    return text.removeprefix(prefix)


def _remove_prefix(text: str, prefix: str) -> str:
    return text.removeprefix(prefix)


def _remove_prefix_back(text: str, known: str, prefix: str) -> str:
    return prefix + text


def _remove_suffix(text: str, suffix: str) -> str:
    return text.removesuffix(suffix)


def _remove_suffix_back(text: str, known: str, suffix: str) -> str:
    return text + suffix


def _replace(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text


def _strip_zeros(text: str) -> str:
    return text.lstrip("0") or "0"


def _suffix(text: str, suffix: str) -> str:
    return text + suffix


def _suffix_back(text: str, known: str, suffix: str) -> str:
    return text.removesuffix(suffix)


def _upper(text: str) -> str:
    return text.upper()


_INSTANT = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[T ] *([0-9].*)")
_ZONE = re.compile(r".*T?[0-9]{2}:[0-9]{2}.*?(Z|[+-][0-9]{2}:?[0-9]{2})")


def _find_time(text: str) -> str:
    match = _INSTANT.fullmatch(text)
    return match[1] if match else ""


def _find_zone(text: str) -> str:
    match = _ZONE.fullmatch(text)
    return (match[1] if len(match[1]) in (1, 6) else f"{match[1][:3]}:{match[1][3:]}") if match else ""


_TIMES = Table(_find_time)
_ZONES = Table(_find_zone)


def _time(text: str) -> str:
    return _TIMES[text] or ""


def _zone(text: str) -> str:
    return _ZONES[text] or ""


_LENGTH = Parameter("length", int, minimum=1)

FUNCTIONS: dict[str, Function] = {
    "collapse": Function(_collapse, "Runs of blanks become one blank.", (Example("ACME   CORP", "ACME CORP"),)),
    "digits": Function(_digits, "Keeps the digits only.", (Example("(555) 010-22", "55501022"), Example("n/a", ""))),
    "first": Function(_first, "The first characters.", (Example("90210-1234", "90210", (5,)),), (_LENGTH,)),
    "last": Function(_last, "The last characters.", (Example("SHIPTO0042", "0042", (4,)),), (_LENGTH,)),
    "lower": Function(_lower, "Small letters.", (Example("EDI@ACME.COM", "edi@acme.com"),)),
    "pad_left": Function(
        _pad_left,
        "Fills up on the left to a length.",
        (Example("42", "0042", (4, "0")), Example("12345", "12345", (4, "0"))),
        (_LENGTH, Parameter("fill", str)),
    ),
    "part": Function(
        _part,
        "One part of a text that a separator divides, counted from 1.",
        (Example("PO-778-01", "778", ("-", 2)), Example("PO", "", ("-", 2))),
        (Parameter("separator", str), Parameter("position", int, minimum=1)),
        _part_back,
    ),
    "percent": Function(
        _percent,
        "A fraction of one as percents. A number that is not below one is percents already.",
        (Example("0.075", "7.5"), Example(".06", "6"), Example("7.5", "7.5"), Example("1", "1"), Example("n/a", "n/a")),
        back=_percent_back,
    ),
    "prefix": Function(
        _prefix, "Puts a text in front.", (Example("42", "S42", ("S",)),), (Parameter("prefix", str),), _prefix_back
    ),
    "remove_prefix": Function(
        _remove_prefix,
        "Takes a text off the front, where it is.",
        (Example("PO4711", "4711", ("PO",)), Example("4711", "4711", ("PO",))),
        (Parameter("prefix", str),),
        _remove_prefix_back,
    ),
    "remove_suffix": Function(
        _remove_suffix,
        "Takes a text off the end, where it is.",
        (Example("4711-00", "4711", ("-00",)),),
        (Parameter("suffix", str),),
        _remove_suffix_back,
    ),
    "replace": Function(
        _replace,
        "Puts one text for another, wherever it stands.",
        (Example("12.34.56", "123456", (".", "")),),
        (Parameter("old", str), Parameter("new", str)),
    ),
    "strip_zeros": Function(
        _strip_zeros, "Takes leading zeros off.", (Example("000004711", "4711"), Example("000", "0"))
    ),
    "suffix": Function(
        _suffix, "Puts a text behind.", (Example("42", "42A", ("A",)),), (Parameter("suffix", str),), _suffix_back
    ),
    "time": Function(
        _time,
        "The time of an ISO instant, with T or a blank behind its date.",
        (
            Example("2026-11-21T07:35:36-08:00", "07:35:36-08:00"),
            Example("2026-11-21 07:35:36", "07:35:36"),
            Example("2026-11-21", ""),
        ),
    ),
    "upper": Function(_upper, "Capital letters.", (Example("usd", "USD"),)),
    "zone": Function(
        _zone,
        "The zone of an ISO time or instant.",
        (Example("2026-11-21T07:35:36-08:00", "-08:00"), Example("09:30:47+0100", "+01:00"), Example("2026-11-21", "")),
    ),
}
