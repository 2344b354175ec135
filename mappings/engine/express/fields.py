"""Values of the target: texts of the document, converted and written as JSON, or doubt.

They mean what `rules.value_writer` and `rules.computed_writer` make of them; where those would report a finding, the
program gives up.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from mappings.engine.express.plan import Plan
from mappings.engine.express.shape import Doubt
from mappings.engine.express.sheet import (
    DOUBT,
    QUOTED,
    Code,
    Cond,
    Lookup,
    Piece,
    Sheet,
    as_json,
    both,
    either,
    inverse,
    text_code,
)
from mappings.engine.express.source import SourceTexts, Text
from mappings.engine.express.tables import fitting
from mappings.engine.rules import values
from mappings.engine.rules.declaration import (
    AllOf,
    AnyOf,
    Condition,
    Constant,
    Count,
    FieldTest,
    Literal,
    Not,
    Parent,
    Position,
    Product,
    SourcesDiffer,
    SourceTest,
    TextSource,
    ValueRule,
)
from mappings.engine.rules.functions import FUNCTIONS
from mappings.engine.rules.paths import FieldStep
from mappings.engine.rules.source_writer import tuple_code
from mappings.engine.rules.target import Field, Kind
from mappings.engine.rules.values import Table

NOTHING = "None"
"""The raw value of a field that is not there, as code."""
LONGEST_NUMBER = 40
"""Digits of a number that is surely not too long to be converted."""


class Part(msgspec.Struct):
    """A field of an object as pieces of JSON, its comma first. sure: it is there; else it is one variable, which may
    be empty. raw: code of its canonical value for computed fields, which know it by name."""

    pieces: list[Piece]
    sure: bool = True
    raw: str = NOTHING

    @property
    def condition(self) -> Cond:
        return self.sure or text_code(self.pieces)


class Item:
    """An object while it is written. position: code of its place in its list, "" outside lists.

    raws: canonical values by field, of objects inside it their items. kept: whether such an object comes in.
    """

    def __init__(self, position: str = "", parent: "Item | None" = None) -> None:
        self.position = position
        self.parent = parent
        self.parts: dict[str, Part] = {}
        self.raws: dict[str, str | Item] = {}
        self.kept: Cond = True


Sums = Callable[[ValueRule], str]
"""Code of a value that is computed from lists of the document, None where it is not there."""


class Fields:
    def __init__(self, sheet: Sheet, texts: SourceTexts, plan: Plan, sums: Sums) -> None:
        self._sheet = sheet
        self._texts = texts
        self._plan = plan
        self._sums = sums

    def skipped(self, releases: tuple[str, ...]) -> bool:
        return bool(releases) and self._plan.release not in releases

    def part(self, rule: ValueRule, info: Field, scope: Any, item: Item) -> Part | None:
        """The field that a rule makes; None where it makes none in this shape."""
        if self.skipped(rule.releases):
            return None
        condition = self.condition(rule.when, scope, item) if rule.when is not None else True
        return self.when(condition, lambda: self._part(rule, info, scope, item))

    def when(self, condition: Cond, make: Callable[[], Part | None]) -> Part | None:
        """A field that is there under a condition."""
        if condition is False:
            return None
        if condition is True:
            return make()
        sheet = self._sheet
        sheet.lines.open(f"if {condition}:")
        made = make()
        return self._choice(made or Part([""]), Part([""]), sure=False)

    def _choice(self, made: Part, otherwise: Part, *, sure: bool) -> Part:
        """Closes the block in which a field was made, and says what it is elsewhere."""
        sheet = self._sheet
        name = sheet.fresh("p")
        with_raw = not (made.raw == otherwise.raw == NOTHING)
        raw = sheet.fresh("x") if with_raw else NOTHING
        sheet.emit(f"{name} = {sheet.text(made.pieces)}")
        if with_raw:
            sheet.emit(f"{raw} = {made.raw}")
        sheet.lines.indent -= 1
        sheet.emit(f"else: {name} = {text_code(otherwise.pieces)}{f'; {raw} = {otherwise.raw}' if with_raw else ''}")
        return Part([Code(name)], sure, raw)

    def _part(self, rule: ValueRule, info: Field, scope: Any, item: Item) -> Part | None:
        source = rule.source
        if isinstance(source, Constant):
            return self._literal(info, source.value)
        if isinstance(source, TextSource):
            return self._of_text(rule, info, self._texts.text(source, scope))
        if isinstance(source, Position):
            if not item.position:
                raise Doubt(rule.rule)
            place = self._sheet.hold(item.position) if info.name in self._plan.wanted else item.position
            return Part(_named(info, Code(place)), raw=place)
        if isinstance(source, Parent):
            raw = item.parent.raws.get(source.field, NOTHING) if item.parent else NOTHING
            return self._present(info, raw) if isinstance(raw, str) else None
        if isinstance(source, Product):
            return self._product(info, source, item)
        if isinstance(source, Count):
            return Part(_named(info, Code(self._sheet.hold(self._sums(rule)))))
        return self._present(info, self._sums(rule))

    def _literal(self, info: Field, value: Literal | None) -> Part:
        return Part([f',"{info.name}":{as_json(value)}'], raw=self._raw(info, ascii(value)))

    def _present(self, info: Field, raw: str) -> Part | None:
        """A plain value that may be None."""
        if raw == NOTHING:
            return None
        held = self._sheet.hold(raw)
        return self.when(f"{held} is not None", lambda: Part(self._written(info, held), raw=held))

    def _product(self, info: Field, source: Product, item: Item) -> Part | None:
        factors = [self.raw(steps, item) for steps in source.factors]
        divisor = "''" if source.divided_by is None else self.raw(source.divided_by, item)
        if NOTHING in (*factors, divisor):
            return None
        product = self._sheet.name("product", values.product)
        code = f"{product}(({', '.join(factors)},), {divisor})"
        if len(factors) == 2 and divisor != "''" and all(factor.isidentifier() for factor in factors):
            usual = self._sheet.name("times", values.product_of_two)
            code = f"{usual}({', '.join(factors)}) if {divisor} == '1' and {' and '.join(factors)} else {code}"
        return self._present(info, code)

    # Texts

    def _of_text(self, rule: ValueRule, info: Field, text: Text) -> Part | None:
        if text.sure is False:
            if rule.required:
                self._sheet.emit(DOUBT)
            return None if rule.default is None else self._literal(info, rule.default)
        text = self._held(rule, text)
        if text.sure:
            return self._converted(rule, info, text)
        if rule.required:
            self._sheet.emit(f"if not {text.code}: {DOUBT}")
            return self._converted(rule, info, text)
        if rule.default is None:
            return self.when(text.code, lambda: self._converted(rule, info, text))
        self._sheet.lines.open(f"if {text.code}:")
        made = self._converted(rule, info, text)
        return self._choice(made, self._literal(info, rule.default), sure=made.sure)

    def _held(self, rule: ValueRule, text: Text) -> Text:
        """In a variable, and changed by the functions of the rule."""
        sheet = self._sheet
        if not rule.apply:
            return msgspec.structs.replace(text, code=sheet.hold(text.code))
        variable = sheet.fresh("t")
        sheet.emit(f"{variable} = {text.code}")
        for call in rule.apply:
            function = sheet.name(f"apply_{call.function}", FUNCTIONS[call.function].call)
            arguments = "".join(f", {ascii(argument)}" for argument in call.arguments)
            sheet.emit(f"if {variable}: {variable} = {function}({variable}{arguments})")
        return Text(variable, plain=False, source_type=text.source_type)

    def _converted(self, rule: ValueRule, info: Field, text: Text) -> Part:
        """A text that is there, as what the field holds."""
        sheet = self._sheet
        if rule.map:
            return self._mapped(rule, info, text)
        table = self._table(rule, info, text)
        if table is None:
            return Part(self._unchanged(info, text), raw=self._raw(info, text.code))
        lookup = f"{sheet.name('TABLE', table)}[{text.code}]"
        if info.kind is Kind.DECIMAL and _is_usual(rule, text):
            lookup = f"{text.code} if {text.code}[0] > '0' else {lookup}"
        variable = sheet.looked_up(lookup)
        if info.kind is Kind.DATE and sheet.is_unconditional:
            sheet.covered.add(text.code)
        return Part(self._written(info, variable, plain=text.plain), raw=self._raw(info, variable))

    def _raw(self, info: Field, code: str) -> str:
        """The canonical value, where something is computed from it."""
        return code if info.name in self._plan.wanted else NOTHING

    def _unchanged(self, info: Field, text: Text) -> list[Piece]:
        return self._written(info, text.written or text.code, plain=text.plain or bool(text.written))

    def _written(self, info: Field, variable: str, *, plain: bool = False) -> list[Piece]:
        """A canonical value as JSON. plain: a text that stands in JSON as it is."""
        if info.kind in (Kind.INTEGER, Kind.BOOLEAN):
            return _named(info, Code(variable))
        if plain or info.kind in (Kind.DECIMAL, Kind.DATE, Kind.TIME):
            return [f',"{info.name}":"', Code(variable), '"']
        return _named(info, Code(f"{self._sheet.name('QUOTED', QUOTED)}[{variable}]"))

    def _table(self, rule: ValueRule, info: Field, text: Text) -> Table[Any] | None:
        """What converts a text; None where it stands as it is."""
        known = self._plan.conversions
        if info.kind is Kind.DECIMAL:
            decimals = rule.decimals
            if decimals is None and len(text.source_type) == 2 and text.source_type[0] == "N":
                decimals = int(text.source_type[1])
            return known.decimal if decimals is None else values.implied_table(decimals)
        tables: dict[Kind, Table[Any]] = {Kind.INTEGER: known.integer, Kind.DATE: known.date, Kind.TIME: known.time}
        if info.kind in tables:
            return tables[info.kind]
        return fitting(info) if info.constrained else None

    def _mapped(self, rule: ValueRule, info: Field, text: Text) -> Part:
        """A code of a list, as the list translates it."""
        table = self._plan.tables.members(rule, f',"{info.name}":')
        lookup = Lookup.of(self._sheet.name("MEMBERS", table), table, text.code)
        return Part([lookup], rule.fallback.action != "drop", self._translated(rule, info, text))

    def _translated(self, rule: ValueRule, info: Field, text: Text) -> str:
        """The canonical value itself, for fields that are computed from it."""
        if info.name not in self._plan.wanted:
            return NOTHING
        default = {"default": f", {ascii(rule.fallback.value)}", "pass": f", {text.code}"}.get(rule.fallback.action, "")
        codes = self._sheet.name("VALUES", self._plan.tables.codelists[rule.map])
        return self._sheet.hold(f"{codes}.get({text.code}{default})")

    # Conditions, and fields of the item

    def condition(self, condition: Condition, scope: Any, item: Item) -> Cond:
        if isinstance(condition, SourceTest):
            return self._texts.condition(condition, scope)
        if isinstance(condition, SourcesDiffer):
            left, right = (self._texts.text(source, scope) for source in (condition.source, condition.other))
            is_open = left.sure is not False and right.sure is not False
            return f"'' != ({left.code}) != ({right.code}) != ''" if is_open else False
        if isinstance(condition, FieldTest):
            return self._field_test(condition, item)
        if isinstance(condition, Not):
            return inverse(self.condition(condition.condition, scope, item))
        found: Cond = isinstance(condition, AllOf)
        for part in condition.conditions:
            one = self.condition(part, scope, item)
            found = either(found, one) if isinstance(condition, AnyOf) else both(found, one)
        return found

    def _field_test(self, condition: FieldTest, item: Item) -> Cond:
        raw = self.raw(condition.field, item)
        if condition.same_as is not None:
            other = self.raw(condition.same_as, item)
            return True if raw == other == NOTHING else f"{raw} == {other}"
        if raw == NOTHING:
            return False
        return f"{raw} in {tuple_code(condition.values)}" if condition.values else f"{raw} is not None"

    def raw(self, steps: tuple[FieldStep, ...], item: Item) -> str:
        """Code of the canonical value of a field, None where it is not there."""
        found: str | Item | None = item
        kept: Cond = True
        for step in steps:
            if not isinstance(found, Item):
                return NOTHING
            kept = both(kept, found.kept) if found is not item else kept
            found = found.raws.get(step.name)
        if not isinstance(found, str) or kept is False:
            return NOTHING
        return found if kept is True else f"({found} if {kept} else None)"


def _is_usual(rule: ValueRule, text: Text) -> bool:
    """Whether a number that was checked, without exponent and last point, is canonical if it begins with 1 to 9."""
    known = text.definition
    return rule.decimals is None and known is not None and known.type == "R" and 0 < known.max <= LONGEST_NUMBER


def _named(info: Field, code: Code) -> list[Piece]:
    return [f',"{info.name}":', code]
