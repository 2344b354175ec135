"""Writes how a program walks an XML record: each element that a rule needs is found once and kept in a variable.

A node is {"": text, "@name": attribute, "{namespace}name": [nodes]} (`engine.xml.tree`); NONE, which is false, stands
for an element that is not there. User text never becomes code but as `ascii()` of a string.
"""

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.declaration import Groups, Join, PathSource, SourceTest, TextSource
from mappings.engine.rules.lines import INDENT, Lines
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.source import Found, Read, Text, combined
from mappings.engine.rules.source_writer import tuple_code


class ElementScope:
    """Paths start at an element. What is looked up here is found once, in `head`.

    parent: the element around. depth: how many loops of the program are around; more than elements after a ../.
    """

    def __init__(self, parent: "ElementScope | None", depth: int, name: str, head: list[str], indent: int) -> None:
        self.parent = parent
        self.depth = depth
        self.own = Found(f"n{depth}", "", name, "")
        self.head = head
        self.indent = indent
        self.lookups: dict[object, Found] = {}

    def new_local(self, name: str) -> Found:
        return Found(f"s{self.depth}_{len(self.lookups)}", "", name, "")


class XmlScopes:
    """Opens and closes scopes, and finds elements."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.root = ElementScope(None, 0, "", lines.reserve(), lines.indent)
        self.scope = self.root

    def key(self, path: SourcePath, rule: str) -> str:
        """The name of the first step: without such an element there is nothing to go over."""
        return "" if path.absolute or path.up or not path.steps else path.steps[0].name

    def node(self) -> str:
        return self.scope.own.name

    def anchor(self) -> Found:
        return self.scope.own

    def enter(self, path: SourcePath, rule: str, known: bool = False) -> None:
        """Open a loop over all elements that a path means. Every step is a scope, so that ../ is the element around.

        known: whether there is one was tested already. The caller puts scope and indent back with `leave`.
        """
        if path.key or path.context or not path.steps:
            raise DeclarationError(rule, f"{path.text!r} names no element, which `each` goes over")
        depth = self.scope.depth
        self.scope = self._start(path, rule)
        for step in path.steps:
            outer, name = self.scope.own.name, ascii(step.name)
            depth += 1
            node = f"n{depth}"
            if not known:
                self.lines.open(f"if {name} in {outer}:")
            self.lines.open(f"for {node} in {outer}[{name}]:")
            for item in step.filters:
                self._open_filter(node, item)
            self.scope = ElementScope(self.scope, depth, step.name, self.lines.reserve(), self.lines.indent)
            known = False

    def enter_groups(self, groups: Groups, rule: str) -> None:
        raise DeclarationError(rule, "only the elements of an X12 segment come in groups")

    def leave(self, scope: ElementScope, indent: int) -> None:
        self.scope, self.lines.indent = scope, indent

    def find(self, path: SourcePath, rule: str) -> Found:
        """The variable with the element that a path means: at each step the first that passes its filters."""
        scope = self._start(path, rule)
        found = scope.own
        for end in range(1, len(path.steps) + 1):
            known = path.steps[:end]
            if known not in scope.lookups:
                scope.lookups[known] = self._look_up(scope, found, known[-1])
            found = scope.lookups[known]
        return found

    def find_all(self, path: SourcePath, rule: str) -> Found:
        """The variable with all elements that a path means, through all elements on the way."""
        if not path.steps or any(step.filters for step in path.steps):
            raise DeclarationError(rule, f"{path.text!r}: join goes over all elements of a path, without filter")
        scope, key = self._start(path, rule), ("all", path.steps)
        if key not in scope.lookups:
            found = scope.lookups[key] = scope.new_local(path.steps[-1].name)
            loops, node = "", scope.own.name
            for number, step in enumerate(path.steps):
                loops += f" for x{number} in {node}.get({ascii(step.name)}, ())"
                node = f"x{number}"
            scope.head.append(f"{INDENT * scope.indent}{found.name} = [{node}{loops}]")
        return scope.lookups[key]

    def _start(self, path: SourcePath, rule: str) -> ElementScope:
        scope = self.root if path.absolute else self.scope
        for _ in range(path.up):
            if scope.parent is None:
                raise DeclarationError(rule, f"{path.text!r} leaves more scopes than there are")
            scope = scope.parent
        return scope

    def _look_up(self, scope: ElementScope, outer: Found, step: Step) -> Found:
        found, name = scope.new_local(step.name), ascii(step.name)
        indent = INDENT * scope.indent
        if not step.filters:
            scope.head.append(f"{indent}{found.name} = {outer.name}[{name}][0] if {name} in {outer.name} else NONE")
            return found
        scope.head.append(f"{indent}{found.name} = NONE")
        scope.head.append(f"{indent}for x in {outer.name}.get({name}, ()):")
        for item in step.filters:
            indent += INDENT
            steps, condition = _filter("x", item)
            scope.head += [f"{indent}{line}" for line in steps]
            scope.head.append(f"{indent}if {condition}:")
        scope.head.append(f"{indent}{INDENT}{found.name} = x")
        scope.head.append(f"{indent}{INDENT}break")
        return found

    def _open_filter(self, node: str, item: Filter) -> None:
        steps, condition = _filter(node, item)
        for line in steps:
            self.lines.emit(line)
        self.lines.open(f"if {condition}:")


class XmlTexts:
    """Writes texts of the record as expressions."""

    def __init__(self, scopes: XmlScopes) -> None:
        self._scopes = scopes
        self._context: dict[str, str] = {}

    def text(self, source: TextSource, rule: str) -> Text:
        """An expression for a text source. Raises DeclarationError for what is none."""
        if isinstance(source, PathSource):
            return self._path(source.path, rule)
        if isinstance(source, Join):
            return self._join(source, rule)
        return combined(source, [self.text(item, rule) for item in source.sources], rule)

    def condition(self, condition: SourceTest, rule: str) -> str:
        """Whether there is a text; of an element without text, whether there is the element; or one of several."""
        path = condition.source.path
        if condition.values:
            return f"{self._path(path, rule).code} in {tuple_code(condition.values)}"
        if path.key or path.context:
            return self._path(path, rule).code
        return self._scopes.find(path, rule).name

    def _path(self, path: SourcePath, rule: str) -> Text:
        if path.context:
            return Text(self._envelope(path.context), context=[path.context])
        found = self._scopes.find(path, rule)
        return Text(_value(found.name, path.key, there=found.name[0] == "n"), [Read(found, key=path.key)])

    def _join(self, source: Join, rule: str) -> Text:
        if len(source.paths) != 1:
            raise DeclarationError(rule, "join takes one path")
        path = source.paths[0]
        found = self._scopes.find_all(path, rule)
        code = (
            f"{ascii(source.separator)}.join([y for x in {found.name} if (y := {_value('x', path.key, there=True)})])"
        )
        return Text(code, [Read(found, many=True, key=path.key)], every=True)

    def _envelope(self, key: str) -> str:
        if key not in self._context:
            self._context[key] = f"k{len(self._context)}"
            self._scopes.lines.head.append(f"    {self._context[key]} = context.get({ascii(key)}, '').strip()")
        return self._context[key]


def _value(node: str, key: str, there: bool) -> str:
    """Code for a text of a node. there: the node is never NONE."""
    if key:
        return f"{node}.get({ascii(key)}, '')"
    return f"{node}['']" if there else f"({node}[''] if {node} else '')"


def _filter(node: str, item: Filter) -> tuple[list[str], str]:
    """Lines that look up what a filter compares, in variables y0, y1 ..., and the condition."""
    lines = []
    for number, step in enumerate(item.steps):
        name = ascii(step.name)
        lines.append(f"y{number} = {node}[{name}][0] if {name} in {node} else NONE")
        node = f"y{number}"
    value = _value(node, item.key, there=not item.steps)
    if not item.values:
        there = value if item.key or not item.steps else node
        return lines, f"not {there}" if item.negated else there
    return lines, f"{value} {'not in' if item.negated else 'in'} {tuple_code(item.values)}"
