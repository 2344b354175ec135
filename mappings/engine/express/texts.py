"""Source paths, texts and conditions of the mapping language, where every segment of the document is known.

They mean what `rules.source_writer` and `rules.x12_writer` make of them; here nothing has to be looked for. Values
are not stripped: no element of a document that comes here begins or ends with a blank.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from mappings.engine.express.envelope import KEYS
from mappings.engine.express.shape import Doubt, Node, Row
from mappings.engine.express.sheet import Cond, Sheet, both, either
from mappings.engine.express.source import ABSENT, Text, first_of, together, variable_of
from mappings.engine.rules.declaration import Concat, Join, PathSource, SourceTest, TextSource
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.shape import LoopShape, SourceShape
from mappings.engine.rules.source_writer import tuple_code
from mappings.engine.x12.structure import ElementDef

RULE = "express"  # names a rule in errors that cannot come: the mapping was compiled before


class Scope:
    """Where paths start: at a node; or at a row, in it perhaps at a group of elements that begins at `start`."""

    def __init__(self, parent: "Scope | None", node: Node | None, row: Row | None = None, start: int = 0) -> None:
        self.parent = parent
        self.node = node
        self.row = row
        self.start = start


class Candidate(NamedTuple):
    """A row that a path may mean: the first whose condition holds is meant."""

    condition: Cond
    row: Row


class Texts:
    def __init__(
        self, sheet: Sheet, shape: SourceShape, root: Scope | None, before: frozenset[str] = frozenset()
    ) -> None:
        """root: the set, None in a program that knows only one of its loops. before: the segments that stand in the set
        before that loop and nowhere else."""
        self._sheet = sheet
        self._shape = shape
        self._root = root
        self._before = before

    # Scopes

    def each(self, path: SourcePath, scope: Scope) -> Iterator[tuple[Cond, Scope]]:
        """All that a path means, each with the condition under which it does."""
        yield from self._steps(path.steps, self._start(path, scope), scope, True)

    def within(self, steps: tuple[Step, ...], scope: Scope) -> Iterator[tuple[Cond, Scope]]:
        """The same for a path of which the first step is the loop that a scope stands for."""
        first, *rest = steps
        condition = self._passes(scope.node, first.filters)
        if condition is not False:
            yield from self._steps(tuple(rest), scope, scope, condition)

    def groups(self, scope: Scope, first: int, last: int, size: int) -> Iterator[Scope]:
        row = self.anchor(scope)
        for start in range(first, min(row.size, last + 1) if row else 0, size):
            yield Scope(scope, None, row, start)

    def anchor(self, scope: Scope) -> Row | None:
        """The segment that a scope is about."""
        return scope.node.first if scope.node is not None else scope.row

    def _steps(
        self, steps: tuple[Step, ...], at: Scope, around: Scope, condition: Cond
    ) -> Iterator[tuple[Cond, Scope]]:
        if not steps:
            yield condition, around
            return
        first, *rest = steps
        node = _node(at)
        if not rest and first.name in node.loop.segments:
            for row in node.rows.get(first.name, ()):
                fits = both(condition, self._fits(row, first.filters))
                if fits is not False:
                    yield fits, Scope(around, None, row)
            return
        for inner in node.loops.get(self._loop(node.loop, first).id, ()):
            fits = both(condition, self._passes(inner, first.filters))
            if fits is not False:
                scope = Scope(around, inner)
                yield from self._steps(tuple(rest), scope, scope, fits)

    def _loop(self, loop: LoopShape, step: Step) -> LoopShape:
        return self._shape.loop_step(loop, step, RULE)

    def _start(self, path: SourcePath, scope: Scope) -> Scope:
        start: Scope | None = self._root if path.absolute else scope
        for _ in range(path.up):
            start = start.parent if start else None
        if start is None or any(step.above for step in path.steps):
            raise Doubt(path.text)
        return start

    # Segments

    def find(self, path: SourcePath, scope: Scope) -> list[Candidate]:
        """The rows that a path may mean, best first."""
        start = self._start(path, scope)
        if start.node is None:
            return [Candidate(True, start.row)] if start.row is not None else []
        if not path.steps:
            return [Candidate(True, start.node.first)] if start.node.first else []
        return list(self._look(list(path.steps), start.node, True))

    def _look(self, steps: list[Step], node: Node, condition: Cond) -> Iterator[Candidate]:
        first, *rest = steps
        own = first.name in node.loop.segments
        if own and len(rest) == 1 and rest[0].name == first.name:
            rest = []  # N4/N401 and N4[...]/N401 are the segment and its element, not a loop
        if not rest and own:
            rows = node.rows.get(first.name, ())
            for row in rows if first.filters else rows[:1]:
                fits = both(condition, self._fits(row, first.filters))
                if fits is not False:
                    yield Candidate(fits, row)
            return
        for inner in node.loops.get(self._loop(node.loop, first).id, ()):
            fits = both(condition, self._passes(inner, first.filters))
            if fits is False:
                continue
            if rest:
                yield from self._look(rest, inner, fits)
            elif inner.first is not None:
                yield Candidate(fits, inner.first)

    def _passes(self, node: Node | None, filters: tuple[Filter, ...]) -> Cond:
        return self._fits(node.first if node else None, filters)

    def _fits(self, row: Row | None, filters: tuple[Filter, ...]) -> Cond:
        condition: Cond = True
        for one in filters:
            condition = both(condition, self._one_of(self._element(row, one.element).code, one.values, one.negated))
        return condition

    def _one_of(self, code: str, values: tuple[str, ...], negated: bool = False) -> Cond:
        if code == ABSENT.code:
            return ("" in values) is not negated
        return f"{code} {'not in' if negated else 'in'} {tuple_code(values)}"

    # Texts

    def text(self, source: TextSource, scope: Scope) -> Text:
        if isinstance(source, PathSource):
            return self._path(source.path, scope)
        if isinstance(source, Join):
            return self._join(source, scope)
        parts = [self.text(item, scope) for item in source.sources]
        there = [part for part in parts if part.sure is not False]
        types = {part.source_type for part in parts}
        text = together(there, source.separator) if isinstance(source, Concat) else first_of(there)
        return msgspec.structs.replace(text, source_type=types.pop() if len(types) == 1 else "")

    def condition(self, condition: SourceTest, scope: Scope) -> Cond:
        """Whether a text or a segment is there, or a text is one of several."""
        path = condition.source.path
        if not (path.element or path.context or path.group):
            found: Cond = False
            for candidate in self.find(path, scope):
                found = either(found, candidate.condition)
            return found
        text = self._path(path, scope)
        if condition.values:
            return self._one_of(text.code, condition.values)
        return text.code if text.sure is None else text.sure

    def _path(self, path: SourcePath, scope: Scope) -> Text:
        if path.context:
            variable = self._envelope(path.context)
            return Text(variable, self._sheet.known.get(variable), plain=False)
        if path.group:
            return self._element(scope.row, scope.start + path.group - 1)
        if path.absolute and self._root is None:
            return self._of_set(path)
        definition = self._definition(path, scope)
        candidates = self.find(path, scope) if path.component < 2 else []  # no element of the document is divided
        if not candidates:
            return msgspec.structs.replace(ABSENT, source_type=definition.type)
        last = candidates[-1]
        found = self._element(last.row, path.element)
        if last.condition is True and len(candidates) == 1:
            return msgspec.structs.replace(found, source_type=definition.type, definition=definition)
        code = found.code if last.condition is True else f"({found.code} if {last.condition} else '')"
        for candidate in candidates[-2::-1]:
            code = f"({self._element(candidate.row, path.element).code} if {candidate.condition} else {code})"
        return Text(code, source_type=definition.type)

    def _of_set(self, path: SourcePath) -> Text:
        """An element of the set, in a loop with a trail of its own. The segment surely stands before the loop."""
        segment = path.steps[0].name
        if path.steps != (Step(segment),) or path.component > 1 or segment not in self._before:
            raise Doubt(path.text)
        definition = self._shape.element(segment, path.element, path.component, RULE)
        return Text(f"of_set(document.taken, {ascii(segment)}, {path.element})", source_type=definition.type)

    def _definition(self, path: SourcePath, scope: Scope) -> ElementDef:
        """Of the element that a path names, wherever it stands."""
        if path.steps:
            segment = path.steps[-1].name.partition("Loop")[0]  # a loop can go by its id, which begins so
        else:
            start = self._start(path, scope)
            segment = start.node.loop.trigger if start.node else start.row.segment if start.row else ""
        return self._shape.element(segment, path.element, path.component, RULE)

    def _element(self, row: Row | None, position: int) -> Text:
        variable = row.element(position) if row else ""
        if row is None or not variable:
            return ABSENT
        known = self._sheet.known.get(variable)
        if known is False:
            return ABSENT
        return Text(variable, self._shape.element(row.segment, position, 0, RULE).mandatory or known)

    def _join(self, source: Join, scope: Scope) -> Text:
        start = self._start(source.paths[0], scope)
        rows = _node(start).rows.get(source.paths[0].steps[0].name, ())
        parts = [self._element(row, path.element) for row in rows for path in source.paths]
        return together([part for part in parts if part.sure is not False], source.separator)

    def _envelope(self, key: str) -> str:
        """The variable with a value of the envelope, fetched at the head of the program."""
        line = f"    {', '.join(map(variable_of, KEYS))}, = document.envelope.texts"
        if not self._sheet.lines.head:
            self._sheet.lines.head.append(line)
        return variable_of(key)


def of_set(rows: list[list[str]], segment_id: str, position: int) -> str:
    """An element of the first segment with this id; "" where there is none. Programs call it."""
    for row in rows:
        if row[0] == segment_id:
            return row[position] if position < len(row) else ""
    return ""


def _node(scope: Scope) -> Node:
    if scope.node is None:
        raise Doubt("a path that goes on from a segment")
    return scope.node
