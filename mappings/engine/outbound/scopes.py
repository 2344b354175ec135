"""Where source paths lead in a set that is being written: what they name is made when it is not there."""

from collections.abc import Iterator

from mappings.engine.outbound.instances import Conflict, Journal, LoopInstance, SegmentInstance
from mappings.engine.outbound.x12_levels import Levels
from mappings.engine.rules.paths import SourcePath, Step
from mappings.engine.rules.shape import SourceShape

LEVEL = "HL"


class Scope:
    """Where paths start: a loop, or one segment in it, and the group of elements in hand."""

    def __init__(
        self, loop: LoopInstance, segment: SegmentInstance | None = None, outer: "Scope | None" = None, group: int = 0
    ) -> None:
        self.loop = loop
        self.segment = segment
        self.outer = outer
        self.group = group  # the element before its first; 0 for none


class Scopes:
    """A set on its way out, and what paths mean in it."""

    def __init__(self, shape: SourceShape, native: bool) -> None:
        self._shape = shape
        self.journal = Journal()
        self.root = LoopInstance(shape.root, self.journal)
        self._levels = Levels(self.journal, native)

    def _loop(self, path: SourcePath, scope: Scope) -> LoopInstance:
        """The loop that the last step of a path is looked up in."""
        if path.absolute:
            scope = Scope(self.root)
        for _ in range(path.up):
            scope = scope.outer or scope
        loop, steps = scope.loop, path.steps[:-1]
        if path.steps and path.steps[0].above:
            loop, steps = self._levels.nearest(self._level(scope), path.steps[0].filters), path.steps[1:-1]
        for step in steps:
            loop = self._inside(loop, step)
        return loop

    def _level(self, scope: Scope) -> LoopInstance:
        """The level that a scope is in. Raises Conflict where there is none."""
        at: Scope | None = scope
        while at is not None:
            if at.loop.shape.trigger == LEVEL:
                return at.loop
            at = at.outer
        raise Conflict

    def _inside(self, loop: LoopInstance, step: Step) -> LoopInstance:
        """The first loop of this name that can be meant, or a new one."""
        shape = self._shape.loop_step(loop.shape, step, step.name)
        for known in loop.loops.get(shape.id, []):
            try:
                with self.journal.trial():
                    known.opening.keep(step.filters)
                    return known
            except Conflict:
                continue
        made = loop.new_loop(shape)
        made.opening.keep(step.filters)
        return made

    def _segment(self, path: SourcePath, scope: Scope) -> SegmentInstance:
        """The segment that a path means."""
        loop = self._loop(path, scope)
        for _ in range(path.up):
            scope = scope.outer or scope
        if not path.steps:
            return scope.segment or loop.opening
        step = path.steps[-1]
        if scope.segment is not None and scope.segment.id == step.name and len(path.steps) == 1 and not path.absolute:
            return scope.segment
        if not self._is_segment(loop, step):
            return self._inside(loop, step).opening
        if step.name == loop.shape.trigger:
            loop.opening.keep(step.filters)
            return loop.opening
        for known in loop.segments.get(step.name, []):
            try:
                with self.journal.trial():
                    known.keep(step.filters)
                    return known
            except Conflict:
                continue
        made = loop.new_segment(step.name)
        made.keep(step.filters)
        return made

    def said(self, path: SourcePath, scope: Scope) -> str:
        """What stands at a place; nothing is made to find out."""
        mark = self.journal.mark
        try:
            if path.context:
                return ""
            segment = (scope.segment or scope.loop.opening) if path.group else self._segment(path, scope)
            element = scope.group + path.group if path.group else path.element
            return segment.values.get((element, path.component), "")
        except Conflict:
            return ""
        finally:
            self.journal.back_to(mark)

    def _is_segment(self, loop: LoopInstance, step: Step) -> bool:
        return step.name in loop.shape.segments

    def _may_be(self, loop: LoopInstance, step: Step) -> bool:
        mark = self.journal.mark
        try:
            loop.opening.keep(step.filters)
        except Conflict:
            return False
        finally:
            self.journal.back_to(mark)
        return True

    def _around(self, each: SourcePath, scope: Scope) -> Iterator[LoopInstance]:
        """The loops that an item can stand in: those that are there, then one made anew."""
        first = self._loop(each, scope)
        *_, outer, _ = (None, *each.steps)
        if outer is None:
            yield first
            return
        above = self._loop(SourcePath(each.text, each.steps[:-1], up=each.up, absolute=each.absolute), scope)
        known = [one for one in above.loops[first.shape.id] if self._may_be(one, outer)]
        yield from known
        yield above.new_loop(first.shape)
