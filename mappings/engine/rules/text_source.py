"""The source of a declaration for delimited and fixed-width text.

    source:
      format: text
      layout: order-export               # what the kind of file is called
      columns: [Order, Item, Quantity]   # its header must have these; optional: [...] it may have these
      key: [Order]                       # what tells one document from the next
      numbers: [Quantity]
      dates: []

A path is the name of a column, as the header has it: of the document's first row, or inside `each: rows` of that row.
`../Order` and `/Order` lead out of a row to the document's first one. `./` before a name takes the rest as it is, for
columns whose names begin with @, / or a point.
"""

import datetime
import functools

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules import values
from mappings.engine.rules.declaration import Groups, Join, SourceTest
from mappings.engine.rules.lines import INDENT, Lines
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.plain import Data
from mappings.engine.rules.source import CONTEXT, EMPTY, Conversions, Found, Guard, Kind, Read, SourceTexts, Text
from mappings.engine.rules.source_writer import tuple_code
from mappings.engine.text.cells import Pickers, Rows
from mappings.engine.text.dates import time_text
from mappings.engine.text.header import folded
from mappings.engine.text.settings import Layout

ROWS = "rows"
"""What `each` goes over."""
AS_IS = "./"


class TabularSource(msgspec.Struct, frozen=True):
    """One layout of rows and columns. It has no releases; the one program is for "".

    absent: columns of the layout that the file does not have; none where that is not known.
    """

    layout: Layout
    absent: frozenset[str] = frozenset()
    releases: tuple[str, ...] = ("",)
    format: str = "text"

    @property
    def document(self) -> str:
        return self.layout.name

    def parse(self, text: str, rule: str) -> SourcePath:
        if text.startswith(AS_IS) and text != AS_IS:
            return SourcePath(text, key=text.removeprefix(AS_IS))
        if text.startswith("@") and text[1:]:
            return SourcePath(text, context=text[1:])
        name, up = text, 0
        while name.startswith("../"):
            name, up = name[3:], up + 1
        absolute = name.startswith("/")
        name = name[1:] if absolute else name
        if not name:
            raise DeclarationError(rule, f"{text!r} is not a path; write the name of a column, or {ROWS}")
        return SourcePath(text, up=up, absolute=absolute, key=name)

    def writable(self, path: SourcePath, rule: str) -> None:
        """Columns are those of the layout; what has none is not written."""

    def kind_of(self, tree: object) -> Kind | None:
        return tree.columns if isinstance(tree, Rows) else None

    def narrowed(self, kind: Kind) -> "TabularSource":
        return msgspec.structs.replace(self, absent=frozenset(self.layout.names).difference(kind))

    def conversions(self, century_pivot: int) -> Conversions:
        return _conversions()

    def writers(
        self, release: str, lines: Lines, tables: dict[str, object], earlier: object
    ) -> tuple["RowScopes", "CellTexts"]:
        scopes = RowScopes(self, lines, tables)
        return scopes, CellTexts(scopes)


class RowScope:
    """A row, or the document's first one (which has no parent). Its cells that rules name are taken out of it once."""

    def __init__(self, row: str, picker: str, lines: Lines, parent: "RowScope | None" = None) -> None:
        self.row = row
        self.parent = parent
        self.cells: dict[str, str] = {}
        self._picker = picker
        self._head, self._indent = lines.reserve(), INDENT * lines.indent

    def cell(self, column: str) -> str:
        """The variable with the text of a cell."""
        return self.cells.setdefault(column, f"{self._picker}_{len(self.cells)}")

    def finish(self) -> None:
        if self.cells:
            names = "".join(f"{name}, " for name in self.cells.values())
            self._head.append(f"{self._indent}{names}= map(strip, {self._picker}({self.row}))")


class RowScopes:
    """Opens the loop over the rows of a document. There is no deeper one."""

    again = False

    def __init__(self, source: TabularSource, lines: Lines, tables: dict[str, object]) -> None:
        self.lines = lines
        self.absent = source.absent
        self._start = lines.reserve()
        self._scopes: list[RowScope] = []
        self.root = self.scope = self._new_scope("f0")
        self._columns = source.layout.names
        self._tables = tables

    def _new_scope(self, row: str, parent: RowScope | None = None) -> RowScope:
        self._scopes.append(RowScope(row, f"c{len(self._scopes)}", self.lines, parent))
        return self._scopes[-1]

    def key(self, path: SourcePath, rule: str) -> str:
        return ""

    def node(self) -> str:
        return self.scope.row

    def needs(self, path: SourcePath, rule: str) -> str:
        return ""

    def enter(self, path: SourcePath, rule: str, known: bool = False) -> None:
        if path.key != ROWS or path.up or self.scope is not self.root:
            raise DeclarationError(rule, f"{path.text!r}: `each` goes over {ROWS}, once")
        self.lines.open("for n1 in n0.rows:")
        self.scope = self._new_scope("n1", self.scope)

    def enter_groups(self, groups: Groups, rule: str) -> None:
        raise DeclarationError(rule, "`groups` goes over elements of a segment; name the columns one by one")

    def leave(self, scope: RowScope, indent: int) -> None:
        self.scope, self.lines.indent = scope, indent

    def level(self, path: SourcePath, rule: str) -> str:
        raise DeclarationError(rule, "only X12 has levels (HL)")

    def finish(self) -> None:
        """Say which cells of a row every scope takes."""
        for scope in self._scopes:
            scope.finish()
        self._tables["pickers"] = Pickers([tuple(scope.cells) for scope in self._scopes])
        self._tables["strip"] = str.strip
        names = "".join(f"c{number}, " for number in range(len(self._scopes)))
        self._start += [f"{INDENT}{names}= pickers.of(n0.columns)", f"{INDENT}f0 = n0.first"]

    def anchor(self) -> Found:
        return _found(self.scope.row)

    def all_rows(self, columns: list[str]) -> str:
        """Code for the texts of some cells of all rows."""
        scope = RowScope("x", f"c{len(self._scopes)}", Lines())
        for column in columns:
            scope.cell(column)
        picker = f"c{len(self._scopes)}"
        self._scopes.append(scope)
        return f"for x in n0.rows for y in map(strip, {picker}(x))"

    def cell(self, path: SourcePath, rule: str) -> tuple[RowScope, str]:
        """The scope that a path starts at and the column it names. Raises DeclarationError."""
        scope = self.root if path.absolute else self.scope
        for _ in range(path.up):
            if scope.parent is None:
                raise DeclarationError(rule, f"{path.text!r} leaves more scopes than there are")
            scope = scope.parent
        if path.key not in self._columns:
            raise DeclarationError(rule, f"the layout has no column {path.key!r}{nearest(path.key, self._columns)}")
        return scope, path.key


class CellTexts(SourceTexts):
    """Writes cells as expressions."""

    def __init__(self, scopes: RowScopes) -> None:
        self._scopes = scopes
        self._context: dict[str, str] = {}

    def condition(self, condition: SourceTest, rule: str) -> str:
        code = self._path(condition.source.path, rule).code
        return f"{code} in {tuple_code(condition.values)}" if condition.values else code

    def _path(self, path: SourcePath, rule: str) -> Text:
        if path.context:
            return Text(self._envelope(path.context, rule), context=[path.context])
        scope, column = self._scopes.cell(path, rule)
        cell = EMPTY if column in self._scopes.absent else scope.cell(column)
        return Text(cell, [Read(_found(scope.row), key=column)], value=cell, guard=Guard(cell), needs=(cell,))

    def _join(self, source: Join, rule: str) -> Text:
        """The cells of all rows of the document, each text once."""
        reads, columns = [], []
        for path in source.paths:
            scope, column = self._scopes.cell(path, rule)
            if scope is not self._scopes.root:
                raise DeclarationError(rule, f"{path.text!r}: join goes over all rows; use it outside of them")
            reads.append(Read(_found("n0.rows"), many=True, key=column))
            columns.append(column)
        columns = [column for column in columns if column not in self._scopes.absent]
        if not columns:
            return Text(EMPTY, reads, every=True, needs=(EMPTY,))
        pieces = f"{{y: 0 {self._scopes.all_rows(columns)} if y}}"
        return Text(f"{ascii(source.separator)}.join({pieces})", reads, every=True)

    def _envelope(self, key: str, rule: str) -> str:
        if key not in CONTEXT:
            raise DeclarationError(rule, f"there is no envelope value @{key}{nearest(key, CONTEXT)}")
        if key not in self._context:
            self._context[key] = f"k{len(self._context)}"
            self._scopes.lines.head.append(f"    {self._context[key]} = context.get({ascii(key)}, '').strip()")
        return self._context[key]


def read_text(data: Data) -> TabularSource:
    """Read the `source` section. Raises DeclarationError."""
    fields = {"name" if key == "layout" else key: value for key, value in data.items() if key != "format"}
    try:
        layout = msgspec.convert(fields, Layout)
    except msgspec.ValidationError as error:
        raise DeclarationError("source", str(error)) from error
    names = layout.names
    if not layout.columns:
        raise DeclarationError("source.columns", "name at least one column that the header must have")
    if len({folded(name) for name in names}) < len(names) or not all(folded(name) for name in names):
        raise DeclarationError("source.columns", "every column has a name of its own, whatever its case")
    for section in ("key", "numbers", "dates"):
        for name in getattr(layout, section):
            if name not in names:
                raise DeclarationError(f"source.{section}", f"there is no column {name!r}{nearest(name, names)}")
    return TabularSource(layout)


def _found(node: str) -> Found:
    return Found(node, "", "row", "")


@functools.cache
def _conversions() -> Conversions:
    """The reader has made numbers and dates canonical; here they are only taken apart, and what is none is refused."""
    return Conversions(
        decimal=values.Table(values.decimal_text),
        integer=values.Table(values.integer),
        date=values.Table(_date),
        time=values.Table(_time),
    )


def _date(text: str) -> str | None:
    """The date of an ISO date, or of an ISO date and time."""
    date, mark, _ = text.partition("T")
    try:
        found = datetime.date.fromisoformat(date).isoformat()
    except ValueError:
        return None
    return found if found == date and (not mark or _time(text)) else None


def _time(text: str) -> str | None:
    """The time of an ISO time, or of an ISO date and time; without its zone."""
    return time_text(text.rpartition("T")[2])
