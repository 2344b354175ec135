"""Writes the target side of a program: objects, lists and values of the canonical document, checked as they go.

Objects are written in the order of the model, so that a computed value may use every field that stands before it.
"""

import functools
from collections.abc import Callable, Mapping

import msgspec

from mappings.engine.canonical.parts import Part
from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code, Severity
from mappings.engine.names import nearest
from mappings.engine.rules import values
from mappings.engine.rules.declaration import (
    AllOf,
    AnyOf,
    Block,
    Condition,
    Constant,
    Count,
    Declaration,
    FieldTest,
    Groups,
    ListRule,
    Literal,
    Not,
    ObjectRule,
    Parent,
    Position,
    Product,
    Rule,
    SourceTest,
    Sum,
    TextSource,
    ValueRule,
)
from mappings.engine.rules.functions import FUNCTIONS
from mappings.engine.rules.paths import FieldStep
from mappings.engine.rules.program import Input, Origin, Point, Ref, Site
from mappings.engine.rules.shape import SourceShape
from mappings.engine.rules.target import Field, Kind, field, fields
from mappings.engine.rules.writer import Found, Read, SourceWriter, Text

DECIMAL = values.Table(values.decimal_text)
INTEGER = values.Table(values.integer)
TIME = values.Table(values.time_text)


@functools.cache
def date_table(pivot: int) -> values.Table[str]:
    return values.Table(functools.partial(values.date_text, pivot))


@functools.cache
def implied_table(decimals: int) -> values.Table[str]:
    return values.Table(functools.partial(values.implied_decimal_text, decimals))


class Item(msgspec.Struct):
    """The item (or document) that rules are being written for. at: the index of the field being written."""

    variable: str
    struct: type[Part]
    order: list[str]
    at: int = 0
    parent: str = ""
    list_name: str = ""


class Slots:
    """The variables that a record of the program carries, each once."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def of(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def ref(self, read: Read) -> Ref:
        group = self.of(read.group) if read.group else -1
        slot = self.of(read.found.name)
        return Ref(slot, read.element, read.component, read.many, group, read.found.loop, read.element_id)

    def code(self) -> str:
        return "".join(f", {name}" for name in self.names)


class Emitter:
    """Writes one program for one release."""

    def __init__(self, declaration: Declaration, shape: SourceShape, release: str, explaining: bool) -> None:
        self.declaration = declaration
        self.release = release
        self.explaining = explaining
        self.writer = SourceWriter(shape)
        self.points: list[Point] = []
        self.sites: list[Site] = []
        self.items: list[Item] = []
        self.objects = 0

    def document(self, struct: type[Part]) -> str:
        """The source of the whole program."""
        emit = self.writer.emit
        known = fields(struct)
        for name, info in known.items():
            if info.required and name != "model" and not self._certain(self.declaration.rules.get(name), info):
                reason = "the model requires this field: give it a rule with `required`, `default` or a constant"
                raise DeclarationError(f"rules.{name}", reason)
        emit("o0 = {}")
        if "model" in known:
            emit(f"o0['model'] = {ascii(self.declaration.target)}")
        self.items.append(Item("o0", struct, list(known)))
        self._fields(self.declaration.rules, struct, "o0", "rules", self.items[-1])
        emit("return o0")
        return self.writer.source("def run(n0, context, E, R):")

    def _certain(self, rule: Rule | None, info: Field) -> bool:
        if isinstance(rule, ValueRule):
            return bool(rule.required) or self._always(rule)
        return isinstance(rule, ObjectRule) and rule.when is None

    # Objects and lists

    def _fields(
        self, rules: Mapping[str, Rule], struct: type[Part], variable: str, path: str, item: Item | None
    ) -> None:
        """Write all fields of one object, then the record that explains them."""
        known = fields(struct)
        for name, rule in rules.items():
            if name not in known:
                raise DeclarationError(rule.rule, f"{struct.__name__} has no field {name!r}{nearest(name, known)}")
        origins: dict[str, Origin] = {}
        slots = Slots()
        for index, (name, info) in enumerate(known.items()):
            if item is not None:
                item.at = index
            written = rules.get(name)
            if written is None or self._skipped(written):
                continue
            if isinstance(written, ValueRule):
                origins[name] = self._value(
                    written, info, lambda code, n=name: f"{variable}[{ascii(n)}] = {code}", slots
                )
            elif isinstance(written, ObjectRule):
                self._object(written, info, variable)
            else:
                self._list(written, info, variable)
        if self.explaining and origins:
            self._record(Site(origins), variable, slots)

    def _record(self, site: Site, variable: str, slots: Slots, index: str = "") -> None:
        self.sites.append(site)
        place = f", {index}" if index else ""
        self.writer.emit(f"R(({len(self.sites) - 1}, {variable}{place}{slots.code()}))")

    def _object(self, rule: ObjectRule, info: Field, parent: str) -> None:
        if info.kind is not Kind.OBJECT or info.struct is None:
            raise DeclarationError(rule.rule, f"this field is a {info.kind.value}, not an object")
        indent = self.writer.indent
        if rule.when is not None:
            self._if(self._condition(rule.when, f"{rule.rule}.when"))
        variable = self._new_object()
        self._fields(rule.rules, info.struct, variable, rule.rule, None)
        self._if(self._worth_keeping(rule.rules, info.struct, variable))
        self.writer.emit(f"{parent}[{ascii(info.name)}] = {variable}")
        self.writer.indent = indent

    def _list(self, rule: ListRule, info: Field, parent: str) -> None:
        if info.kind not in (Kind.OBJECTS, Kind.TEXTS):
            raise DeclarationError(rule.rule, f"this field is a {info.kind.value}, not a list")
        self.objects += 1
        name = f"l{self.objects}"
        self.writer.emit(f"{name} = []")
        for block in rule.blocks:
            if not self._skipped(block):
                self._block(block, info, name, "")
        self.writer.emit(f"if {name}: {parent}[{ascii(info.name)}] = {name}")

    def _block(self, block: Block, info: Field, name: str, parent: str) -> None:
        writer = self.writer
        scope, indent = writer.scope, writer.indent
        if block.each is not None:
            writer.enter(block.each, f"{block.rule}.each")
        if block.groups is not None:
            self._groups(block.groups, f"{block.rule}.groups")
        if info.kind is Kind.TEXTS:
            self._texts(block, name)
        elif info.struct is not None:
            self._item(block, info.struct, name, parent)
        writer.leave(scope, indent)

    def _groups(self, groups: Groups, rule: str) -> None:
        """Open a loop over groups of elements of the segment that the block is about."""
        own = self.writer.enter_groups(groups.size)
        self.writer.shape.element(own.segment, groups.last, 0, f"{rule}.last")
        span = f"range({groups.first}, min({own.size}, {groups.last + 1}), {groups.size})"
        self.writer.emit(f"for {self.writer.scope.group} in {span}:")
        self.writer.indent += 1

    def _texts(self, block: Block, name: str) -> None:
        if not block.values or block.then:
            raise DeclarationError(block.rule, "this field is a list of texts: use `values`")
        if block.when is not None:
            self._if(self._condition(block.when, f"{block.rule}.when"))
        for value in block.values:
            self._text_item(value, name)

    def _text_item(self, value: ValueRule, name: str) -> None:
        if self._skipped(value):
            return
        slots = Slots()
        site = len(self.sites)
        self.sites.append(Site({}, text=True))

        def store(code: str) -> str:
            record = f"R(({site}, {name}, len({name}){slots.code()})); " if self.explaining else ""
            return f"{record}{name}.append({code})"

        origin = self._value(value, Field("", Kind.TEXT, required=False), store, slots)
        self.sites[site] = Site({"": origin}, text=True)

    def _item(self, block: Block, struct: type[Part], name: str, parent: str) -> None:
        if block.values:
            raise DeclarationError(block.rule, f"this field is a list of {struct.__name__}: use `rules`")
        if block.when is not None:
            self.items.append(Item("", struct, []))
            self._if(self._condition(block.when, f"{block.rule}.when"))
            self.items.pop()
        variable = self._new_object()
        self.items.append(Item(variable, struct, list(fields(struct)), parent=parent, list_name=name))
        self._fields(block.rules, struct, variable, block.rule, self.items[-1])
        self.items.pop()
        self._if(self._worth_keeping(block.rules, struct, variable))
        self.writer.emit(f"{name}.append({variable})")
        for then in block.then:
            if not self._skipped(then):
                self._block(then, Field("", Kind.OBJECTS, required=False, struct=struct), name, variable)

    def _new_object(self) -> str:
        self.objects += 1
        self.writer.emit(f"o{self.objects} = {{}}")
        return f"o{self.objects}"

    def _worth_keeping(self, rules: Mapping[str, Rule], struct: type[Part], variable: str) -> str:
        """The condition under which an object has what the model requires; "" where it always has."""
        missing = [name for name, info in fields(struct).items() if info.required and not self._always(rules.get(name))]
        if missing:
            return " and ".join(f"{ascii(name)} in {variable}" for name in missing)
        return "" if any(self._always(rule) for rule in rules.values()) else variable

    def _always(self, rule: Rule | None) -> bool:
        """True when a rule gives a value whatever the document says."""
        if not isinstance(rule, ValueRule) or rule.when is not None or self._skipped(rule):
            return False
        return rule.default is not None or isinstance(rule.source, Constant | Position | Count)

    def _skipped(self, rule: Rule | Block) -> bool:
        return not isinstance(rule, ListRule) and bool(rule.releases) and self.release not in rule.releases

    def _if(self, condition: str) -> None:
        if condition:
            self.writer.emit(f"if {condition}:")
            self.writer.indent += 1

    # Values

    def _value(self, rule: ValueRule, info: Field, store: Callable[[str], str], slots: Slots) -> Origin:
        if info.kind in (Kind.OBJECT, Kind.OBJECTS, Kind.TEXTS):
            raise DeclarationError(
                rule.rule, f"this field is a {info.kind.value}; it takes `rules`, `each` or `values`"
            )
        if rule.default is not None and rule.required:
            raise DeclarationError(rule.rule, "a value with a default is never missing: drop `default` or `required`")
        indent = self.writer.indent
        if rule.when is not None:
            self._if(self._condition(rule.when, f"{rule.rule}.when"))
        if isinstance(rule.source, TextSource):
            origin = self._text_value(rule, rule.source, info, store, slots)
        else:
            origin = self._other_value(rule, info, store)
        self.writer.indent = indent
        return origin

    def _text_value(
        self, rule: ValueRule, source: TextSource, info: Field, store: Callable[[str], str], slots: Slots
    ) -> Origin:
        emit = self.writer.emit
        text = self.writer.text(source, rule.rule)
        refs = tuple(slots.ref(read) for read in text.reads)
        emit(f"t = {text.code}")
        for call in rule.apply:
            arguments = "".join(f", {ascii(argument)}" for argument in call.arguments)
            self.writer.tables[f"apply_{call.function}"] = FUNCTIONS[call.function].call
            emit(f"if t: t = apply_{call.function}(t{arguments})")
        emit("if t:")
        self.writer.indent += 1
        self._convert(rule, info, text, store)
        self.writer.indent -= 1
        if rule.default is not None:
            emit("else:")
            emit("    " + store(self._checked(rule.default, info, f"{rule.rule}.default")))
        elif rule.required:
            emit("else:")
            emit("    " + self._report(rule, text, Code.MAPPING_REQUIRED, Severity.ERROR, rule.required, "''"))
        return Origin(rule.rule, refs, text.every, tuple(text.context))

    def _convert(self, rule: ValueRule, info: Field, text: Text, store: Callable[[str], str]) -> None:
        """Lines that turn the text `t` into the field's kind and store it, or report that it cannot be done."""
        emit = self.writer.emit
        if rule.map:
            self._map(rule, info, text, store)
            return
        table = self._table(rule, info, text)
        if not table:
            emit(store("t"))
            return
        emit(f"v = {table}[t]")
        message = f"{{value!r}} is not {_EXPECTED.get(info.kind, 'a value that fits here')}"
        emit(f"if v is None: {self._report(rule, text, Code.MAPPING_VALUE_INVALID, Severity.ERROR, message, 't')}")
        emit(f"else: {store('v')}")

    def _table(self, rule: ValueRule, info: Field, text: Text) -> str:
        """The name of the conversion table for a field, "" where the text stands as it is."""
        tables = self.writer.tables
        if rule.decimals is not None and info.kind is not Kind.DECIMAL:
            raise DeclarationError(f"{rule.rule}.decimals", "only a decimal field has decimals")
        if info.kind is Kind.DECIMAL:
            return self._decimal(rule, text.source_type)
        if info.kind is Kind.INTEGER:
            tables["INTEGER"] = INTEGER
            return "INTEGER"
        if info.kind is Kind.DATE:
            tables["DATE"] = date_table(self.declaration.century_pivot)
            return "DATE"
        if info.kind is Kind.TIME:
            tables["TIME"] = TIME
            return "TIME"
        if info.kind is Kind.CHOICE:
            raise DeclarationError(rule.rule, f"needs `map`: the field takes only {', '.join(info.choices)}")
        if info.kind is Kind.BOOLEAN:
            raise DeclarationError(rule.rule, "needs `map`: the field is true or false")
        if info.constrained:
            return self.writer.table("FIT", values.Table(lambda value: value if info.accepts(value) else None))
        return ""

    def _decimal(self, rule: ValueRule, source_type: str) -> str:
        decimals = rule.decimals
        if decimals is None and source_type == "N":
            raise DeclarationError(rule.rule, "the element has implied decimals that are not known; say `decimals: 2`")
        if decimals is None and len(source_type) == 2 and source_type[0] == "N":
            decimals = int(source_type[1])
        if decimals is None:
            self.writer.tables["DECIMAL"] = DECIMAL
            return "DECIMAL"
        self.writer.tables[f"DECIMAL_{decimals}"] = implied_table(decimals)
        return f"DECIMAL_{decimals}"

    def _map(self, rule: ValueRule, info: Field, text: Text, store: Callable[[str], str]) -> None:
        emit = self.writer.emit
        lists = self.declaration.codelists
        if rule.map not in lists:
            raise DeclarationError(f"{rule.rule}.map", f"there is no code list {rule.map!r}{nearest(rule.map, lists)}")
        entries = lists[rule.map]
        for code, value in entries.items():
            self._checked(value, info, f"{rule.rule}.map ({rule.map}, {code!r})")
        table = self.writer.table("CODES", entries)
        if rule.fallback.action == "default":
            emit(store(f"{table}.get(t, {self._checked(rule.fallback.value, info, f'{rule.rule}.fallback')})"))
        elif rule.fallback.action == "pass":
            if info.kind is not Kind.TEXT or info.constrained:
                raise DeclarationError(
                    f"{rule.rule}.fallback", "only a free text can take a code that is not translated"
                )
            emit(store(f"{table}.get(t, t)"))
        else:
            emit(f"v = {table}.get(t)")
            emit(f"if v is not None: {store('v')}")
            if rule.fallback.action != "drop":
                severity = Severity.ERROR if rule.fallback.action == "fail" else Severity.WARNING
                message = f"{{value!r}} is not in the code list {rule.map}"
                emit(f"else: {self._report(rule, text, Code.MAPPING_CODE_UNKNOWN, severity, message, 't')}")

    def _checked(self, value: Literal | None, info: Field, rule: str) -> str:
        """A literal as code, after checking that it fits the field."""
        good = {
            Kind.BOOLEAN: isinstance(value, bool),
            Kind.INTEGER: isinstance(value, int) and not isinstance(value, bool),
            Kind.CHOICE: isinstance(value, str) and value in info.choices,
            Kind.DECIMAL: isinstance(value, str) and values.decimal_text(value) == value,
            Kind.DATE: isinstance(value, str) and values.date_text(0, value.replace("-", "")) == value,
            Kind.TIME: isinstance(value, str) and values.time_text(value.replace(":", "")) == value,
            Kind.TEXT: isinstance(value, str) and bool(value) and info.accepts(value),
        }[info.kind]
        if not good:
            expected = (
                f"one of {', '.join(info.choices)}" if info.choices else _EXPECTED.get(info.kind, "a text that fits")
            )
            hint = nearest(value, info.choices) if isinstance(value, str) and info.choices else ""
            raise DeclarationError(rule, f"{value!r} is not {expected}{hint}")
        return ascii(value)

    def _report(self, rule: ValueRule, text: Text, code: Code, severity: Severity, message: str, value: str) -> str:
        """Code that reports a finding: the number of its point, the text, the segments that may be its place."""
        slots = Slots()
        refs = tuple(slots.ref(read) for read in text.reads)
        anchor: Found = self.writer.anchor()
        point = Point(rule.rule, code.value, severity.value, message, refs, slots.of(anchor.name))
        self.points.append(point)
        return f"E(({len(self.points) - 1}, {value}{slots.code()}))"

    # Constants and computed values

    def _other_value(self, rule: ValueRule, info: Field, store: Callable[[str], str]) -> Origin:
        emit = self.writer.emit
        source = rule.source
        if rule.map or rule.apply or rule.default is not None or rule.required or rule.decimals is not None:
            reason = "map, apply, default, required and decimals go with values from the document only"
            raise DeclarationError(rule.rule, reason)
        item = self.items[-1]
        if isinstance(source, Constant):
            emit(store(self._checked(source.value, info, f"{rule.rule}.constant")))
            return Origin(rule.rule)
        if isinstance(source, Position):
            self._expect(rule, info, Kind.INTEGER)
            if not item.list_name:
                raise DeclarationError(rule.rule, "only an item of a list has a position")
            emit(store(f"len({item.list_name}) + 1"))
            return Origin(rule.rule)
        if isinstance(source, Parent):
            return self._parent(rule, source, info, store, item)
        if isinstance(source, Product):
            return self._product(rule, source, info, store, item)
        if isinstance(source, Sum):
            return self._sum(rule, source, info, store)
        assert isinstance(source, Count)
        self._expect(rule, info, Kind.INTEGER)
        emit(store(f"len({self._items(source.items, rule.rule, None)})"))
        return Origin(rule.rule)

    def _parent(self, rule: ValueRule, source: Parent, info: Field, store: Callable[[str], str], item: Item) -> Origin:
        if not item.parent:
            raise DeclarationError(rule.rule, "only items of a `then` block follow another item")
        parent = field(item.struct, source.field, rule.rule)
        if parent.kind is not info.kind:
            raise DeclarationError(rule.rule, f"{source.field} is a {parent.kind.value}, this a {info.kind.value}")
        name = ascii(source.field)
        self.writer.emit(f"if {name} in {item.parent}: {store(f'{item.parent}[{name}]')}")
        return Origin(rule.rule)

    def _product(
        self, rule: ValueRule, source: Product, info: Field, store: Callable[[str], str], item: Item
    ) -> Origin:
        self._expect(rule, info, Kind.DECIMAL)
        factors = [self._field(steps, item, rule.rule, Kind.DECIMAL) for steps in source.factors]
        divisor = "''"
        if source.divided_by is not None:
            divisor = self._field(source.divided_by, item, rule.rule, Kind.DECIMAL)
        self.writer.tables["product"] = values.product
        self.writer.emit(f"v = product(({''.join(f'{factor}, ' for factor in factors)}), {divisor})")
        self.writer.emit(f"if v is not None: {store('v')}")
        paths = source.factors + ((source.divided_by,) if source.divided_by else ())
        return Origin(rule.rule, inputs=tuple(Input(tuple(step.name for step in steps)) for steps in paths))

    def _sum(self, rule: ValueRule, source: Sum, info: Field, store: Callable[[str], str]) -> Origin:
        self._expect(rule, info, Kind.DECIMAL)
        terms = [self._items(steps, rule.rule, Kind.DECIMAL) for steps in source.terms]
        self.writer.tables["total"] = values.total
        self.writer.emit(f"v = total({' + '.join(terms)}, {source.every})")
        self.writer.emit(f"if v is not None: {store('v')}")
        return Origin(rule.rule, inputs=tuple(_document_input(steps) for steps in source.terms))

    def _expect(self, rule: ValueRule, info: Field, kind: Kind) -> None:
        if info.kind is not kind:
            raise DeclarationError(rule.rule, f"gives a {kind.value}, but the field is a {info.kind.value}")

    def _field(self, steps: tuple[FieldStep, ...], item: Item, rule: str, kind: Kind | None) -> str:
        """Code for a field of the item being written, None where it is not there."""
        code, struct = item.variable, item.struct
        if not item.variable:
            raise DeclarationError(rule, "the item is not there yet: test its fields inside its rules")
        for number, step in enumerate(steps):
            if step.filters:
                raise DeclarationError(rule, "filters stand in sum and count only")
            info = field(struct, step.name, rule)
            if number == 0 and item.order.index(step.name) >= item.at:
                raise DeclarationError(rule, f"{step.name} does not stand before this field in the model")
            last = number == len(steps) - 1
            code = f"{code}.get({ascii(step.name)})" if last else f"({code}.get({ascii(step.name)}) or {{}})"
            if last:
                if info.struct is not None or (kind is not None and info.kind is not kind):
                    raise DeclarationError(
                        rule, f"{step.name} is a {info.kind.value}, not a {(kind or Kind.TEXT).value}"
                    )
            elif info.kind is not Kind.OBJECT or info.struct is None:
                raise DeclarationError(rule, f"{step.name} is a {info.kind.value}, not an object")
            else:
                struct = info.struct
        return code

    def _items(self, steps: tuple[FieldStep, ...], rule: str, kind: Kind | None) -> str:
        """Code for a list: the items of a list of the document (kind None), or one field of each of them."""
        document = self.items[0]
        first = field(document.struct, steps[0].name, rule)
        if first.kind is not Kind.OBJECTS or first.struct is None:
            raise DeclarationError(rule, f"{first.name} is a {first.kind.value}, not a list of objects")
        if document.order.index(first.name) >= document.at:
            raise DeclarationError(rule, f"{first.name} does not stand before this field in the model")
        conditions = []
        for item in steps[0].filters:
            tested = field(first.struct, item.field, rule)
            name = ascii(item.field)
            if item.absent:
                conditions.append(f"{name} not in x")
            elif item.value:
                if tested.kind not in (Kind.TEXT, Kind.CHOICE):
                    raise DeclarationError(rule, f"{item.field} is a {tested.kind.value}; only texts are compared")
                self._checked(item.value, tested, rule)
                conditions.append(f"x.get({name}) == {ascii(item.value)}")
            else:
                conditions.append(f"{name} in x")
        code = "x"
        if kind is not None:
            every = Item("x", first.struct, list(fields(first.struct)), at=len(fields(first.struct)))
            if len(steps) < 2:
                raise DeclarationError(rule, f"name the field to add up, as in {first.name}/amount")
            code = self._field(steps[1:], every, rule, kind)
        elif len(steps) > 1:
            raise DeclarationError(rule, "count takes a list of the document")
        condition = f" if {' and '.join(conditions)}" if conditions else ""
        return f"[{code} for x in o0.get({ascii(first.name)}, ()){condition}]"

    # Conditions

    def _condition(self, condition: Condition, rule: str) -> str:
        if isinstance(condition, SourceTest):
            return self.writer.source_condition(condition, rule)
        if isinstance(condition, FieldTest):
            return self._field_test(condition, rule)
        if isinstance(condition, Not):
            return f"not ({self._condition(condition.condition, rule)})"
        assert isinstance(condition, AllOf | AnyOf)
        joiner = " and " if isinstance(condition, AllOf) else " or "
        return "(" + joiner.join(f"({self._condition(part, rule)})" for part in condition.conditions) + ")"

    def _field_test(self, condition: FieldTest, rule: str) -> str:
        item = self.items[-1]
        code = self._field(condition.field, item, rule, None)
        if condition.same_as is not None:
            return f"{code} == {self._field(condition.same_as, item, rule, None)}"
        if condition.values:
            return f"{code} in ({''.join(f'{ascii(value)}, ' for value in condition.values)})"
        return f"{code} is not None"


_EXPECTED = {
    Kind.DECIMAL: "a number",
    Kind.INTEGER: "a whole number",
    Kind.DATE: "a date",
    Kind.TIME: "a time",
    Kind.BOOLEAN: "true or false",
}


def _document_input(steps: tuple[FieldStep, ...]) -> Input:
    filters = tuple((item.field, item.value, item.absent) for item in steps[0].filters)
    return Input(tuple(step.name for step in steps), of_document=True, filters=filters)
