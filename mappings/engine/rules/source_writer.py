"""Writes how a program walks the source: scopes, and segments that are found once and kept in local variables.

User text never becomes code. What is written is one of: names made here, numbers, and `ascii()` of a string.
"""

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.rules import levels
from mappings.engine.rules.declaration import Groups
from mappings.engine.rules.lines import INDENT, Lines
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.shape import LoopShape, SourceShape
from mappings.engine.rules.source import Found

KIND = 3
"""HL03, the kind of a level."""


class Group(msgspec.Struct, frozen=True):
    """The variable with the number of the first element of the current group, and how many elements it has."""

    index: str
    size: int


class LoopScope:
    """Paths start at a loop or at the set. What is looked up here is found once, in `head`."""

    def __init__(
        self, parent: "Scope | None", loop: LoopShape, node: str, head: list[str], indent: int, tag: str = ""
    ) -> None:
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.loop = loop
        self.node = node
        self.head = head
        self.indent = indent
        self.tag = tag or str(self.depth)
        self.lookups: dict[str, Found] = {}
        self.around: dict[str, LoopScope] = {}

    def new_local(self, segment: str, loop: LoopShape) -> Found:
        number = len(self.lookups)
        return Found(f"s{self.tag}_{number}", f"z{self.tag}_{number}", segment, loop.place)


class SegmentScope:
    """Paths start at a segment; with `group`, at a group of its elements."""

    def __init__(self, parent: "Scope", own: Found, group: Group | None = None) -> None:
        self.parent: Scope | None = parent
        self.depth: int = parent.depth + 1
        self.own = own
        self.group = group


Scope = LoopScope | SegmentScope


class SourceWriter:
    """Opens and closes scopes, and finds segments."""

    again = False

    def __init__(self, shape: SourceShape, lines: Lines, tables: dict[str, object]) -> None:
        self.shape = shape
        self.lines = lines
        self._tables = tables
        self.root = LoopScope(None, shape.root, "n0", lines.reserve(), lines.indent)
        self.scope: Scope = self.root

    # Scopes

    def key(self, path: SourcePath, rule: str) -> str:
        """The one key of the current node without which a path has nothing; "" where that cannot be said."""
        if path.absolute or path.up or not path.steps or isinstance(self.scope, SegmentScope):
            return ""
        name = path.steps[0].name
        if len(path.steps) == 1 and name in self.scope.loop.segments:
            return name
        return self.shape.loop_step(self.scope.loop, path.steps[0], rule).id

    def needs(self, path: SourcePath, rule: str) -> str:
        """What `enter` goes over is looked up by itself."""
        return ""

    def enter(self, path: SourcePath, rule: str, known: bool = False) -> None:
        """Open a loop over all that a path means. known: the key of its first step was tested already.

        The caller puts scope and indent back with `leave`.
        """
        if path.element or path.group or path.context or not path.steps:
            raise DeclarationError(rule, f"{path.text!r} names no loop or segment, which `each` goes over")
        if path.steps[0].above:
            raise DeclarationError(rule, f"{path.text!r}: `each` goes over what is inside, not over what is around")
        scope = self._start(path, rule)
        for number, step in enumerate(path.steps):
            if isinstance(scope, SegmentScope):
                raise self._inside_segment(scope, path, rule)
            last = number == len(path.steps) - 1
            if last and step.name in scope.loop.segments:
                scope = self._each_segment(scope, step, rule, known)
            else:
                scope = self._each_loop(scope, step, rule, known)
            self.scope, known = scope, False

    def enter_groups(self, groups: Groups, rule: str) -> None:
        """Open a loop over groups of elements of the segment that the current scope is about."""
        own = self.anchor()
        index = f"i{self.scope.depth + 1}"
        self.scope = SegmentScope(self.scope, own, Group(index, groups.size))
        self.shape.element(own.segment, groups.last, 0, f"{rule}.last")
        span = f"range({groups.first}, min({own.size}, {groups.last + 1}), {groups.size})"
        self.lines.open(f"for {index} in {span}:")

    def node(self) -> str:
        """The variable of the loop's node; "" inside a segment."""
        return "" if isinstance(self.scope, SegmentScope) else self.scope.node

    def finish(self) -> None:
        """Nothing was left open."""

    def leave(self, scope: Scope, indent: int) -> None:
        self.scope, self.lines.indent = scope, indent

    def _each_loop(self, scope: LoopScope, step: Step, rule: str, known: bool) -> LoopScope:
        loop = self.shape.loop_step(scope.loop, step, rule)
        node = f"n{self.scope.depth + 1}"
        if kinds := self._kinds(loop, step):
            several = f"among(lp, lk, {tuple_code(kinds)})"
            self.lines.open(f"for {node} in {several if len(kinds) > 1 else f'lk.get({ascii(kinds[0])}, ())'}:")
            return LoopScope(self.scope, loop, node, self.lines.reserve(), self.lines.indent)
        if not known:
            self.lines.open(f"if {ascii(loop.id)} in {scope.node}:")
        self.lines.open(f"for {node} in {scope.node}[{ascii(loop.id)}]:")
        inner = LoopScope(self.scope, loop, node, self.lines.reserve(), self.lines.indent)
        if step.filters:
            self._open_filters(self._first(inner, loop.trigger, loop), step.filters, rule)
        return inner

    # Levels

    def level(self, path: SourcePath, rule: str) -> str:
        """An expression for the place of a level among all of the document, 0 for none."""
        scope = self._start(path, rule)
        if path.element or path.group or path.context or len(path.steps) != 1 or path.steps[0].name != "HL":
            raise DeclarationError(rule, f"{path.text!r} names no level; write HL, or ^HL[03=O] for one around it")
        level = self._level_scope(scope, path.steps[0], rule)
        return f"number_of(lp, {level.node})"

    def _level_scope(self, scope: Scope, step: Step, rule: str) -> LoopScope:
        """The scope of a level, or of the nearest one around it that a step means."""
        if not isinstance(scope, LoopScope) or scope.loop.trigger != "HL" or step.name != "HL":
            raise DeclarationError(rule, "levels are asked for where `each` goes over HL; ../ leads there")
        self._use_levels(scope.loop)
        if not step.above:
            return scope
        key = repr(step)
        if key not in scope.around:
            if len(step.filters) > 1 or any(item.element != KIND for item in step.filters):
                raise DeclarationError(rule, "a level around this one is chosen by its kind alone, as in ^HL[03=O]")
            kinds, negated = (step.filters[0].values, step.filters[0].negated) if step.filters else ((), True)
            node = f"a{scope.tag}_{len(scope.around)}"
            found = f"above(lp, {scope.node}, {tuple_code(kinds)}, {negated})"
            scope.head.append(f"{INDENT * scope.indent}{node} = {found}")
            tag = f"{scope.tag}_{len(scope.around)}a"
            scope.around[key] = LoopScope(scope.parent, scope.loop, node, scope.head, scope.indent, tag)
        return scope.around[key]

    def _kinds(self, loop: LoopShape, step: Step) -> tuple[str, ...]:
        """The kinds of level that a step asks for and nothing else."""
        if (
            loop not in self.root.loop.loops
            or loop.trigger != "HL"
            or len(step.filters) != 1
            or step.filters[0].negated
            or step.filters[0].element != KIND
        ):
            return ()
        self._use_levels(loop)
        return step.filters[0].values

    def _use_levels(self, loop: LoopShape) -> None:
        """Have the program find out at its beginning which level stands inside which."""
        if "levels" not in self._tables:
            self._tables |= {
                "levels": levels.levels, "above": levels.above, "among": levels.among, "number_of": levels.number_of,
            }  # fmt: skip
            self.root.head.insert(0, f"{INDENT}lp, lk = levels(n0.get({ascii(loop.id)}, ()))")

    def _each_segment(self, scope: LoopScope, step: Step, rule: str, known: bool) -> SegmentScope:
        depth = self.scope.depth + 1
        found = Found(f"s{depth}", f"z{depth}", step.name, scope.loop.place)
        if not known:
            self.lines.open(f"if {ascii(step.name)} in {scope.node}:")
        self.lines.open(f"for {found.name} in {scope.node}[{ascii(step.name)}]:")
        self.lines.emit(f"{found.size} = len({found.name})")
        self._open_filters(found, step.filters, rule)
        return SegmentScope(self.scope, found)

    def _open_filters(self, found: Found, filters: tuple[Filter, ...], rule: str) -> None:
        if filters:
            self.lines.open(f"if {self.filters(found, filters, rule)}:")

    def anchor(self) -> Found:
        """The segment that the current scope is about: to take groups from, and to name when a value is missing."""
        scope = self.scope
        return scope.own if isinstance(scope, SegmentScope) else self._first(scope, scope.loop.trigger, scope.loop)

    # Segments

    def find(self, path: SourcePath, rule: str) -> Found:
        """The local variable with the segment that a path means, looked up at the head of its scope."""
        scope = self._start(path, rule)
        if path.steps and path.steps[0].above:
            scope = self._level_scope(scope, path.steps[0], rule)
            path = msgspec.structs.replace(path, steps=path.steps[1:])
        if isinstance(scope, SegmentScope):
            if all(step == Step(scope.own.segment) for step in path.steps):
                return scope.own
            raise self._inside_segment(scope, path, rule)
        if not path.steps:
            return self._first(scope, scope.loop.trigger, scope.loop)
        key = repr(path.steps)
        if key not in scope.lookups:
            scope.lookups[key] = self._look_up(scope, path, rule)
        return scope.lookups[key]

    def find_all(self, path: SourcePath, rule: str) -> Found:
        """The local variable with all segments of an id that stand directly in a loop."""
        scope = self._start(path, rule)
        if isinstance(scope, SegmentScope) or len(path.steps) != 1 or path.steps[0].filters:
            raise DeclarationError(rule, f"{path.text!r}: join goes over one segment of this loop, as in MSG01")
        segment = path.steps[0].name
        if segment not in scope.loop.segments:
            raise self.shape.missing(scope.loop, segment, rule)
        key = f"all {segment}"
        if key not in scope.lookups:
            found = scope.lookups[key] = scope.new_local(segment, scope.loop)
            scope.head.append(f"{INDENT * scope.indent}{found.name} = {scope.node}.get({ascii(segment)}, ())")
        return scope.lookups[key]

    def _start(self, path: SourcePath, rule: str) -> Scope:
        scope: Scope = self.root if path.absolute else self.scope
        for _ in range(path.up):
            if scope.parent is None:
                raise DeclarationError(rule, f"{path.text!r} leaves more scopes than there are")
            scope = scope.parent
        return scope

    def _inside_segment(self, scope: SegmentScope, path: SourcePath, rule: str) -> DeclarationError:
        own = scope.own.segment
        return DeclarationError(
            rule, f"{path.text!r}: paths start at segment {own} here; ../ leads to what is around it"
        )

    def _look_up(self, scope: LoopScope, path: SourcePath, rule: str) -> Found:
        loops, loop = [], scope.loop
        *steps, last = path.steps
        for step in steps:
            if step is steps[-1] and step.name == last.name and step.name in loop.segments:
                last = step  # N4/N401 and N4[...]/N401 are the segment and its element, not a loop
                break
            loop = self.shape.loop_step(loop, step, rule)
            loops.append((loop, step))
        if last.name not in loop.segments:
            if not loop.named(last.name):
                raise self.shape.missing(loop, last.name, rule)
            loop = self.shape.loop_step(loop, last, rule)
            loops.append((loop, last))
            last = Step(loop.trigger)
        if not loops and not last.filters:
            return self._first(scope, last.name, loop)
        found = scope.new_local(last.name, loop)
        indent = INDENT * scope.indent
        scope.head.append(f"{indent}{found.name} = ()")
        _Search(self, scope.head, found, last, rule).write(scope.node, loops, indent)
        scope.head.append(f"{indent}{found.size} = len({found.name})")
        return found

    def _first(self, scope: LoopScope, segment: str, loop: LoopShape) -> Found:
        """The first segment of this id directly in the scope."""
        key = f"first {segment}"
        if key not in scope.lookups:
            found = scope.lookups[key] = scope.new_local(segment, loop)
            name, indent = ascii(segment), INDENT * scope.indent
            scope.head.append(f"{indent}{found.name} = {scope.node}[{name}][0] if {name} in {scope.node} else ()")
            scope.head.append(f"{indent}{found.size} = len({found.name})")
        return scope.lookups[key]

    def filters(self, found: Found, filters: tuple[Filter, ...], rule: str) -> str:
        parts = []
        for item in filters:
            self.shape.element(found.segment, item.element, 0, rule)
            text = f"({found.name}[{item.element}].strip() if {found.size} > {item.element} else '')"
            parts.append(f"{text} {'not in' if item.negated else 'in'} {tuple_code(item.values)}")
        return " and ".join(parts)


class _Search:
    """Lines that put the first match of a longer path into a variable; every loop stops as soon as there is one."""

    def __init__(self, writer: SourceWriter, head: list[str], found: Found, last: Step, rule: str) -> None:
        self._writer = writer
        self._head = head
        self._found = found
        self._last = last
        self._rule = rule

    def write(self, node: str, loops: list[tuple[LoopShape, Step]], indent: str) -> None:
        if not loops:
            self._write_segment(node, indent)
            return
        (loop, step), *rest = loops
        inner, trigger = f"x{len(rest)}", ascii(loop.trigger)
        self._head.append(f"{indent}for {inner} in {node}.get({ascii(loop.id)}, ()):")
        indent += INDENT
        if step.filters:
            self._head.append(f"{indent}x = {inner}[{trigger}][0] if {trigger} in {inner} else ()")
            self._head.append(f"{indent}if {self._filters(loop.trigger, step.filters)}:")
            self.write(inner, rest, indent + INDENT)
        else:
            self.write(inner, rest, indent)
        self._head.append(f"{indent}if {self._found.name}:")
        self._head.append(f"{indent}{INDENT}break")

    def _write_segment(self, node: str, indent: str) -> None:
        segment = ascii(self._last.name)
        if not self._last.filters:
            self._head.append(f"{indent}if {segment} in {node}:")
            self._head.append(f"{indent}{INDENT}{self._found.name} = {node}[{segment}][0]")
            return
        self._head.append(f"{indent}for x in {node}.get({segment}, ()):")
        self._head.append(f"{indent}{INDENT}if {self._filters(self._last.name, self._last.filters)}:")
        self._head.append(f"{indent}{INDENT * 2}{self._found.name} = x")
        self._head.append(f"{indent}{INDENT * 2}break")

    def _filters(self, segment: str, filters: tuple[Filter, ...]) -> str:
        return self._writer.filters(Found("x", "len(x)", segment, ""), filters, self._rule)


def tuple_code(values: tuple[str, ...]) -> str:
    """A tuple of texts as code."""
    return "(" + "".join(f"{ascii(value)}, " for value in values) + ")"
