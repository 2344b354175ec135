"""Which row holds the names of the columns, and the names made unique."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.text.dates import patterns_of
from mappings.engine.text.numbers import looks_numeric

SEARCHED = 20
"""Rows in which a header is looked for."""
NAME_LIMIT = 200
MOST_FINDINGS = 100
"""Doubled names that are reported one by one."""
_UNSEEN = dict.fromkeys((0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF))
_LABELS = 0.8
_LABEL_LENGTH = 80
_METADATA = 0.7
"""A row above the header that is as wide has fewer values than this share of it."""


class Header(msgspec.Struct, frozen=True):
    """row: of the names, from 1; 0 when there is none, and columns are then called by their place."""

    row: int
    names: tuple[str, ...]
    confidence: float


def find_header(rows: Sequence[Sequence[str]]) -> Header:
    """The header among the first rows (blank ones are in the list as empty), or the lack of one.

    A header is a row of labels: no numbers, dates or codes. A row above it that is as wide and as full is data, and
    then the file has no header; one of another width, or hardly filled, is metadata.
    """
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    widths = Counter(len(row) for _, row in filled)
    if not widths:
        return Header(0, (), 0.0)
    width = widths.most_common(1)[0][0]
    above: dict[int, int] = {}
    for position, (number, row) in enumerate(filled[:SEARCHED]):
        labels = _labels(row)
        is_first = above.get(len(row), 0) < _filled(row) * _METADATA
        if labels >= _LABELS and len(row) > 1 and 2 * _filled(row) >= width and is_first:
            below = [other for _, other in filled[position + 1 :]]
            return Header(number, tuple(row), _confidence(labels, row, below))
        above[len(row)] = max(above.get(len(row), 0), _filled(row))
    widest = max(len(row) for _, row in filled)
    return Header(0, places(widest), 1 - _labels(filled[0][1]) / 2)


def places(count: int) -> tuple[str, ...]:
    """Names for columns that have none."""
    return tuple(f"column {number}" for number in range(1, count + 1))


def unique_names(raw: Sequence[str], row: int) -> tuple[tuple[str, ...], list[Finding]]:
    """Column names trimmed, the empty ones named by place, the second "Name" made "Name (2)"; with findings."""
    names: dict[str, int] = {}
    findings: list[Finding] = []
    for position, text in enumerate(raw, 1):
        name = " ".join(_seen(text).split())[:NAME_LIMIT] or f"column {position}"
        made = name
        while made in names:
            names[name] += 1
            made = f"{name} ({names[name]})"
        if made != name and len(findings) < MOST_FINDINGS:
            message = f"The column name {name!r} stands twice; the later one is read as {made!r}"
            findings.append(finding(Code.HEADER_DUPLICATE, message, Place(row=row, column=made), name))
        names[made] = 1
    return tuple(names), findings


def folded(name: str) -> str:
    """A column name for comparison: case, blanks, underscores and the stars of what must be filled do not tell columns
    apart."""
    return " ".join(_seen(name).replace("_", " ").split()).strip(" *").casefold()


def _seen(name: str) -> str:
    """A name without marks that nobody sees: a second byte order mark, or what came with it when it was copied."""
    return name if name.isascii() else name.translate(_UNSEEN)


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _labels(row: Sequence[str]) -> float:
    """Share of the cells that look like names of columns. Empty cells at the end do not count."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return sum(1 for cell in cells if _is_label(cell)) / len(cells) if cells else 0.0


def _is_label(text: str) -> bool:
    if not text or len(text) > _LABEL_LENGTH or not any(mark.isalpha() for mark in text):
        return False
    digits = sum(1 for mark in text if mark.isdecimal())
    return 2 * digits < len(text) and not looks_numeric(text) and not patterns_of([text])


def _confidence(labels: float, row: Sequence[str], below: Sequence[Sequence[str]]) -> float:
    """Sure when names are unique and some column below holds what no name would be; half sure without such."""
    distinct = len({folded(cell) for cell in row}) / len(row)
    contrast = any(cell.strip() and not _is_label(cell.strip()) for other in below for cell in other[: len(row)])
    return round(labels * distinct * (1.0 if contrast else 0.5), 2)
