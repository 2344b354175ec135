"""Puts together the program for the columns of a file: from the rows of some documents to their JSON.

What is to be said of texts is said of whole columns. Then for each document it goes over the rows, which makes the
items of lists, and writes the document around them. For each of the two there is straight-line code for what is usually
filled, and code that asks before each value for all else.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, islice
from operator import itemgetter
from typing import Any, NamedTuple, cast

from mappings.engine.express.shape import Doubt
from mappings.engine.express.sheet import Sheet, as_json
from mappings.engine.express.text.cells import Cells, Columns, RowScope
from mappings.engine.express.text.plan import RowPlan
from mappings.engine.express.text.target import RowObjects
from mappings.engine.express.text.values import ZERO, products, written
from mappings.engine.rules.lines import INDENT, Lines

logger = logging.getLogger(__name__)
_ODD = re.compile(r'[\x00-\x09\x0b-\x1f"\\]')
"""What does not stand in JSON as it is, but for the line end, which stands between texts of a column."""
_NAMES = re.compile(r"\w+")
SIGNATURE = "def run(columns, sizes, is_bare):"
MOST_SHAPES = 3
"""Of rows that a program has straight-line code for."""
ENOUGH = 20
"""So many texts of a column tell whether they repeat."""
LEAST = 0.1
"""A shape that fewer of the rows have gets no code of its own."""

Row = Sequence[str]
Program = Callable[[Sequence[Sequence[str]], Sequence[int], bool], list[str] | None]
"""Takes whole documents, one behind the other: the columns of their rows, of which those of numbers and dates are
canonical; how many rows each has; and whether it is known that texts have no blanks around them, and nothing that JSON
writes otherwise. More rows may stand behind them. Gives the JSON of each. None, or Doubt or an ArithmeticError, when it
is not sure of one, or of a row behind them."""


Shape = Mapping[int, bool]
"""Which columns are filled, by index."""


class Usual(NamedTuple):
    """What is usual in documents: the shapes of their first rows, those of all rows, and the cells whose texts keep
    coming."""

    heads: list[Shape]
    bodies: list[Shape]
    repeated: frozenset[str]


class Programs:
    """Makes the programs for the columns of a file and a mapping. sources: the code, by title, to be read."""

    def __init__(self, plan: RowPlan, columns: Columns) -> None:
        self._plan = plan
        self._columns = columns
        self.sources: dict[str, str] = {}

    @cached_property
    def _named(self) -> tuple[RowScope, RowScope]:
        """The cells that rules name, of first rows and of all. Raises Doubt."""
        writer = _Writer(self._plan, self._columns, ())
        writer.write([], [])
        return writer.head, writer.body

    def usual(self, documents: Iterable[Sequence[Row]]) -> Usual:
        """What rows of some documents teach. Raises Doubt."""
        known = list(documents)
        head, body = self._named
        heads, rows = [one[0] for one in known], [row for one in known for row in one]
        repeated = frozenset(
            f"{scope.letter}{column}"
            for scope, sample in ((head, [one[:1] for one in known]), (body, known))
            for column in scope.used
            if _is_repeated(sample, column)
        )
        return Usual(_usual(heads, head.used, 1), _usual(rows, body.used, MOST_SHAPES), repeated)

    def make(self, usual: Usual) -> Program:
        """Raises Doubt."""
        writer = _Writer(self._plan, self._columns, usual.repeated)
        source = writer.write(usual.heads, usual.bodies)
        title = f"<express {self._plan.declaration.source.document} {len(self.sources)}>"
        self.sources[title] = source
        try:
            code = compile(source, title, "exec")
        except (SyntaxError, RecursionError, MemoryError) as error:  # Python's own limits on nesting
            logger.warning("no program for %s: %s", title, error)
            raise Doubt(title) from error
        exec(code, writer.names)  # noqa: S102 - made of checked names, numbers and escaped literals only
        return cast(Program, writer.names["run"])


class _Writer:
    """Writes one program."""

    def __init__(self, plan: RowPlan, columns: Columns, repeated: Collection[str]) -> None:
        self._plan = plan
        self._columns = columns
        self._repeated = repeated
        self._lines = Lines()
        self.names: dict[str, object] = {"__builtins__": _BUILTINS}
        self.head = RowScope("h", {})
        self.body = RowScope("c", {}, self.head)

    def write(self, heads: Sequence[Shape], bodies: Sequence[Shape]) -> str:
        lines, feeds = self._lines, self._plan.feeds.values()
        opened, place = lines.reserve(), lines.reserve()
        lines.indent = 2
        for feed in feeds:
            lines.emit(f"{feed.variable} = []")
            for names in feed.added:
                lines.emit(f"{feed.sum_of(names)} = {self._name('ZERO', ZERO)}; {feed.gap_in(names)} = False")
        self._before = lines.reserve()
        inner = lines.reserve()
        lines.indent = 3
        self._branches(self.body, bodies, self._items)
        lines.indent = 2
        self._branches(self.head, heads, self._document)
        lines.indent = 1
        lines.emit("return made")
        named = {*_NAMES.findall(lines.source(SIGNATURE))}
        first = [one for one in _variables(self.head) if one in named]
        cells = [one for one in _variables(self.body) if one in named] or [f"c{self.body.columns[0]}"]
        if self.head.begin in named:
            opened.append(f"{INDENT}{self.head.end} = 0")
            place.append(f"{INDENT * 2}{self.head.begin} = {self.head.end}; {self.head.end} += size")
        opened += [INDENT + line for line in self._opened(first, cells)]
        inner.append(f"{INDENT * 2}for {', '.join(cells)}, in islice(rows, size):")
        return lines.source(SIGNATURE)

    def _opened(self, first: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
        """Lines that take cells out of columns, look at texts, and begin with the first document. first, cells: the
        variables of a document's first row, and of each, that are asked for."""
        yield "first = firsts(sizes)"
        for column in self.head.columns:
            yield f"h{column}s = first(columns[{column}])"
        for column in self.body.columns:
            yield f"c{column}s = columns[{column}]"
        for scope, asked in ((self.head, first), (self.body, cells)):
            names = [f"{scope.letter}{column}" for column in scope.used if not self._columns.is_canonical(column)]
            for name in names:
                yield f"if not is_bare: {name}s = stripped({name}s)"
            for name in names:
                if f"{name}w" in asked:
                    yield f"{name}ws = {name}s if is_bare else escaped({name}s)"
            for column in scope.numbers:
                numbers = self._name("numbers", self._columns.numbers[column])
                yield f"{scope.letter}{column}ns = {numbers}({scope.letter}{column}s)"
        for one, other in self.body.products:
            yield f"c{one}c{other}ns = products(c{one}ns, c{other}ns)"
            yield f"c{one}c{other}s = written(c{one}c{other}ns)"
        yield f"rows = zip({', '.join(f'{name}s' for name in cells)})"
        yield "made = []"
        yield f"for {', '.join(('size', *first))}, in zip({', '.join(('sizes', *(f'{name}s' for name in first)))}):"

    def _name(self, kind: str, value: object) -> str:
        return Sheet(self._lines, self.names, {}, {}, {}).name(kind, value)

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
        lines = self._lines
        known = {f"{scope.letter}{column}": is_filled for column, is_filled in shape.items()}
        mark = lines.count
        sheet = Sheet(lines, self.names, known, {}, self._plan.tables.fused)
        write(sheet)
        if lines.count == mark:
            lines.emit("pass")

    def _items(self, sheet: Sheet) -> None:
        """The items that one row makes."""
        texts = Cells(sheet, self._columns, self.head, self._repeated, self._before)
        for feed in self._plan.feeds.values():
            objects = RowObjects(sheet, texts, self._plan, {})
            objects.block(feed.block, feed.info, [(True, self.body)], objects.items_of(feed))

    def _document(self, sheet: Sheet) -> None:
        texts = Cells(sheet, self._columns, self.head, self._repeated)
        fed = {rule: feed.variable for rule, feed in self._plan.feeds.items()}
        objects = RowObjects(sheet, texts, self._plan, fed)
        sheet.emit(f"made.append({sheet.text(objects.document(self.head))})")


def firsts(sizes: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """What takes from a column the cells of the first row of each document, and one more: so it is always a tuple."""
    return itemgetter(*accumulate(sizes[:-1], initial=0), 0)


def stripped(column: Sequence[str]) -> Sequence[str]:
    """Texts without blanks around them; the column itself where none has any."""
    joined = "\n".join(column)
    if (
        joined.isascii()
        and not _ODD.search(joined)
        and joined.count("\n") < max(len(column), 1)
        and (" " not in joined or (" " not in (joined[0], joined[-1]) and "\n " not in joined and " \n" not in joined))
    ):
        return column
    return list(map(str.strip, column))


def escaped(column: Sequence[str]) -> Sequence[str]:
    """Texts as they stand in JSON, between quotation marks."""
    joined = "\n".join(column)
    if not _ODD.search(joined) and joined.count("\n") < max(len(column), 1):
        return column
    made = as_json(column)[2:-2].split('","')
    return made if len(made) == len(column) else [as_json(text)[1:-1] for text in column]


_BUILTINS: dict[str, Any] = {
    "escaped": escaped,
    "filter": filter,
    "firsts": firsts,
    "islice": islice,
    "len": len,
    "map": map,
    "products": products,
    "strip": str.strip,
    "stripped": stripped,
    "written": written,
    "zip": zip,
}


def _usual(rows: Sequence[Row], columns: Iterable[int], most: int) -> list[Shape]:
    """What of some columns is usually filled."""
    wanted = sorted(columns)
    shapes = Counter(tuple(bool(row[column]) for column in wanted) for row in rows)
    found = [shape for shape, count in shapes.most_common(most) if count >= LEAST * len(rows)]
    return [dict(zip(wanted, shape, strict=True)) for shape in found if wanted]


def _is_repeated(documents: Sequence[Sequence[Row]], column: int) -> bool:
    """Whether the texts of a column come in one document after the other, so that a table has most of them."""
    texts = [text for rows in documents for text in {row[column] for row in rows} if text]
    return any(_ODD.search(text) or "\n" in text for text in texts) or (
        len(texts) >= ENOUGH and 2 * len(set(texts)) < len(texts)
    )


def _test(letter: str, shape: Shape) -> str:
    """Code that tells whether just these cells have a value."""
    there = " and ".join(f"{letter}{column}" for column, is_filled in shape.items() if is_filled)
    not_there = " or ".join(f"{letter}{column}" for column, is_filled in shape.items() if not is_filled)
    return f"{there or 'True'} and not ({not_there})" if not_there else there or "True"


def _variables(scope: RowScope) -> Iterator[str]:
    """Of the cells of a row, each followed by what JSON has for it and its number, where they are; of products and
    their texts."""
    for column in scope.columns:
        yield f"{scope.letter}{column}"
        if column in scope.written:
            yield scope.as_written(column)
        if column in scope.numbers:
            yield scope.number(column)
    for one, other in scope.products:
        yield f"c{one}c{other}n"
        yield f"c{one}c{other}"
