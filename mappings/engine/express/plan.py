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
        parts = [*inside(declaration.rules)]
        self.exports = _exports(parts)
        self.wanted = frozenset(step.name for steps in _steps(parts, self.exports) for step in steps)
        self.tested = frozenset(found.field[-1].name for found in parts if isinstance(found, FieldTest))

    def skipped(self, releases: Names) -> bool:
        """Whether a rule is for other releases only."""
        return bool(releases) and self.release not in releases


class LoopPlan(Plan):
    """A mapping of a source with loops; what a loop is, the source says. feeds: by the rule of their block. apart: the
    loops that have trails of their own."""

    def __init__(self, declaration: Declaration, release: str) -> None:
        super().__init__(declaration, release)
        self.feeds: dict[str, Feed] = {}
        self.apart: frozenset[str] = frozenset()

    def of_loop(self, loop: str) -> list[Feed]:
        return [feed for feed in self.feeds.values() if feed.loop == loop and loop in self.apart]

    def feed(self, loop: str, info: Field, block: Block) -> None:
        """Note that a block goes over a loop."""
        self.feeds[block.rule] = Feed(len(self.feeds), loop, info, block)

    def blocks(self) -> Iterator[tuple[Field, Block, bool]]:
        """The blocks of the document's lists that go over something. The last says whether a block must know how many
        items came of those before it."""
        yield from self._blocks(self.declaration.rules, known_fields(self.struct))

    def _blocks(self, rules: Mapping[str, Rule], known: Mapping[str, Field]) -> Iterator[tuple[Field, Block, bool]]:
        for name, rule in rules.items():
            info = known[name]
            if isinstance(rule, ObjectRule) and info.struct is not None:
                yield from self._blocks(rule.rules, known_fields(info.struct))
            elif isinstance(rule, ListRule):
                blocks = [block for block in rule.blocks if not self.skipped(block.releases)]
                for place, block in enumerate(blocks):
                    if block.each is not None:
                        counts = any(isinstance(found, Position) for found in inside(block))
                        yield info, block, bool(place) and counts


class SetPlan(LoopPlan):
    """A mapping of an X12 set. Loops go by their ids."""

    def __init__(self, declaration: Declaration, release: str) -> None:
        super().__init__(declaration, release)
        self.shape: SourceShape = source_shape(declaration.source.document, release)
        outside = [path for path, depth in paths_at_root(declaration.rules) if _leads_out(path, depth) and path.steps]
        together = {loop for path in outside for loop in self._loops(path.steps[0].name)}
        for info, block, counts in self.blocks():
            first, *rest = block.each.steps if block.each else ()
            if not rest and first.name in self.shape.root.segments:
                continue
            for loop in self._loops(first.name):
                if counts:
                    together.add(loop)
                self.feed(loop, info, block)
        self.apart = frozenset(loop.id for loop in self.shape.root.loops) - together

    def _loops(self, name: str) -> Iterator[str]:
        return (loop.id for loop in self.shape.root.named(name))


def is_supported(declaration: Declaration) -> bool:
    """Whether programs can be made for a mapping: not where it asks for levels, or looks from a loop at the set."""
    parts = [*inside(declaration.rules)]
    for found in parts:
        if isinstance(found, Level) or (isinstance(found, SourcePath) and any(step.above for step in found.steps)):
            return False
    struct = model(declaration.target)
    known = known_fields(struct)
    for name, paths in _exports(parts).items():
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
    """All structs of a part of a declaration, itself first."""
    pending = [value]
    while pending:
        part = pending.pop()
        if isinstance(part, msgspec.Struct):
            yield part
            pending += reversed(msgspec.structs.astuple(part))
        elif isinstance(part, tuple):
            pending += reversed(part)
        elif isinstance(part, dict):
            pending += reversed(part.values())


def _steps(parts: list[Any], exports: Mapping[str, tuple[Names, ...]]) -> Iterator[tuple[FieldStep, ...]]:
    """Every path in the target that something is computed from or decided by."""
    for found in parts:
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
    for lists in exports.values():
        for names in lists:
            yield tuple(FieldStep(name) for name in names)


def _exports(parts: list[Any]) -> dict[str, tuple[Names, ...]]:
    found: dict[str, dict[Names, None]] = {}
    for one in parts:
        for first, *rest in one.terms if isinstance(one, Sum) else (one.items,) if isinstance(one, Count) else ():
            needed = found.setdefault(first.name, {})
            needed |= {(condition.field,): None for condition in first.filters}
            if rest:
                needed[tuple(step.name for step in rest)] = None
            if isinstance(one, Sum) and one.alike:
                needed[one.alike,] = None
    return {name: tuple(needed) for name, needed in found.items()}


def paths_at_root(rules: Mapping[str, Rule]) -> Iterator[tuple[SourcePath, int]]:
    """Paths that start at the document, but for those that `each` goes over, at depth 0; and all paths inside of what
    `each` goes over, with the number of scopes between them and the document."""
    for rule in rules.values():
        if isinstance(rule, ValueRule):
            yield from _paths(rule)
        elif isinstance(rule, ObjectRule):
            yield from _paths(rule.when)
            yield from paths_at_root(rule.rules)
        else:
            for block in rule.blocks:
                yield from _of_block(block)


def _of_block(block: Block) -> Iterator[tuple[SourcePath, int]]:
    if block.each is not None:
        yield from paths_inside(block, 0)
        return
    yield from _paths(block.when)
    yield from _paths(block.values)
    yield from paths_at_root(block.rules)
    for then in block.then:
        yield from _of_block(then)


def _paths(value: object) -> Iterator[tuple[SourcePath, int]]:
    return ((found, 0) for found in inside(value) if isinstance(found, SourcePath))


def paths_inside(value: object, depth: int) -> Iterator[tuple[SourcePath, int]]:
    """All paths of a part of a declaration, with the number of scopes around them, of which `depth` stand around the
    part; those at depth 0 are left out."""
    if isinstance(value, SourcePath):
        if depth:
            yield value, depth
    elif isinstance(value, Block):
        yield from paths_inside(value.each, depth)
        depth += (len(value.each.steps) if value.each else 0) + (value.groups is not None)
        for part in (value.when, value.rules, value.values, value.then):
            yield from paths_inside(part, depth)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from paths_inside(getattr(value, name), depth)
    elif isinstance(value, tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from paths_inside(one, depth)


def _leads_out(path: SourcePath, depth: int) -> bool:
    """Whether a path leads out of so many scopes, to the document."""
    return path.absolute or path.up >= depth
