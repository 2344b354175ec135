"""Lists of the target while they are written, and what sums read of them afterwards."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from mappings.engine.express.sheet import Cond, Piece, Sheet
from mappings.engine.rules.paths import FieldFilter, FieldStep


class Dynamic(Exception):
    """Only the document tells how many items a list has."""


class Columns(NamedTuple):
    """Variables with the items of a list, their texts, and by their names the fields that they carry."""

    items: str
    texts: str
    columns: dict[tuple[str, ...], str]

    @classmethod
    def of(cls, sheet: Sheet, variable: str, exports: Sequence[tuple[str, ...]]) -> "Columns":
        """Takes the items of a list apart: their texts, and the fields that they carry."""
        texts, names = sheet.fresh("s"), [sheet.fresh("c") for _ in exports]
        empty = sheet.name("EMPTY", ((),) * (len(names) + 1))
        taken = f"{sheet.name('taken_apart', zip)}(*{variable})"
        sheet.emit(f"{', '.join((texts, *names))}, = {taken} if {variable} else {empty}")
        return cls(variable, texts, dict(zip(exports, names, strict=True)))

    def values(self, step: FieldStep, names: tuple[str, ...] | None, once: Callable[[str], str]) -> str:
        """Code of one field of the items that a step means; of the items when none is named.

        Filters mostly keep all items, or none. That is known at once, else the items are picked out one by one.
        once: gives a variable with the value of an expression.
        """
        values = self.items if names is None else self.columns[names]
        if not step.filters:
            return values
        column = [self.columns[one.field,] for one in step.filters]
        tests = " and ".join(f"x[{self._place(one.field)}] {_test(one)}" for one in step.filters)
        place = 0 if names is None else self._place(*names)
        every = once(" and ".join(map(_every, column, step.filters)))
        none = " or ".join(found for found in map(_none, column, step.filters) if found)
        picked = f"[x[{place}] for x in {self.items} if {tests}]"
        return f"({values} if {every} else {f'() if {none} else ' if none else ''}{picked})"

    def _place(self, *names: str) -> int:
        """Where a field stands in an item."""
        return list(self.columns).index(names) + 1


class Items:
    """A list while it is written. variable: the list of the running program, "" for one that is written in one go.

    exports: fields that each item carries for sums; items are then tuples that begin with the text.
    """

    def __init__(self, sheet: Sheet, variable: str = "", exports: Sequence[tuple[str, ...]] | None = None) -> None:
        self._sheet = sheet
        self.variable = variable
        self.exports = exports
        self.texts: list[list[Piece]] = []

    @property
    def position(self) -> str:
        """Code of the place of the next item, from 1."""
        return f"len({self.variable}) + 1" if self.variable else str(len(self.texts) + 1)

    @contextmanager
    def under(self, condition: Cond) -> Iterator[bool]:
        """What follows happens under a condition; gives whether it can happen at all."""
        lines = self._sheet.lines
        mark = lines.mark()
        if isinstance(condition, bool):
            yield condition
            return
        if not self.variable:
            raise Dynamic
        lines.open(f"if {condition}:")
        opened = lines.count
        yield True
        if lines.count == opened:
            lines.rewind(mark)
        lines.indent = mark[1]

    def add(self, pieces: list[Piece], raws: Sequence[str]) -> None:
        if not self.variable:
            self.texts.append(pieces)
            return
        code = self._sheet.text(pieces)
        if self.exports is not None:
            code = f"({', '.join([code, *raws])},)"
        self._sheet.emit(f"{self.variable}.append({code})")


def _test(condition: FieldFilter) -> str:
    if condition.absent or not condition.value:
        return "is None" if condition.absent else "is not None"
    return f"== {ascii(condition.value)}"


def _every(column: str, condition: FieldFilter) -> str:
    """Code that tells whether all values of a column pass."""
    if not condition.absent and not condition.value:
        return f"None not in {column}"
    return f"{column}.count({None if condition.absent else ascii(condition.value)}) == len({column})"


def _none(column: str, condition: FieldFilter) -> str:
    """Code that tells whether none does; "" where that is not worth asking."""
    return f"{ascii(condition.value)} not in {column}" if condition.value and not condition.absent else ""
