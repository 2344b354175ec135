"""What is known of a mapping before any document: which loops stand apart, what computed fields need of others."""

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from mappings.engine.canonical.parts import Part
from mappings.engine.canonical.schema import model
from mappings.engine.express.tables import Tables
from mappings.engine.rules.declaration import (
    Block,
    Count,
    Declaration,
    FieldTest,
    Level,
    ListRule,
    ObjectRule,
    Parent,
    Position,
    Product,
    Rule,
    Sum,
    ValueRule,
)
from mappings.engine.rules.paths import FieldStep, SourcePath
from mappings.engine.rules.shape import SourceShape, source_shape
from mappings.engine.rules.target import Field, Kind, fields

Names = tuple[str, ...]
MANY = Kind.OBJECT, Kind.OBJECTS, Kind.TEXTS


class Feed(msgspec.Struct, frozen=True, eq=False):
    """A block of a list of the document that goes over a loop with a trail of its own. loop: its id."""

    number: int
    loop: str
    info: Field
    block: Block


class Plan:
    """A mapping for one release, whatever its source. exports: by the name of a list of the document, the fields of its
    items that sums and counts need. wanted: names of all fields that others are computed from. tested: names of all
    fields that conditions ask for."""

    def __init__(self, declaration: Declaration, release: str) -> None:
        self.declaration = declaration
        self.release = release
        self.struct: type[Part] = model(declaration.target)
        self.conversions = declaration.source.conversions(declaration.century_pivot)
        self.tables = Tables(declaration.codelists)
        self.exports = _exports(declaration.rules)
        self.wanted = frozenset(step.name for steps in _steps(declaration.rules) for step in steps)
        self.tested = frozenset(
            found.field[-1].name for found in inside(declaration.rules) if isinstance(found, FieldTest)
        )

    def skipped(self, releases: Names) -> bool:
        """Whether a rule is for other releases only."""
        return bool(releases) and self.release not in releases


class SetPlan(Plan):
    """A mapping of an X12 set. feeds: by the rule of their block."""

    def __init__(self, declaration: Declaration, release: str) -> None:
        super().__init__(declaration, release)
        self.shape: SourceShape = source_shape(declaration.source.document, release)
        self._together = {loop for name in _named_at_root(declaration.rules) for loop in self._loops(name)}
        self.feeds: dict[str, Feed] = {}
        self._plan_lists(declaration.rules, known_fields(self.struct))
        self.apart = frozenset(loop.id for loop in self.shape.root.loops) - self._together

    def of_loop(self, loop: str) -> list[Feed]:
        return [feed for feed in self.feeds.values() if feed.loop == loop and loop in self.apart]

    def _loops(self, name: str) -> Iterator[str]:
        return (loop.id for loop in self.shape.root.named(name))

    def _plan_lists(self, rules: Mapping[str, Rule], known: Mapping[str, Field]) -> None:
        for name, rule in rules.items():
            info = known[name]
            if isinstance(rule, ObjectRule) and info.struct is not None:
                self._plan_lists(rule.rules, known_fields(info.struct))
            elif isinstance(rule, ListRule):
                blocks = [block for block in rule.blocks if not self.skipped(block.releases)]
                for place, block in enumerate(blocks):
                    self._plan_block(info, block, place)

    def _plan_block(self, info: Field, block: Block, place: int) -> None:
        if block.each is None:
            return
        first, *rest = block.each.steps
        if not rest and first.name in self.shape.root.segments:
            return
        for loop in self._loops(first.name):
            if place and any(isinstance(found, Position) for found in inside(block)):
                self._together.add(loop)  # places in the list depend on blocks that come before it
            self.feeds[block.rule] = Feed(len(self.feeds), loop, info, block)


def is_supported(declaration: Declaration) -> bool:
    """Whether programs can be made for a mapping: not where it asks for levels, or looks from a loop at the set."""
    for found in inside(declaration.rules):
        if isinstance(found, Level) or (isinstance(found, SourcePath) and any(step.above for step in found.steps)):
            return False
    struct = model(declaration.target)
    known = known_fields(struct)
    for name, paths in _exports(declaration.rules).items():
        listed = known[name].struct
        if listed is None or not all(_is_scalar(listed, names) for names in paths):
            return False
    return True


@functools.cache
def known_fields(struct: type[Part]) -> dict[str, Field]:
    return fields(struct)


def _is_scalar(struct: type[Part], names: Names) -> bool:
    *outer, last = names
    at: type[Part] | None = struct
    for name in outer:
        at = known_fields(at)[name].struct if at is not None else None
    return at is not None and known_fields(at)[last].kind not in MANY


def inside(value: Any) -> Iterator[Any]:
    """All parts of a declaration, itself first."""
    yield value
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from inside(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from inside(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from inside(one)


def _steps(rules: Mapping[str, Rule]) -> Iterator[tuple[FieldStep, ...]]:
    """Every path in the target that something is computed from or decided by."""
    for found in inside(rules):
        if isinstance(found, Product):
            yield from found.factors
            yield found.divided_by or ()
        elif isinstance(found, Sum):
            yield from found.terms
            yield (FieldStep(found.alike),) if found.alike else ()
        elif isinstance(found, Count):
            yield found.items
        elif isinstance(found, FieldTest):
            yield found.field
            yield found.same_as or ()
        elif isinstance(found, Parent):
            yield (FieldStep(found.field),)
    for lists in _exports(rules).values():
        for names in lists:
            yield tuple(FieldStep(name) for name in names)


def _exports(rules: Mapping[str, Rule]) -> dict[str, tuple[Names, ...]]:
    found: dict[str, dict[Names, None]] = {}
    for one in inside(rules):
        for first, *rest in one.terms if isinstance(one, Sum) else (one.items,) if isinstance(one, Count) else ():
            needed = found.setdefault(first.name, {})
            needed |= {(condition.field,): None for condition in first.filters}
            if rest:
                needed[tuple(step.name for step in rest)] = None
            if isinstance(one, Sum) and one.alike:
                needed[one.alike,] = None
    return {name: tuple(needed) for name, needed in found.items()}


def _named_at_root(rules: Mapping[str, Rule]) -> Iterator[str]:
    """First steps of paths that start at the set, but for those that `each` goes over."""
    for rule in rules.values():
        if isinstance(rule, ValueRule):
            yield from _names(rule)
        elif isinstance(rule, ObjectRule):
            yield from _names(rule.when)
            yield from _named_at_root(rule.rules)
        else:
            for block in rule.blocks:
                yield from _named_by_block(block)


def _named_by_block(block: Block) -> Iterator[str]:
    if block.each is not None:
        yield from _leaving(block, 0)
        return
    yield from _names(block.when)
    yield from _names(block.values)
    yield from _named_at_root(block.rules)
    for then in block.then:
        yield from _named_by_block(then)


def _names(value: object) -> Iterator[str]:
    return (found.steps[0].name for found in inside(value) if isinstance(found, SourcePath) and found.steps)


def _leaving(value: object, depth: int) -> Iterator[str]:
    """First steps of the paths that lead out of `depth` scopes, to the set."""
    if isinstance(value, SourcePath):
        if depth and value.steps and (value.absolute or value.up >= depth):
            yield value.steps[0].name
    elif isinstance(value, Block):
        yield from _leaving(value.each, depth)
        depth += (len(value.each.steps) if value.each else 0) + (value.groups is not None)
        for part in (value.when, value.rules, value.values, value.then):
            yield from _leaving(part, depth)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _leaving(getattr(value, name), depth)
    elif isinstance(value, tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaving(one, depth)
