"""Where the values of an XML document stand when a declaration runs backwards: elements and attributes."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from mappings.engine.outbound.format_writer import Place
from mappings.engine.outbound.instances import Conflict, Journal
from mappings.engine.outbound.inverses import undone
from mappings.engine.outbound.xml_nodes import Document, Node
from mappings.engine.rules.declaration import Block, Call, Join, PathSource, SourceTest, ValueRule
from mappings.engine.rules.paths import SourcePath, Step
from mappings.engine.rules.target import Kind
from mappings.engine.xml.structure import XmlStructure

_ZONE = (Call("zone", ()),)
_TIMES = ((Call("time", ()),), (Call("part", ("T", 2)),))

_ANY = re.compile(".*", re.DOTALL)
_FORMS = {
    "decimal": re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)"),
    "date": re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}.*"),
    "boolean": re.compile("true|false|0|1"),
}
"""What a value of these types looks like; schemas look closer."""
_BARE = 10
"""An attribute of an amount that is not there is worse than any number of elements made for a value."""


class XmlPlaces:
    """The `FormatWriter` of XML. A scope is an element; `..` is the one around it."""

    def __init__(self, structure: XmlStructure, kind: str) -> None:
        self.journal = Journal()
        self.misfits = 0
        self._structure = structure
        self._meant: list[tuple[SourcePath, Node, str]] = []  # what reading takes for granted
        self.root = Document(structure, kind, self.journal).root

    def start(self) -> Node:
        return self.root

    def put(self, path: SourcePath, value: Any, scope: Node, rule: ValueRule, kind: Kind) -> int:
        if path.context:
            return 1  # of the envelope, which is written elsewhere
        text = as_text(value)
        if rule.default is not None and text == as_text(rule.default):
            self._meant.append((path, scope, text))
            self.journal.add(self._meant.pop)
            return 1
        node = self._from(path, scope).down(path.steps)
        if rule.apply == _ZONE:
            node.put_behind(path.key, "zone", text)
        elif rule.apply in _TIMES and kind is Kind.TIME:
            node.put_behind(path.key, "time", text)
        elif rule.apply:
            node.replace(path.key, undone(rule.apply, text, node.values.get(path.key, "")))
        elif path.key or _FORMS.get(node.kind.text, _ANY).fullmatch(text):
            node.put(path.key, text)
        else:
            raise Conflict  # a revision "B" is no date
        return 1

    def put_lines(self, source: Join, text: str, scope: Node) -> int:
        path = source.paths[0]
        around = self._from(path, scope).down(path.steps[:-1])
        for line in text.split(source.separator):
            around.new(path.steps[-1].name).put(path.key, line)
        return 1

    def room(self, path: SourcePath, scope: Node, rule: ValueRule) -> int:
        return 0 if path.key or not path.steps else self._structure.type_of(path.steps[-1].name).room

    def fitted(self, block: Block, items: list[Any], scope: Node) -> list[Any]:
        return items  # any number, of any length

    def level(self, path: SourcePath, key: int | None, scope: Node) -> int:
        raise Conflict  # only X12 has levels

    def demand(self, test: SourceTest, negated: bool, scope: Node) -> None:
        path = test.source.path
        if path.context:
            return
        around = self._from(path, scope)
        known = around.find(path.steps)
        text = known.text(path.key) if known is not None else ""
        if test.values and not negated and not text and len(test.values) == 1:
            around.down(path.steps).put(path.key, test.values[0])
        elif test.values:
            if (text in test.values) is negated:
                raise Conflict
        elif negated or path.key:
            there = bool(text) if path.key else known is not None and not known.is_empty()
            if there is negated:
                raise Conflict
        else:
            around.want(path.steps)

    def strain(self, path: SourcePath, scope: Node) -> int:
        """How many elements there are for this value alone, and nothing else asks for them."""
        node: Node | None = self._from(path, scope).find(path.steps)
        bare = node is not None and bool(path.key) and node.kind.text == "decimal" and not node.text("")
        count = _BARE if bare else 0
        while node is not None and node is not scope and node.holds_one() and not node.is_wanted:
            count, node = count + 1, node.parent
        return count

    def lacks(self, path: SourcePath, scope: Node) -> bool:
        node = None if path.context else self._from(path, scope).find(path.steps)
        return node is not None and node.is_wanted and node.is_empty()

    def expect(self, path: SourcePath, scope: Node) -> None:
        if not path.context:
            self._from(path, scope).down(path.steps)

    def holds_one(self, each: SourcePath, scope: Node) -> bool:
        kind = self._from(each, scope).kind
        for step in each.steps:
            use = kind.uses.get(step.name)
            if use is None or use.many:
                return False
            kind = self._structure.type_of(step.name)
        return True

    def settle(self) -> None:
        """Elements have their places as soon as they are made."""

    def in_order(self, marks: list[Node]) -> None:
        """Elements stand in the order in which they were made."""

    def said(self, path: SourcePath, scope: Node) -> str:
        found = None if path.context else self._from(path, scope).find(path.steps)
        return found.text(path.key) if found is not None else ""

    def is_free(self, source: PathSource, scope: Node) -> bool:
        return not self.said(source.path, scope)

    def places(self, block: Block, item: Any, scope: Node, taken: list[Node]) -> Iterator[Place]:
        if block.each is None:
            yield lambda: scope
            return
        shared = bool(block.values)  # several texts can stand in one element
        yield from self._below(self._from(block.each, scope), block.each.steps, [] if shared else taken)

    def mark(self, scope: Node) -> Node:
        return scope

    def check(self, block: Block, scope: Node) -> None:
        """What filters ask for must be there by now; elements that are still empty may be filled later."""
        node: Node | None = scope
        for step in reversed(block.each.steps if block.each else ()):
            if node is None or not node.passes(step.filters):
                raise Conflict
            self._misfit(sum(one.is_empty() for one in node.demanded(step.filters)))
            node = node.parent

    def take_for_granted(self) -> None:
        """Write what reading takes for granted where something about it stands beside."""
        for path, scope, text in self._meant:
            node = self._from(path, scope).find(path.steps)
            if node is not None and not node.is_empty() and not node.text(path.key):
                node.put(path.key, text)

    def _misfit(self, count: int) -> None:
        if count:
            self.misfits += count
            self.journal.add(partial(self._fits, count))

    def _fits(self, count: int) -> None:
        self.misfits -= count

    def _below(self, around: Node, steps: tuple[Step, ...], taken: list[Node]) -> Iterator[Place]:
        """The elements that are there and free, then one made anew in each that is there around it, then all anew."""
        step, rest = steps[0], steps[1:]
        for known in list(around.children.get(step.name, [])):
            if rest:
                yield from self._below(known, rest, taken)
            elif all(known is not other for other in taken):
                yield partial(_kept, known, step)
        yield partial(_made, around, steps)

    def _from(self, path: SourcePath, scope: Node) -> Node:
        node = self.root if path.absolute else scope
        for _ in range(path.up):
            if node.parent is None:
                raise Conflict
            node = node.parent
        return node


def as_text(value: object) -> str:
    """A canonical value as XML writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kept(node: Node, step: Step) -> Node:
    node.keep(step.filters)
    return node


def _made(around: Node, steps: tuple[Step, ...]) -> Node:
    node = around
    for step in steps:
        node = node.new(step.name)
        node.keep(step.filters)
    return node
