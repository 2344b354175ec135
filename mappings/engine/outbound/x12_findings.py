"""What our validator finds in a set that we wrote, said of the document: which of its fields stand at that place."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from mappings.engine.findings import Code, Finding
from mappings.engine.rules.declaration import (
    Block,
    Concat,
    Declaration,
    FirstOf,
    Groups,
    Join,
    ListRule,
    PathSource,
    Rule,
    TextSource,
    ValueRule,
)
from mappings.engine.rules.paths import SourcePath

_MISSING = frozenset({Code.ELEMENT_MISSING, Code.ELEMENT_CONDITIONAL_MISSING, Code.SEGMENT_MISSING})

_MOST = 3
"""Fields that are named, where several stand at one place: X12 has lines and packages in levels of one kind."""


class _Spot(msgspec.Struct, frozen=True):
    """Where a field stands. around: the names of the loops and segments on the way. element 0: the segment itself."""

    segment: str
    element: int
    around: frozenset[str]
    field: str


def named(declaration: Declaration, findings: Iterable[Finding]) -> list[Finding]:
    """The findings with the field of the document in their words, where a rule reads what stands at their place."""
    found = list(findings)
    spots = list(_of_rules(declaration.rules, "", "", frozenset(), None)) if found else []
    return [_named(one, spots) for one in found]


def _named(one: Finding, spots: list[_Spot]) -> Finding:
    place = one.place
    wanted = 0 if one.code == Code.SEGMENT_MISSING else place.element
    fitting = [spot for spot in spots if (spot.segment, spot.element) == (place.segment_id, wanted)]
    if not fitting:
        return one
    nearest = min(_distance(spot, place.loop) for spot in fitting)
    fields = dict.fromkeys(spot.field for spot in fitting if _distance(spot, place.loop) == nearest)
    field = " or ".join(list(fields)[:_MOST])
    words = f"nothing in {field} of the document gives it" if one.code in _MISSING else f"it is {field} of the document"
    return msgspec.structs.replace(one, message=f"{one.message}: {words}")


def _distance(spot: _Spot, loop: str) -> tuple[bool, int]:
    """How far a field's place is from a loop that a finding names: in another one, or deeper in it."""
    return loop not in spot.around, len(spot.around)


def _of_rules(
    rules: Mapping[str, Rule], name: str, segment: str, around: frozenset[str], groups: Groups | None
) -> Iterator[_Spot]:
    for key, rule in rules.items():
        field = f"{name}/{key}" if name else key
        if isinstance(rule, ValueRule):
            for path in _paths(rule.source):
                yield from _spots(path, field, segment, around, groups)
        elif isinstance(rule, ListRule):
            for block in rule.blocks:
                yield from _of_block(block, field, segment, around)
        else:
            yield from _of_rules(rule.rules, field, segment, around, groups)


def _of_block(block: Block, field: str, segment: str, around: frozenset[str]) -> Iterator[_Spot]:
    if block.each is not None and block.each.steps:
        segment = block.each.steps[-1].name
        around = around | {step.name for step in block.each.steps}
        yield _Spot(segment, 0, around, field)
    for rule in block.values:
        for path in _paths(rule.source):
            yield from _spots(path, field, segment, around, block.groups)
    yield from _of_rules(block.rules, field, segment, around, block.groups)
    for inner in block.then:
        yield from _of_block(inner, field, segment, around)


def _spots(
    path: SourcePath, field: str, segment: str, around: frozenset[str], groups: Groups | None
) -> Iterator[_Spot]:
    if path.group and groups is not None:
        for first in range(groups.first, groups.last + 1, groups.size):
            yield _Spot(segment, first + path.group - 1, around, field)
    elif path.element:
        names = [step.name for step in path.steps]
        yield _Spot(names[-1] if names else segment, path.element, around | set(names), field)


def _paths(source: object) -> Iterator[SourcePath]:
    """The paths of a source of text."""
    if isinstance(source, PathSource):
        yield source.path
    elif isinstance(source, Join):
        yield from source.paths
    elif isinstance(source, FirstOf | Concat):
        inner: tuple[TextSource, ...] = source.sources
        for one in inner:
            yield from _paths(one)
