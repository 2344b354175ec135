"""Rows put together to documents by their key, just as `engine.text.reader` does it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, compress, count, islice
from operator import itemgetter, ne
from typing import Any

import msgspec

from mappings.engine.express.text.cut import Columns
from mappings.engine.express.text.keys import SeenKeys, have_blanks
from mappings.engine.express.text.rows import Batch, Lost
from mappings.engine.express.text.values import MOST_ROWS
from mappings.engine.text.reader import FORMULA_MARKS, MOST_CELLS
from mappings.engine.text.rows import is_blank


class Documents(msgspec.Struct):
    """Whole documents, one behind the other.

    columns: of the rows of all of them, and of rows behind them that come again with more. sizes: how many rows each
    has. numbers: of the first row of each in the file, from 1. is_bare: as in Batch. doubtful: with which
    something may be wrong, by index, as far as can be told without their values.
    """

    columns: Sequence[Sequence[str]]
    sizes: list[int]
    numbers: list[int]
    is_bare: bool = False
    doubtful: Sequence[int] = ()

    def rows(self) -> Iterator[list[Sequence[str]]]:
        """The rows of each."""
        rows: Iterator[Sequence[str]] = zip(*self.columns, strict=True)
        for size in self.sizes:
            yield list(islice(rows, size))


NONE = Documents((), [], [])


class _Group(msgspec.Struct):
    """A document that may get more rows."""

    row: int
    parts: tuple[str, ...]
    rows: list[Sequence[str]]
    is_sure: bool


class Grouper:
    """The documents of one part of a file, in their order."""

    def __init__(self, width: int, key: tuple[int, ...], texts: Sequence[int], row: int) -> None:
        """width: how many columns there are. key: indexes of the key columns. texts: of those that are neither numbers
        nor dates, for which some texts stand for nothing. row: the number of the row before."""
        self._width = width
        self._key = key
        self._texts = texts
        self._is_single = len(key) == 1
        self._key_of: Callable[[Sequence[str]], Any] = itemgetter(*key) if key else lambda cells: ()
        self._parts_of: Callable[[Any], tuple[str, ...]] = _stripped if len(key) == 1 else _all_stripped
        self._blank = self._key_of([""] * width)
        self._most = min(MOST_ROWS, MOST_CELLS // width)
        self._row = row
        self._keys = SeenKeys()
        self._current: object = None
        self._group: _Group | None = None

    def documents(self, batches: Iterable[Batch]) -> Iterator[Documents]:
        """The documents that each batch finished. Raises Lost, and drops the one that is not surely whole then."""
        for batch in batches:
            found = self._at_once(batch, batch.columns) if batch.columns is not None and self._key else None
            found = found or _together(self._one_by_one(batch))
            if found.sizes:
                if max(found.sizes) > self._most:
                    raise Lost
                yield found
            if self._group is not None and len(self._group.rows) > self._most:
                raise Lost
        if self._group is not None:
            yield _together([self._group])

    def _at_once(self, batch: Batch, columns: Columns) -> Documents | None:
        """Rows of which nothing is to be said but their keys; None where a key may be another than it seems."""
        first, *more = [columns[index] for index in self._key]
        keys: list[Any] = list(zip(first, *more, strict=True)) if more else first
        starts = self._starts(keys, columns, batch.is_bare)
        if starts is None:
            return None
        group, number, size = self._group, self._row + 1, len(keys)
        if not starts and group is not None:
            self._row += size
            group.rows += zip(*columns, strict=True)
            return NONE
        ends = [*starts[1:], size] if batch.is_last else starts[1:]
        found = Documents(
            columns=columns,
            sizes=list(map(int.__sub__, ends, starts)),
            numbers=[number + start for start in starts[: len(ends)]],
            is_bare=batch.is_bare,
        )
        if not self._are_new([keys[start] for start in starts], batch.is_bare):
            return None
        if group is not None:
            _add_before(found, group, starts[0])
            self._group = None
        if ends:
            self._current = keys[starts[len(ends) - 1]]
        batch.taken = size
        if not batch.is_last:
            batch.taken = starts[-1]
            self._keys.forget(keys[batch.taken])
        if size - batch.taken > self._most:
            raise Lost
        self._row += batch.taken
        return found

    def _starts(self, keys: list[Any], columns: Columns, is_bare: bool) -> list[int] | None:
        """The indexes of rows with which documents begin; None where that takes more than to compare."""
        current, blank = self._current, self._blank
        starts = list(compress(count(), map(ne, keys, chain((current,), keys))))
        if blank in [keys[start] for start in starts]:
            if current is None or _any_blank([columns[index] for index in self._texts], _where(keys, blank), is_bare):
                return None
            starts = [start for start in starts if keys[start] != blank]
            before = chain((current,), [keys[start] for start in starts])
            starts = [start for start, key in zip(starts, before, strict=False) if keys[start] != key]
        return starts

    def _are_new(self, keys: list[Any], is_bare: bool) -> bool:
        """Whether keys have no blanks around them, and no document before had one of them."""
        if not is_bare and have_blanks(keys if self._is_single else [*chain.from_iterable(keys)]):
            return False
        return self._keys.are_new(keys)

    def _one_by_one(self, batch: Batch) -> list[_Group]:
        """This loop runs for every row; what is rarely needed stands in the other methods."""
        found: list[_Group] = []
        width, key_of, parts_of, blank = self._width, self._key_of, self._parts_of, self._blank
        has_formulas = batch.has_formulas
        number, group, current = self._row, self._group, self._current
        kept: list[Sequence[str]] = group.rows if group is not None else []
        rows = batch.rows if batch.columns is None else map(list, zip(*batch.columns, strict=True))
        for cells in rows:
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
            if key != current and (key != blank or group is None or not self._has_text(cells)):
                parts = parts_of(key)
                is_key = any(parts)
                if not is_key and is_sure and not self._has_text(cells):
                    self._pass_over(cells, group)
                    continue
                if group is None or (is_key and parts != group.parts):
                    if group is not None:
                        found.append(group)
                    kept = []
                    group = _Group(number, parts, kept, self._is_new(parts))
                    current = key if is_key else None
            kept.append(cells)
            if not is_sure and group is not None:
                group.is_sure = False
        self._row, self._group, self._current = number, group, current
        return found

    def _has_text(self, cells: Sequence[str]) -> bool:
        return not is_blank(cells[index] for index in self._texts)

    def _pass_over(self, cells: list[str], group: _Group | None) -> None:
        """A row without texts. Its numbers and dates may be there, stand for nothing, or be such as cannot be read."""
        if any(cells):
            if group is None:
                raise Lost
            group.is_sure = False

    def _is_new(self, parts: tuple[str, ...]) -> bool:
        """Whether a document has a key, and none before it had the same."""
        if not self._keys.is_new(parts[0] if self._is_single else parts):
            return False
        return not self._key or any(parts)


def _together(groups: list[_Group]) -> Documents:
    return Documents(
        columns=list(zip(*chain.from_iterable(group.rows for group in groups), strict=True)),
        sizes=[len(group.rows) for group in groups],
        numbers=[group.row for group in groups],
        doubtful=[index for index, group in enumerate(groups) if not group.is_sure],
    )


def _add_before(documents: Documents, group: _Group, size: int) -> None:
    """One that began before; the first rows are the last of it. size: how many these are."""
    begun = zip(*group.rows, strict=True)
    documents.columns = [[*cells, *column] for cells, column in zip(begun, documents.columns, strict=True)]
    documents.sizes.insert(0, len(group.rows) + size)
    documents.numbers.insert(0, group.row)
    documents.is_bare = False
    documents.doubtful = () if group.is_sure else (0,)


def _any_blank(columns: Columns, rows: Iterable[int], is_bare: bool) -> bool:
    """Whether one of some rows has no texts. is_bare: no cell has nothing but blanks."""
    if is_bare:
        return not all(any(column[row] for column in columns) for row in rows)
    return any(is_blank(column[row] for column in columns) for row in rows)


def _where(keys: list[Any], wanted: object) -> Iterator[int]:
    return (index for index, key in enumerate(keys) if key == wanted)


def _stripped(key: Any) -> tuple[str, ...]:
    return (key.strip(),)


def _all_stripped(key: Any) -> tuple[str, ...]:
    return tuple([part.strip() for part in key])
