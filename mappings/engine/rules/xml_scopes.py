"""Writes how a program walks an XML record: the children of an element that rules need are looked through once.

Variables n0, n1 ... hold elements, d... the children of one by name (`engine.xml.tree.children`); NONE is the children
of an element that is not there. User text never becomes code but as `ascii()` of a string.
"""

from collections.abc import Callable

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.declaration import Groups
from mappings.engine.rules.lines import INDENT, Lines
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.source import Found
from mappings.engine.rules.source_writer import tuple_code


class Spot(msgspec.Struct, frozen=True):
    """An element. there: the condition under which the code `element` gives one, "" where it always does."""

    there: str
    element: str
    name: str

    @property
    def found(self) -> Found:
        """As records and reports note it: None where it is not there."""
        return Found(f"({self.element} if {self.there} else None)" if self.there else self.element, "", self.name, "")


Finish = Callable[[str], None]
"""Writes a use of the children of all elements of a name, at last: from this variable, or by itself where it is ""."""


class _Shared:
    """The children of all elements of a name in a scope. Who uses them alone looks through them on the spot."""

    def __init__(self, place: list[str], indent: int) -> None:
        self.place = place
        self.indent = indent
        self.uses: list[Finish] = []


class ElementScope:
    """Paths start at an element. What is looked up here is found once, before it is needed.

    parent: the element around. depth: how many loops of the program are around; more than elements after a ../.
    own, children: the element, and the variable with its children. looked_through: whether that is needed.
    """

    def __init__(self, parent: "ElementScope | None", depth: int, name: str, lines: Lines) -> None:
        self.parent = parent
        self.depth = depth
        self.own = Spot("", f"n{depth}", name)
        self.children = f"d{depth}"
        self.looked_through = False
        self.lookups: dict[object, str] = {}
        self._shared: dict[str, _Shared] = {}
        self.open_head(lines)

    def open_head(self, lines: Lines) -> None:
        """What is looked up from now on is found here."""
        self._first, self._head = lines.reserve(), lines.reserve()
        self._indent = lines.indent

    def emit(self, *lines: str) -> None:
        self._head += [INDENT * self._indent + line for line in lines]

    def reserve(self) -> Callable[..., None]:
        """What puts lines here later, although others come behind them before."""
        position = len(self._head)
        self._head.append("")
        head, indent = self._head, self._indent

        def put(*lines: str) -> None:
            head[position] = "\n".join(INDENT * indent + line for line in lines)

        return put

    def new_local(self, key: object) -> str:
        """A variable for what is found under this key."""
        name = self.lookups[key] = f"d{self.depth}_{len(self.lookups)}"
        return name

    def use(self, name: str, finish: Finish) -> None:
        """The children of all elements of this name are needed."""
        self.looked_through = True
        if name not in self._shared:
            self._shared[name] = _Shared(self._first, self._indent)
        self._shared[name].uses.append(finish)

    def close(self) -> None:
        """Write what can be decided only when everything inside was written."""
        for name, shared in self._shared.items():
            variable = ""
            if len(shared.uses) > 1:
                variable, key = self.new_local(("all", name, "children")), ascii(name)
                made = f"[(x, children(x)) for x in {self.children}[{key}]] if {key} in {self.children} else ()"
                shared.place.append(f"{INDENT * shared.indent}{variable} = {made}")
            for finish in shared.uses:
                finish(variable)


class XmlScopes:
    """Opens and closes scopes, and finds elements."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._start_of_all = lines.reserve()
        self.root = ElementScope(None, 0, "", lines)
        self.scope = self.root
        self._open: list[tuple[ElementScope, Finish]] = []

    def key(self, path: SourcePath, rule: str) -> str:
        """The name of the first step: without such an element there is nothing to go over."""
        return "" if path.absolute or path.up or not path.steps else path.steps[0].name

    def node(self) -> str:
        return self._children(self.scope, ())

    def anchor(self) -> Found:
        return self.scope.own.found

    def enter(self, path: SourcePath, rule: str, known: bool = False) -> None:
        """Open a loop over all elements that a path means. Every step is a scope, so that ../ is the element around.

        known: whether there is one was tested already. The caller puts scope and indent back with `leave`.
        """
        if path.key or path.context or not path.steps:
            raise DeclarationError(rule, f"{path.text!r} names no element, which `each` goes over")
        depth = self.scope.depth
        self.scope = self._start(path, rule)
        for step in path.steps:
            depth += 1
            if not known:
                self.lines.open(f"if {ascii(step.name)} in {self._children(self.scope, ())}:")
            self._loop(step.name, depth)
            for item in step.filters:
                self.lines.open(f"if {_test(self._spot(self.scope, item.steps), item)}:")
                self.scope.open_head(self.lines)
            known = False

    def _loop(self, name: str, depth: int) -> None:
        """Open a loop over the elements of a name. How it gets at their children is written when it is closed."""
        outer, header, indent = self.scope, self.lines.reserve(), INDENT * self.lines.indent
        elements = f"{self._children(outer, ())}[{ascii(name)}]"
        self.lines.indent += 1
        inner = ElementScope(outer, depth, name, self.lines)

        def finish(shared: str) -> None:
            if shared:
                header.append(f"{indent}for n{depth}, d{depth} in {shared}:")
                return
            header.append(f"{indent}for n{depth} in {elements}:")
            if inner.looked_through:
                header.append(f"{indent}{INDENT}d{depth} = children(n{depth})")

        self._open.append((inner, finish))
        self.scope = inner

    def enter_groups(self, groups: Groups, rule: str) -> None:
        raise DeclarationError(rule, "only the elements of an X12 segment come in groups")

    def leave(self, scope: ElementScope, indent: int) -> None:
        while self._open and self._open[-1][0].depth > scope.depth:
            inner, finish = self._open.pop()
            inner.close()
            if inner.looked_through and inner.parent is not None:
                inner.parent.use(inner.own.name, finish)
            else:
                finish("")
        self.scope, self.lines.indent = scope, indent

    def level(self, path: SourcePath, rule: str) -> str:
        raise DeclarationError(rule, "only X12 has levels (HL)")

    def finish(self) -> None:
        self.root.close()
        if self.root.looked_through:
            self._start_of_all.append(f"{INDENT}d0 = children(n0)")

    def find(self, path: SourcePath, rule: str) -> Spot:
        """The element that a path means: at each step the first that passes its filters."""
        return self._spot(self._start(path, rule), path.steps)

    def find_all(self, path: SourcePath, rule: str) -> Found:
        """The variable with all elements that a path means, through all elements on the way."""
        if not path.steps or any(step.filters for step in path.steps):
            raise DeclarationError(rule, f"{path.text!r}: join goes over all elements of a path, without filter")
        scope, key = self._start(path, rule), ("all", path.steps)
        if key not in scope.lookups:
            loops, below = "", self._children(scope, ())
            for number, step in enumerate(path.steps):
                loops += f" for x{number} in {below}.get({ascii(step.name)}, ())"
                below = f"children(x{number})"
            scope.emit(f"{scope.new_local(key)} = [x{len(path.steps) - 1}{loops}]")
        return Found(scope.lookups[key], "", path.steps[-1].name, "")

    def _start(self, path: SourcePath, rule: str) -> ElementScope:
        scope = self.root if path.absolute else self.scope
        for _ in range(path.up):
            if scope.parent is None:
                raise DeclarationError(rule, f"{path.text!r} leaves more scopes than there are")
            scope = scope.parent
        return scope

    def _spot(self, scope: ElementScope, steps: tuple[Step, ...]) -> Spot:
        if not steps:
            return scope.own
        step = steps[-1]
        below, name = self._children(scope, steps[:-1]), ascii(step.name)
        if not step.filters:
            return Spot(f"{name} in {below}", f"{below}[{name}][0]", step.name)
        if steps not in scope.lookups:
            self._search(scope, steps, below)
        found = scope.lookups[steps]
        return Spot(f"{found} is not None", found, step.name)

    def _children(self, scope: ElementScope, steps: tuple[Step, ...]) -> str:
        """The variable with the children of an element."""
        if not steps:
            scope.looked_through = True
            return scope.children
        key = ("children", steps)
        if key not in scope.lookups:
            spot = self._spot(scope, steps)
            variable, put = scope.new_local(key), scope.reserve()

            def finish(shared: str) -> None:
                made = f"{shared}[0][1]" if shared else f"children({spot.element})"
                put(f"{variable} = {made} if {shared or spot.there} else NONE")

            if len(steps) > 1 or steps[0].filters:
                finish("")
            else:
                scope.use(steps[0].name, finish)
        return scope.lookups[key]

    def _search(self, scope: ElementScope, steps: tuple[Step, ...], below: str) -> None:
        """Lines that look for the first element that passes the filters of the last step."""
        found, name, indent = scope.new_local(steps), steps[-1].name, ""
        scope.emit(f"{found} = None")
        put = scope.reserve()

        def finish(shared: str) -> None:
            elements = f"{below}.get({ascii(name)}, ())"
            put(
                f"for x, y in {shared}:" if shared else f"for x in {elements}:",
                *([] if shared else [f"{INDENT}y = children(x)"]),
            )

        for item in steps[-1].filters:
            indent += INDENT
            spot, inside = Spot("", "x", ""), "y"
            for number, step in enumerate(item.steps):
                if number:
                    scope.emit(f"{indent}y{number} = children({spot.element}) if {spot.there} else NONE")
                    inside = f"y{number}"
                spot = Spot(f"{ascii(step.name)} in {inside}", f"{inside}[{ascii(step.name)}][0]", step.name)
            scope.emit(f"{indent}if {_test(spot, item)}:")
        scope.emit(f"{indent}{INDENT}{found} = x", f"{indent}{INDENT}break")
        if len(steps) == 1:
            scope.use(name, finish)
        else:
            finish("")


def value_code(element: str, key: str) -> str:
    """Code for a text of an element that is there. Only one with children can have more text than its first."""
    if key:
        return f"{element}.get({ascii(key[1:])}, '').strip()"
    return f"(text_of(e) if len(e := {element}) else (e.text or '').strip())"


def or_nothing(value: str, spot: Spot) -> str:
    return f"({value} if {spot.there} else '')" if spot.there else value


def _test(spot: Spot, item: Filter) -> str:
    """The condition under which an element passes a filter. spot: what the filter looks at."""
    value = or_nothing(value_code(spot.element, item.key), spot)
    if item.values:
        return f"{value} {'not in' if item.negated else 'in'} {tuple_code(item.values)}"
    there = value if item.key or not spot.there else spot.there
    return f"not ({there})" if item.negated else there
