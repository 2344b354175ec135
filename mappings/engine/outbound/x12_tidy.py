"""What a document from elsewhere cannot say in X12 is left out, so that what can be said is not refused with it.

A code that only goes with something that is not there (a percent's basis without the percent) is dropped, and so is an
optional segment, or loop without loops in it, that lacks what the standard demands. Values stay as they are: what is
too long is for people to see.
"""

from mappings.engine.outbound.instances import LoopInstance, SegmentInstance
from mappings.engine.outbound.x12_strain import kept
from mappings.engine.rules.shape import SourceShape
from mappings.engine.x12.structure import SegmentDef, SyntaxNote


def tidy(loop: LoopInstance, shape: SourceShape) -> None:
    """Go through a loop and all in it."""
    for name, segments in loop.segments.items():
        definition = shape.segment(name)
        for segment in segments:
            _drop_codes(segment, definition)
        if name != loop.shape.trigger and name not in loop.shape.mandatory:
            segments[:] = [one for one in segments if not _lacks(one, definition)]
    for loops in loop.loops.values():
        for inner in loops:
            tidy(inner, shape)
        loops[:] = [inner for inner in loops if inner.shape.loops or not _is_broken(inner, shape)]


def _is_broken(loop: LoopInstance, shape: SourceShape) -> bool:
    """Whether a loop lacks a segment that it must have, or its first one an element."""
    missing = any(not loop.segments.get(name) for name in loop.shape.mandatory - {loop.shape.trigger})
    return missing or any(_lacks(one, shape.segment(one.id)) for one in loop.segments.get(loop.shape.trigger, []))


def _filled(segment: SegmentInstance) -> set[int]:
    return {element for element, _ in segment.values}


def _drop_codes(segment: SegmentInstance, definition: SegmentDef) -> None:
    """Codes without what they are a code for."""
    for note in definition.notes:
        filled = _filled(segment)
        if kept(note, filled):
            continue
        dropped = _stranded(note, filled)
        if dropped and all(definition.elements[number - 1].type == "ID" for number in dropped):
            for spot in [spot for spot in segment.values if spot[0] in dropped]:
                del segment.values[spot]


def _stranded(note: SyntaxNote, filled: set[int]) -> set[int]:
    if note.kind == "P":
        return filled.intersection(note.positions)
    return {note.positions[0]} if note.kind in ("C", "L") else set()


def _lacks(segment: SegmentInstance, definition: SegmentDef) -> bool:
    filled = _filled(segment)
    lacking = any(one.mandatory and number not in filled for number, one in enumerate(definition.elements, 1))
    return bool(filled) and (lacking or any(note.kind == "R" and not kept(note, filled) for note in definition.notes))
