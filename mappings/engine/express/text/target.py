"""Values of the target out of cells: by tables that say of each text at once what it is in JSON, and exact numbers.

Decimals that others are computed from are `Decimal` objects here; programs run under a context that is exact.
"""

from typing import Any

from mappings.engine.express.fields import NOTHING, Fields, Item, Part
from mappings.engine.express.objects import Objects
from mappings.engine.express.sheet import Code, Lookup, as_json
from mappings.engine.express.source import Text
from mappings.engine.express.text.cells import Cell, Cells
from mappings.engine.express.text.values import added, multiplied, number
from mappings.engine.rules.declaration import Literal, Product, ValueRule
from mappings.engine.rules.target import Field, Kind
from mappings.engine.rules.values import plain


class CellFields(Fields):
    _texts: Cells

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._sure: set[str] = set()  # names of numbers that are never None

    # Texts

    def _held(self, rule: ValueRule, text: Text) -> Text:
        if isinstance(text, Cell):
            if not rule.apply:
                return text
            text = self._texts.value(text)
        return super()._held(rule, text)

    def _converted(self, rule: ValueRule, info: Field, text: Text) -> Part:
        if isinstance(text, Cell) and not rule.map:
            return self._of_cell(rule, info, text)
        made = super()._converted(rule, info, self._texts.value(text))
        if info.kind is Kind.DECIMAL and made.raw != NOTHING:
            made.raw = self._number(f"{self._sheet.name('number', number)}({made.raw})")
        return made

    def _of_cell(self, rule: ValueRule, info: Field, cell: Cell) -> Part:
        table, is_read = self._table(rule, info, cell), self._texts.is_read(cell)
        if table is None and not is_read:
            return Part(self._written(info, cell.code, plain=cell.plain), raw=self._raw(info, cell.code))
        raw = NOTHING
        if info.name in self._plan.wanted:
            known = self._texts.table(cell, table, number if info.kind is Kind.DECIMAL else None)
            raw = self._number(f"{self._sheet.name('KNOWN', known)}[{cell.code}]")
        json = self._texts.table(cell, table, as_json)
        return Part([f',"{info.name}":', Lookup.of(self._sheet.name("CELLS", json), json, cell.code)], raw=raw)

    # Numbers

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
            sheet.emit(f"if 'E' in {text} or {text}[0] == '-': {text} = {sheet.name('plain', plain)}({held})")
            return Part([f',"{info.name}":"', Code(text), '"'], raw=held)

        return make() if held in self._sure else self.when(f"{held} is not None", make)

    def _product(self, info: Field, source: Product, item: Item) -> Part | None:
        factors = [self.raw(steps, item) for steps in source.factors]
        one = self._sheet.name("NUMBER", number("1"))
        divisor = one if source.divided_by is None else self.raw(source.divided_by, item)
        if NOTHING in (*factors, divisor):
            return None
        if divisor == one and self._sure.issuperset(factors):
            return self._present(info, self._number(" * ".join(factors)))
        product = self._sheet.name("product", multiplied)
        return self._present(info, f"{product}(({', '.join(factors)},), {divisor})")


class RowObjects(Objects):
    _writer = CellFields
    _total = staticmethod(added)
