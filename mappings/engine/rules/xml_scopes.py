"""Writes how a program walks an XML record: each element that rules need is looked through once (`xml_plan`).

Variables n0, n1 ... hold elements, d0, d1 ... the children of one by name (`engine.xml.tree.children`). f... holds the
children of the first element of a path, m... those of all, p... the elements with their children; NONE is the children
of an element that is not there. User text never becomes code but as `ascii()` of a string.
"""

from collections.abc import Iterator

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.declaration import Groups
from mappings.engine.rules.lines import INDENT, Lines
from mappings.engine.rules.paths import Filter, SourcePath, Step
from mappings.engine.rules.source import Found
from mappings.engine.rules.source_writer import tuple_code
from mappings.engine.rules.xml_plan import Names, Plan, Survey, Way


class Spot(msgspec.Struct, frozen=True):
    """An element. there: the condition under which the code `element` gives one, "" where it always does.

    needs: a quicker condition without which it is not there.
    """

    there: str
    element: str
    name: str
    needs: str = ""

    @property
    def found(self) -> Found:
        """As records and reports note it: None where it is not there."""
        return Found(f"({self.element} if {self.there} else None)" if self.there else self.element, "", self.name, "")


class ElementScope:
    """Paths start at an element. What is looked up here is found once, before it is needed.

    parent: the scope of the element around. number: of all scopes of the program. depth: how many are open, by which
    variables are named, so that each gives way to the next of its kind. children: the variable with the children.
    pairs, firsts, merged: the variables with what the plan has made ready.
    """

    def __init__(self, parent: "ElementScope | None", number: int, depth: int, name: str) -> None:
        self.parent = parent
        self.number = number
        self.depth = depth
        self.own = Spot("", f"n{depth}", name)
        self.children = f"d{depth}"
        self.pairs: dict[Names, str] = {}
        self.firsts: dict[Names, str] = {(): self.children}
        self.merged: dict[Names, str] = {(): self.children}
        self.lookups: dict[object, str] = {}
        self._head: list[str] = []
        self._indent = 0

    def open_head(self, lines: Lines) -> None:
        """What is looked up from now on is found here."""
        self._head = lines.reserve()
        self._indent = lines.indent

    def emit(self, *lines: str) -> None:
        self._head += [INDENT * self._indent + line for line in lines]

    def new_local(self, key: object, letter: str = "d") -> str:
        """A variable for what is found under this key."""
        name = self.lookups[key] = f"{letter}{self.depth}_{len(self.lookups)}"
        return name


class XmlScopes:
    """Opens and closes scopes, and finds elements. earlier: wrote the same program before, without a plan."""

    def __init__(self, lines: Lines, earlier: "XmlScopes | None" = None) -> None:
        self.lines = lines
        self.survey = Survey()
        self.again = earlier is None
        self._plan = earlier.survey.plan() if earlier else Plan()
        self._count = 0
        self.root = self.scope = ElementScope(None, 0, 0, "")
        self._begin(self.root)

    def key(self, path: SourcePath, rule: str) -> str:
        """The name of the first step: without such an element there is nothing to go over."""
        return "" if path.absolute or path.up or not path.steps else path.steps[0].name

    def node(self) -> str:
        self.survey.looked.add(self.scope.number)
        return self.scope.children

    def anchor(self) -> Found:
        return self.scope.own.found

    def needs(self, path: SourcePath, rule: str) -> str:
        """A quick condition without which a path has nothing to go over; "" for none."""
        if path.key or path.context or not path.steps:
            return ""
        around = self._start(path, rule)
        plain = next((number for number, step in enumerate(path.steps, 1) if step.filters), len(path.steps))
        names = _names(path.steps[:plain])
        known = [names[:size] for size in range(1, plain) if names[:size] in around.merged]
        return around.merged[known[-1]] if known else f"{ascii(names[0])} in {around.children}"

    def enter(self, path: SourcePath, rule: str, known: bool = False) -> None:
        """Open a loop over all elements that a path means. Every step is a scope, so that ../ is the element around.

        known: whether there is one was tested already. The caller puts scope and indent back with `leave`.
        """
        if path.key or path.context or not path.steps:
            raise DeclarationError(rule, f"{path.text!r} names no element, which `each` goes over")
        around, names = self._start(path, rule), []
        is_near = around is self.scope
        for number, step in enumerate(path.steps, 1):
            names.append(step.name)
            if step.filters or number == len(path.steps):
                self._go(around, tuple(names), is_near, known and number == 1)
                for item in step.filters:
                    self.lines.open(f"if {_test(self._spot(self.scope, item.steps), item)}:")
                    self.scope.open_head(self.lines)
                around, names, is_near = self.scope, [], True

    def _go(self, around: ElementScope, names: Names, is_near: bool, known: bool) -> None:
        """Open loops over the elements of a path of names; those that the plan has made ready need none."""
        way = Way(around.number, names, range(self._count + 1, self._count + len(names) + 1), is_near)
        self.survey.ways.append(way)
        self.survey.looked |= {around.number, *way.scopes[:-1]}
        skipped = self._plan.skipped(way)
        scope, children = around, around.merged[names[:skipped]]
        for place, (name, number) in enumerate(zip(names, way.scopes, strict=True)):
            scope = ElementScope(scope, number, self.scope.depth + place + 1, name)
            if place < skipped:
                continue
            if place == skipped and names[: place + 1] in around.pairs:
                self.lines.open(f"for {scope.own.element}, {scope.children} in {around.pairs[names[: place + 1]]}:")
                self._begin(scope)
            else:
                if place or not known:
                    self.lines.open(f"if {ascii(name)} in {children}:")
                self.lines.open(f"for {scope.own.element} in {_each(children, name)}:")
                if number in self._plan.looked:
                    self.lines.emit(f"{scope.children} = children({scope.own.element})")
                self._begin(scope)
            children = scope.children
        self._count += len(names)
        self.scope = scope

    def _begin(self, scope: ElementScope) -> None:
        """Make ready what several rules of a scope need, as far as the document has it."""
        scope.open_head(self.lines)
        if scope is self.root and 0 in self._plan.looked:
            scope.emit("d0 = children(n0)")
        plan, ready = self._plan, self._plan.ready(scope.number)
        if not ready:
            return
        for chosen, variables, letter, nothing in (
            (plan.pairs, scope.pairs, "p", "()"),
            (plan.firsts, scope.firsts, "f", "NONE"),
            (plan.merged, scope.merged, "m", "NONE"),
        ):
            wanted = [names for names in ready if (scope.number, names) in chosen]
            variables.update({names: scope.new_local((letter, names), letter) for names in wanted})
            if wanted:
                scope.emit(f"{' = '.join(variables[names] for names in wanted)} = {nothing}")
        self._make_ready(scope, (), ready, "")

    def _make_ready(self, scope: ElementScope, around: Names, ready: list[Names], indent: str) -> None:
        """The lines for what stands directly below the elements of a path, and for what is further inside."""
        for names in ready:
            if names[:-1] == around:
                all_, name = scope.merged.get(around, scope.firsts.get(around)), ascii(names[-1])
                scope.emit(f"{indent}if {name} in {all_}:")
                scope.emit(*(f"{indent}{INDENT}{line}" for line in _ready_lines(scope, names)))
                self._make_ready(scope, names, ready, indent + INDENT)

    def enter_groups(self, groups: Groups, rule: str) -> None:
        raise DeclarationError(rule, "only the elements of an X12 segment come in groups")

    def leave(self, scope: ElementScope, indent: int) -> None:
        self.scope, self.lines.indent = scope, indent

    def level(self, path: SourcePath, rule: str) -> str:
        raise DeclarationError(rule, "only X12 has levels (HL)")

    def finish(self) -> None:
        """Nothing was left open."""

    def find(self, path: SourcePath, rule: str) -> Spot:
        """The element that a path means: at each step the first that passes its filters."""
        return self._spot(self._start(path, rule), path.steps)

    def find_all(self, path: SourcePath, rule: str) -> Found:
        """The variable with all elements that a path means, through all elements on the way."""
        if not path.steps or any(step.filters for step in path.steps):
            raise DeclarationError(rule, f"{path.text!r}: join goes over all elements of a path, without filter")
        scope, names = self._start(path, rule), _names(path.steps)
        if ("all", names) not in scope.lookups:
            self.survey.ways.append(Way(scope.number, names, [-1] * len(names), is_near=False))
            self.survey.looked.add(scope.number)
            around = scope.merged.get(names[:-1], "NONE")  # in a survey nothing is ready
            scope.emit(f"{scope.new_local(('all', names))} = of_name({around}, {ascii(names[-1])})")
        return Found(scope.lookups["all", names], "", names[-1], "")

    def _start(self, path: SourcePath, rule: str) -> ElementScope:
        scope = self.root if path.absolute else self.scope
        for _ in range(path.up):
            if scope.parent is None:
                raise DeclarationError(rule, f"{path.text!r} leaves more scopes than there are")
            scope = scope.parent
        if path.up:
            self.survey.looked_back.add(scope.number)
        return scope

    def _spot(self, scope: ElementScope, steps: tuple[Step, ...]) -> Spot:
        if not steps:
            return scope.own
        step = steps[-1]
        below, name = self._children(scope, steps[:-1]), ascii(step.name)
        if not step.filters:
            there = f"{name} in {below}"
            return Spot(there, f"{below}[{name}]", step.name, there if below == scope.children else below)
        if steps not in scope.lookups:
            self._search(scope, steps, below)
        found = scope.lookups[steps]
        return Spot(f"{found} is not None", found, step.name, f"{found} is not None")

    def _children(self, scope: ElementScope, steps: tuple[Step, ...]) -> str:
        """The variable with the children of an element."""
        self.survey.looked.add(scope.number)
        if not any(step.filters for step in steps):
            names = _names(steps)
            self.survey.firsts |= {(scope.number, names[:length]) for length in range(1, len(names) + 1)}
            return scope.firsts.get(names, "NONE")  # in a survey nothing is ready
        key = ("children", steps)
        if key not in scope.lookups:
            spot = self._spot(scope, steps)
            if not steps[-1].filters:
                code = f"children({spot.element}) if {spot.there} else NONE"
                scope.emit(f"{scope.new_local(key)} = {code}")
        return scope.lookups[key]

    def _search(self, scope: ElementScope, steps: tuple[Step, ...], below: str) -> None:
        """Lines that look for the first element that passes the filters of the last step, and its children."""
        found, inside_found = scope.new_local(steps), scope.new_local(("children", steps))
        names, indent = _names(steps), ""
        scope.emit(f"{found}, {inside_found} = None, NONE")
        if len(steps) == 1:
            self.survey.searched.append((scope.number, names))
        if len(steps) == 1 and names in scope.pairs:
            scope.emit(f"for x, y in {scope.pairs[names]}:")
        else:
            scope.emit(f"for x in of_name({below}, {ascii(names[-1])}):", f"{INDENT}y = children(x)")
        for item in steps[-1].filters:
            indent += INDENT
            spot, inside = Spot("", "x", ""), "y"
            for number, step in enumerate(item.steps):
                if number:
                    scope.emit(f"{indent}y{number} = children({spot.element}) if {spot.there} else NONE")
                    inside = f"y{number}"
                spot = Spot(f"{ascii(step.name)} in {inside}", f"{inside}[{ascii(step.name)}]", step.name)
            scope.emit(f"{indent}if {_test(spot, item)}:")
        scope.emit(f"{indent}{INDENT}{found}, {inside_found} = x, y", f"{indent}{INDENT}break")


def _ready_lines(scope: ElementScope, names: Names) -> Iterator[str]:
    """Lines that find what stands ready of a path: its elements with their children, the children of the first, those
    of all. An element that the path leads to is there, by way of the first of each step or by way of another.
    """
    pairs, first, merged = scope.pairs.get(names), scope.firsts.get(names), scope.merged.get(names)
    name, first_around = ascii(names[-1]), scope.firsts.get(names[:-1], "")
    around = scope.merged.get(names[:-1], first_around)
    is_first = "" if around == first_around or not first_around else f"{around} is {first_around}"
    found = f"children({first_around}[{name}])"
    several = f"None in {around}"
    if pairs:
        many = f"[(x, children(x)) for x in several({around}, {name})]"
        yield f"{pairs} = {many} if {several} else ((x := {around}[{name}], children(x)),)"
    if first and pairs and not is_first:
        yield f"{first} = {pairs}[0][1]"
    elif first and pairs:
        yield f"{first} = {pairs}[0][1] if {is_first} else {found} if {name} in {first_around} else NONE"
    elif first:
        yield f"{first} = {found}" + (f" if {name} in {first_around} else NONE" if is_first else "")
    if merged and pairs:
        yield f"{merged} = {pairs}[0][1] if len({pairs}) == 1 else merged([x for x, _ in {pairs}])"
    elif merged and first and is_first:
        yield f"{merged} = {first} if {is_first} and not {several} else merged(several({around}, {name}))"
    elif merged:
        one = first or f"children({around}[{name}])"
        yield f"{merged} = merged(several({around}, {name})) if {several} else {one}"


def _each(children: str, name: str) -> str:
    """Code for all elements of a name that is there."""
    return f"several({children}, {ascii(name)}) if None in {children} else ({children}[{ascii(name)}],)"


def _names(steps: tuple[Step, ...]) -> Names:
    return tuple(step.name for step in steps)


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
