"""Values of the target out of cells: by tables that say of each text at once what it is in JSON, and exact numbers.

Decimals that others are computed from are `Decimal` objects here; programs run under a context that is exact.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from mappings.engine.express.fields import NOTHING, Fields, Item, Part
from mappings.engine.express.items import Items
from mappings.engine.express.objects import Objects
from mappings.engine.express.sheet import DOUBT, Code, Lookup, Piece, Sheet, as_json
from mappings.engine.express.source import Text
from mappings.engine.express.text.cells import Cell, Cells
from mappings.engine.express.text.plan import Feed, RowPlan
from mappings.engine.express.text.values import NUMBERS, ZERO, added, multiplied, number
from mappings.engine.rules.declaration import Call, Count, Literal, Position, Product, Sum, ValueRule
from mappings.engine.rules.paths import FieldStep
from mappings.engine.rules.target import Field, Kind
from mappings.engine.rules.values import Table, plain

_NAME = re.compile(r"\w+")
_TIME_OF_DAY = (Call("part", ("T", 2)),)


class Later(NamedTuple):
    """A value that may not be needed. code: makes it. cell: of which it is the number, as it stands there."""

    code: str
    cell: Cell | None = None


class CellFields(Fields):
    _texts: Cells
    _plan: RowPlan

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._sure: set[str] = set()  # names of numbers that are never None
        self._later: dict[str, tuple[list[str], str, Later]] = {}  # places of lines, and what they begin with
        self._places = {f"len({feed.variable}) + 1" for feed in self._plan.feeds.values()}
        self._numbers: dict[str, str] = {}  # what was later, and is the number of a cell

    def _part(self, rule: ValueRule, info: Field, scope: Any, item: Item) -> Part | None:
        """Places of items that rows make, and how many there are, are looked up: quicker than to write them."""
        made, source = super()._part(rule, info, scope, item), rule.source
        is_place = isinstance(source, Position) and item.position in self._places
        is_count = isinstance(source, Count) and source.items[0].name in self._plan.summed
        if made is not None and (is_place or is_count) and info.name not in self._plan.wanted:
            name, number = made.pieces
            made.pieces = [name, Code(f"{self._sheet.name('NUMBERS', NUMBERS)}[{number}]")]
        return made

    # Texts

    def _held(self, rule: ValueRule, text: Text) -> Text:
        """A cell that no function changes is a variable already, and stays a cell."""
        return text if isinstance(text, Cell) and not rule.apply else super()._held(rule, text)

    def _converted(self, rule: ValueRule, info: Field, text: Text) -> Part:
        if isinstance(text, Cell) and not rule.map:
            return self._of_cell(rule, info, text)
        made = super()._converted(rule, info, text)
        if info.kind is Kind.DECIMAL and made.raw != NOTHING:
            made.raw = self._number(f"{self._sheet.name('number', number)}({made.raw})")
        return made

    def _of_cell(self, rule: ValueRule, info: Field, cell: Cell) -> Part:
        texts, sheet, is_decimal = self._texts, self._sheet, info.kind is Kind.DECIMAL
        table = self._table(rule, info, cell)
        if is_decimal and rule.decimals is None and texts.is_number(cell):
            table = None  # canonical as it is
        is_repeated = texts.is_repeated(cell)
        if texts.is_date(cell) and info.kind in (Kind.DATE, Kind.TIME) and not is_repeated:
            return self._of_date(info, cell, table)
        raw = self._raw(info, cell.code)
        if raw != NOTHING and (is_decimal or table is not None):
            raw = self._computed_from(cell, table, is_decimal=is_decimal)
        if table is None and (texts.is_number(cell) or not is_repeated):
            return Part(self._unchanged(info, cell), raw=raw)
        json = texts.table(table, as_json)
        lookup = Lookup.of(sheet.name("CELLS", json), json, cell.code)
        return Part([f',"{info.name}":', lookup], raw=raw)

    def _computed_from(self, cell: Cell, table: Table[Any] | None, *, is_decimal: bool) -> str:
        """A variable with the value of a cell that others are computed from. Its line is written when it is needed."""
        sheet, raw = self._sheet, self._sheet.fresh("x")
        if is_decimal and table is None:
            later = Later(f"{sheet.name('Decimal', Decimal)}({cell.code})", cell)
        else:
            known = self._texts.table(table, number if is_decimal else None)
            later = Later(f"{sheet.name('KNOWN', known)}[{cell.code}]")
        self._later[raw] = sheet.lines.reserve(), sheet.line(f"{raw} = "), later
        self._sure.add(raw)
        return raw

    def _of_date(self, info: Field, cell: Cell, table: Table[Any] | None, time: str = "") -> Part:
        """The date or the time of what is YYYY-MM-DD, or that with THH:MM:SS, which may have a fraction and a zone.

        time: code for what the table of times takes, where that is not the whole cell.
        """
        sheet, code = self._sheet, cell.code
        variable = sheet.fresh("x")
        if info.kind is Kind.DATE:
            sheet.emit(f"{variable} = {code}[:10]")
        else:
            lookup = f"{sheet.name('TIMES', table)}[{time or code}]"
            sheet.emit(f"{variable} = {code}[11:19] if len({code}) == 19 or {code}[22:23] == ':' else {lookup}")
            sheet.emit(f"if {variable} is None: {DOUBT}")
        return Part(self._written(info, variable), raw=self._raw(info, variable))

    def _of_text(self, rule: ValueRule, info: Field, text: Text) -> Part | None:
        """A value of the document's first row is the same for all rows, and made before them."""
        if isinstance(text, Cell) and info.kind is Kind.TIME and self._texts.is_date(text) and _is_time_of_day(rule):
            table = self._table(rule, info, text)
            return self.when(f"{text.code}[10:]", lambda: self._of_date(info, text, table, f"{text.code}[11:]"))
        bare = not (rule.default is not None or rule.required or rule.apply or rule.map)
        if not (isinstance(text, Cell) and bare and self._texts.is_of_document(text)) or info.name in self._plan.wanted:
            return super()._of_text(rule, info, text)
        part = self._of_cell(rule, info, text)
        return Part([Code(self._texts.once(f"{self._sheet.text(part.pieces)} if {text.code} else ''"))], sure=False)

    # Values that others are computed from

    def raw(self, steps: tuple[FieldStep, ...], item: Item) -> str:
        """Of a number in a cell that is surely used: the numbers of the whole column are made at once."""
        return self._needed(super().raw(steps, item), is_used=True)

    def _choice(self, made: Part, otherwise: Part, *, sure: bool) -> Part:
        made.raw = self._needed(made.raw, is_used=False)
        return super()._choice(made, otherwise, sure=sure)

    def _needed(self, raw: str, *, is_used: bool) -> str:
        """A value that something is computed from: only now its line is written, where it belongs; or it is the number
        of a cell, for which there is a variable."""
        for name in [name for name in self._later if name in raw]:
            place, line, later = self._later.pop(name)
            if later.cell is not None and is_used:
                self._numbers[name] = self._texts.number(later.cell)
                self._sure.add(self._numbers[name])
            else:
                place.append(line + later.code)
        return _NAME.sub(lambda found: self._numbers.get(found[0], found[0]), raw) if self._numbers else raw

    # Numbers

    def is_sure(self, raw: str) -> bool:
        """Whether a number is there in every document that comes here."""
        return raw in self._sure

    def _number(self, code: str) -> str:
        """A variable with what is surely there."""
        variable = self._sheet.fresh("x")
        self._sheet.emit(f"{variable} = {code}")
        self._sure.add(variable)
        return variable

    def _literal(self, info: Field, value: Literal | None) -> Part:
        made = super()._literal(info, value)
        if info.kind is Kind.DECIMAL and made.raw != NOTHING:
            made.raw = self._sheet.name("NUMBER", number(str(value)))
            self._sure.add(made.raw)
        return made

    def _present(self, info: Field, raw: str) -> Part | None:
        if info.kind is not Kind.DECIMAL or raw == NOTHING:
            return super()._present(info, raw)
        sheet, held = self._sheet, self._sheet.hold(raw)

        def make() -> Part:
            text = sheet.fresh("s")
            sheet.emit(f"{text} = {sheet.name('str', str)}({held})")
            sheet.emit(f"if {text} < '0' or 'E' in {text}: {text} = {sheet.name('plain', plain)}({held})")
            return Part([f',"{info.name}":"', Code(text), '"'], raw=held)

        return make() if held in self._sure else self.when(f"{held} is not None", make)

    def _product(self, info: Field, source: Product, item: Item) -> Part | None:
        if found := self._product_of_cells(source, item):
            self._sure.add(found[0])
            return Part([f',"{info.name}":"', Code(found[1]), '"'], raw=found[0])
        factors = [self.raw(steps, item) for steps in source.factors]
        one = self._sheet.name("NUMBER", number("1"))
        divisor = one if source.divided_by is None else self.raw(source.divided_by, item)
        if NOTHING in (*factors, divisor):
            return None
        if divisor == one and self._sure.issuperset(factors):
            return self._present(info, self._number(" * ".join(factors)))
        product = self._sheet.name("product", multiplied)
        return self._present(info, f"{product}(({', '.join(factors)},), {divisor})")

    def _product_of_cells(self, source: Product, item: Item) -> tuple[str, str] | None:
        """The variables of a product of two columns and its text, which are made for all rows at once."""
        if source.divided_by and super().raw(source.divided_by, item) != self._sheet.name("NUMBER", number("1")):
            return None
        laters = [self._later.get(super(CellFields, self).raw(steps, item)) for steps in source.factors]
        cells = [later[2].cell for later in laters if later is not None]
        if len(cells) != len(laters) or len(cells) != 2 or cells[0] is None or cells[1] is None:
            return None
        return self._texts.product(cells[0], cells[1])


def _is_time_of_day(rule: ValueRule) -> bool:
    """Whether a rule takes what stands behind the T of a date, if anything does, and nothing else."""
    return rule.apply == _TIME_OF_DAY and not (rule.map or rule.required or rule.default is not None)


class RowObjects(Objects):
    _writer = CellFields
    _total = staticmethod(added)
    _plan: RowPlan
    _fields: CellFields

    def items_of(self, feed: Feed) -> Items:
        """The list that a feed fills."""
        if feed.added:
            return RowItems(self._sheet, feed, self._fields)
        return Items(self._sheet, feed.variable, feed.exports)

    def _computed(self, rule: ValueRule) -> str:
        source = rule.source
        if isinstance(source, Count) and (feed := self._plan.summed.get(source.items[0].name)):
            return f"len({feed.variable})"
        if isinstance(source, Sum) and (feed := self._plan.summed.get(source.terms[0][0].name)):
            names = tuple(step.name for step in source.terms[0][1:])
            total = feed.sum_of(names)
            gap = f"{feed.gap_in(names)} or " if source.every else ""
            return f"(None if {gap}{total} is {self._sheet.name('ZERO', ZERO)} else {total})"
        return super()._computed(rule)


class RowItems(Items):
    """Items of which fields are added up as they come."""

    def __init__(self, sheet: Sheet, feed: Feed, fields: CellFields) -> None:
        super().__init__(sheet, feed.variable, feed.added)
        self._feed = feed
        self._fields = fields

    def add(self, pieces: list[Piece], raws: Sequence[str]) -> None:
        sheet = self._sheet
        sheet.emit(f"{self.variable}.append({sheet.text(pieces)})")
        for names, raw in zip(self._feed.added, raws, strict=True):
            total, sure = self._feed.sum_of(names), self._fields.is_sure(raw)
            value = raw if sure else sheet.hold(f"{raw}")
            if not sure:
                sheet.emit(f"if {value} is None: {self._feed.gap_in(names)} = True")
            word = "" if sure else "else: "
            sheet.emit(f"{word}{total} += {value}")
