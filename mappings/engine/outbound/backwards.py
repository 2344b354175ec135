"""Runs a declaration backwards: a canonical document to the segments that the declaration would have read it from.

Codes go out as the sender's own where an X12 document has them (`status_code`), else by the code list: what another
standard calls a unit or a role means nothing here. What cannot be turned round (sums, positions, texts put together,
functions) is not written; reading the result again says what that is.

An item of a list is written by the block that writes the most of it: each is tried, and undone.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.outbound.instances import Conflict, LoopInstance
from mappings.engine.outbound.scopes import Scope, Scopes
from mappings.engine.outbound.siblings import always_made, beside, follows, own_codes
from mappings.engine.outbound.values import as_sent
from mappings.engine.rules.declaration import (
    Block,
    Computed,
    Constant,
    Declaration,
    FirstOf,
    Join,
    ListRule,
    ObjectRule,
    PathSource,
    Rule,
    ValueRule,
)
from mappings.engine.rules.paths import SourcePath, Step
from mappings.engine.rules.shape import source_shape
from mappings.engine.x12.structure import ElementDef

Body = dict[str, Any]
Used = dict[int, list[tuple[Any, int]]]  # by block: the loops, segments and groups that its items have


Place = Callable[[], Scope]  # opens where an item is to stand; raises Conflict


class _Later(msgspec.Struct, frozen=True):
    """A value that is written when the others stand. beside: what is translated from the same place, and its values."""

    rule: ValueRule
    value: Any
    scope: Scope
    beside: tuple[tuple[ValueRule, Any], ...]


class Backwards(Scopes):
    """One document on its way out."""

    def __init__(self, declaration: Declaration, release: str) -> None:
        super().__init__(source_shape(declaration.source.document, release))
        self._declaration = declaration
        self._release = release
        self._later: list[_Later] = []
        self._misfits = 0
        self._foreign = False

    def write(self, body: Body) -> LoopInstance:
        """The whole set. Raises DeclarationError for levels (HL), which are not written yet."""
        self._foreign = (body.get("exchange") or {}).get("standard") != self._declaration.source.format
        self._rules(self._declaration.rules, body, Scope(self.root), lenient=True)
        for later in self._later:
            self._last(later)
        return self.root

    def _rules(self, rules: dict[str, Rule], data: Body, scope: Scope, lenient: bool = False) -> int:
        """Write what an object says; lists first, then single values beside them. The number of values written."""
        written = 0
        skipped = own_codes(rules, data) if self._foreign else frozenset[str]()
        for wanted in (ListRule, ObjectRule, ValueRule):
            for name, rule in rules.items():
                if not isinstance(rule, wanted) or name in skipped or not self._here(rule):
                    continue
                if name not in data:
                    if not lenient and always_made(rule):
                        raise Conflict
                    continue
                try:
                    with self._journal.trial():
                        written += self._rule(rule, name, data, scope, lenient, rules)
                except Conflict:
                    if not lenient:
                        raise
        return written

    def _rule(self, rule: Rule, name: str, data: Body, scope: Scope, lenient: bool, rules: dict[str, Rule]) -> int:
        if isinstance(rule, ListRule):
            return self._list(rule, data[name], scope)
        if isinstance(rule, ObjectRule):
            return self._rules(rule.rules, data[name], scope, lenient)
        if rule.map or isinstance(rule.source, FirstOf):
            self._later.append(_Later(rule, data[name], scope, beside(rule, rules, data)))
            self._journal.add(self._later.pop)
            return 0
        return self._value(rule, data[name], scope)

    def _here(self, rule: Rule) -> bool:
        return isinstance(rule, ListRule) or not rule.releases or self._release in rule.releases

    def _value(self, rule: ValueRule, value: Any, scope: Scope) -> int:
        source = rule.source
        if isinstance(source, Constant):
            if source.value != value:
                raise Conflict  # made by another rule
            return 1
        if isinstance(source, Computed):
            return 1
        if isinstance(source, Join) and not rule.apply:
            return self._lines(source, str(value), scope)
        if not isinstance(source, PathSource) or rule.apply:
            return 0
        return self._put(source.path, value, scope, rule)

    def _lines(self, source: Join, text: str, scope: Scope) -> int:
        """A text of several lines: a segment for each."""
        path = source.paths[0]
        for line in text.split(source.separator):
            loop = self._loop(path, scope)
            loop.new_segment(path.steps[-1].name).put((path.element, 0), line)
        return 1

    def _last(self, later: "_Later") -> None:
        """A value that has a code, or that can stand at several places: written where nothing says it by now."""
        rule, value, scope = later.rule, later.value, later.scope
        if value == rule.default:
            return
        text = self._code(later) if rule.map else value
        sources = rule.source.sources if isinstance(rule.source, FirstOf) else (rule.source,)
        paths = [source.path for source in sources if isinstance(source, PathSource)]
        if text is None or not paths or rule.apply:
            return
        said = next((known for path in paths if (known := self._said(path, scope))), "")
        if said and (rule.map or said == str(text)):
            return
        try:
            with self._journal.trial():
                self._put(paths[0], text, scope, rule)
        except Conflict:
            return

    def _code(self, later: "_Later") -> str | None:
        """The first code that means this, and what else is read from it: "per hundred" is a basis and a quantity."""
        for code in self._declaration.codelists.get(later.rule.map, {}):
            if all(self._meant(rule, code) == said for rule, said in later.beside):
                return code
        return None

    def _meant(self, rule: ValueRule, code: str) -> Any:
        otherwise = rule.fallback.value if rule.fallback.action == "default" else None
        return self._declaration.codelists.get(rule.map, {}).get(code, otherwise)

    def _put(self, path: SourcePath, value: Any, scope: Scope, rule: ValueRule) -> int:
        if path.context:
            return 1  # of the envelope, which is written elsewhere
        if path.group:
            segment, element = scope.segment or scope.loop.opening, scope.group + path.group
        else:
            segment, element = self._segment(path, scope), path.element
        spot = (element, path.component)
        definition = self._definition(segment.id, element, path.component, rule)
        text = as_sent(value, definition)
        segment.put(spot, text)
        if definition.max and not definition.min <= len(text) <= definition.max:
            self._misfits += 1
            self._journal.add(self._fits)
        return 1

    def _fits(self) -> None:
        self._misfits -= 1

    def _definition(self, segment_id: str, element: int, component: int, rule: ValueRule) -> ElementDef:
        found = self._shape.element(segment_id, element, component, rule.rule)
        if rule.decimals is not None and found.type[:1] == "N":
            return ElementDef(found.id, f"N{rule.decimals}")
        return found

    def _list(self, rule: ListRule, items: list[Any], scope: Scope) -> int:
        """Each item by the block that writes the most of it; of several, where it fits best and needs the least."""
        written = 0
        used: Used = {}
        last: tuple[Block, Scope] | None = None
        for item in items:
            blocks = [(block, scope) for block in rule.blocks]
            if last is not None and last[0].then:
                blocks += [(block, last[1]) for block in last[0].then]
            blocks = [one for one in blocks if follows(one[0], item)] or blocks
            best, chosen = (0, 0, 0), None
            for block, place in blocks:
                mark, misfits = self._journal.mark, self._misfits
                count, _ = self._item(block, item, place, used)
                score = (count, misfits - self._misfits, mark - self._journal.mark)
                self._journal.back_to(mark)
                if count and score > best:
                    best, chosen = score, (block, place)
            if chosen is None:
                continue
            count, inner = self._item(chosen[0], item, chosen[1], used, keep=True)
            written += count
            if inner is not None and (chosen[0].then or last is None):
                last = (chosen[0], inner)
        return written

    def _item(self, block: Block, item: Any, scope: Scope, used: Used, keep: bool = False) -> tuple[int, Scope | None]:
        """How many values of an item a block writes, and where; nothing is left of a conflict."""
        if block.releases and self._release not in block.releases:
            return 0, None
        for place in self._places(block, scope, used):
            mark = self._journal.mark
            try:
                inner = place()
                count = self._values(block, item, inner) if block.values else self._rules(block.rules, item, inner)
            except Conflict:
                self._journal.back_to(mark)
                continue
            if keep:
                used.setdefault(id(block), []).append((inner.segment or inner.loop, inner.group))
            return count, inner
        return 0, None

    def _values(self, block: Block, item: Any, scope: Scope) -> int:
        """A text: at the first of the values that is still free."""
        for rule in block.values:
            try:
                with self._journal.trial():
                    if isinstance(rule.source, PathSource):
                        segment = self._segment(rule.source.path, scope)
                        if (rule.source.path.element, 0) in segment.values:
                            continue
                    return self._value(rule, item, scope)
            except Conflict:
                continue
        raise Conflict

    def _places(self, block: Block, scope: Scope, used: Used) -> Iterator[Place]:
        """Where an item can stand, the best first: what is there already and was not taken by this block, or new."""
        taken = used.get(id(block), [])
        if block.each is None:
            yield from self._groups(block, scope) if block.groups else [lambda: scope]
            return
        if any(step.above or step.name == "HL" for step in block.each.steps):
            raise DeclarationError(block.rule, "levels (HL) are not written yet")
        *_, step = block.each.steps
        for loop in self._around(block.each, scope):
            yield from self._in(loop, step, block, scope, taken)

    def _in(self, loop: LoopInstance, step: Step, block: Block, scope: Scope, taken: list[Any]) -> Iterator[Place]:
        """Places for an item in a loop: what is there already, then new."""
        shapes = () if self._is_segment(loop, step) else loop.shape.named(step.name)
        known: list[Any] = loop.loops.get(shapes[0].id, []) if shapes else loop.segments.get(step.name, [])
        # with values, or with groups, several items share one segment
        free = [one for one in known if block.values or block.groups or all(one is not other for other, _ in taken)]
        for one in (*free, None):
            if block.groups:
                yield from self._groups(block, self._opened(one, step, loop, scope))
            else:
                yield partial(self._opened, one, step, loop, scope)

    def _groups(self, block: Block, scope: Scope) -> list[Place]:
        groups = block.groups
        segment = scope.segment or scope.loop.opening
        if groups is None:
            return []
        firsts = range(groups.first, groups.last + 1, groups.size)
        free = (at for at in firsts if not any(at <= spot[0] < at + groups.size for spot in segment.values))
        return [partial(Scope, scope.loop, segment, scope.outer, at - 1) for at in list(free)[:1]]

    def _opened(self, one: Any, step: Step, loop: LoopInstance, scope: Scope) -> Scope:
        if isinstance(one, LoopInstance) or (one is None and not self._is_segment(loop, step)):
            inner = one if one is not None else loop.new_loop(self._shape.loop_step(loop.shape, step, step.name))
            inner.opening.keep(step.filters)
            return Scope(inner, None, scope if loop is scope.loop else Scope(loop, None, scope))
        segment = one if one is not None else loop.new_segment(step.name)
        segment.keep(step.filters)
        return Scope(loop, segment, scope if loop is scope.loop else Scope(loop, None, scope))
