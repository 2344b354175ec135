"""Runs a declaration backwards: a canonical document to what the declaration would have read it from.

Codes go out as the sender's own where an X12 document has them (`status_code`), else by the code list: what another
standard calls a unit or a role means nothing here. What cannot be turned round (sums, positions) is not written;
reading the result again says what that is.

An item of a list is written by the block that writes the most of it: each is tried, and undone.
"""

from typing import Any

from mappings.engine.findings import Finding
from mappings.engine.outbound.assignment import Score, assigned
from mappings.engine.outbound.conditions import demanded, refuse_other
from mappings.engine.outbound.format_writer import FormatWriter, Scope
from mappings.engine.outbound.instances import Conflict
from mappings.engine.outbound.inverses import parts_of
from mappings.engine.outbound.kinds import kinds
from mappings.engine.outbound.lost import Lost
from mappings.engine.outbound.native import is_native
from mappings.engine.outbound.placed import PlacedItems
from mappings.engine.outbound.siblings import (
    always_made,
    beside,
    follows,
    from_above,
    is_constant,
    level_key,
    names_of_standard,
    often,
    own_code,
    own_codes,
    without_other_choices,
)
from mappings.engine.outbound.unsaid import leave_unsaid
from mappings.engine.outbound.waiting import Waiting
from mappings.engine.rules.declaration import (
    Block,
    Computed,
    Concat,
    Constant,
    Declaration,
    FirstOf,
    Join,
    Level,
    ListRule,
    ObjectRule,
    PathSource,
    Rule,
    ValueRule,
)
from mappings.engine.rules.target import Kind

Body = dict[str, Any]
Used = dict[int, list[Any]]  # by block: the marks of what its items have


class Backwards:
    """One document on its way out. writer: where its values go."""

    def __init__(self, declaration: Declaration, release: str, writer: FormatWriter) -> None:
        self._declaration = declaration
        self._release = release
        self._writer = writer
        self._journal = writer.journal
        self._kinds = kinds(declaration)
        self._waiting = Waiting(declaration, self._kinds, writer)
        self._lost = Lost(writer.journal)
        self._foreign = False
        self.placed = PlacedItems(writer.journal)

    def write(self, body: Body) -> list[Finding]:
        """The whole document; what who reads it would take for something else."""
        self._foreign = not is_native(self._declaration, body)
        own = {name: value for name, value in body.items() if name != "exchange" or not self._foreign}
        self._rules(self._declaration.rules, own, self._writer.start(), lenient=True)
        self._writer.settle()
        self._waiting.finish()
        return self._waiting.misstated() + self._lost.findings()

    def _rules(
        self, rules: dict[str, Rule], data: Body, scope: Scope, lenient: bool = False, loose: bool = False
    ) -> int:
        """Write what an object says; lists first, then single values beside them. The number of values written.

        loose: a value that has no place beside the others goes, but for those that say what the item is.
        """
        written = 0
        skipped = frozenset[str]()
        if self._foreign:
            skipped = own_codes(rules, data) | names_of_standard(rules, self._kinds, data)
        for name in self._order(rules, data, scope):
            rule = rules[name]
            if name in skipped or not self._here(rule):
                continue
            if name not in data:
                if not lenient and always_made(rule):
                    raise Conflict
                leave_unsaid(rule, self._writer, scope)
                continue
            try:
                with self._journal.trial():
                    written += self._rule(rule, name, data, scope, lenient, rules)
            except Conflict:
                if loose and not is_constant(rule):
                    self._lost.drop(rule, data[name])
                elif not lenient:
                    raise
                else:
                    self._lost.misstate(rule, data[name])
        return written

    def _order(self, rules: dict[str, Rule], data: Body, scope: Scope) -> list[str]:
        """Lists first, and of these the ones whose items could go to several blocks alike last: others decide where."""
        doubts = {name: self._doubt(name, rules, data, scope) for name in rules}
        lists = sorted(
            (name for name, rule in rules.items() if isinstance(rule, ListRule)), key=lambda name: doubts[name]
        )
        objects = [name for name, rule in rules.items() if isinstance(rule, ObjectRule)]
        values = [name for name, rule in rules.items() if isinstance(rule, ValueRule)]
        return lists + objects + values

    def _doubt(self, name: str, rules: dict[str, Rule], data: Body, scope: Scope) -> float:
        """The share of the items of a list that could go to several blocks, of which other lists use one, too."""
        rule, items = rules[name], data.get(name)
        if not items or not isinstance(rule, ListRule):
            return 0
        blocks = self._blocks(rule)
        if len(blocks) < 2 or any(block.then for block in blocks):
            return 0
        others = {place for other, known in rules.items() if other != name for place in self._over(known)}
        if not self._over(rule) & others:
            return 0
        counts = [[score[0] for score in row if score is not None] for row in self._scores(blocks, items, scope)]
        return sum(bool(row) and row.count(max(row)) > 1 for row in counts) / len(items)

    def _over(self, rule: Rule) -> frozenset[str]:
        """What a list goes over: the names of the last steps."""
        blocks = self._blocks(rule) if isinstance(rule, ListRule) else []
        return frozenset(block.each.steps[-1].name for block in blocks if block.each and block.each.steps)

    def _blocks(self, rule: ListRule) -> list[Block]:
        return [block for block in rule.blocks if not block.releases or self._release in block.releases]

    def _rule(self, rule: Rule, name: str, data: Body, scope: Scope, lenient: bool, rules: dict[str, Rule]) -> int:
        if isinstance(rule, ListRule):
            return self._list(rule, data[name], scope)
        if not (self._foreign and isinstance(rule, ValueRule) and isinstance(rule.source, Computed)):
            refuse_other(rule.when, data)  # elsewhere a sum or product may have been made by other rules
        if isinstance(rule, ObjectRule):
            return self._object(rule, data[name], scope, lenient)
        if rule.map or isinstance(rule.source, FirstOf) or from_above(rule):
            own = "" if self._foreign or not rule.map else own_code(rule, rules, data)
            return self._waiting.add(rule, data[name], scope, beside(rule, rules, data), own)
        return self._value(rule, data[name], scope)

    def _here(self, rule: Rule) -> bool:
        return isinstance(rule, ListRule) or not rule.releases or self._release in rule.releases

    def _object(self, rule: ObjectRule, data: Body, scope: Scope, lenient: bool) -> int:
        with demanded(self._writer, rule.when, scope):
            rules = without_other_choices(rule.rules, self._kinds, data) if self._foreign else rule.rules
            return self._rules(rules, data, scope, lenient)

    def _value(self, rule: ValueRule, value: Any, scope: Scope) -> int:
        source = rule.source
        if isinstance(source, Constant):
            if source.value != value:
                raise Conflict  # made by another rule
            return 1
        if isinstance(source, Level):
            return self._writer.level(source.path, value, scope)
        if isinstance(source, Computed):
            return 1
        with demanded(self._writer, rule.when, scope):
            return self._text(rule, value, scope)

    def _text(self, rule: ValueRule, value: Any, scope: Scope) -> int:
        source = rule.source
        if isinstance(source, PathSource):
            return self._writer.put(source.path, value, scope, rule, self._kind(rule))
        if isinstance(source, Join) and not rule.apply:
            return self._writer.put_lines(source, str(value), scope)
        if isinstance(source, Concat) and not rule.apply:
            return self._concat(source, str(value), scope, rule)
        return 0

    def _concat(self, source: Concat, text: str, scope: Scope, rule: ValueRule) -> int:
        """A text put together of several places: as much as fits into each."""
        paths = [part.path for part in source.sources if isinstance(part, PathSource)]
        rooms = [self._writer.room(path, scope, rule) for path in paths]
        for path, piece in zip(paths, parts_of(text, source.separator, rooms), strict=False):
            self._writer.put(path, piece, scope, rule, self._kind(rule))
        return 1

    def _kind(self, rule: ValueRule) -> Kind:
        return self._kinds.get(id(rule), Kind.TEXT)

    def _list(self, rule: ListRule, items: list[Any], scope: Scope) -> int:
        """Each item by the block that writes the most of it; of several, where it fits best and needs the least."""
        blocks = self._blocks(rule)
        if any(block.then for block in blocks):
            return self._followed(rule, items, scope)
        if self._foreign and len(blocks) == 1 and blocks[0].values:
            items = self._writer.fitted(blocks[0], items, scope)
        single = {number for number, block in enumerate(blocks) if self._takes_one(block, scope)}
        choice: list[int | None] = [0] * len(items)
        if len(blocks) > 1:
            choice = assigned(self._scores(blocks, items, scope), single)
        mark, before = self._journal.mark, self._writer.misfits
        written = self._placed(rule, items, scope, choice)
        misfits = self._writer.misfits
        if len(blocks) > 1 and misfits > before:  # more than fits: another block may take what is too much here
            self._journal.back_to(mark)
            other = self._placed(rule, items, scope, None)
            if (other, before - self._writer.misfits) <= (written, before - misfits):
                self._journal.back_to(mark)
                written = self._placed(rule, items, scope, choice)
        return written

    def _takes_one(self, block: Block, scope: Scope) -> bool:
        """Whether a block has room for one item only."""
        if block.each is None:
            return not (block.groups or block.values)
        return not block.values and self._writer.holds_one(block.each, scope)

    def _placed(self, rule: ListRule, items: list[Any], scope: Scope, choice: list[int | None] | None) -> int:
        """Write items, each by the block chosen for it; without a choice by the one that is best when it comes."""
        blocks, used = self._blocks(rule), Used()
        written = last = 0
        for place, item in enumerate(items):
            number = self._next(blocks, item, scope, used, last) if choice is None else choice[place]
            first = [] if number is None or not blocks else [blocks[number]]
            last = max(last, number or 0)
            for block in (*first, *(block for block in blocks if block not in first)):
                count, _ = self._item(block, item, scope, used, keep=True)
                if count:
                    written += count
                    break
            else:
                written += self._loosely(blocks, item, scope, used) or self._lost.add(item, rule)
        for block in blocks:
            if len(marks := used.get(id(block), [])) > 1:
                self._writer.in_order(marks)
        return written

    def _next(self, blocks: list[Block], item: Any, scope: Scope, used: Used, last: int) -> int | None:
        """The block that writes an item best as things stand, those before the last one used only if none else does."""
        scores = [(self._score(block, item, scope, used), number) for number, block in enumerate(blocks)]
        able = [(number >= last, score, -number) for score, number in scores if score is not None]
        return -max(able)[2] if able else None

    def _scores(self, blocks: list[Block], items: list[Any], scope: Scope) -> list[list[Score | None]]:
        """For each item how well each block would write it, were it alone."""
        several = {id(block): often(block, items) for block in blocks}
        return [
            [
                self._score(block, item, scope, {})
                if not several[id(block)] or item.get(level_key(block)) not in several[id(block)]
                else None
                for block in blocks
            ]
            for item in items
        ]

    def _score(self, block: Block, item: Any, scope: Scope, used: Used) -> Score | None:
        """How well a block would write an item; None where it cannot. Nothing is left of the trial."""
        mark, misfits = self._journal.mark, self._writer.misfits
        count, _ = self._item(block, item, scope, used)
        score = (count, misfits - self._writer.misfits, mark - self._journal.mark)
        self._journal.back_to(mark)
        return score if count else None

    def _followed(self, rule: ListRule, items: list[Any], scope: Scope) -> int:
        """A list in which items follow others, as sublines do: each after the one before it."""
        blocks, written = self._blocks(rule), 0
        used: Used = {}
        last: tuple[Block, Scope] | None = None
        for item in items:
            known = [(block, scope) for block in blocks]
            if last is not None and last[0].then:
                known += [(block, last[1]) for block in last[0].then]
            known = [one for one in known if follows(one[0], item)] or known
            if len(known) > 1:
                scores = [(self._score(block, item, place, used), at) for at, (block, place) in enumerate(known)]
                able = [(score, -at) for score, at in scores if score is not None]
                known = [known[-max(able)[1]]] if able else []
            if not known:
                written += self._loosely(blocks, item, scope, used) or self._lost.add(item, rule)
                continue
            [(block, place)] = known
            count, inner = self._item(block, item, place, used, keep=True)
            written += count or self._loosely(blocks, item, scope, used) or self._lost.add(item, rule)
            if inner is not None and (block.then or last is None):
                last = (block, inner)
        return written

    def _loosely(self, blocks: list[Block], item: Any, scope: Scope, used: Used) -> int:
        """Write of an item that others refer to what has a place, rather than nothing."""
        if not self._foreign or not self._lost.counts(item):
            return 0
        return next((n for block in blocks if (n := self._item(block, item, scope, used, True, True)[0])), 0)

    def _item(
        self, block: Block, item: Any, scope: Scope, used: Used, keep: bool = False, loose: bool = False
    ) -> tuple[int, Scope | None]:
        """How many values of an item a block writes, and where; nothing is left of a conflict."""
        if block.releases and self._release not in block.releases:
            return 0, None
        for place in self._writer.places(block, item, scope, used.get(id(block), [])):
            mark = self._journal.mark
            try:
                inner = place()
                with demanded(self._writer, block.when, inner):
                    count = (
                        self._values(block, item, inner) if block.values else self._fields(block, item, inner, loose)
                    )
                self._writer.check(block, inner)
            except Conflict:
                self._journal.back_to(mark)
                continue
            if keep:
                used.setdefault(id(block), []).append(self._writer.mark(inner))
                self.placed.put(item, inner)
            return count, inner
        return 0, None

    def _fields(self, block: Block, item: Body, scope: Scope, loose: bool) -> int:
        refuse_other(block.when, item)
        return self._rules(block.rules, item, scope, loose=loose)

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
