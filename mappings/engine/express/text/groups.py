"""Rows put together to documents by their key, just as `engine.text.reader` does it."""

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any

import msgspec

from mappings.engine.express.text.rows import Batch, Lost
from mappings.engine.text.reader import FORMULA_MARKS, MOST_CELLS, MOST_KEYS, Row
from mappings.engine.text.rows import is_blank

MOST_ROWS = 20_000
"""Rows of one document; larger ones are read the long way."""


class Group(msgspec.Struct):
    """The rows of one document, each with a cell per column. row: the number of its first one, from 1.

    is_odd: as in Batch. is_sure: nothing is wrong with it, as far as can be told without its values.
    """

    row: int
    parts: tuple[str, ...]
    rows: list[Row]
    is_odd: bool
    is_sure: bool


class Grouper:
    """The documents of one part of a file, in their order."""

    def __init__(self, width: int, key: tuple[int, ...], row: int) -> None:
        """width: how many columns there are. key: indexes of the key columns. row: the number of the row before."""
        self._width = width
        self._is_keyed = bool(key)
        self._key_of: Callable[[Row], Any] = itemgetter(*key) if key else lambda cells: ()
        self._parts_of: Callable[[Any], tuple[str, ...]] = _stripped if len(key) == 1 else _all_stripped
        self._blank = self._key_of([""] * width)
        self._most = min(MOST_ROWS, MOST_CELLS // width)
        self._row = row
        self._keys: set[int] = set()
        self._current: object = None
        self._group: Group | None = None

    def groups(self, batches: Iterable[Batch]) -> Iterator[list[Group]]:
        """The documents that each batch finished. Raises Lost, and drops the one that is not surely whole then."""
        for batch in batches:
            yield self._finished(batch)
            if self._group is not None and len(self._group.rows) > self._most:
                raise Lost
        if self._group is not None:
            yield [self._group]

    def _finished(self, batch: Batch) -> list[Group]:
        """This loop runs for every row; what is rarely needed stands in the other methods."""
        found: list[Group] = []
        width, key_of, parts_of, blank = self._width, self._key_of, self._parts_of, self._blank
        has_formulas = batch.has_formulas
        number, group, current = self._row, self._group, self._current
        kept: list[Row] = group.rows if group is not None else []
        if group is not None:
            group.is_odd |= batch.is_odd
        for cells in batch.rows:
            number += 1
            is_sure = True
            if len(cells) == width:
                key = key_of(cells)
                if key == current and not has_formulas:
                    kept.append(cells)
                    continue
            else:
                if not cells:
                    continue
                is_sure = len(cells) > width and is_blank(cells[width:])
                cells = (cells + [""] * width)[:width]
                key = key_of(cells)
            if has_formulas and any(cell[:1] in FORMULA_MARKS and len(cell) > 1 for cell in cells):
                is_sure = False
            if key != current and (key != blank or group is None or not any(cells)):
                parts = parts_of(key)
                is_key = any(parts)
                if not is_key and is_sure and is_blank(cells):
                    self._pass_over(cells, group)
                    continue
                if group is None or (is_key and parts != group.parts):
                    if group is not None:
                        found.append(group)
                    kept = []
                    group = Group(number, parts, kept, batch.is_odd, self._is_new(parts))
                    current = key if is_key else None
            kept.append(cells)
            if not is_sure and group is not None:
                group.is_sure = False
        self._row, self._group, self._current = number, group, current
        return found

    def _pass_over(self, cells: Row, group: Group | None) -> None:
        """A row without values. One with blanks in it may be a number or date that cannot be read."""
        if any(cells):
            if group is None:
                raise Lost
            group.is_sure = False

    def _is_new(self, parts: tuple[str, ...]) -> bool:
        """Whether a document has a key, and none before it had the same."""
        mark = hash(parts)
        if mark in self._keys:
            return False
        if len(self._keys) < MOST_KEYS:
            self._keys.add(mark)
        return not self._is_keyed or any(parts)


def _stripped(key: Any) -> tuple[str, ...]:
    return (key.strip(),)


def _all_stripped(key: Any) -> tuple[str, ...]:
    return tuple([part.strip() for part in key])
