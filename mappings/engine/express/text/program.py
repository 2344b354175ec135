"""Puts together the program for the columns of a file: from the rows of a document to its JSON.

It goes over the rows, which makes the items of lists, and then writes the document around them. For each of the two
there is straight-line code for what is usually filled, and code that asks before each value for all else.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from mappings.engine.express.objects import Items
from mappings.engine.express.shape import Doubt
from mappings.engine.express.sheet import DOUBT, Sheet
from mappings.engine.express.text.cells import Cells, Columns, RowScope
from mappings.engine.express.text.plan import RowPlan
from mappings.engine.express.text.target import RowObjects
from mappings.engine.rules.lines import INDENT, Lines

logger = logging.getLogger(__name__)
SIGNATURE = "def run(rows):"
_BUILTINS = {"filter": filter, "len": len}
MOST_SHAPES = 3
"""Of rows that a program has straight-line code for."""
LEAST = 0.1
"""A shape that fewer of the rows have gets no code of its own."""

Row = Sequence[str]
Program = Callable[[list[list[str]]], str | None]
"""Takes the rows of a document. None, or Doubt or an ArithmeticError, when it is not sure."""


class Programs:
    """Makes the programs for the columns of a file and a mapping. sources: the code, by title, to be read."""

    def __init__(self, plan: RowPlan, columns: Columns) -> None:
        self._plan = plan
        self._columns = columns
        self.sources: dict[str, str] = {}

    def make(self, documents: Iterable[list[list[str]]], *, plain: bool) -> Program:
        """documents: rows of some, from which it learns what is usually filled. plain: texts without blanks around
        them and without quotation marks, or it is not sure. Raises Doubt."""
        writer = _Writer(self._plan, self._columns, plain=plain)
        known = list(documents)
        used = _Writer(self._plan, self._columns, plain=plain)
        used.write([], [])  # only to know which cells rules name
        heads = _usual([rows[0] for rows in known], used.head.used, 1)
        bodies = _usual([row for rows in known for row in rows], used.body.used, MOST_SHAPES)
        source = writer.write(heads, bodies)
        title = f"<express {self._plan.declaration.source.document} {len(self.sources)}>"
        self.sources[title] = source
        try:
            code = compile(source, title, "exec")
        except (SyntaxError, RecursionError, MemoryError) as error:  # Python's own limits on nesting
            logger.warning("no program for %s: %s", title, error)
            raise Doubt(title) from error
        exec(code, writer.names)  # noqa: S102 - made of checked names, numbers and escaped literals only
        return cast(Program, writer.names["run"])


Shape = Mapping[int, bool]
"""Which columns are filled, by index."""


class _Writer:
    """Writes one program."""

    def __init__(self, plan: RowPlan, columns: Columns, *, plain: bool) -> None:
        self._plan = plan
        self._columns = columns
        self._plain = plain
        self._lines = Lines()
        self.names: dict[str, object] = {"__builtins__": _BUILTINS}
        self.head = RowScope("h", {})
        self.body = RowScope("c", {}, self.head)

    def write(self, heads: Sequence[Shape], bodies: Sequence[Shape]) -> str:
        lines, feeds = self._lines, self._plan.feeds.values()
        unpack = lines.reserve()
        for feed in feeds:
            lines.emit(f"{feed.variable} = []")
        lines.open("for row in rows:")
        inner = lines.reserve()
        self._branches(self.body, bodies, self._items)
        self._unpack(self.body, "row", inner, 2)
        lines.indent = 1
        self._branches(self.head, heads, self._document)
        self._unpack(self.head, "rows[0]", unpack, 1)
        return lines.source(SIGNATURE)

    def _branches(self, scope: RowScope, shapes: Sequence[Shape], write: Callable[[Sheet], None]) -> None:
        """Code for each shape, and for any other."""
        lines, start = self._lines, self._lines.indent
        if not shapes:
            self._branch(scope, {}, write)
        for number, shape in enumerate((*shapes, {}) if shapes else ()):
            place = lines.reserve()
            lines.indent = start + 1
            self._branch(scope, shape, write)
            lines.indent = start
            test = f"{'elif' if number else 'if'} {_test(scope.letter, shape)}" if shape else "else"
            place.append(f"{INDENT * start}{test}:")

    def _branch(self, scope: RowScope, shape: Shape, write: Callable[[Sheet], None]) -> None:
        lines, indent = self._lines, INDENT * self._lines.indent
        place = lines.reserve()
        known = {f"{scope.letter}{column}": is_filled for column, is_filled in shape.items()}
        mark = lines.count
        write(Sheet(lines, self.names, known, {}, self._plan.tables.fused))
        texts = [
            f"{scope.letter}{column}"
            for column in sorted(scope.used)
            if shape.get(column) is not False and column not in self._columns.read
        ]
        if self._plain and texts:
            odd = " or ".join(f"{name}.strip() is not {name} or '\"' in {name}" for name in texts)
            place.append(f"{indent}if {odd}: {DOUBT}")
        elif lines.count == mark:
            place.append(f"{indent}pass")

    def _items(self, sheet: Sheet) -> None:
        """The items that one row makes."""
        texts = Cells(sheet, self._columns, self.head, plain=self._plain)
        for feed in self._plan.feeds.values():
            objects = RowObjects(sheet, texts, self._plan, {})
            objects.block(feed.block, feed.info, [(True, self.body)], Items(sheet, feed.variable, feed.exports))

    def _document(self, sheet: Sheet) -> None:
        texts = Cells(sheet, self._columns, self.head, plain=self._plain)
        fed = {rule: feed.variable for rule, feed in self._plan.feeds.items()}
        objects = RowObjects(sheet, texts, self._plan, fed)
        sheet.emit(f"return {sheet.text(objects.document(self.head))}")

    def _unpack(self, scope: RowScope, row: str, place: list[str], indent: int) -> None:
        """Lines that put the cells which rules name into variables. Every row is looked through for numbers and dates
        that the reader cannot read."""
        start = INDENT * indent
        read = self._columns.read
        for column in sorted(scope.used):
            strip = "" if self._plain or column in read else ".strip()"
            place.append(f"{start}{scope.letter}{column} = {row}[{column}]{strip}")
        if scope is self.body:
            for column, table in read.items():
                place.append(f"{start}if {row}[{column}]: {self._name('READ', table)}[{row}[{column}]]")

    def _name(self, kind: str, value: object) -> str:
        return Sheet(self._lines, self.names, {}, {}, {}).name(kind, value)


def _usual(rows: Sequence[Row], columns: Iterable[int], most: int) -> list[Shape]:
    """What of some columns is usually filled."""
    wanted = sorted(columns)
    shapes = Counter(tuple(bool(row[column]) for column in wanted) for row in rows)
    found = [shape for shape, count in shapes.most_common(most) if count >= LEAST * len(rows)]
    return [dict(zip(wanted, shape, strict=True)) for shape in found if wanted]


def _test(letter: str, shape: Shape) -> str:
    """Code that tells whether just these cells have a value."""
    there = " and ".join(f"{letter}{column}" for column, is_filled in shape.items() if is_filled)
    not_there = " or ".join(f"{letter}{column}" for column, is_filled in shape.items() if not is_filled)
    return f"{there or 'True'} and not ({not_there})" if not_there else there or "True"
