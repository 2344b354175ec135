"""What the `outbound` part of a declaration adds to an X12 set, once everything that rules read is written.

`every: CUR01` is written in each CUR that is written, where the standard demands the element and nothing gave it one:
it is mandatory, or what stands beside it only goes with it. `every: "@128"` is the same for all elements with this
number in the standard's dictionary (reference qualifiers, wherever they stand), for documents from elsewhere: one that
was X12 before has its own codes. `each: LX` with `at: LX01` is written in each LX that is there;
`at: HL[03=S]/HL03` alone in the document, and made where it is missing. Nothing that stands there is replaced, but for
an entry for documents from `elsewhere`: the count of lines that another standard states is no control total of a set.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from mappings.engine.outbound.instances import Conflict, LoopInstance, SegmentInstance, Spot
from mappings.engine.outbound.scopes import Scope
from mappings.engine.outbound.supplies import Body, items_of, text_of, total
from mappings.engine.outbound.x12_places import X12Places
from mappings.engine.outbound.x12_strain import demanded
from mappings.engine.rules.declaration import Supply
from mappings.engine.rules.paths import SourcePath
from mappings.engine.x12.structure import SegmentDef


def supply(places: X12Places, supplies: tuple[Supply, ...], body: Body, placed: Mapping[int, Scope]) -> None:
    """Write what the entries say, in their order. body: the canonical document, whose fields they may name. placed: by
    the `id` of an item of it, where it was written.
    """
    instead: set[tuple[int, str]] = set()
    for entry in (one for one in supplies if one.is_written):
        if entry.elsewhere and places.is_native:
            continue
        for text, scope, path in list(_wanted(places, entry, body, placed)):
            here = id(scope.segment or scope.loop), path.text
            if text and here not in instead and not (entry.unless and places.said(entry.unless, scope)):
                with suppress(Conflict), places.journal.trial():  # something stands there
                    places.supply(path, text, scope, instead=entry.elsewhere)
                    instead |= {here} if entry.elsewhere else set()


def _wanted(
    places: X12Places, entry: Supply, body: Body, placed: Mapping[int, Scope]
) -> Iterator[tuple[str, Scope, SourcePath]]:
    """What an entry writes, in which scopes, and its path in them."""
    if entry.items:
        for number, item in items_of(entry.items, body):
            if id(item) in placed:
                scope = placed[id(item)]
                text = str(number) if entry.number else _sum(entry, text_of(entry, body, {}, item), scope.loop)
                yield text, scope, entry.at
        return
    if entry.count is not None:
        count = sum(bool(one.values) and _leads(entry.count, loop, one) for loop, one in _all(places.root))
        yield str(count or ""), Scope(places.root), entry.at
        return
    for number, (scope, path) in enumerate(_places(places, entry), 1):
        within = scope.loop if entry.each is not None else places.root
        yield str(number) if entry.number else _sum(entry, text_of(entry, body, {}), within), scope, path


def _places(places: X12Places, entry: Supply) -> Iterator[tuple[Scope, SourcePath]]:
    """The scopes in which an entry is written, and its path in them."""
    if entry.every and not (entry.at.context and places.is_native):
        for loop, segment in list(_all(places.root)):
            if segment.values or _opens(loop, segment):
                definition = places.definition(segment.id)
                for element, component in _named(entry.at, definition):
                    if demanded(definition, segment, element):
                        yield Scope(loop, segment), SourcePath(entry.at.text, entry.at.steps, element, component)
    elif entry.each is not None:
        for loop, segment in list(_all(places.root)):
            if _leads(entry.each, loop, segment):
                yield Scope(loop, segment), entry.at
    elif not entry.every:
        yield Scope(places.root), entry.at


def _named(path: SourcePath, definition: SegmentDef) -> list[Spot]:
    """The elements of a segment that an entry for every such element means, or that have it as what they must have."""
    if not path.context:
        return [(path.element, path.component)] if path.steps[-1].name == definition.id else []
    whole = [(number, 0) for number, one in enumerate(definition.elements, 1) if one.id == path.context]
    return whole + [
        (number, part)
        for number, one in enumerate(definition.elements, 1)
        for part, component in enumerate(one.components, 1)
        if component.id == path.context and component.mandatory
    ]


def _all(loop: LoopInstance) -> Iterator[tuple[LoopInstance, SegmentInstance]]:
    """Every segment in a loop, with the loop it stands in."""
    for segments in loop.segments.values():
        yield from ((loop, segment) for segment in segments)
    for inner in loop.loops.values():
        for one in inner:
            yield from _all(one)


def _opens(loop: LoopInstance, segment: SegmentInstance) -> bool:
    """Whether a segment opens a loop in which something is written."""
    return segment.id == loop.shape.trigger and any(one.values for _, one in _all(loop))


def _leads(path: SourcePath, loop: LoopInstance, segment: SegmentInstance) -> bool:
    """Whether a path that goes over segments or loops goes over this one."""
    *_, step = path.steps
    if segment.id != step.name:
        return False
    return all((segment.values.get((one.element, 0)) in one.values) is not one.negated for one in step.filters)


def _sum(entry: Supply, field: str, loop: LoopInstance) -> str:
    """What stands at the paths of an entry inside a loop, wherever they lead, added up."""
    if not (entry.sum or entry.minus):
        return field
    plus, minus = ([_texts(loop, path) for path in paths] for paths in (entry.sum, entry.minus))
    return total(field, plus, minus, has_field=bool(entry.field))


def _texts(loop: LoopInstance, path: SourcePath) -> list[str]:
    spot = (path.element, path.component)
    return [
        text
        for around, segment in _all(loop)
        if _leads(path, around, segment) and (text := segment.values.get(spot, ""))
    ]
