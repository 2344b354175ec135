"""Where the values of a text file stand when a declaration runs backwards: rows and columns."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from mappings.engine.outbound.format_writer import Place
from mappings.engine.outbound.instances import Conflict, Journal
from mappings.engine.outbound.inverses import undone
from mappings.engine.outbound.supplies import Body, items_of, text_of, total
from mappings.engine.rules.declaration import Block, Call, Join, PathSource, SourceTest, Supply, ValueRule
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.target import Kind
from mappings.engine.text.settings import Layout

_ZONE = (Call("zone", ()),)
_TIME = (Call("part", ("T", 2)),)
DATE, TIME, ZONE = "date", "time", "zone"
_WHOLE = ""


class RowCells:
    """A row: by column, the parts of its text. A date and a time can share a column; anything else is one part."""

    def __init__(self, journal: Journal) -> None:
        self._parts: dict[str, dict[str, str]] = {}
        self._journal = journal

    def put(self, column: str, text: str, part: str = _WHOLE, instead: bool = False) -> None:
        """Write a text. instead: it holds what stood there, and more. Raises Conflict when another stands there."""
        parts = self._parts.setdefault(column, {})
        known = parts.get(part)
        if known == text:
            return
        if (known is not None and not instead) or any((other == _WHOLE) is not (part == _WHOLE) for other in parts):
            raise Conflict
        parts[part] = text
        self._journal.add(partial(self._restore, column, part, known))

    def parts(self, column: str) -> dict[str, str]:
        """What is written of a cell, by part."""
        return self._parts.get(column, {})

    def text(self, column: str) -> str:
        """A cell as the reader makes it canonical."""
        parts = self.parts(column)
        date, time = parts.get(DATE, ""), parts.get(TIME, "")
        whole = f"{date}T{time}" if date and time else date or time
        return parts.get(_WHOLE) or whole + parts.get(ZONE, "")

    def _restore(self, column: str, part: str, known: str | None) -> None:
        if known is None:
            del self._parts[column][part]
        else:
            self._parts[column][part] = known


class TextPlaces:
    """The `FormatWriter` of rows and columns. A scope is a row; that of the document is its first."""

    def __init__(self, layout: Layout) -> None:
        self.journal = Journal()
        self.misfits = 0
        self.rows = [RowCells(self.journal)]
        self._layout = layout

    def start(self) -> RowCells:
        return self.rows[0]

    def put(self, path: SourcePath, value: Any, scope: RowCells, rule: ValueRule, kind: Kind) -> int:
        if path.context:
            return 1  # of the envelope, which files of rows do not have
        row, column = self._row(path, scope), self._column(path)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        is_date = column in self._layout.dates
        if rule.apply == _ZONE:
            row.put(column, text, ZONE)
        elif rule.apply and not (is_date and rule.apply == _TIME and kind is Kind.TIME):
            row.put(column, undone(rule.apply, text, row.text(column)), instead=True)
        elif is_date and kind in (Kind.DATE, Kind.TIME):
            row.put(column, text, DATE if kind is Kind.DATE else TIME)
        else:
            row.put(column, text)
        return 1

    def put_lines(self, source: Join, text: str, scope: RowCells) -> int:
        """Reading puts the texts of all rows together, each once: they go to as many rows."""
        column, lines = self._column(source.paths[0]), text.split(source.separator)
        if len(source.paths) > 1 or len(lines) > len(self.rows):
            raise Conflict
        for row, line in zip(self.rows, lines, strict=False):
            row.put(column, line)
        return 1

    def room(self, path: SourcePath, scope: RowCells, rule: ValueRule) -> int:
        return 0

    def fitted(self, block: Block, items: list[Any], scope: RowCells) -> list[Any]:
        return items  # any number, of any length

    def level(self, path: SourcePath, key: int | None, scope: RowCells) -> int:
        raise Conflict  # only X12 has levels

    def demand(self, test: SourceTest, negated: bool, scope: RowCells) -> None:
        path = test.source.path
        if path.context:
            return
        text = self.said(path, scope)
        if test.values and not negated and not text and len(test.values) == 1:
            self._row(path, scope).put(self._column(path), test.values[0])
        elif (text in test.values if test.values else bool(text)) is negated:
            raise Conflict

    def strain(self, path: SourcePath, scope: RowCells) -> int:
        return 0

    def lacks(self, path: SourcePath, scope: RowCells) -> bool:
        return False  # no place of this format depends on what stands beside it

    def expect(self, path: SourcePath, scope: RowCells) -> None:
        """Rows are there before their cells."""

    def holds_one(self, each: SourcePath, scope: RowCells) -> bool:
        return False

    def settle(self) -> None:
        """Rows have their places as soon as they are made."""

    def in_order(self, marks: list[RowCells]) -> None:
        """Rows stand in the order in which they were made."""

    def said(self, path: SourcePath, scope: RowCells) -> str:
        return "" if path.context else self._row(path, scope).text(path.key)

    def is_free(self, source: PathSource, scope: RowCells) -> bool:
        return not self.said(source.path, scope)

    def places(self, block: Block, item: Any, scope: RowCells, taken: list[RowCells]) -> Iterator[Place]:
        if block.each is None:
            yield lambda: scope
            return
        free = [row for row in self.rows if all(row is not other for other in taken)]
        yield from (partial(_same, row) for row in free)
        yield self._new

    def mark(self, scope: RowCells) -> RowCells:
        return scope

    def check(self, block: Block, scope: RowCells) -> None:
        """Rows have no filters."""

    def supply(
        self,
        entries: tuple[Supply, ...],
        body: Body,
        envelope: Mapping[str, str],
        placed: Mapping[int, RowCells],
    ) -> None:
        """Write what a declaration says beside its rules, where nothing stands. placed: the row of each item."""
        for entry in (one for one in entries if one.is_written):
            column = self._column(entry.at)
            for row, text in self._wanted(entry, body, envelope, placed):
                if text and not row.text(column) and not (entry.unless and row.text(entry.unless.key)):
                    row.put(column, text)

    def _wanted(
        self, entry: Supply, body: Body, envelope: Mapping[str, str], placed: Mapping[int, RowCells]
    ) -> Iterator[tuple[RowCells, str]]:
        """The rows that an entry is written in, and with what."""
        if entry.items:
            for number, item in items_of(entry.items, body):
                if id(item) in placed:
                    row = placed[id(item)]
                    text = str(number) if entry.number else text_of(entry, body, envelope, item)
                    yield row, self._sum(entry, text, [row])
            return
        text = self._sum(entry, text_of(entry, body, envelope), self.rows)
        for number, row in enumerate(self.rows if entry.each else self.rows[:1], 1):
            yield row, str(number) if entry.number else text

    def _sum(self, entry: Supply, field: str, rows: list[RowCells]) -> str:
        """What stands in a column of these rows, added up."""
        if not (entry.sum or entry.minus):
            return field
        plus, minus = (
            [[cell for row in rows if (cell := row.text(path.key))] for path in paths]
            for paths in (entry.sum, entry.minus)
        )
        return total(field, plus, minus, has_field=bool(entry.field))

    def _new(self) -> RowCells:
        made = RowCells(self.journal)
        self.rows.append(made)
        self.journal.add(self.rows.pop)
        return made

    def _row(self, path: SourcePath, scope: RowCells) -> RowCells:
        return self.rows[0] if path.absolute or path.up else scope

    def _column(self, path: SourcePath) -> str:
        if path.key not in self._layout.names:
            raise Conflict
        return path.key


def _same(row: RowCells) -> RowCells:
    return row
