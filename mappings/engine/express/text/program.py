"""Puts together the program for the columns of a file: from the rows of a document to its JSON.

It goes over the rows, which makes the items of lists, and then writes the document around them. For each of the two
there is straight-line code for what is usually filled, and code that asks before each value for all else.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import cast

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
ENOUGH = 20
"""So many texts of a column tell whether they repeat."""
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
        known = list(documents)
        rows = [row for one in known for row in one]
        used = _Writer(self._plan, self._columns, (), plain=plain)
        used.write([], [])  # only to know which cells rules name
        heads = [one[0] for one in known]
        repeated = frozenset(
            f"{scope.letter}{column}"
            for scope, sample in ((used.head, heads), (used.body, rows))
            for column in scope.used
            if _is_repeated(sample, column)
        )
        writer = _Writer(self._plan, self._columns, repeated, plain=plain)
        source = writer.write(_usual(heads, used.head.used, 1), _usual(rows, used.body.used, MOST_SHAPES))
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

    def __init__(self, plan: RowPlan, columns: Columns, repeated: Collection[str], *, plain: bool) -> None:
        self._plan = plan
        self._columns = columns
        self._repeated = repeated
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
            for names in feed.added:
                lines.emit(f"{feed.sum_of(names)} = None; {feed.gap_in(names)} = False")
        self._before = lines.reserve()
        lines.open("for row in rows:")
        inner = lines.reserve()
        self._branches(self.body, bodies, self._items)
        self._unpack(self.body, "row", inner, 2)
        lines.indent = 1
        self._branches(self.head, heads, self._document)
        unpack.append(f"{INDENT}row = rows[0]")
        self._unpack(self.head, "row", unpack, 1)
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
        sheet = Sheet(lines, self.names, known, {}, self._plan.tables.fused)
        write(sheet)
        checks = [*self._texts_checked(scope, shape, sheet.proven)] if self._plain else []
        if scope is self.body:
            checks += self._read(shape, sheet.proven)
        place += [indent + check for check in checks]
        if lines.count == mark and not checks:
            place.append(f"{indent}pass")

    def _texts_checked(self, scope: RowScope, shape: Shape, proven: set[str]) -> Iterator[str]:
        """Lines that give up where a text is not plain. proven: of which a table says that."""
        tests = []
        for column in sorted(scope.used):
            name = f"{scope.letter}{column}"
            if shape.get(column) is False or column in self._columns.read:
                continue
            if name not in proven:
                tests.append(f"{name}.strip() is not {name}")
            if name not in self._repeated:
                tests.append(f"'\"' in {name}")
        if tests:
            yield f"if {' or '.join(tests)}: {DOUBT}"

    def _read(self, shape: Shape, proven: set[str]) -> Iterator[str]:
        """Lines that give up where the reader cannot read a number or a date of a row, whether it is mapped or not."""
        for column, table in self._columns.read.items():
            known = shape.get(column)
            if known is False or (known and f"{self.body.letter}{column}" in proven):
                continue
            yield f"if row[{column}]: {self._name('READ', table)}[row[{column}]]"

    def _items(self, sheet: Sheet) -> None:
        """The items that one row makes."""
        texts = Cells(sheet, self._columns, self.head, self._repeated, self._before, plain=self._plain)
        for feed in self._plan.feeds.values():
            objects = RowObjects(sheet, texts, self._plan, {})
            objects.block(feed.block, feed.info, [(True, self.body)], objects.items_of(feed))

    def _document(self, sheet: Sheet) -> None:
        texts = Cells(sheet, self._columns, self.head, self._repeated, plain=self._plain)
        fed = {rule: feed.variable for rule, feed in self._plan.feeds.items()}
        objects = RowObjects(sheet, texts, self._plan, fed)
        sheet.emit(f"return {sheet.text(objects.document(self.head))}")

    def _unpack(self, scope: RowScope, row: str, place: list[str], indent: int) -> None:
        """Lines that put the cells which rules name into variables."""
        for column in sorted(scope.used):
            strip = "" if self._plain or column in self._columns.read else ".strip()"
            place.append(f"{INDENT * indent}{scope.letter}{column} = {row}[{column}]{strip}")

    def _name(self, kind: str, value: object) -> str:
        return Sheet(self._lines, self.names, {}, {}, {}).name(kind, value)


def _usual(rows: Sequence[Row], columns: Iterable[int], most: int) -> list[Shape]:
    """What of some columns is usually filled."""
    wanted = sorted(columns)
    shapes = Counter(tuple(bool(row[column]) for column in wanted) for row in rows)
    found = [shape for shape, count in shapes.most_common(most) if count >= LEAST * len(rows)]
    return [dict(zip(wanted, shape, strict=True)) for shape in found if wanted]


def _is_repeated(rows: Sequence[Row], column: int) -> bool:
    """Whether the texts of a column come again and again, so that a table has most of them."""
    texts = [row[column] for row in rows if row[column]]
    return len(texts) >= ENOUGH and 2 * len(set(texts)) < len(texts)


def _test(letter: str, shape: Shape) -> str:
    """Code that tells whether just these cells have a value."""
    there = " and ".join(f"{letter}{column}" for column, is_filled in shape.items() if is_filled)
    not_there = " or ".join(f"{letter}{column}" for column, is_filled in shape.items() if not is_filled)
    return f"{there or 'True'} and not ({not_there})" if not_there else there or "True"
