"""Runs a declaration backwards: a canonical document to what the declaration would have read it from.

Codes go out as the sender's own where an X12 document has them (`status_code`), else by the code list: what another
standard calls a unit or a role means nothing here. What cannot be turned round (sums, positions, texts put together,
functions) is not written; reading the result again says what that is.

An item of a list is written by the block that writes the most of it: each is tried, and undone.
"""

from typing import Any

import msgspec

from mappings.engine.outbound.format_writer import FormatWriter, Scope
from mappings.engine.outbound.instances import Conflict
from mappings.engine.outbound.siblings import always_made, beside, follows, own_codes
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

Body = dict[str, Any]
Used = dict[int, list[Any]]  # by block: the marks of what its items have


class _Later(msgspec.Struct, frozen=True):
    """A value that is written when the others stand. beside: what is translated from the same place, and its values."""

    rule: ValueRule
    value: Any
    scope: Scope
    beside: tuple[tuple[ValueRule, Any], ...]


class Backwards:
    """One document on its way out. writer: where its values go."""

    def __init__(self, declaration: Declaration, release: str, writer: FormatWriter) -> None:
        self._declaration = declaration
        self._release = release
        self._writer = writer
        self._journal = writer.journal
        self._later: list[_Later] = []
        self._foreign = False

    def write(self, body: Body) -> None:
        """The whole document. Raises DeclarationError for levels (HL), which are not written yet."""
        self._foreign = (body.get("exchange") or {}).get("standard") != self._declaration.source.format
        self._rules(self._declaration.rules, body, self._writer.start(), lenient=True)
        for later in self._later:
            self._last(later)

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
            return self._writer.put_lines(source, str(value), scope)
        if not isinstance(source, PathSource) or rule.apply:
            return 0
        return self._writer.put(source.path, value, scope, rule)

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
        said = next((known for path in paths if (known := self._writer.said(path, scope))), "")
        if said and (rule.map or said == str(text)):
            return
        try:
            with self._journal.trial():
                self._writer.put(paths[0], text, scope, rule)
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
                mark, misfits = self._journal.mark, self._writer.misfits
                count, _ = self._item(block, item, place, used)
                score = (count, misfits - self._writer.misfits, mark - self._journal.mark)
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
        for place in self._writer.places(block, scope, used.get(id(block), [])):
            mark = self._journal.mark
            try:
                inner = place()
                count = self._values(block, item, inner) if block.values else self._rules(block.rules, item, inner)
                self._writer.check(block, inner)
            except Conflict:
                self._journal.back_to(mark)
                continue
            if keep:
                used.setdefault(id(block), []).append(self._writer.mark(inner))
            return count, inner
        return 0, None

    def _values(self, block: Block, item: Any, scope: Scope) -> int:
        """A text: at the first of the values that is still free."""
        for rule in block.values:
            try:
                with self._journal.trial():
                    if isinstance(rule.source, PathSource) and not self._writer.is_free(rule.source, scope):
                        continue
                    return self._value(rule, item, scope)
            except Conflict:
                continue
        raise Conflict
