"""Where the values of an X12 set stand when a declaration runs backwards: segments, elements, groups of elements."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from mappings.engine.findings import Finding
from mappings.engine.outbound.format_writer import Place
from mappings.engine.outbound.instances import Conflict, LoopInstance, SegmentInstance, Spot
from mappings.engine.outbound.inverses import undone
from mappings.engine.outbound.scopes import LEVEL, Scope, Scopes
from mappings.engine.outbound.siblings import level_key
from mappings.engine.outbound.values import as_sent
from mappings.engine.outbound.x12_order import arrange
from mappings.engine.outbound.x12_strain import broken
from mappings.engine.outbound.x12_texts import fitted, wrapped
from mappings.engine.outbound.x12_tidy import tidy
from mappings.engine.rules.declaration import Block, Join, PathSource, SourceTest, ValueRule
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.shape import SourceShape
from mappings.engine.rules.target import Kind
from mappings.engine.x12.structure import ElementDef, SegmentDef


class X12Places(Scopes):
    """The `FormatWriter` of X12."""

    def __init__(self, shape: SourceShape, native: bool) -> None:
        """native: whether the document was read from X12, whose order and codes it keeps."""
        super().__init__(shape, native)
        self.misfits = 0
        self.is_native = native
        self._chains: list[list[Any]] = []

    def start(self) -> Scope:
        return Scope(self.root)

    def mark(self, scope: Scope) -> tuple[Any, int]:
        return scope.segment or scope.loop, scope.group

    def check(self, block: Block, scope: Scope) -> None:
        """Filters were kept when the segment was made; what it breaks or lacks counts as not fitting."""
        if block.each is None:
            return
        segment = scope.segment or scope.loop.opening
        faults = broken(self.definition(segment.id), segment)
        if scope.segment is None and scope.loop.shape.id:
            faults += sum(not scope.loop.segments.get(name) for name in scope.loop.shape.mandatory)
        for _ in range(faults):
            self.misfits += 1
            self.journal.add(self._fits)

    def is_free(self, source: PathSource, scope: Scope) -> bool:
        return (source.path.element, 0) not in self._segment(source.path, scope).values

    def put_lines(self, source: Join, text: str, scope: Scope) -> int:
        """A text of several lines: a segment for each, or more where a line from elsewhere is too long."""
        path = source.paths[0]
        name = path.steps[-1].name
        room = 0 if self.is_native else self._shape.element(name, path.element, 0, path.text).max
        for line in text.split(source.separator):
            for piece in wrapped(line, room):
                self._loop(path, scope).new_segment(name).put((path.element, 0), piece)
        return 1

    def put(self, path: SourcePath, value: Any, scope: Scope, rule: ValueRule, kind: Kind) -> int:
        if path.context:
            return 1  # of the envelope, which is written elsewhere
        segment, spot = self._at(path, scope)
        definition = self._definition(segment.id, *spot, rule)
        text = as_sent(value, definition, kind)
        if not self.is_native:
            text = " ".join(text.splitlines())  # X12 has no line breaks in a value
            if not self._shape.takes(definition, text):
                return 0
        if rule.apply:
            text = undone(rule.apply, text, segment.values.get(spot, ""))
            segment.replace(spot, text)
        else:
            segment.put(spot, text)
        if definition.max and not definition.min <= len(text) <= definition.max:
            self.misfits += 1
            self.journal.add(self._fits)
        return 1

    def definition(self, segment_id: str) -> SegmentDef:
        """What the standard says of a segment."""
        return self._shape.segment(segment_id)

    def supply(self, path: SourcePath, text: str, scope: Scope, instead: bool = False) -> None:
        """Write a text that no rule reads, as its element wants it. instead: of what stands there. Raises Conflict."""
        segment, spot = self._at(path, scope)
        sent = as_sent(text, self._shape.element(segment.id, *spot, path.text))
        if instead:
            segment.replace(spot, sent)
        else:
            segment.put(spot, sent)

    def _at(self, path: SourcePath, scope: Scope) -> tuple[SegmentInstance, Spot]:
        if path.group:
            return scope.segment or scope.loop.opening, (scope.group + path.group, path.component)
        return self._segment(path, scope), (path.element, path.component)

    def room(self, path: SourcePath, scope: Scope, rule: ValueRule) -> int:
        segment, spot = self._at(path, scope)
        return self._definition(segment.id, *spot, rule).max

    def level(self, path: SourcePath, key: int | None, scope: Scope) -> int:
        step = path.steps[-1]
        if step.above:
            self._levels.wish(self._level(scope), step.filters, key)
        return 1

    def demand(self, test: SourceTest, negated: bool, scope: Scope) -> None:
        """A value that must stand there is written, one that must not is refused."""
        path = test.source.path
        if path.context or not (path.element or path.group):
            return
        if not test.values:
            if bool(self.said(path, scope)) is negated:
                raise Conflict
            return
        segment, spot = self._at(path, scope)
        if not spot[1]:
            segment.keep((Filter(spot[0], test.values, negated),))

    def strain(self, path: SourcePath, scope: Scope) -> int:
        segment, _ = self._at(path, scope)
        return broken(self.definition(segment.id), segment)

    def lacks(self, path: SourcePath, scope: Scope) -> bool:
        mark = self.journal.mark
        try:
            segment, spot = self._at(path, scope)
            elements = self.definition(segment.id).elements
            mandatory = spot[0] <= len(elements) and elements[spot[0] - 1].mandatory
            stands = self.journal.mark == mark and bool(segment.values)
            return stands and mandatory and all(element != spot[0] for element, _ in segment.values)
        except Conflict:
            return False
        finally:
            self.journal.back_to(mark)

    def expect(self, path: SourcePath, scope: Scope) -> None:
        """Segments are made when a value is written."""

    def holds_one(self, each: SourcePath, scope: Scope) -> bool:
        return False

    def settle(self) -> None:
        arrange(self.root, self._chains)
        for loops in self.root.loops.values():
            if loops and loops[0].shape.trigger == LEVEL:
                self._levels.settle(loops)

    def tidy(self) -> list[Finding]:
        """Of a document from elsewhere, leave out what X12 cannot say; what that was."""
        return [] if self.is_native else tidy(self.root, self._shape)

    def fitted(self, block: Block, items: list[Any], scope: Scope) -> list[Any]:
        """Texts of a document from elsewhere: as many, and as long, as there is room for."""
        paths = [rule.source.path for rule in block.values if isinstance(rule.source, PathSource)]
        if block.each is None or not block.each.steps or not paths or any(path.group for path in paths):
            return items
        mark = self.journal.mark
        try:
            loop, name = self._loop(block.each, scope), block.each.steps[-1].name
        except Conflict:
            return items
        finally:
            self.journal.back_to(mark)
        if name not in loop.shape.segments:
            return items
        rooms = [self._shape.element(name, path.element, path.component, path.text).max for path in paths]
        return fitted(items, rooms, (loop.shape.most(name) or 0) * len(paths))

    def number_levels(self) -> None:
        """Everything is written: the levels get their order and their numbers."""
        for loop_id, loops in self.root.loops.items():
            if loops and loops[0].shape.trigger == LEVEL:
                self.root.loops[loop_id] = self._levels.number(loops)

    def in_order(self, marks: list[Any]) -> None:
        self._chains.append([instance for instance, _ in marks])
        self.journal.add(self._chains.pop)

    def _one_more(self, loop: LoopInstance, segment_id: str) -> SegmentInstance:
        made = loop.new_segment(segment_id)
        most = loop.shape.most(segment_id)
        if most is not None and len(loop.segments[segment_id]) > most:
            self.misfits += 1
            self.journal.add(self._fits)
        return made

    def _fits(self) -> None:
        self.misfits -= 1

    def _definition(self, segment_id: str, element: int, component: int, rule: ValueRule) -> ElementDef:
        found = self._shape.element(segment_id, element, component, rule.rule)
        if rule.decimals is not None and found.type[:1] == "N":
            return ElementDef(found.id, f"N{rule.decimals}")
        return found

    def places(self, block: Block, item: Any, scope: Scope, taken: list[Any]) -> Iterator[Place]:
        """Where an item can stand, the best first: what is there already and was not taken by this block, or new."""
        if block.each is None:
            if block.groups:
                yield from self._groups(block, scope, taken)
            elif not taken or block.values:
                yield lambda: scope
            return
        *_, step = block.each.steps
        name = level_key(block)
        if name and item.get(name) is not None and len(block.each.steps) == 1:
            known = self._levels.find(step.filters, item[name])
            if known is None or all(known is not other for other, _ in taken):
                yield partial(self._at_level, known, item[name], step, scope)
            return
        for loop in self._around(block.each, scope):
            yield from self._in(loop, step, block, scope, taken)

    def _in(self, loop: LoopInstance, step: Step, block: Block, scope: Scope, taken: list[Any]) -> Iterator[Place]:
        """Places for an item in a loop: what is there already, then new."""
        shapes = () if self._is_segment(loop, step) else loop.shape.named(step.name)
        known: list[Any] = loop.loops.get(shapes[0].id, []) if shapes else loop.segments.get(step.name, [])
        # with values, or with groups, several items share one segment
        own = set() if block.values or block.groups else {id(other) for other, _ in taken}
        free = [one for one in known if id(one) not in own]
        for one in (*free, None):
            if block.groups:
                yield from self._groups(block, self._opened(one, step, loop, scope), taken)
            else:
                yield partial(self._opened, one, step, loop, scope)

    def _at_level(self, known: LoopInstance | None, key: int, step: Step, scope: Scope) -> Scope:
        inner = self._opened(known, step, self.root, scope)
        if known is None:
            self._levels.add(inner.loop, key)
        return inner

    def _groups(self, block: Block, scope: Scope, taken: list[Any]) -> Iterator[Place]:
        """Groups of elements that other blocks wrote, then the first that is free."""
        groups = block.groups
        segment = scope.segment or scope.loop.opening
        own = {group for one, group in taken if one is segment}
        if groups is None:
            return
        for at in range(groups.first, groups.last + 1, groups.size):
            if at - 1 in own:
                continue
            yield partial(Scope, scope.loop, segment, scope.outer, at - 1)
            if not any(at <= spot[0] < at + groups.size for spot in segment.values):
                return

    def _opened(self, one: Any, step: Step, loop: LoopInstance, scope: Scope) -> Scope:
        if isinstance(one, LoopInstance) or (one is None and not self._is_segment(loop, step)):
            inner = one if one is not None else loop.new_loop(self._shape.loop_step(loop.shape, step, step.name))
            inner.opening.keep(step.filters)
            return Scope(inner, None, scope if loop is scope.loop else Scope(loop, None, scope))
        segment = one if one is not None else self._one_more(loop, step.name)
        segment.keep(step.filters)
        return Scope(loop, segment, scope if loop is scope.loop else Scope(loop, None, scope))
