"""Guess what the columns of an unknown text file stand for: by their names, their values, and what repeats."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise

from mappings.engine.text import dates, numbers
from mappings.engine.text.columns import values_by_column
from mappings.engine.text.header import folded
from mappings.library.columns import Target, targets

NUMBER = "number"
"""The target whose column tells one order from the next."""
EXACT = 1000


def guess_columns(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A target for each column, "" for those that say nothing. rows: a sample, cells in the order of the columns."""
    values = values_by_column(names, rows)
    chosen = [""] * len(names)
    free = usable(names)
    taken: set[str] = set()
    for _, index, target in sorted(_candidates(names, values, free), key=lambda one: (-one[0], one[1])):
        if chosen[index] or (target in taken and targets()[target].once):
            continue
        chosen[index] = target
        taken.add(target)
    if NUMBER not in taken:
        place = _repeating(names, rows, [free[i] and not chosen[i] for i in range(len(names))])
        if place is not None:
            chosen[place] = NUMBER
    return _with_twins(chosen, rows)


def usable(names: Sequence[str]) -> list[bool]:
    """Whether a mapping can ask for each column: names that differ in case, blanks or underscores only are one."""
    seen: set[str] = set()
    found = []
    for name in names:
        key = folded(name)
        found.append(bool(key) and key not in seen)
        seen.add(key)
    return found


def differing(rows: Sequence[Sequence[str]], key: int, column: int) -> bool:
    """Whether rows of one order, one after the other, have different values in a column."""
    return any(
        _cell(one, key) == _cell(other, key) and _cell(one, column) != _cell(other, column)
        for one, other in pairwise(rows)
    )


def _candidates(
    names: Sequence[str], values: Mapping[str, Sequence[str]], free: Sequence[bool]
) -> list[tuple[int, int, str]]:
    """(how well, column, target) for all that fits."""
    found = []
    for index, name in enumerate(names):
        words = _words(name)
        if not free[index] or not words:
            continue
        for target, about in targets().items():
            score = _score(words, about)
            if score and _may_be(about, values[name]):
                found.append((score, index, target))
    return found


def _score(words: str, about: Target) -> int:
    """The length of the longest name that stands in the column's; a name that is all of it counts for more."""
    if not about.guess:
        return 0
    if words in about.names or words.replace(" ", "") in about.names:
        return EXACT + len(words)
    if any(f" {word} " in f" {words} " for word in about.unless):
        return 0
    return max((len(name) for name in about.names if len(name) > 2 and f" {name} " in f" {words} "), default=0)


def _words(name: str) -> str:
    """ "OrderID" is "order id", "N° Commande" is "n commande", "Größe_1" is "grosse 1"."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.replace("ß", "ss"))
    plain = unicodedata.normalize("NFKD", parted)
    letters = "".join(mark for mark in plain if not unicodedata.combining(mark)).casefold()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


def _may_be(about: Target, values: Sequence[str]) -> bool:
    """Whether a column with these values can be such a thing; an empty one can be anything."""
    if about.kind == "number":
        return all(map(numbers.looks_numeric, values))
    if about.kind == "date":
        return bool(dates.patterns_of(values)) or all(map(dates.is_day, values))
    return True


def _repeating(names: Sequence[str], rows: Sequence[Sequence[str]], free: Sequence[bool]) -> int | None:
    """The first column whose values stand in runs, as the number of an order does that every line repeats."""
    for index in range(len(names)):
        cells = [_cell(row, index) for row in rows]
        runs = 1 + sum(one != other for one, other in pairwise(cells))
        distinct = set(cells)
        has_digits = all(any(mark.isdecimal() for mark in cell) for cell in distinct)
        if free[index] and 1 < len(distinct) == runs < len(cells) and has_digits and not dates.patterns_of(cells):
            return index
    return None


def _with_twins(chosen: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """What differs between the rows of one order belongs to its lines."""
    key = chosen.index(NUMBER) if NUMBER in chosen else None
    if key is None:
        return chosen
    return [
        twin if target and (twin := targets()[target].line_twin) and differing(rows, key, index) else target
        for index, target in enumerate(chosen)
    ]


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""
