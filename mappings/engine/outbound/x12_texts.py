"""Texts for people that are longer than their element: they go on in the next segment, and end where there is none.

Only for documents from elsewhere. A number, code or identifier is never cut: half of one is another one.
"""

from collections.abc import Sequence
from textwrap import wrap

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.outbound.instances import LoopInstance, SegmentInstance
from mappings.engine.rules.shape import SourceShape

WORDS = frozenset({"3", "19", "61", "93", "166", "352", "369", "387", "933", "1551"})
"""Data elements that are words for people: names, addresses, cities, routings, descriptions, messages."""
_REPEATED = frozenset({"PID", "NTE", "MSG", "MTX"})
"""Segments that are read one after the other as one text."""
_CONTINUED = {("N1", 2): ("N2", (1, 2))}
"""A name goes on in the segment of additional names."""


def fitted(items: Sequence[str], rooms: Sequence[int], places: int) -> list[str]:
    """Texts as they fit: one too long for its place is broken at words, and neighbours share a place where there are
    too many. rooms: characters that each place takes, 0 for any. What does not fit even so is left as it is.
    """
    room = min((room for room in rooms if room), default=0)
    pieces = [piece for item in items for piece in wrapped(item, room)]
    if places:
        while len(pieces) > places:
            lengths = [len(one) + len(other) + 2 for one, other in zip(pieces, pieces[1:], strict=False)]
            at = lengths.index(min(lengths))
            if room and lengths[at] > room:
                break
            pieces[at : at + 2] = [f"{pieces[at]}, {pieces[at + 1]}"]
    return pieces


def wrapped(text: str, room: int) -> list[str]:
    """A text in pieces of at most so many characters, broken at blanks where there are any. room: 0 for any."""
    return wrap(text, room, break_on_hyphens=False) if room and len(text) > room else [text]


def shorten(loop: LoopInstance, shape: SourceShape) -> list[Finding]:
    """Continue or cut the texts in a loop, and all in it, that are too long; what was cut."""
    found: list[Finding] = []
    for segments in list(loop.segments.values()):
        for segment in list(segments):
            found += _shortened(segment, loop, shape)
    for loops in loop.loops.values():
        for inner in list(loops):
            if inner.shape.trigger in _REPEATED:
                _repeat(inner, loops, shape)
            found += shorten(inner, shape)
    return found


def _shortened(segment: SegmentInstance, loop: LoopInstance, shape: SourceShape) -> list[Finding]:
    found = []
    for spot, text in list(segment.values.items()):
        element, component = spot
        definition = shape.element(segment.id, element, component, segment.id)
        if definition.id not in WORDS or not definition.max or len(text) <= definition.max:
            continue
        first, *rest = wrapped(text, definition.max)
        segment.values[spot] = first
        rest = _continued(segment, element, rest, loop, shape)
        if rest:
            place = Place(segment_id=segment.id, loop=loop.shape.place, element=element, component=component)
            message = f"The place has room for {definition.max} characters; not written: {' '.join(rest)}"
            found.append(finding(Code.VALUE_CUT, message, place, text))
    return found


def _continued(
    segment: SegmentInstance, element: int, pieces: list[str], loop: LoopInstance, shape: SourceShape
) -> list[str]:
    """Write the rest of a text into the segments after; what has no room."""
    if (segment.id, element) in _CONTINUED:
        name, elements = _CONTINUED[segment.id, element]
        known = loop.segments.setdefault(name, [])
        longest = shape.element(name, elements[0], 0, name).max
        pieces = wrapped(" ".join(pieces), longest)
        made: list[SegmentInstance] = []
        while pieces and _has_room(loop, name, len(made)):
            next_one = SegmentInstance(name, loop.journal)
            for number in elements:
                if pieces:
                    next_one.values[number, 0] = pieces.pop(0)
            made.append(next_one)
        known[:0] = made
    elif segment.id in _REPEATED and segment.id != loop.shape.trigger:
        known = loop.segments[segment.id]
        at = known.index(segment)
        while pieces and _has_room(loop, segment.id):
            at += 1
            known.insert(at, _like(segment, element, pieces.pop(0)))
    return pieces


def _repeat(inner: LoopInstance, loops: list[LoopInstance], shape: SourceShape) -> None:
    """A text that opens a loop of its own (PID on a line) goes on in more loops behind it."""
    segment = inner.opening
    for (element, component), text in list(segment.values.items()):
        definition = shape.element(segment.id, element, component, segment.id)
        if definition.id in WORDS and definition.max and len(text) > definition.max:
            first, *rest = wrapped(text, definition.max)
            segment.values[element, component] = first
            at = loops.index(inner)
            for number, piece in enumerate(rest, 1):
                made = LoopInstance(inner.shape, inner.journal)
                made.segments[segment.id] = [_like(segment, element, piece)]
                loops.insert(at + number, made)


def _like(segment: SegmentInstance, element: int, text: str) -> SegmentInstance:
    made = SegmentInstance(segment.id, segment.journal)
    made.values.update(segment.values)
    made.values[element, 0] = text
    return made


def _has_room(loop: LoopInstance, segment_id: str, more: int = 0) -> bool:
    most = loop.shape.most(segment_id)
    return most is None or len(loop.segments.get(segment_id, [])) + more < most
