"""Objects and lists of the target as JSON.

A list whose items are all sure is written in one go; another is built when the program runs.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mappings.engine.canonical.parts import Part as Struct
from mappings.engine.express.fields import NOTHING, Fields, Item, Part
from mappings.engine.express.items import Columns, Dynamic, Items
from mappings.engine.express.plan import Plan, known_fields
from mappings.engine.express.shape import Doubt
from mappings.engine.express.sheet import Code, Cond, Lookup, Piece, Sheet, both
from mappings.engine.express.source import SourceTexts
from mappings.engine.express.tables import Members
from mappings.engine.rules.declaration import Block, Count, ListRule, ObjectRule, Rule, Sum, ValueRule
from mappings.engine.rules.paths import FieldStep
from mappings.engine.rules.target import Field, Kind
from mappings.engine.rules.values import is_alike
from mappings.engine.rules.values import total as total_of

JOINED = ",".join
TEXT_ITEM = Field("", Kind.TEXT, required=False)
TEXT_HEAD = ',"":'
"""What a text begins with that is no member of an object."""


class Objects:
    _writer: type[Fields] = Fields
    _total: Callable[..., object] = staticmethod(total_of)
    """Adds up what the writer of the fields has as raw values of numbers."""

    def __init__(self, sheet: Sheet, texts: SourceTexts, plan: Plan, fed: Mapping[str, str]) -> None:
        """fed: by the rule of a block, the list that programs of loops have filled."""
        self._sheet = sheet
        self._texts = texts
        self._plan = plan
        self._fed = fed
        self._fields = self._writer(sheet, texts, plan, self._computed)
        self._document = Item()
        self._lists: dict[str, Columns] = {}
        self._picked: dict[str, str] = {}

    def document(self, scope: Any) -> list[Piece]:
        """The whole document."""
        plan, item = self._plan, self._document
        if "model" in known_fields(plan.struct):
            item.parts["model"] = Part([f',"model":"{plan.declaration.target}"'])
        self._fill(plan.declaration.rules, plan.struct, scope, item, item)
        return self._text(item)[0]

    def block(self, block: Block, info: Field, scopes: Iterable[tuple[Cond, Any]], items: Items) -> None:
        """The items of a block for scopes that its `each` goes over, each under a condition."""
        for condition, inner in scopes:
            self._grouped(block, info, condition, inner, items, None)

    # Objects

    def _fill(self, rules: Mapping[str, Rule], struct: type[Struct], scope: Any, item: Item, target: Item) -> None:
        """Put in what the rules say. item: the item or document that rules speak of; target: the object inside it."""
        for name, info in known_fields(struct).items():
            rule = rules.get(name)
            if rule is None:
                continue
            if isinstance(rule, ValueRule):
                part = self._fields.part(rule, info, scope, item)
            elif isinstance(rule, ObjectRule):
                part = self._object(rule, info, scope, item, target)
            else:
                part = self._list(rule, info, scope, target)
            if part is not None:
                target.parts[name] = part
                if part.raw != NOTHING:
                    target.raws[name] = part.raw

    def _object(self, rule: ObjectRule, info: Field, scope: Any, item: Item, target: Item) -> Part | None:
        if self._plan.skipped(rule.releases) or info.struct is None:
            return None
        struct, inner = info.struct, Item(item.position, item.parent)
        condition = self._fields.condition(rule.when, scope, item) if rule.when is not None else True

        def make() -> Part | None:
            self._fill(rule.rules, struct, scope, item, inner)
            pieces, kept = self._kept(struct, inner)
            inner.kept = kept
            return self._fields.when(kept, lambda: Part([f',"{info.name}":', *pieces]))

        part = self._fields.when(condition, make)
        if not isinstance(condition, bool) and info.name in self._plan.wanted:
            raise Doubt(rule.rule)  # what is computed from it would have to know whether it is there
        target.raws[info.name] = inner
        return part

    def _kept(self, struct: type[Struct], item: Item) -> tuple[list[Piece], Cond]:
        """An object as JSON, and whether it has what the model requires, and anything at all."""
        pieces, kept = self._text(item)
        for name, info in known_fields(struct).items():
            if info.required:
                kept = both(kept, item.parts[name].condition if name in item.parts else False)
        if kept is not True:
            self._sheet.look_up(pieces)
        return pieces, kept

    def _text(self, item: Item) -> tuple[list[Piece], Cond]:
        """An object as JSON, and whether there is anything in it."""
        parts = list(item.parts.values())
        pieces = [piece for part in parts for piece in part.pieces]
        if not pieces:
            return ["{}"], False
        first, *rest = pieces
        if isinstance(first, Lookup) and parts[0].sure and isinstance(first.table, Members):
            table = first.table.bare()
            return ["{", Lookup.of(self._sheet.name("BARE", table), table, first.key), *rest, "}"], True
        if not isinstance(first, Code) and first:
            return ["{" + first[1:], *rest, "}"], True
        variable = self._sheet.fresh("o")
        self._sheet.emit(f"{variable} = {self._sheet.text(pieces)}")
        there = True if any(part.sure for part in parts) else variable
        return ["{", Code(f"{variable}[1:]"), "}"], there

    # Lists

    def _list(self, rule: ListRule, info: Field, scope: Any, target: Item) -> Part | None:
        blocks = [block for block in rule.blocks if not self._plan.skipped(block.releases)]
        exports = self._plan.exports.get(info.name) if target is self._document else None
        if info.kind is Kind.TEXTS and info.name in self._plan.tested:
            raise Doubt(rule.rule)
        if exports is None and not any(block.rule in self._fed for block in blocks):
            mark = self._sheet.mark()
            try:
                return self._at_once(blocks, info, scope)
            except Dynamic:
                self._sheet.rewind(mark)
        return self._running(blocks, info, scope, exports)

    def _at_once(self, blocks: list[Block], info: Field, scope: Any) -> Part | None:
        items = Items(self._sheet)
        for block in blocks:
            self._block(block, info, scope, items, None)
        pieces: list[Piece] = []
        for text in items.texts:
            pieces += [",", *text]
        return Part([f',"{info.name}":[', *pieces[1:], "]"]) if pieces else None

    def _running(
        self, blocks: list[Block], info: Field, scope: Any, exports: Sequence[tuple[str, ...]] | None
    ) -> Part | None:
        sheet = self._sheet
        if len(blocks) == 1 and blocks[0].rule in self._fed:
            variable = self._fed[blocks[0].rule]
        else:
            variable = sheet.fresh("l")
            sheet.emit(f"{variable} = []")
            items = Items(sheet, variable, exports)
            for block in blocks:
                if block.rule in self._fed:
                    sheet.emit(f"{variable} += {self._fed[block.rule]}")
                else:
                    self._block(block, info, scope, items, None)
        joined = sheet.name("joined", JOINED)
        texts = variable
        if exports is not None:
            columns = self._lists[info.name] = Columns.of(sheet, variable, exports)
            texts = columns.texts
        return self._fields.when(variable, lambda: Part([f',"{info.name}":[', Code(f"{joined}({texts})"), "]"]))

    def _block(self, block: Block, info: Field, scope: Any, items: Items, parent: Item | None) -> None:
        if self._plan.skipped(block.releases):
            return
        if block.each is None:
            self._grouped(block, info, True, scope, items, parent)
            return
        for condition, inner in self._texts.each(block.each, scope):
            self._grouped(block, info, condition, inner, items, parent)

    def _grouped(
        self, block: Block, info: Field, condition: Cond, scope: Any, items: Items, parent: Item | None
    ) -> None:
        groups = block.groups
        scopes = self._texts.groups(scope, groups.first, groups.last, groups.size) if groups else [scope]
        with items.under(condition):
            for inner in scopes:
                if block.when is None:
                    wanted: Cond = True
                else:
                    wanted = self._fields.condition(block.when, inner, Item())
                with items.under(wanted) as possible:
                    if possible and info.kind is Kind.TEXTS:
                        self._texts_of(block, inner, items)
                    elif possible and info.struct is not None:
                        self._item(block, info.struct, inner, items, parent)

    def _texts_of(self, block: Block, scope: Any, items: Items) -> None:
        for value in block.values:
            part = self._fields.part(value, TEXT_ITEM, scope, Item())
            if part is None:
                continue
            first, *rest = part.pieces
            with items.under(part.condition):
                if isinstance(first, Code):
                    items.add([Code(f"{first}[{len(TEXT_HEAD)}:]"), *rest], ())
                else:
                    items.add([first.removeprefix(TEXT_HEAD), *rest], ())

    def _item(self, block: Block, struct: type[Struct], scope: Any, items: Items, parent: Item | None) -> None:
        item = Item(items.position, parent)
        self._fill(block.rules, struct, scope, item, item)
        pieces, kept = self._kept(struct, item)
        with items.under(kept) as possible:
            if possible:
                raws = [self._fields.raw(tuple(map(FieldStep, names)), item) for names in items.exports or ()]
                items.add(pieces, raws)
                for then in block.then:
                    self._block(then, Field("", Kind.OBJECTS, required=False, struct=struct), scope, items, item)

    # Sums and counts of lists of the document

    def _computed(self, rule: ValueRule) -> str:
        source = rule.source
        if isinstance(source, Count):
            return f"len({self._values(source.items[0], None)})"
        if not isinstance(source, Sum):
            raise Doubt(rule.rule)
        terms = [self._values(first, tuple(step.name for step in rest)) for first, *rest in source.terms]
        total = f"{self._sheet.name('total', self._total)}({_joined(terms)}, {source.every})"
        if not source.alike:
            return total
        kinds = _joined([self._values(first, (source.alike,)) for first, *_ in source.terms])
        document = self._fields.raw((FieldStep(source.alike),), self._document)
        return f"({total} if {self._sheet.name('alike', is_alike)}({kinds}, {document}) else None)"

    def _values(self, step: FieldStep, names: tuple[str, ...] | None) -> str:
        """Code of a field of the items of a list of the document that a step means; of the items when none is named."""
        listed = self._lists.get(step.name)
        return "()" if listed is None else listed.values(step, names, self._once)

    def _once(self, code: str) -> str:
        """A variable with the value of an expression, which is not worked out again for the whole document."""
        if not self._sheet.is_unconditional:
            return code
        if code not in self._picked:
            self._picked[code] = self._sheet.hold(code)
        return self._picked[code]


def _joined(lists: list[str]) -> str:
    """Code of all values of several lists."""
    return lists[0] if len(lists) == 1 else f"[{', '.join(f'*{one}' for one in lists)}]"
