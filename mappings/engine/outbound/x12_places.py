"""Where the values of an X12 set stand when a declaration runs backwards: segments, elements, groups of elements."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from mappings.engine.errors import DeclarationError
from mappings.engine.outbound.format_writer import Place
from mappings.engine.outbound.instances import LoopInstance
from mappings.engine.outbound.scopes import Scope, Scopes
from mappings.engine.outbound.values import as_sent
from mappings.engine.rules.declaration import Block, Join, PathSource, ValueRule
from mappings.engine.rules.paths import SourcePath, Step
from mappings.engine.rules.shape import SourceShape
from mappings.engine.x12.structure import ElementDef


class X12Places(Scopes):
    """The `FormatWriter` of X12."""

    def __init__(self, shape: SourceShape) -> None:
        super().__init__(shape)
        self.misfits = 0

    def start(self) -> Scope:
        return Scope(self.root)

    def mark(self, scope: Scope) -> tuple[Any, int]:
        return scope.segment or scope.loop, scope.group

    def check(self, block: Block, scope: Scope) -> None:
        """Filters were kept when the segment was made."""

    def is_free(self, source: PathSource, scope: Scope) -> bool:
        return (source.path.element, 0) not in self._segment(source.path, scope).values

    def put_lines(self, source: Join, text: str, scope: Scope) -> int:
        """A text of several lines: a segment for each."""
        path = source.paths[0]
        for line in text.split(source.separator):
            loop = self._loop(path, scope)
            loop.new_segment(path.steps[-1].name).put((path.element, 0), line)
        return 1

    def put(self, path: SourcePath, value: Any, scope: Scope, rule: ValueRule) -> int:
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
            self.misfits += 1
            self.journal.add(self._fits)
        return 1

    def _fits(self) -> None:
        self.misfits -= 1

    def _definition(self, segment_id: str, element: int, component: int, rule: ValueRule) -> ElementDef:
        found = self._shape.element(segment_id, element, component, rule.rule)
        if rule.decimals is not None and found.type[:1] == "N":
            return ElementDef(found.id, f"N{rule.decimals}")
        return found

    def places(self, block: Block, scope: Scope, taken: list[Any]) -> Iterator[Place]:
        """Where an item can stand, the best first: what is there already and was not taken by this block, or new."""
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
