"""The rows of one document as generated code takes them, and the cells that it takes from a row."""

from collections.abc import Callable, Sequence
from operator import itemgetter

import msgspec

Cells = Sequence[str]
Picker = Callable[[Cells], tuple[str, ...]]


class Rows(msgspec.Struct):
    """columns: what the layout calls them. Every row has a text per column, and an empty one behind the last.

    first: the first row; where there is none, one without values.
    """

    columns: tuple[str, ...]
    rows: list[list[str]]
    first: list[str]


class Pickers:
    """For each of several lists of columns: what takes their cells from a row. Made once for a file.

    A column that the file does not have is the empty text at the end of the row.
    """

    def __init__(self, wanted: Sequence[tuple[str, ...]]) -> None:
        self._wanted = wanted
        self._last: tuple[tuple[str, ...], tuple[Picker, ...]] = ((), ())

    def of(self, columns: tuple[str, ...]) -> tuple[Picker, ...]:
        known, made = self._last
        if columns is not known:
            made = tuple(_picker(columns, names) for names in self._wanted)
            self._last = columns, made
        return made


def _picker(columns: tuple[str, ...], names: tuple[str, ...]) -> Picker:
    places = {name: index for index, name in enumerate(columns)}
    indexes = [places.get(name, len(columns)) for name in names]
    return itemgetter(*indexes) if len(indexes) > 1 else lambda cells: tuple(cells[index] for index in indexes)
