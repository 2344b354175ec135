"""Writes the target: the document, its objects and lists, in the order of the model.

That order lets a computed value use every field that stands before it, and gives documents a stable form.
"""

from collections.abc import Mapping, Sequence

from mappings.engine.canonical.parts import Part
from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.computed_writer import ComputedWriter
from mappings.engine.rules.declaration import Block, Constant, ListRule, ObjectRule, Rule, ValueRule
from mappings.engine.rules.draft import Draft, Slots
from mappings.engine.rules.needs import Needs
from mappings.engine.rules.program import Origin, Site
from mappings.engine.rules.source import Guard
from mappings.engine.rules.target import Field, Kind, fields
from mappings.engine.rules.value_writer import Store, ValueWriter

SIGNATURE = "def run(n0, context, E, R):"

LONG_RUN = 8
"""So many lists in a row are worth one test whether the node has any of what they go over."""


class DocumentWriter:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._lines = draft.lines
        self._source = draft.source
        self._computed = ComputedWriter(draft)
        self._values = ValueWriter(draft, self._computed)
        self._needs = Needs(draft, self._values)

    def write(self, struct: type[Part]) -> str:
        """The source of the program that makes documents of this model. Raises DeclarationError."""
        declaration = self._draft.declaration
        known = fields(struct)
        self._require(declaration.rules, {name: info for name, info in known.items() if name != "model"}, "rules")
        self._draft.enter_item("o0", struct)
        given = {"model": ascii(declaration.target)} if "model" in known else {}
        self._fields(declaration.rules, struct, "o0", at_item=True, given=given)
        self._lines.emit("return o0")
        self._source.finish()
        return self._lines.source(SIGNATURE)

    def _require(self, rules: Mapping[str, Rule], known: Mapping[str, Field], path: str) -> None:
        """Refuse a mapping that could leave out, without a finding, what the model requires of every document."""
        for name, info in known.items():
            if not info.required:
                continue
            rule = rules.get(name)
            if isinstance(rule, ObjectRule) and rule.when is None and info.struct is not None:
                self._require(rule.rules, fields(info.struct), f"{path}.{name}.rules")
            elif not (isinstance(rule, ValueRule) and (rule.required or self._values.always(rule))):
                reason = "the model requires this field: give it a rule with `required`, `default` or a constant"
                raise DeclarationError(f"{path}.{name}", reason)

    # Objects

    def _fields(
        self,
        rules: Mapping[str, Rule],
        struct: type[Part],
        variable: str,
        at_item: bool = False,
        given: Mapping[str, str] | None = None,
    ) -> None:
        """One object with all its fields, then the record that explains them. given: fields before them, as code."""
        known = fields(struct)
        for name, rule in rules.items():
            if name not in known:
                raise DeclarationError(rule.rule, f"{struct.__name__} has no field {name!r}{nearest(name, known)}")
        origins: dict[str, Origin] = {}
        slots = Slots()
        outer = self._lines.indent
        pending = self._runs(rules, known)
        constants = self._first_constants(rules, known)
        start = {**(given or {}), **constants}
        self._lines.emit(f"{variable} = {{{', '.join(f'{ascii(name)}: {code}' for name, code in start.items())}}}")
        for index, (name, info) in enumerate(known.items()):
            if at_item:
                self._draft.items[-1].at = index
            if name in pending:
                self._lines.indent = outer
                if pending[name]:
                    self._lines.open(pending[name])
            rule_here = rules.get(name)
            if rule_here is None or self._skipped(rule_here):
                continue
            if name in constants:
                origins[name] = Origin(rule_here.rule)
                continue
            target = f"{variable}[{ascii(name)}]"
            if isinstance(rule_here, ValueRule):
                origins[name] = self._values.write(rule_here, info, _storing(target), slots)
            elif isinstance(rule_here, ObjectRule):
                self._object(rule_here, info, target)
            else:
                self._list(rule_here, info, target)
        self._lines.indent = outer
        if self._draft.explaining and origins:
            self._record(Site(origins), variable, slots)

    def _object(self, rule: ObjectRule, info: Field, target: str) -> None:
        if info.kind is not Kind.OBJECT or info.struct is None:
            raise DeclarationError(rule.rule, f"this field is {info.kind.value}, not an object")
        indent = self._lines.indent
        if rule.when is not None:
            self._if(self._computed.condition(rule.when, f"{rule.rule}.when"))
        known = len(self._draft.known)
        self._if_reached(rule.rules, info.struct)
        variable = self._draft.variable("o")
        self._fields(rule.rules, info.struct, variable)
        self._if(self._worth_keeping(rule.rules, info.struct, variable))
        self._lines.emit(f"{target} = {variable}")
        self._lines.indent = indent
        del self._draft.known[known:]

    def _first_constants(self, rules: Mapping[str, Rule], known: Mapping[str, Field]) -> dict[str, str]:
        """The fields that an object begins with whatever the document says, as code."""
        found = {}
        for name, info in known.items():
            rule = rules.get(name)
            if rule is None or self._skipped(rule):
                continue
            if not (isinstance(rule, ValueRule) and isinstance(rule.source, Constant) and rule.when is None):
                break
            found[name] = self._values.constant(rule, rule.source, info)
        return found

    def _if_reached(self, rules: Mapping[str, Rule], struct: type[Part]) -> None:
        """Open a block for when an object can come to something."""
        if reach := self._reach(rules, struct):
            self._draft.known.append(reach)
            self._if(reach)
        else:
            self._if_any(self._needs.of_object(rules, struct), len(rules))

    def _if_any(self, needs: Sequence[str] | None, rules: int) -> None:
        """Open a block for when one of some conditions holds, where that is quicker than to go through the rules."""
        if needs and len(needs) < rules:
            self._if(" or ".join(needs))

    def _reach(self, rules: Mapping[str, Rule], struct: type[Part]) -> str:
        """A quick test without which an object comes to nothing, and nothing can be said about it. "" for no test.

        Either all its values are in one place (a segment that is long enough, an element), or it must have a value
        that is not there, and its other rules have nothing to report.
        """
        known = fields(struct)
        required: list[tuple[Guard | None, ValueRule, Field]] = []
        others: list[tuple[Guard | None, ValueRule, Field]] = []
        for name, rule in rules.items():
            if name not in known or not isinstance(rule, ValueRule):
                return ""
            guard = None if self._skipped(rule) else self._values.guard(rule)
            (required if guard and known[name].required else others).append((guard, rule, known[name]))
        guards = [guard for guard, _, _ in required + others if guard is not None]
        if len(guards) == len(rules) and len({guard.subject for guard in guards}) == 1:
            return min(guards, key=lambda guard: guard.above).code
        if all(self._values.silent(rule, info) for _, rule, info in others):
            return " and ".join(dict.fromkeys(guard.code for guard, _, _ in required if guard))
        return ""

    def _record(self, site: Site, variable: str, slots: Slots) -> None:
        self._draft.sites.append(site)
        self._lines.emit(f"R(({len(self._draft.sites) - 1}, {variable}{slots.code()}))")

    def _worth_keeping(self, rules: Mapping[str, Rule], struct: type[Part], variable: str) -> str:
        """The condition under which an object has what the model requires; "" where it always has."""
        required = [name for name, info in fields(struct).items() if info.required]
        missing = [name for name in required if not self._values.always(rules.get(name))]
        if missing:
            return " and ".join(f"{ascii(name)} in {variable}" for name in missing)
        return "" if any(self._values.always(rule) for rule in rules.values()) else variable

    def _skipped(self, rule: Rule | Block) -> bool:
        return not isinstance(rule, ListRule) and self._values.skipped(rule.releases)

    def _if(self, condition: str) -> None:
        if condition:
            self._lines.open(f"if {condition}:")

    # Lists

    def _runs(self, rules: Mapping[str, Rule], known: Mapping[str, Field]) -> dict[str, str]:
        """Long runs of lists that most documents leave empty: the field at which one starts, with the test that
        guards it, and the field after its end, with "".
        """
        found: dict[str, str] = {}
        run: list[tuple[str, set[str]]] = []
        for name in [*(name for name in known if name in rules), ""]:
            rule = rules.get(name)
            keys = self._keys(rule) if isinstance(rule, ListRule) else set()
            if keys:
                run.append((name, keys))
                continue
            if len(run) >= LONG_RUN:
                table = self._draft.table("KEYS", frozenset().union(*(keys for _, keys in run)))
                found[run[0][0]] = f"if not {table}.isdisjoint({self._node()}):"
                found[name] = ""
            run = []
        return found

    def _node(self) -> str:
        return self._source.node()

    def _keys(self, rule: ListRule) -> set[str]:
        """The keys of the current node that a list goes over; none where it may have items without them."""
        found = set()
        for block in rule.blocks:
            if self._skipped(block):
                continue
            key = self._source.key(block.each, f"{block.rule}.each") if block.each else ""
            if not key:
                return set()
            found.add(key)
        return found

    def _list(self, rule: ListRule, info: Field, target: str) -> None:
        if info.kind not in (Kind.OBJECTS, Kind.TEXTS):
            raise DeclarationError(rule.rule, f"this field is {info.kind.value}, not a list")
        indent = self._lines.indent
        blocks = [block for block in rule.blocks if not self._skipped(block)]
        if len(blocks) == 1 and info.struct is not None and _is_alone(blocks[0]):
            self._item(blocks[0], info.struct, "()", target=target)
            self._lines.indent = indent
            return
        keys = sorted(self._keys(rule))
        if keys:
            self._if(" or ".join(f"{ascii(key)} in {self._node()}" for key in keys))
        else:
            self._if_any(self._needs.of_list(blocks, info), len(blocks) + 1)
        name = self._draft.variable("l")
        self._lines.emit(f"{name} = []")
        for block in blocks:
            self._block(block, info, name, known=len(keys) == 1)
        self._lines.emit(f"if {name}: {target} = {name}")
        self._lines.indent = indent

    def _block(self, block: Block, info: Field, name: str, parent: str = "", known: bool = False) -> None:
        scope, indent = self._source.scope, self._lines.indent
        if block.each is not None:
            self._source.enter(block.each, f"{block.rule}.each", known)
        if block.groups is not None:
            self._source.enter_groups(block.groups, f"{block.rule}.groups")
        if info.kind is Kind.TEXTS:
            self._texts(block, name)
        elif info.struct is not None:
            self._item(block, info.struct, name, parent)
        self._source.leave(scope, indent)

    def _item(self, block: Block, struct: type[Part], name: str, parent: str = "", target: str = "") -> None:
        """One item, put into the list with this name. target: instead, where a list with it alone is put."""
        if block.values:
            raise DeclarationError(block.rule, f"this field is a list of {struct.__name__}: use `rules`")
        if block.when is not None:
            self._draft.enter_item("", struct)
            self._if(self._computed.condition(block.when, f"{block.rule}.when"))
            self._draft.items.pop()
        known = len(self._draft.known)
        self._if_reached(block.rules, struct)
        variable = self._draft.variable("o")
        self._draft.enter_item(variable, struct, parent, name)
        self._fields(block.rules, struct, variable, at_item=True)
        self._draft.items.pop()
        self._if(self._worth_keeping(block.rules, struct, variable))
        self._lines.emit(f"{target} = [{variable}]" if target else f"{name}.append({variable})")
        del self._draft.known[known:]
        for then in block.then:
            if not self._skipped(then):
                self._block(then, Field("", Kind.OBJECTS, required=False, struct=struct), name, variable)

    def _texts(self, block: Block, name: str) -> None:
        if not block.values or block.then:
            raise DeclarationError(block.rule, "this field is a list of texts: use `values`")
        if block.when is not None:
            self._if(self._computed.condition(block.when, f"{block.rule}.when"))
        for value in block.values:
            if not self._values.skipped(value.releases):
                self._text(value, name)

    def _text(self, value: ValueRule, name: str) -> None:
        slots = Slots()
        site = len(self._draft.sites)
        self._draft.sites.append(Site({}, text=True))

        def store(code: str) -> str:
            record = f"R(({site}, {name}, len({name}){slots.code()})); " if self._draft.explaining else ""
            return f"{record}{name}.append({code})"

        origin = self._values.write(value, Field("", Kind.TEXT, required=False), store, slots)
        self._draft.sites[site] = Site({"": origin}, text=True)


def _is_alone(block: Block) -> bool:
    """Whether a block makes at most one item."""
    return block.each is None and block.groups is None and not block.then


def _storing(target: str) -> Store:
    return lambda code: f"{target} = {code}"
