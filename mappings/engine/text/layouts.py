"""Recognises a file by its header among the layouts that the library knows."""

import functools
from collections.abc import Iterable, Sequence

import msgspec

from mappings.engine.text.header import SEARCHED, folded
from mappings.engine.text.settings import Layout, TextSettings


class KnownLayouts(msgspec.Struct, frozen=True):
    """Layouts that a text file may have. agreed: the partner's own, with what is agreed about how its files are read.

    standard: those of the library, for files that have none of the partner's own.
    """

    agreed: list[tuple[Layout, TextSettings]] = []
    standard: list[Layout] = []


def fitting(names: Sequence[str], layouts: Sequence[Layout]) -> list[Layout]:
    """The layouts whose columns all stand among these names, the most specific ones only.

    One: recognised. Several: they ask for equally many of these columns, and nothing tells them apart.
    """
    present = _present(names)
    found = [layout for layout in layouts if _asked(layout.columns) <= present]
    if not found:
        return []
    ranks = [specificity(names, layout) for layout in found]
    best = max(ranks)
    return [layout for layout, rank in zip(found, ranks, strict=True) if rank == best]


def specificity(names: Sequence[str], layout: Layout) -> tuple[int, int]:
    """How much a layout that fits these names says of them; the most specific of several layouts is meant."""
    present = _present(names)
    return len(layout.columns), sum(folded(name) in present for name in layout.optional)


def almost(names: Sequence[str], layouts: Sequence[Layout]) -> tuple[Layout, list[str]] | None:
    """The layout that these names come nearest to, and the columns they lack for it: at least half of its columns are
    there, and two of them, since any file may have one."""
    present = _present(names)
    lacking = [(layout, len(_asked(layout.columns) - present)) for layout in layouts]
    near = [(layout, count) for layout, count in lacking if len(layout.columns) - count >= max(2, count)]
    if not near:
        return None
    layout, _ = min(near, key=lambda pair: pair[1])
    return layout, [name for name in layout.columns if folded(name) not in present]


def header_of_layout(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> int:
    """The row (from 1) among the first ones that is the header of a known layout, or 0."""
    asked = [_asked(layout.columns) for layout in layouts]
    for number, row in enumerate(rows[:SEARCHED], 1):
        present = _present(row)
        if any(columns <= present for columns in asked):
            return number
    return 0


def called(names: Sequence[str], layout: Layout) -> tuple[str, ...]:
    """What a layout calls the columns of a file, in the order of the file; one that it does not know keeps its name."""
    known = {folded(name): name for name in layout.names}
    found = []
    for name in names:
        own = f"{name} (2)" if name in layout.names else name
        found.append(known.pop(folded(name), own))
    return tuple(found)


def unused(names: Sequence[str], layout: Layout) -> list[str]:
    """Columns of the file that the layout does not know."""
    known = {folded(name) for name in layout.names}
    return [name for name in names if folded(name) not in known]


def _present(names: Iterable[str]) -> set[str]:
    return {folded(name) for name in names}


@functools.lru_cache(1024)
def _asked(names: tuple[str, ...]) -> frozenset[str]:
    """The columns of a layout as they are compared. A file is compared with all layouts, row by row."""
    return frozenset(map(folded, names))
