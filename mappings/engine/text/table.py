"""Rows of a text file as they stand in it, for people to look at: nothing is converted, nothing is left out."""

import io
from itertools import islice

import msgspec

from mappings.engine.findings import Place
from mappings.engine.text.rows import Rows
from mappings.engine.text.settings import TextSettings

WIDE = 60
"""Columns that are shown; a hostile header can have many thousands."""


class TableRow(msgspec.Struct, frozen=True):
    """number: of the row in its file, from 1. cells: at most WIDE; fewer than columns where the row is short."""

    number: int
    cells: list[str]


class Table(msgspec.Struct, frozen=True):
    """columns: the file's names, at most WIDE. is_cut: rows were left out; hidden: how many columns were."""

    columns: tuple[str, ...]
    rows: list[TableRow]
    is_cut: bool
    hidden: int


def table(raw: bytes, settings: TextSettings, rows_before: int, most: int, whole: bool = True) -> Table:
    """The rows of a part that was cut out of a file between rows. Never raises on partner data.

    settings: how the file is read, nothing left open (`detect.for_part`). rows_before: rows of the file before it.
    most: rows to give. whole: whether the part is all there; otherwise its last row is cut through and left out.
    """
    encoding = settings.encoding or "utf-8"
    text = io.TextIOWrapper(io.BytesIO(raw), encoding, "replace", newline="")
    source = Rows(text, settings, Place(offset=0, row=rows_before))
    found: list[TableRow] = []
    for cells in islice(source, most + 1):
        if any(cells):
            found.append(TableRow(source.at.row, cells[:WIDE]))
    is_cut = not whole or len(found) > most
    if not whole and found:
        found.pop()
    return Table(settings.columns[:WIDE], found[:most], is_cut, max(len(settings.columns) - WIDE, 0))
