"""What a document from elsewhere cannot say in X12 is left out, so that what can be said is not refused with it.

A code that only goes with something that is not there (a percent's basis without the percent) is dropped, and so is a
value that only goes with others (a discount without its days), an optional segment, or loop without loops in it, that
lacks what the standard demands, and what comes more often than the standard has room for. Each of them is a warning,
but for codes that stand for nothing by themselves. Values stay as they are; texts are broken or cut (`x12_texts`).
"""

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.outbound.instances import LoopInstance, SegmentInstance
from mappings.engine.outbound.x12_strain import kept
from mappings.engine.outbound.x12_texts import shorten
from mappings.engine.rules.shape import SourceShape
from mappings.engine.x12.structure import SegmentDef, SyntaxNote

_WITH_TEXT, _BARE, _SHARED = "N9", "REF", 3
"""A reference with a text, one without, and how many elements both have alike: qualifier, value, description."""
_MUTUAL = ("Z", "ZZ", "ZZZ", "ZZZZ")
"""Codes for what only the two partners know, which say the least."""


def tidy(root: LoopInstance, shape: SourceShape) -> list[Finding]:
    """Go through a set; what was left out or cut."""
    return shorten(root, shape) + _tidied(root, shape)


def _tidied(loop: LoopInstance, shape: SourceShape) -> list[Finding]:
    found: list[Finding] = []
    for name, segments in loop.segments.items():
        definition = shape.segment(name)
        for segment in segments:
            _drop_codes(segment, definition)
            found += _drop_values(segment, definition, loop)
        if name != loop.shape.trigger and name not in loop.shape.mandatory:
            found += [_left_out(one, definition, loop) for one in segments if _lacks(one, definition)]
            segments[:] = [one for one in segments if not _lacks(one, definition)]
        found += _drop_surplus(segments, loop)
    for loops in loop.loops.values():
        for inner in loops:
            found += _tidied(inner, shape)
        _as_references(loops, loop, shape)
        broken = [inner for inner in loops if not inner.shape.loops and _is_broken(inner, shape)]
        found += [
            _left_out(segment, shape.segment(segment.id), inner)
            for inner in broken
            for segments in inner.segments.values()
            for segment in segments
            if segment.values
        ]
        loops[:] = [inner for inner in loops if inner not in broken]
    return found


def _as_references(loops: list[LoopInstance], around: LoopInstance, shape: SourceShape) -> None:
    """References that need a text in this set (N9 with MSG) and have none go out as such that need none (REF)."""
    for inner in list(loops):
        opening = inner.segments.get(_WITH_TEXT, [])
        bare = inner.shape.trigger == _WITH_TEXT and not any(
            one.values for name in inner.segments if name != _WITH_TEXT for one in inner.segments[name]
        )
        if not bare or not inner.shape.mandatory - {_WITH_TEXT} or not opening or _BARE not in around.shape.segments:
            continue
        most, known = around.shape.most(_BARE), around.segments.setdefault(_BARE, [])
        if most is not None and len(known) >= most:
            continue
        made = SegmentInstance(_BARE, inner.journal)
        made.values.update({spot: text for spot, text in opening[0].values.items() if spot[0] <= _SHARED})
        known.append(made)
        loops.remove(inner)


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


def _drop_values(segment: SegmentInstance, definition: SegmentDef, loop: LoopInstance) -> list[Finding]:
    """Values that only go with others: a discount without its days, a taxed amount without the rate."""
    found = []
    for note in definition.notes:
        if note.kind not in ("C", "L") or note.doubtful or kept(note, _filled(segment)):
            continue
        number, wanted = note.positions[0], note.positions[1:]
        if definition.elements[number - 1].mandatory:
            continue
        for spot in [spot for spot in segment.values if spot[0] == number]:
            others = (" and " if note.kind == "C" else " or ").join(_named(definition, one) for one in wanted)
            message = f"{_named(definition, number)} only goes with {others}; it is left out"
            place = Place(segment_id=segment.id, loop=loop.shape.place, element=number)
            found.append(finding(Code.PIECE_LEFT_OUT, message, place, segment.values.pop(spot)))
    return found


def _stranded(note: SyntaxNote, filled: set[int]) -> set[int]:
    if note.kind == "P":
        return filled.intersection(note.positions)
    return {note.positions[0]} if note.kind in ("C", "L") else set()


def _drop_surplus(segments: list[SegmentInstance], loop: LoopInstance) -> list[Finding]:
    """What comes more often than the standard has room for: what only the two know first, then the last."""
    if not segments:
        return []
    name, most = segments[0].id, loop.shape.most(segments[0].id)
    filled = [one for one in segments if one.values]
    if most is None or len(filled) <= most:
        return []
    ranked = sorted(filled, key=lambda one: one.values.get((1, 0)) in _MUTUAL)
    surplus = [one for one in filled if one in ranked[most:]]
    segments[:] = [one for one in segments if one not in surplus]
    message = f"{name} has room for {most} here; what is more is left out"
    place = Place(segment_id=name, loop=loop.shape.place)
    return [finding(Code.PIECE_LEFT_OUT, message, place, _text(one)) for one in surplus]


def _lacks(segment: SegmentInstance, definition: SegmentDef) -> bool:
    filled = _filled(segment)
    return bool(filled) and bool(_lacking(definition, filled))


def _lacking(definition: SegmentDef, filled: set[int]) -> list[str]:
    """What a segment must have and has not, in words."""
    missing = [
        _named(definition, number)
        for number, one in enumerate(definition.elements, 1)
        if one.mandatory and number not in filled
    ]
    return missing + [
        " or ".join(_named(definition, number) for number in note.positions)
        for note in definition.notes
        if note.kind == "R" and not kept(note, filled)
    ]


def _left_out(segment: SegmentInstance, definition: SegmentDef, loop: LoopInstance) -> Finding:
    lacking = " and ".join(_lacking(definition, _filled(segment)))
    reason = f"lacks {lacking}" if lacking else f"goes with the {loop.shape.trigger} around it"
    message = f"{segment.id} {reason}; it is left out"
    return finding(Code.PIECE_LEFT_OUT, message, Place(segment_id=segment.id, loop=loop.shape.place), _text(segment))


def _named(definition: SegmentDef, number: int) -> str:
    return f"{definition.id}{number:02d} ({definition.elements[number - 1].name})"


def _text(segment: SegmentInstance) -> str:
    """What a segment says, for people."""
    return " ".join(text for _, text in sorted(segment.values.items()))
