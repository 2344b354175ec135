"""Rows put together to documents by their key, just as `engine.text.reader` does it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, compress, count
from operator import itemgetter, ne
from typing import Any

import msgspec

from mappings.engine.express.text.rows import Batch, Lost
from mappings.engine.text.reader import FORMULA_MARKS, MOST_CELLS, MOST_KEYS, Row
from mappings.engine.text.rows import is_blank

MOST_ROWS = 20_000
"""Rows of one document; larger ones are read the long way."""


class Documents(msgspec.Struct):
    """Whole documents, one behind the other.

    rows: of all of them, each with a cell per column. sizes: how many rows each has. numbers: of the first row of each
    in the file, from 1. is_odd: as in Batch. doubtful: with which something may be wrong, by index, as far as can be
    told without their values.
    """

    rows: list[Row]
    sizes: list[int]
    numbers: list[int]
    is_odd: bool = False
    doubtful: set[int] = set()

    def one_by_one(self) -> Iterator[tuple[int, list[Row]]]:
        """The index and the rows of each."""
        end = 0
        for index, size in enumerate(self.sizes):
            end += size
            yield index, self.rows[end - size : end]


class _Group(msgspec.Struct):
    """A document that may get more rows."""

    row: int
    parts: tuple[str, ...]
    rows: list[Row]
    is_sure: bool
    is_odd: bool


class Grouper:
    """The documents of one part of a file, in their order."""

    def __init__(self, width: int, key: tuple[int, ...], row: int) -> None:
        """width: how many columns there are. key: indexes of the key columns. row: the number of the row before."""
        self._width = width
        self._is_keyed = bool(key)
        self._is_single = len(key) == 1
        self._key_of: Callable[[Row], Any] = itemgetter(*key) if key else lambda cells: ()
        self._parts_of: Callable[[Any], tuple[str, ...]] = _stripped if len(key) == 1 else _all_stripped
        self._blank = self._key_of([""] * width)
        self._most = min(MOST_ROWS, MOST_CELLS // width)
        self._row = row
        self._keys: set[int] = set()
        self._current: object = None
        self._group: _Group | None = None

    def documents(self, batches: Iterable[Batch]) -> Iterator[Documents]:
        """The documents that each batch finished. Raises Lost, and drops the one that is not surely whole then."""
        for batch in batches:
            found = self._at_once(batch) or _together(self._one_by_one(batch))
            if found.sizes:
                yield found
            if self._group is not None and len(self._group.rows) > self._most:
                raise Lost
        if self._group is not None:
            yield _together([self._group])

    def _at_once(self, batch: Batch) -> Documents | None:
        """Rows that all have a key and as many cells as there are columns; None where one of them has not."""
        rows, group = batch.rows, self._group
        if batch.has_formulas or batch.is_odd or (group is not None and (group.is_odd or not group.is_sure)):
            return None
        if not self._is_keyed or {*map(len, rows)} != {self._width}:
            return None
        keys = list(map(self._key_of, rows))
        starts = list(compress(count(), map(ne, keys, chain((self._current,), keys))))
        if not starts:
            self._grown(batch)
            return Documents([], [], [])
        found = [keys[start] for start in starts]
        if not self._are_new(found):
            return None
        *ended, last = starts
        number = self._row + 1
        numbers = [number + start for start in ended]
        sizes = list(map(int.__sub__, starts[1:], starts))
        whole = rows[:last]
        if group is not None:
            numbers.insert(0, group.row)
            sizes.insert(0, len(group.rows) + starts[0])
            whole = [*group.rows, *whole]
        self._row += len(rows)
        self._current = found[-1]
        self._group = _Group(number + last, self._parts_of(found[-1]), rows[last:], True, False)
        return Documents(whole, sizes, numbers)

    def _grown(self, batch: Batch) -> None:
        """All rows of a batch belong to the document that was the last one before."""
        self._row += len(batch.rows)
        if self._group is not None:
            self._group.rows += batch.rows

    def _are_new(self, keys: list[Any]) -> bool:
        """Whether keys have no blanks around them, and no document before had one of them."""
        parts = keys if self._is_single else [*chain.from_iterable(keys)]
        if self._blank in keys or _have_blanks(parts) or len(self._keys) + len(keys) > MOST_KEYS:
            return False
        marks = {*map(hash, zip(keys) if self._is_single else keys)}  # noqa: B905 - a tuple of each
        if len(marks) < len(keys) or not marks.isdisjoint(self._keys):
            return False
        self._keys |= marks
        return True

    def _one_by_one(self, batch: Batch) -> list[_Group]:
        """This loop runs for every row; what is rarely needed stands in the other methods."""
        found: list[_Group] = []
        width, key_of, parts_of, blank = self._width, self._key_of, self._parts_of, self._blank
        has_formulas = batch.has_formulas
        number, group, current = self._row, self._group, self._current
        kept: list[Row] = group.rows if group is not None else []
        if group is not None:
            group.is_odd |= batch.is_odd
        for cells in map(_parsed, batch.rows) if batch.is_split else batch.rows:
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
                    group = _Group(number, parts, kept, self._is_new(parts), batch.is_odd)
                    current = key if is_key else None
            kept.append(cells)
            if not is_sure and group is not None:
                group.is_sure = False
        self._row, self._group, self._current = number, group, current
        return found

    def _pass_over(self, cells: Row, group: _Group | None) -> None:
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


def _together(groups: list[_Group]) -> Documents:
    return Documents(
        rows=[*chain.from_iterable(group.rows for group in groups)],
        sizes=[len(group.rows) for group in groups],
        numbers=[group.row for group in groups],
        is_odd=any(group.is_odd for group in groups),
        doubtful={index for index, group in enumerate(groups) if not group.is_sure},
    )


def _have_blanks(texts: list[str]) -> bool:
    """Whether there are blanks around one of them."""
    joined = "".join(texts)
    return (
        not (joined.isascii() and joined.isprintable() and " " not in joined) and list(map(str.strip, texts)) != texts
    )


def _parsed(cells: Row) -> Row:
    """A row that was split, as the csv module gives it."""
    return [cell.lstrip(" ") for cell in cells] if " " in "".join(cells) else cells


def _stripped(key: Any) -> tuple[str, ...]:
    return (key.strip(),)


def _all_stripped(key: Any) -> tuple[str, ...]:
    return tuple([part.strip() for part in key])
