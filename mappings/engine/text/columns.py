"""How the columns of a file write numbers and dates, judged by their first values."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.rules.values import Table
from mappings.engine.text import dates, numbers
from mappings.engine.text.header import folded
from mappings.engine.text.layouts import called
from mappings.engine.text.settings import Layout, NumberStyle, TextSettings

Values = Mapping[str, Sequence[str]]
"""Column → its values in the sample, blank ones left out."""
DECIMAL_BY_DELIMITER = {";": ","}
"""Who separates columns by semicolons needs the comma for something else: the decimal mark, as Excel does it."""


def values_by_column(names: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """The filled values of a sample of rows, by column."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for name, column in zip(names, zip_longest(*rows, fillvalue=""), strict=False):
        found[name] += filter(None, map(str.strip, column))
    return found


def without_faults(values: Values, names: Sequence[str], layout: Layout) -> Values:
    """The values by which columns are judged: of those that the layout has for numbers or dates only what is one.

    names: of the columns in the file. A column of which half or more is none keeps them all: it is something else.
    """
    judged = dict(values)
    for own, name in zip(names, called(names, layout), strict=True):
        fits = numbers.looks_numeric if name in layout.numbers else dates.is_date if name in layout.dates else None
        if fits is None or (fits is numbers.looks_numeric and numbers.is_plain(values[own])):
            continue
        known = {text: fits(text) for text in {*values[own]}}
        good = [text for text in values[own] if known[text]]
        if 2 * len(good) > len(values[own]):
            judged[own] = good
    return judged


def number_styles(values: Values, declared: Mapping[str, NumberStyle], delimiter: str) -> dict[str, NumberStyle]:
    """A style for every column whose values are all numbers, and for "" (all others).

    Declared styles stand. A column that proves nothing takes the style of those that do, and that of the delimiter
    when none does.
    """
    proven: dict[str, NumberStyle | None] = {}
    for name, texts in values.items():
        if texts and numbers.is_plain(texts):
            proven[name] = numbers.POINTS if any("." in text for text in texts) else None
        elif texts and all(map(numbers.looks_numeric, texts)):
            proven[name] = numbers.style_of(texts)
    known = {style for style in proven.values() if style is not None}
    marks = {style.decimal for style in known}
    common = numbers.ANY
    if len(marks) == 1 and "" not in marks:
        common = next(iter(known)) if len(known) == 1 else NumberStyle(marks.pop())
    elif not marks:
        common = NumberStyle(DECIMAL_BY_DELIMITER.get(delimiter, ""))
    common = declared.get("", common)
    styles = {name: declared.get(name, style or common) for name, style in proven.items()}
    return {**styles, **declared, "": common}


def date_patterns(values: Values, declared: Mapping[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The pattern of every column of dates; and the columns that several patterns fit, with these."""
    patterns: dict[str, str] = {}
    unclear: dict[str, list[str]] = {}
    for name, texts in values.items():
        if name in declared or "" in declared:
            continue
        found = dates.patterns_of(texts)
        if len(found) == 1:
            patterns[name] = found[0]
        elif found:
            unclear[name] = found
    return {**patterns, **declared}, unclear


def ambiguous_dates(unclear: Mapping[str, list[str]], names: Sequence[str], layout: Layout, row: int) -> list[Finding]:
    """A finding for each date column of the layout that can be read in several ways."""
    wanted = {folded(name) for name in layout.dates}
    return [
        finding(
            Code.DATE_AMBIGUOUS,
            f"The dates of the column {name!r} can be read as {' or as '.join(unclear[name])}",
            Place(row=row, column=name),
        )
        for name in names
        if name in unclear and folded(name) in wanted
    ]


class Converter(msgspec.Struct, frozen=True):
    """Makes the values of one column canonical. index: of the column in a row; name: what the file calls it. form: the
    decimal mark of numbers, as in NumberStyle, or the pattern of dates."""

    index: int
    name: str
    table: Table[str]
    is_number: bool
    form: str

    def fault(self, text: str, place: Place) -> Finding:
        """Why a value was not converted."""
        if self.is_number and numbers.is_ambiguous(text):
            return finding(Code.NUMBER_AMBIGUOUS, f"{text!r} can be read with either mark as decimal", place, text)
        return finding(Code.NUMBER_INVALID if self.is_number else Code.DATE_INVALID, "", place, text)


def converters(layout: Layout, names: Sequence[str], settings: TextSettings) -> list[Converter]:
    """One for each number or date column of a layout that the file has. A date column without a pattern stays as it is.

    names: of the columns in the file, by which the settings are kept.
    """
    made = []
    common = settings.numbers.get("", numbers.ANY)
    for index, (own, name) in enumerate(zip(names, called(names, layout), strict=True)):
        if name in layout.numbers:
            style = settings.numbers.get(own, common)
            made.append(Converter(index, own, numbers.table(style), True, style.decimal))
        elif name in layout.dates:
            pattern = settings.dates.get(own, settings.dates.get("", ""))
            if dates.is_pattern(pattern):
                made.append(Converter(index, own, dates.table(pattern), False, pattern))
    return made
