"""Writes values that are computed from fields of the target, and conditions on source and target."""

from collections.abc import Callable

from mappings.engine.errors import DeclarationError
from mappings.engine.rules import values
from mappings.engine.rules.declaration import (
    AllOf,
    Computed,
    Condition,
    FieldTest,
    Level,
    Not,
    Parent,
    Position,
    Product,
    SourcesDiffer,
    SourceTest,
    Sum,
    ValueRule,
)
from mappings.engine.rules.draft import Draft, Item
from mappings.engine.rules.paths import FieldFilter, FieldStep
from mappings.engine.rules.program import Input, Origin
from mappings.engine.rules.source_writer import tuple_code
from mappings.engine.rules.target import Field, Kind, field, fields

Store = Callable[[str], str]


class ComputedWriter:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    def write(self, rule: ValueRule, source: Computed, info: Field, store: Store) -> Origin:
        """Lines that store one computed value. Raises DeclarationError for fields that do not exist or do not fit."""
        if isinstance(source, Position):
            return self._position(rule, info, store)
        if isinstance(source, Level):
            return self._level(rule, source, info, store)
        if isinstance(source, Parent):
            return self._parent(rule, source, info, store)
        if isinstance(source, Product):
            return self._product(rule, source, info, store)
        if isinstance(source, Sum):
            return self._sum(rule, source, info, store)
        _expect(rule, info, Kind.INTEGER)
        if len(source.items) > 1:
            raise DeclarationError(rule.rule, "count takes a list of the document")
        listed, conditions, _ = self._listed(source.items[0], rule.rule)
        counted = f"[x for x in {listed}{conditions}]" if conditions else listed
        self._draft.lines.emit(store(f"len({counted})"))
        return Origin(rule.rule)

    def _position(self, rule: ValueRule, info: Field, store: Store) -> Origin:
        _expect(rule, info, Kind.INTEGER)
        listed = self._draft.items[-1].list_name
        if not listed:
            raise DeclarationError(rule.rule, "only an item of a list has a position")
        self._draft.lines.emit(store(f"len({listed}) + 1"))
        return Origin(rule.rule)

    def _level(self, rule: ValueRule, source: Level, info: Field, store: Store) -> Origin:
        _expect(rule, info, Kind.INTEGER)
        self._draft.lines.emit(f"v = {self._draft.source.level(source.path, rule.rule)}")
        self._draft.lines.emit(f"if v: {store('v')}")
        return Origin(rule.rule)

    def _parent(self, rule: ValueRule, source: Parent, info: Field, store: Store) -> Origin:
        item = self._draft.items[-1]
        if not item.parent:
            raise DeclarationError(rule.rule, "only items of a `then` block follow another item")
        _expect(rule, info, field(item.struct, source.field, rule.rule).kind)
        name = ascii(source.field)
        self._draft.lines.emit(f"if {name} in {item.parent}: {store(f'{item.parent}[{name}]')}")
        return Origin(rule.rule)

    def _product(self, rule: ValueRule, source: Product, info: Field, store: Store) -> Origin:
        _expect(rule, info, Kind.DECIMAL)
        item = self._draft.items[-1]
        factors = [self._field(steps, item, rule.rule, Kind.DECIMAL) for steps in source.factors]
        divided_by = source.divided_by
        divisor = "''" if divided_by is None else self._field(divided_by, item, rule.rule, Kind.DECIMAL)
        self._draft.tables["product"] = values.product
        self._draft.lines.emit(f"v = product(({''.join(f'{factor}, ' for factor in factors)}), {divisor})")
        self._draft.lines.emit(f"if v is not None: {store('v')}")
        used = source.factors if divided_by is None else (*source.factors, divided_by)
        return Origin(rule.rule, inputs=tuple(Input(tuple(step.name for step in steps)) for steps in used))

    def _sum(self, rule: ValueRule, source: Sum, info: Field, store: Store) -> Origin:
        _expect(rule, info, Kind.DECIMAL)
        terms, kinds, inputs = [], [], []
        for first, *rest in source.terms:
            if not rest:
                raise DeclarationError(rule.rule, f"name the field to add up, as in {first.name}/amount")
            listed, conditions, entry = self._listed(first, rule.rule)
            items = listed + conditions
            terms.append(f"[{self._field(tuple(rest), entry, rule.rule, Kind.DECIMAL)} for x in {items}]")
            if source.alike:
                kinds.append(f"*({self._of_item_or_document(source.alike, entry, rule.rule)} for x in {items})")
            names = tuple(step.name for step in (first, *rest))
            inputs.append(Input(names, of_document=True, filters=first.filters))
        self._draft.tables["total"] = values.total
        one_kind = f" if len({{{', '.join(kinds)}}}) < 2 else None" if kinds else ""
        self._draft.lines.emit(f"v = total({' + '.join(terms)}, {source.every}){one_kind}")
        self._draft.lines.emit(f"if v is not None: {store('v')}")
        return Origin(rule.rule, inputs=tuple(inputs))

    def _of_item_or_document(self, name: str, entry: Item, rule: str) -> str:
        """Code for a field of an item, or the document's field of this name where the item has none."""
        document = self._draft.items[0]
        steps = (FieldStep(name),)
        of_document = self._field(steps, document, f"{rule}.alike", Kind.TEXT)
        return f"{self._field(steps, entry, f'{rule}.alike', Kind.TEXT)} or {of_document}"

    def _field(self, steps: tuple[FieldStep, ...], item: Item, rule: str, kind: Kind | None) -> str:
        """Code for a field of an item, None where it is not there. kind: what the field must be."""
        code, struct = item.variable, item.struct
        if not code:
            raise DeclarationError(rule, "the item is not there yet: test its fields inside its rules")
        for number, step in enumerate(steps, 1):
            if step.filters:
                raise DeclarationError(rule, "filters stand in sum and count only")
            info = field(struct, step.name, rule)
            if number == 1 and not item.before(step.name):
                raise DeclarationError(rule, f"{step.name} does not stand before this field in the model")
            if number == len(steps):
                code = f"{code}.get({ascii(step.name)})"
                if info.struct is not None or (kind is not None and info.kind is not kind):
                    raise DeclarationError(rule, f"{step.name} is {info.kind.value}, not {(kind or Kind.TEXT).value}")
            elif info.kind is Kind.OBJECT and info.struct is not None:
                code, struct = f"{code}.get({ascii(step.name)}, NONE)", info.struct
            else:
                raise DeclarationError(rule, f"{step.name} is {info.kind.value}, not an object")
        return code

    def _listed(self, step: FieldStep, rule: str) -> tuple[str, str, Item]:
        """Code for a list of the document and for what its items x must fulfil, and an item for their fields."""
        document = self._draft.items[0]
        info = field(document.struct, step.name, rule)
        if info.kind is not Kind.OBJECTS or info.struct is None:
            raise DeclarationError(rule, f"{step.name} is {info.kind.value}, not a list of objects")
        if not document.before(step.name):
            raise DeclarationError(rule, f"{step.name} does not stand before this field in the model")
        known = fields(info.struct)
        conditions = [self._filter(item, info, rule) for item in step.filters]
        code = f"{document.variable}.get({ascii(step.name)}, ())"
        test = f" if {' and '.join(conditions)}" if conditions else ""
        return code, test, Item("x", info.struct, known, at=len(known))

    def _filter(self, item: FieldFilter, listed: Field, rule: str) -> str:
        if listed.struct is None:
            raise DeclarationError(rule, f"{listed.name} is no list of objects")
        tested, name = field(listed.struct, item.field, rule), ascii(item.field)
        if item.absent or not item.value:
            return f"{name} not in x" if item.absent else f"{name} in x"
        if tested.kind is not Kind.TEXT and item.value not in tested.choices:
            raise DeclarationError(rule, f"{item.field} is never {item.value!r}")
        return f"x.get({name}) == {ascii(item.value)}"

    # Conditions

    def condition(self, condition: Condition, rule: str) -> str:
        """A condition as code."""
        if isinstance(condition, SourceTest):
            return self._draft.texts.condition(condition, rule)
        if isinstance(condition, SourcesDiffer):
            one, other = (self._draft.texts.text(source, rule).code for source in (condition.source, condition.other))
            return f"'' != ({one}) != ({other}) != ''"
        if isinstance(condition, FieldTest):
            return self._field_test(condition, rule)
        if isinstance(condition, Not):
            return f"not ({self.condition(condition.condition, rule)})"
        parts = [f"({self.condition(part, rule)})" for part in condition.conditions]
        return "(" + (" and " if isinstance(condition, AllOf) else " or ").join(parts) + ")"

    def _field_test(self, condition: FieldTest, rule: str) -> str:
        item = self._draft.items[-1]
        code = self._field(condition.field, item, rule, None)
        if condition.same_as is not None:
            return f"{code} == {self._field(condition.same_as, item, rule, None)}"
        return f"{code} in {tuple_code(condition.values)}" if condition.values else f"{code} is not None"


def _expect(rule: ValueRule, info: Field, kind: Kind) -> None:
    if info.kind is not kind:
        raise DeclarationError(rule.rule, f"gives {kind.value}, but the field is {info.kind.value}")
