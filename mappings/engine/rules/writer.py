"""Writes the source side of a program: scopes, segments found once and kept in locals, texts as expressions.

User text never becomes code. What is written is one of: names made here, numbers, and `ascii()` of a string.
"""

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.declaration import Concat, FirstOf, Join, PathSource, SourceTest, TextSource
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.shape import LoopShape, SourceShape

CONTEXT = frozenset({
    "interchange.sender", "interchange.sender_qualifier", "interchange.receiver", "interchange.receiver_qualifier",
    "interchange.control_number", "interchange.date", "interchange.time", "interchange.usage",
    "interchange.component_separator", "group.sender", "group.receiver", "group.control_number", "group.version",
    "set.id", "set.control_number",
})  # fmt: skip
"""What a mapping may ask of the envelope. All are texts and may be empty."""

SEPARATOR = "interchange.component_separator"


class Found(msgspec.Struct, frozen=True):
    """A local variable that holds a segment (or with `many` a list of them), and one that holds its length."""

    name: str
    size: str
    segment: str
    loop: str


class Read(msgspec.Struct, frozen=True):
    """One place that an expression reads."""

    found: Found
    element: int
    component: int = 0
    many: bool = False
    group: str = ""
    element_id: str = ""


class Text(msgspec.Struct):
    """An expression that gives a text, what it reads, and how: the first that is not empty, or every one."""

    code: str
    reads: list[Read] = []
    context: list[str] = []
    every: bool = False
    source_type: str = ""


class Scope:
    """Where paths start: the set, one loop, or one segment. Segments looked up here are found once, at its head."""

    def __init__(
        self, parent: "Scope | None", loop: LoopShape | None, node: str, own: Found | None, head: list[str], indent: int
    ) -> None:
        self.parent = parent
        self.loop = loop
        self.node = node
        self.own = own
        self.head = head
        self.indent = indent
        self.depth: int = parent.depth + 1 if parent else 0
        self.group = ""
        self.group_size = 0
        self.lookups: dict[str, Found] = {}


class SourceWriter:
    """Lines of a program, and everything that reads the source."""

    def __init__(self, shape: SourceShape) -> None:
        self.shape = shape
        self.lines: list[str | list[str]] = []
        self.indent = 1
        self.head: list[str] = []
        self.context: dict[str, str] = {}
        self.tables: dict[str, object] = {}
        self.scope = Scope(None, shape.root, "n0", None, self._placeholder(), 1)
        self.root = self.scope

    # Lines

    def emit(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def source(self, signature: str) -> str:
        """The whole program."""
        flat = [signature, *self.head]
        for line in self.lines:
            flat += [line] if isinstance(line, str) else line
        return "\n".join(flat) + "\n"

    def _placeholder(self) -> list[str]:
        head: list[str] = []
        self.lines.append(head)
        return head

    def table(self, kind: str, value: object) -> str:
        """A name under which the program finds a value that is not code."""
        name = f"{kind}_{len(self.tables)}"
        self.tables[name] = value
        return name

    # Scopes

    def enter(self, path: SourcePath, rule: str) -> list[Scope]:
        """Open a loop in the program over all that a path means; returns the scopes to leave again with `leave`."""
        if path.element or path.group or path.context:
            raise DeclarationError(rule, f"{path.text!r} names a value; `each` goes over loops or segments")
        scope = self._start(path, rule)
        entered: list[Scope] = []
        for number, step in enumerate(path.steps):
            if scope.loop is None:
                raise self._inside_segment(scope, path, rule)
            last = number == len(path.steps) - 1
            if last and step.name in scope.loop.segments:
                inner = self._each_segment(scope, step, rule)
            else:
                inner = self._each_loop(scope, step, rule)
            entered.append(inner)
            scope = self.scope = inner
        return entered

    def enter_groups(self, size: int) -> Found:
        """Open a scope for groups of elements of the segment that the current scope is about; returns that segment."""
        own = self.anchor()
        scope = self.scope = Scope(self.scope, None, "", own, [], self.indent)
        scope.group, scope.group_size = f"i{scope.depth}", size
        return own

    def leave(self, scope: Scope, indent: int) -> None:
        self.scope, self.indent = scope, indent

    def _each_loop(self, scope: Scope, step: Step, rule: str) -> Scope:
        assert scope.loop is not None
        loop = self.shape.loop_step(scope.loop, step, rule)
        node = f"n{self.scope.depth + 1}"
        self.emit(f"if {ascii(loop.id)} in {scope.node}:")
        self.indent += 1
        self.emit(f"for {node} in {scope.node}[{ascii(loop.id)}]:")
        self.indent += 1
        inner = Scope(self.scope, loop, node, None, self._placeholder(), self.indent)
        if step.filters:
            opener = self._single(inner, loop.trigger, loop)
            self._open_filters(opener, step.filters, rule)
        return inner

    def _each_segment(self, scope: Scope, step: Step, rule: str) -> Scope:
        assert scope.loop is not None
        depth = self.scope.depth + 1
        found = Found(f"s{depth}", f"z{depth}", step.name, scope.loop.id)
        self.emit(f"if {ascii(step.name)} in {scope.node}:")
        self.indent += 1
        self.emit(f"for {found.name} in {scope.node}[{ascii(step.name)}]:")
        self.indent += 1
        self.emit(f"{found.size} = len({found.name})")
        inner = Scope(self.scope, None, "", found, self._placeholder(), self.indent)
        self._open_filters(found, step.filters, rule)
        return inner

    def _open_filters(self, found: Found, filters: tuple[Filter, ...], rule: str) -> None:
        if filters:
            self.emit(f"if {self._filters(found, filters, rule)}:")
            self.indent += 1

    def anchor(self) -> Found:
        """The segment to name when a value is missing: the one that the scope is about."""
        scope = self.scope
        if scope.own:
            return scope.own
        assert scope.loop is not None
        return self._single(scope, scope.loop.trigger, scope.loop)

    # Segments

    def find(self, path: SourcePath, rule: str) -> Found:
        """The local variable with the segment that a path means, looked up at the head of its scope."""
        scope = self._start(path, rule)
        if scope.own:
            if not path.steps or path.steps == (Step(scope.own.segment),):
                return scope.own
            raise self._inside_segment(scope, path, rule)
        assert scope.loop is not None
        if not path.steps:
            return self._single(scope, scope.loop.trigger, scope.loop)
        key = repr(path.steps)
        if key not in scope.lookups:
            scope.lookups[key] = self._look_up(scope, path, rule)
        return scope.lookups[key]

    def _start(self, path: SourcePath, rule: str) -> Scope:
        scope = self.root if path.absolute else self.scope
        for _ in range(path.up):
            if scope.parent is None:
                raise DeclarationError(rule, f"{path.text!r} leaves more scopes than there are")
            scope = scope.parent
        return scope

    def _inside_segment(self, scope: Scope, path: SourcePath, rule: str) -> DeclarationError:
        assert scope.own is not None
        own = scope.own.segment
        return DeclarationError(
            rule, f"{path.text!r}: paths start at segment {own} here; write ../ for what is around it"
        )

    def _look_up(self, scope: Scope, path: SourcePath, rule: str) -> Found:
        assert scope.loop is not None
        loops, loop = [], scope.loop
        for step in path.steps[:-1]:
            loop = self.shape.loop_step(loop, step, rule)
            loops.append((loop, step))
        last = path.steps[-1]
        segment_filters = last.filters
        if last.name not in loop.segments:
            if not loop.named(last.name):
                raise self.shape.missing(loop, last.name, rule)
            loop = self.shape.loop_step(loop, last, rule)
            loops.append((loop, last))
            segment_filters = ()
            last = Step(loop.trigger)
        if not loops and not segment_filters:
            return self._single(scope, last.name, loop)
        found = self._new_local(scope, last.name, loop)
        indent = "    " * scope.indent
        scope.head.append(f"{indent}{found.name} = ()")
        self._search(scope, scope.node, loops, last.name, segment_filters, found, indent, rule)
        scope.head.append(f"{indent}{found.size} = len({found.name})")
        return found

    def _search(
        self,
        scope: Scope,
        node: str,
        loops: list[tuple[LoopShape, Step]],
        segment: str,
        filters: tuple[Filter, ...],
        found: Found,
        indent: str,
        rule: str,
    ) -> None:
        """Lines that put the first match into `found`; every loop stops as soon as there is one."""
        if not loops:
            if not filters:
                scope.head.append(f"{indent}if {ascii(segment)} in {node}:")
                scope.head.append(f"{indent}    {found.name} = {node}[{ascii(segment)}][0]")
                return
            candidate = Found("x", "len(x)", segment, "")
            scope.head.append(f"{indent}for x in {node}.get({ascii(segment)}, ()):")
            scope.head.append(f"{indent}    if {self._filters(candidate, filters, rule)}:")
            scope.head.append(f"{indent}        {found.name} = x")
            scope.head.append(f"{indent}        break")
            return
        (loop, step), *rest = loops
        inner = f"x{len(rest)}"
        scope.head.append(f"{indent}for {inner} in {node}.get({ascii(loop.id)}, ()):")
        indent += "    "
        if step.filters:
            opener = Found("x", "len(x)", loop.trigger, "")
            trigger = ascii(loop.trigger)
            scope.head.append(f"{indent}x = {inner}[{trigger}][0] if {trigger} in {inner} else ()")
            scope.head.append(f"{indent}if {self._filters(opener, step.filters, rule)}:")
            self._search(scope, inner, rest, segment, filters, found, indent + "    ", rule)
        else:
            self._search(scope, inner, rest, segment, filters, found, indent, rule)
        scope.head.append(f"{indent}if {found.name}:")
        scope.head.append(f"{indent}    break")

    def _single(self, scope: Scope, segment: str, loop: LoopShape) -> Found:
        """The first segment of this id directly in the scope."""
        key = f"first {segment}"
        if key not in scope.lookups:
            found = scope.lookups[key] = self._new_local(scope, segment, loop)
            name, indent = ascii(segment), "    " * scope.indent
            scope.head.append(f"{indent}{found.name} = {scope.node}[{name}][0] if {name} in {scope.node} else ()")
            scope.head.append(f"{indent}{found.size} = len({found.name})")
        return scope.lookups[key]

    def _new_local(self, scope: Scope, segment: str, loop: LoopShape) -> Found:
        number = len(scope.lookups)
        return Found(f"s{scope.depth}_{number}", f"z{scope.depth}_{number}", segment, loop.id)

    def _filters(self, found: Found, filters: tuple[Filter, ...], rule: str) -> str:
        parts = []
        for item in filters:
            self.shape.element(found.segment, item.element, 0, rule)
            text = f"({found.name}[{item.element}].strip() if {found.size} > {item.element} else '')"
            parts.append(f"{text} {'not in' if item.negated else 'in'} {_tuple(item.values)}")
        return " and ".join(parts)

    # Texts

    def text(self, source: TextSource, rule: str) -> Text:
        """An expression for a text source."""
        if isinstance(source, PathSource):
            return self._path(source.path, rule)
        if isinstance(source, Join):
            return self._join(source, rule)
        parts = [self.text(item, rule) for item in source.sources]
        if not parts:
            raise DeclarationError(rule, "name at least one source")
        text = Text(
            "",
            [read for part in parts for read in part.reads],
            [key for part in parts for key in part.context],
            every=isinstance(source, Concat),
            source_type=parts[0].source_type if len({part.source_type for part in parts}) == 1 else "",
        )
        if isinstance(source, FirstOf):
            text.code = "(" + " or ".join(part.code for part in parts) + ")"
        else:
            values = "".join(f"{part.code}, " for part in parts)
            text.code = f"{ascii(source.separator)}.join([x for x in ({values}) if x])"
        return text

    def _path(self, path: SourcePath, rule: str) -> Text:
        if path.context:
            return Text(self._context(path.context, rule), context=[path.context])
        if path.group:
            return self._group(path, rule)
        if not path.element:
            raise DeclarationError(rule, f"{path.text!r} names a segment or loop, not an element; write {path.text}02")
        found = self.find(path, rule)
        definition = self.shape.element(found.segment, path.element, path.component, rule)
        if definition.components:
            name = f"{found.segment}{path.element:02d}"
            raise DeclarationError(rule, f"{name} is a composite; name a component, as in {name}-1")
        read = Read(found, path.element, path.component, element_id=definition.id)
        value = f"{found.name}[{path.element}].strip()"
        if path.component:
            value = f"component({value}, {path.component}, {self._context(SEPARATOR, rule)})"
        return Text(f"({value} if {found.size} > {path.element} else '')", [read], source_type=definition.type)

    def _group(self, path: SourcePath, rule: str) -> Text:
        scope = self.scope
        if not scope.group or scope.own is None:
            raise DeclarationError(rule, f"{path.text} stands only in a block with `groups`")
        if path.group > scope.group_size:
            raise DeclarationError(rule, f"{path.text}: the groups have {scope.group_size} elements")
        index = f"{scope.group} + {path.group - 1}" if path.group > 1 else scope.group
        read = Read(scope.own, path.group - 1, group=scope.group)
        return Text(f"({scope.own.name}[{index}].strip() if {scope.own.size} > {index} else '')", [read])

    def _join(self, source: Join, rule: str) -> Text:
        first = source.paths[0]
        scope = self._start(first, rule)
        names = {path.steps for path in source.paths}
        if scope.loop is None or len(names) != 1 or len(first.steps) != 1 or first.steps[0].filters:
            raise DeclarationError(rule, "join goes over one segment of this scope, as in MSG01")
        segment = first.steps[0].name
        if segment not in scope.loop.segments:
            raise self.shape.missing(scope.loop, segment, rule)
        key = f"all {segment}"
        if key not in scope.lookups:
            found = scope.lookups[key] = self._new_local(scope, segment, scope.loop)
            indent = "    " * scope.indent
            scope.head.append(f"{indent}{found.name} = {scope.node}.get({ascii(segment)}, ())")
        found = scope.lookups[key]
        reads, values = [], []
        for path in source.paths:
            definition = self.shape.element(segment, path.element, 0, rule)
            if not path.element or path.component or definition.components:
                raise DeclarationError(rule, f"{path.text!r}: join takes plain elements")
            reads.append(Read(found, path.element, many=True, element_id=definition.id))
            values.append(f"(x[{path.element}].strip() if len(x) > {path.element} else '')")
        pieces = f"[y for x in {found.name} for y in ({', '.join(values)},) if y]"
        code = f"({ascii(source.separator)}.join({pieces}) if {found.name} else '')"
        return Text(code, reads, every=True)

    def _context(self, key: str, rule: str) -> str:
        if key not in CONTEXT:
            raise DeclarationError(rule, f"there is no envelope value @{key}{nearest(key, CONTEXT)}")
        if key not in self.context:
            self.context[key] = f"k{len(self.context)}"
            self.head.append(f"    {self.context[key]} = context.get({ascii(key)}, '')")
        return self.context[key]

    # Conditions on the source

    def source_condition(self, condition: SourceTest, rule: str) -> str:
        path = condition.source.path
        if not path.element and not path.context and not path.group:
            if condition.values:
                raise DeclarationError(rule, f"{path.text!r} names a segment; compare one of its elements")
            return self.find(path, rule).name
        code = self._path(path, rule).code
        return f"{code} in {_tuple(condition.values)}" if condition.values else code


def _tuple(values: tuple[str, ...]) -> str:
    return "(" + "".join(f"{ascii(value)}, " for value in values) + ")"
