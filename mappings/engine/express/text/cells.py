"""Source paths, texts and conditions of the mapping language, where the columns of the file are known.

They mean what `rules.text_source` makes of them. A cell is a local variable with its text, without blanks around it;
those of numbers and dates are canonical already, and stand in JSON as they are. For others there is one more variable
with the text as it stands in JSON.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from mappings.engine.express.shape import Doubt
from mappings.engine.express.sheet import Cond, Sheet
from mappings.engine.express.source import ABSENT, Text, first_of, together
from mappings.engine.express.text.values import Decimals, Sure
from mappings.engine.rules.declaration import Concat, Join, PathSource, SourceTest, TextSource
from mappings.engine.rules.lines import INDENT
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.source_writer import tuple_code
from mappings.engine.rules.values import Table

Finish = Callable[[Any], object]


class Cell(Text):
    """The text of one cell. column: its index in the file. scope: the row."""

    column: int = -1
    scope: "RowScope | None" = None


class Columns:
    """The columns of a file. indexes: by what the layout calls them. numbers, dates: those which the reader makes
    canonical, by index, with what makes numbers of their texts; a cell of any other is a text. Keeps the tables that
    programs look cells up in."""

    def __init__(self, indexes: dict[str, int], numbers: Mapping[int, Decimals], dates: Collection[int]) -> None:
        self.indexes = indexes
        self.numbers = numbers
        self.dates = frozenset(dates)
        self._tables: dict[tuple[int, Finish | None], tuple[object, Sure[Any]]] = {}

    def is_canonical(self, column: int) -> bool:
        return column in self.numbers or column in self.dates

    def table(self, target: Table[Any] | None, finish: Finish | None) -> Sure[Any]:
        """From the text of a cell to the value of a field. target: converts the text as the mapping does; None where
        it stands as it is. finish: what is made of that."""
        key = id(target), finish
        if key not in self._tables:
            self._tables[key] = target, Sure(partial(_in_turn, target, finish))
        return self._tables[key][1]


class RowScope:
    """A row, or the document's first one (which has no parent). used: the cells that rules name. written: those that
    stand in JSON otherwise, perhaps. numbers: those of which something is computed. products: pairs of them that are
    multiplied.

    begin, end: variables of the place of the document among all rows.
    """

    begin, end = "begin", "end"

    def __init__(self, letter: str, used: dict[int, None], parent: "RowScope | None" = None) -> None:
        self.letter = letter
        self.used = used
        self.written: dict[int, None] = {}
        self.numbers: dict[int, None] = {}
        self.products: dict[tuple[int, int], None] = {}
        self.parent = parent

    @property
    def columns(self) -> list[int]:
        """The columns of these cells; one at least, so that there is something to go over."""
        return sorted(self.used) or [0]

    def cell(self, column: int) -> str:
        """The variable of a cell."""
        self.used[column] = None
        return f"{self.letter}{column}"

    def as_written(self, column: int) -> str:
        """The variable of the text of a cell as it stands in JSON."""
        self.written[column] = None
        return f"{self.letter}{column}w"

    def number(self, column: int) -> str:
        """The variable of the number in a cell, None where it is blank."""
        self.numbers[column] = None
        return f"{self.letter}{column}n"


class Cells:
    """The texts of a document and of one of its rows."""

    def __init__(
        self,
        sheet: Sheet,
        columns: Columns,
        root: RowScope,
        repeated: Collection[str],
        before: list[str] | None = None,
    ) -> None:
        """repeated: the cells in which few texts keep coming. before: gets lines that are run before the rows are gone
        through; None in a program for the document."""
        self._sheet = sheet
        self._columns = columns
        self._root = root
        self._repeated = repeated
        self._before = before

    def each(self, path: SourcePath, scope: RowScope) -> Iterator[tuple[Cond, RowScope]]:
        raise Doubt(path.text)  # what goes over rows has a list of its own

    def groups(self, scope: RowScope, first: int, last: int, size: int) -> Iterator[RowScope]:
        raise Doubt("rows have no groups")

    def text(self, source: TextSource, scope: RowScope) -> Text:
        if isinstance(source, PathSource):
            return self._cell(source.path, scope)
        if isinstance(source, Join):
            return self._join(source)
        parts = [self.text(item, scope) for item in source.sources]
        there = [part for part in parts if part.sure is not False]
        return together(there, source.separator) if isinstance(source, Concat) else first_of(there)

    def condition(self, condition: SourceTest, scope: RowScope) -> Cond:
        """Whether there is a text, or it is one of several."""
        found = self._cell(condition.source.path, scope)
        if not condition.values:
            return found.code if found.sure is None else found.sure
        if found.sure is False:
            return "" in condition.values
        return f"{found.code} in {tuple_code(condition.values)}"

    def is_number(self, cell: Cell) -> bool:
        return cell.column in self._columns.numbers

    def product(self, one: Cell, other: Cell) -> tuple[str, str] | None:
        """The variables of the product of two cells of a row that are filled, and of its text; None of other cells."""
        scope = one.scope
        if scope is None or scope.parent is None or scope is not other.scope:
            return None
        scope.number(one.column)
        scope.number(other.column)
        scope.products[one.column, other.column] = None
        return f"{one.code}{other.code}n", f"{one.code}{other.code}"

    def number(self, cell: Cell) -> str:
        """The variable of the number in a cell that is filled."""
        scope = cell.scope or self._root
        return scope.number(cell.column)

    def is_date(self, cell: Cell) -> bool:
        return cell.column in self._columns.dates

    def is_of_document(self, cell: Cell) -> bool:
        """Whether a program for a row asks for a cell of the document's first one."""
        return self._before is not None and cell.code.startswith(self._root.letter)

    def once(self, code: str) -> str:
        """A variable with what is worked out before the rows are gone through."""
        lines: list[str] = self._before if self._before is not None else []
        known = {line.partition(" = ")[2]: line.partition(" = ")[0].strip() for line in lines}
        if code not in known:
            lines.append(f"{INDENT * 2}g{len(lines)} = {code}")
            return f"g{len(lines) - 1}"
        return known[code]

    def is_repeated(self, cell: Cell) -> bool:
        """Whether few texts keep coming."""
        return cell.code in self._repeated

    def table(self, target: Table[Any] | None, finish: Finish | None) -> Sure[Any]:
        return self._columns.table(target, finish)

    def _cell(self, path: SourcePath, scope: RowScope) -> Text:
        if path.context:
            return ABSENT  # files of rows have no envelope
        start: RowScope | None = self._root if path.absolute else scope
        for _ in range(path.up):
            start = start.parent if start else None
        index = self._columns.indexes.get(path.key)
        if start is None or index is None:
            return ABSENT
        variable = start.cell(index)
        known = self._sheet.known.get(variable)
        if known is False:
            return ABSENT
        plain = self._columns.is_canonical(index)
        written = "" if plain or variable in self._repeated else start.as_written(index)
        return Cell(variable, known, plain=plain, written=written, column=index, scope=start)

    def _join(self, source: Join) -> Text:
        """The cells of all rows of the document, each text once."""
        found = [self._columns.indexes.get(path.key) for path in source.paths]
        indexes = [index for index in found if index is not None]
        if not indexes:
            return ABSENT
        cells = ", ".join(f"columns[{index}][{self._root.begin}:{self._root.end}]" for index in indexes)
        pieces = f"{{y: 0 for x in zip({cells}) for y in map(strip, x) if y}}"
        return Text(f"{ascii(source.separator)}.join({pieces})", plain=False)


def _in_turn(target: Table[Any] | None, finish: Finish | None, text: str) -> object:
    """What becomes of a cell in a field; None where that is nothing, and for a text with blanks around it."""
    value: Any = text if text.strip() == text else None
    if target is not None and value is not None:
        value = target[value]
    return value if value is None or finish is None else finish(value)
