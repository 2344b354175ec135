"""Source paths, texts and conditions of the mapping language, where every element of the record is known.

They mean what `rules.xml_scopes` and `rules.xml_writer` make of them; here nothing has to be looked for, and of every
text it is known whether it is there.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mappings.engine.express.shape import Doubt
from mappings.engine.express.sheet import Cond, Sheet, both
from mappings.engine.express.source import ABSENT, Text, first_of, together, variable_of
from mappings.engine.express.xml.outline import Node, Path
from mappings.engine.rules.declaration import Concat, Join, PathSource, SourceTest, TextSource
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.source_writer import tuple_code


class Scope:
    """Where paths start: at an element. node: None for one around an element that stands apart, of which only its path
    is known."""

    def __init__(self, parent: "Scope | None", node: Node | None, path: Path = ()) -> None:
        self.parent = parent
        self.node = node
        self.path = path


class Candidate(NamedTuple):
    """An element that a path may mean, None for nothing: the first whose condition holds is meant."""

    condition: Cond
    node: Node | None


class XmlTexts:
    def __init__(self, sheet: Sheet, wanted_around: list[tuple[Path, SourcePath]], apart: Path = ()) -> None:
        """wanted_around: what is known of the record outside of an element that stands apart, at the path `apart`."""
        self._sheet = sheet
        self._wanted_around = wanted_around
        self._apart = apart

    # Scopes

    def instance(self, node: Node) -> Scope:
        """The scope of the element that stands apart."""
        around: Scope | None = None
        for size in range(len(self._apart)):
            around = Scope(around, None, self._apart[:size])
        return Scope(around, node)

    def each(self, path: SourcePath, scope: Scope) -> Iterator[tuple[Cond, Scope]]:
        yield from self._steps(path.steps, self._start(path, scope), True)

    def within(self, path: SourcePath, scope: Scope) -> Iterator[tuple[Cond, Scope]]:
        """All that a path means, of which the element that stands apart is one on the way."""
        first, *rest = path.steps[len(self._apart) - 1 :]
        fits = self._fits(_known(scope), first.filters)
        if fits is not False:
            yield from self._steps(tuple(rest), scope, fits)

    def groups(self, scope: Scope, first: int, last: int, size: int) -> Iterator[Scope]:
        raise Doubt("only X12 has groups of elements")

    def _steps(self, steps: tuple[Step, ...], scope: Scope, condition: Cond) -> Iterator[tuple[Cond, Scope]]:
        if not steps:
            yield condition, scope
            return
        first, *rest = steps
        for child in _known(scope).named(first.name):
            fits = both(condition, self._fits(child, first.filters))
            if fits is not False:
                yield from self._steps(tuple(rest), Scope(scope, child), fits)

    def _start(self, path: SourcePath, scope: Scope) -> Scope:
        start: Scope | None = scope
        while path.absolute and start is not None and start.parent is not None:
            start = start.parent
        for _ in range(path.up):
            start = start.parent if start else None
        if start is None:
            raise Doubt(path.text)
        return start

    def _fits(self, node: Node, filters: tuple[Filter, ...]) -> Cond:
        condition: Cond = True
        for item in filters:
            found: Node | None = node
            for step in item.steps:
                found = next(iter(found.named(step.name)), None) if found else None
            text = _value(found, item.key)
            if item.values:
                condition = both(condition, _one_of(text, item.values, item.negated))
            else:
                there = bool(text.sure) if item.key or not item.steps else found is not None
                condition = both(condition, there is not item.negated)
        return condition

    # Elements

    def _look(self, steps: tuple[Step, ...], node: Node) -> list[Candidate]:
        """What steps may mean, best first. At each it is the first element that passes, whatever stands in it."""
        if not steps:
            return [Candidate(True, node)]
        first, *rest = steps
        found = []
        children = node.named(first.name)
        for child in children if first.filters else children[:1]:
            fits = self._fits(child, first.filters)
            if fits is False:
                continue
            inner = [*self._look(tuple(rest), child), Candidate(True, None)]
            found += [Candidate(both(fits, condition), one) for condition, one in inner]
            if fits is True:
                break
        return found

    # Texts

    def text(self, source: TextSource, scope: Scope) -> Text:
        if isinstance(source, PathSource):
            return self._path(source.path, scope)
        if isinstance(source, Join):
            return self._join(source, scope)
        parts = [self.text(item, scope) for item in source.sources]
        there = [part for part in parts if part.sure is not False]
        return together(there, source.separator) if isinstance(source, Concat) else first_of(there)

    def condition(self, condition: SourceTest, scope: Scope) -> Cond:
        path = condition.source.path
        if condition.values:
            return _one_of(self._path(path, scope), condition.values)
        if path.key or path.context:
            text = self._path(path, scope)
            return text.code if text.sure is None else text.sure
        candidates = self._look(path.steps, _known(self._start(path, scope)))
        if len(candidates) < 2 or candidates[0].condition is True:
            return bool(candidates) and candidates[0].node is not None
        return _chosen(candidates, lambda node: str(node is not None), "False")

    def _path(self, path: SourcePath, scope: Scope) -> Text:
        if path.context:
            return Text(self._envelope(path.context), plain=False)
        start = self._start(path, scope)
        if start.node is None:
            return self._around(start.path, path)
        candidates = self._look(path.steps, start.node)
        if not candidates or candidates[0].condition is True:
            return _value(candidates[0].node, path.key) if candidates else ABSENT
        return Text(_chosen(candidates, lambda node: _value(node, path.key).code, ABSENT.code), plain=False)

    def _envelope(self, key: str) -> str:
        """The variable with a value of the envelope, fetched at the head of the program."""
        variable, head = variable_of(key), self._sheet.lines.head
        line = f"    {variable} = get({ascii(key)}, '').strip()"
        if line not in head:
            head += [line] if head else ["    get = document.context.get", line]
        return variable

    def _around(self, base: Path, path: SourcePath) -> Text:
        """A text outside of an element that stands apart, which the record's own program has found before."""
        if (base, path) not in self._wanted_around:
            raise Doubt(path.text)
        return Text(f"document.around[{self._wanted_around.index((base, path))}]", plain=False)

    def _join(self, source: Join, scope: Scope) -> Text:
        (path,) = source.paths
        start = _known(self._start(path, scope))
        nodes = [start]
        for step in path.steps:
            nodes = [child for node in nodes for child in node.named(step.name)]
        parts = [_value(node, path.key) for node in nodes]
        return together([part for part in parts if part.sure], source.separator)


def _known(scope: Scope) -> Node:
    if scope.node is None:
        raise Doubt("what stands around an element that stands apart")
    return scope.node


def _chosen(candidates: list[Candidate], code: Callable[[Node | None], str], otherwise: str) -> str:
    """Code that tells something of the element that is meant."""
    for condition, node in reversed(candidates):
        otherwise = code(node) if condition is True else f"({code(node)} if {condition} else {otherwise})"
    return otherwise


def _value(node: Node | None, key: str) -> Text:
    """An attribute or the text of an element."""
    if node is None:
        return ABSENT
    if key:
        found = node.attributes.get(key[1:], "")
        return Text(_code(found), True, plain=False) if found != "" else ABSENT
    codes = [_code(value) for value in node.texts]
    if not codes:
        return ABSENT
    return Text(codes[0] if len(codes) == 1 else f"' '.join(({', '.join(codes)}))", True, plain=False)


def _code(value: int | str) -> str:
    return ascii(value) if isinstance(value, str) else f"v{value}"


def _one_of(text: Text, values: tuple[str, ...], negated: bool = False) -> Cond:
    if text.sure is False:
        return ("" in values) is not negated
    return f"{text.code} {'not in' if negated else 'in'} {tuple_code(values)}"
