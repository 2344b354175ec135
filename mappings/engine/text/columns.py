"""How the columns of a file write numbers and dates, judged by their first values."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import filterfalse, zip_longest

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.rules.values import Table
from mappings.engine.text import dates, numbers
from mappings.engine.text.blanks import WORDS
from mappings.engine.text.layouts import called
from mappings.engine.text.settings import Layout, NumberStyle, TextSettings

Values = Mapping[str, Sequence[str]]
"""Column → its values in the sample, blank ones left out."""
_NOTHING = WORDS | {""}
DECIMAL_BY_DELIMITER = {";": ","}
"""Who separates columns by semicolons needs the comma for something else: the decimal mark, as Excel does it."""


def values_by_column(names: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    """The filled values of a sample of rows, by column, without what stands for nothing."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for name, column in zip(names, zip_longest(*rows, fillvalue=""), strict=False):
        found[name] += filterfalse(_NOTHING.__contains__, map(str.strip, column))
    return found


def without_faults(values: Values, names: Sequence[str], layout: Layout) -> Values:
    """The values by which columns are judged: of those that the layout has for numbers or dates only what is one.

    names: of the columns in the file. A column of which half or more is none keeps them all: it is something else.
    """
    judged = dict(values)
    for own, name in zip(names, called(names, layout), strict=True):
        if name in layout.numbers and not numbers.is_plain(values[own]):
            judged[own] = _most(values[own], numbers.looks_numeric)
        elif name in layout.dates:
            judged[own] = _most(values[own], dates.is_date, dates.is_day)
    return judged


def _most(values: Sequence[str], *kinds: Callable[[str], bool]) -> Sequence[str]:
    """The values of the first kind that more than half of them are of, or all."""
    for fits in kinds:
        known = {text: fits(text) for text in {*values}}
        good = [text for text in values if known[text]]
        if 2 * len(good) > len(values):
            return good
    return values


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


def date_patterns(
    values: Values, declared: Mapping[str, str], known: Collection[str] = ()
) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The pattern of every column of dates; and the columns that several patterns fit, with these.

    known: columns of which it is said that they hold dates. Those may be numbers of days; one without any is ISO.
    """
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
        elif name in known and all(map(dates.is_day, texts)):
            patterns[name] = dates.DAYS if texts else dates.ISO
    return {**patterns, **declared}, unclear


def dates_of(names: Sequence[str], layout: Layout) -> set[str]:
    """What the file calls the columns that the layout has for dates."""
    return {own for own, name in zip(names, called(names, layout), strict=True) if name in layout.dates}


def ambiguous_dates(unclear: Mapping[str, list[str]], known: Collection[str], row: int) -> list[Finding]:
    """A finding for each known column of dates that can be read in several ways."""
    return [
        finding(
            Code.DATE_AMBIGUOUS,
            f"The dates of the column {name!r} can be read as {' or as '.join(unclear[name])}",
            Place(row=row, column=name),
        )
        for name in unclear
        if name in known
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
