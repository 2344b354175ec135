"""Fixed-width text that says where its columns are: by a line of dashes below the names, as database clients do."""

import re
from collections.abc import Sequence

from mappings.engine.text.header import SEARCHED
from mappings.engine.text.settings import FixedColumn

_RULER = re.compile(r" *[-=]{2,}(?: +[-=]+)+ *")
_DASHES = re.compile(r"[-=]+")
LAST = 4_000
"""Characters of the last column, which has no end."""


def ruled(lines: Sequence[str]) -> tuple[tuple[FixedColumn, ...], int] | None:
    """The columns that a line of dashes draws, and the number of that line, from 1; None where there is none.

    A column reaches to the next one: what is aligned to the right may stand before its dashes by no more than a blank.
    """
    for number, line in enumerate(lines[1:SEARCHED], 2):
        if not _RULER.fullmatch(line.rstrip("\r\n")):
            continue
        starts = [match.start() for match in _DASHES.finditer(line)]
        ends = [*starts[1:], starts[-1] + LAST]
        names = [lines[number - 2][start:end].strip() for start, end in zip(starts, ends, strict=True)]
        if all(names) and not lines[number - 2][: starts[0]].strip():
            places = zip(names, starts, ends, strict=True)
            return tuple(FixedColumn(name, start + 1, end - start) for name, start, end in places), number
    return None
