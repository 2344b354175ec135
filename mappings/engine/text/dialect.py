"""Which delimiter and quote a text has, judged by how evenly they cut its rows."""

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

DELIMITERS = "\t|;,^~"
"""In order of preference where several fit: commas stand inside numbers and sentences, tabs and bars hardly ever;
carets and tildes separate only where nothing else does."""
QUOTES = "\"'"
_ROWS = 200
_LEAST = 0.25
"""What cuts fewer of the rows alike is no delimiter but a mark in a text."""
_UNEVEN = 0.5
_PROSE = 0.9
_WORDS = 3
"""Where people write sentences, such a share of the commas stands before a blank or at the end of a line, and so many
words stand between two of them."""
_EVEN = 0.8
"""A delimiter that cuts this share of the rows alike needs no better one, but for one that cuts all of them alike."""


class Dialect(msgspec.Struct, frozen=True):
    """quote: one character, or "" for none. confidence: share of the rows that have the same number of columns."""

    delimiter: str
    quote: str
    confidence: float


def split(lines: Sequence[str], delimiter: str, quote: str) -> list[list[str]]:
    """The rows of a piece of text; what is too long for a row ends them."""
    rows: list[list[str]] = []
    try:
        rows.extend(parser(lines, delimiter, quote))
    except csv.Error:  # a field that is too long: the rows before it tell enough
        return rows
    return rows


def parser(lines: Iterable[str], delimiter: str, quote: str) -> "CsvReader":
    """The standard library's reader for a delimiter and a quote ("" for none)."""
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        skipinitialspace=delimiter != " ",
    )


def dialect_of(lines: Sequence[str], delimiter: str = "", quote: str | None = None) -> Dialect | None:
    """The delimiter and quote of a sample of whole lines. What is given is taken as it is.

    None when no delimiter cuts it into columns.
    """
    lines = lines[:_ROWS]
    if delimiter:
        chosen = quote_of(lines, delimiter) if quote is None else quote
        return Dialect(delimiter, chosen, 1.0)
    best: Dialect | None = None
    for candidate in DELIMITERS:
        if not any(candidate in line for line in lines):
            continue
        chosen = quote_of(lines, candidate) if quote is None else quote
        share = _evenness(split(lines, candidate, chosen))
        if share == 1 or (share > (best.confidence if best else _LEAST) and not (best and best.confidence >= _EVEN)):
            best = Dialect(candidate, chosen, share)
        if share == 1:
            break
    return best


def quote_of(lines: Sequence[str], delimiter: str) -> str:
    """The double quote, unless only single quotes open and close values."""
    counts: Counter[str] = Counter()
    for line in lines:
        if not any(mark in line for mark in QUOTES):
            continue
        for value in line.rstrip("\r\n").split(delimiter):
            text = value.strip()
            if len(text) > 1 and text[0] == text[-1] and text[0] in QUOTES:
                counts[text[0]] += 1
    only_single = counts["'"] and not counts['"']
    return "'" if (only_single or delimiter == '"') and delimiter != "'" else '"'


def _evenness(rows: list[list[str]]) -> float:
    """Share of the rows that have the most common width; 0 when that is a single column."""
    widths = Counter(len(row) for row in rows if any(row))
    cut = Counter({width: count for width, count in widths.items() if width > 1})
    if not cut:
        return 0.0
    return cut.most_common(1)[0][1] / sum(widths.values())


def is_prose(lines: Sequence[str], dialect: Dialect) -> bool:
    """Whether the commas that were found are those of sentences: they cut the rows unevenly, blanks follow them, and
    several words stand between them."""
    if dialect.delimiter != "," or dialect.confidence >= _UNEVEN:
        return False
    cut = [line.rstrip() for line in lines[:_ROWS] if "," in line]
    commas = sum(line.count(",") for line in cut)
    followed = sum(line.count(", ") + line.endswith(",") for line in cut)
    return followed >= _PROSE * commas and sum(len(line.split()) for line in cut) >= _WORDS * (commas + len(cut))
