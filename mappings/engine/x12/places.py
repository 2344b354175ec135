"""From faults inside a set to findings with their place in the file."""

import functools
from bisect import bisect_right
from collections.abc import Iterable, Sequence

import msgspec

from mappings.engine.findings import Finding, Place, finding
from mappings.engine.x12.delimiters import Delimiters, encode
from mappings.engine.x12.faults import Fault
from mappings.engine.x12.pieces import BLANKS
from mappings.engine.x12.utf16 import WIDTH, narrow

Span = tuple[int, int]
Taken = tuple[Span | None, list[Span], bool]
"""What was taken apart, its first parts, and whether these are all."""
NOTHING: Taken = (None, [], False)


class Offsets:
    """Byte offsets of what stands in one set, worked out only when they are asked for."""

    def __init__(
        self, raw: bytes, encoding: str, delimiters: Delimiters, start: int, breaks: Sequence[int] = ()
    ) -> None:
        """raw: from ST to SE, in this encoding. start: offset of ST in the file.

        breaks: before which of these bytes the file has one more that was left out.
        """
        wide = encoding.startswith("utf-16")
        self._raw = narrow(raw, encoding) if wide else raw
        self._encoding = "latin-1" if wide else encoding
        self._width = WIDTH if wide else 1
        self._delimiters = delimiters
        self._start = start
        self._breaks = breaks
        # What was last taken apart, by separator: the faults of one element come one after another.
        self._last: dict[bytes, Taken] = {}

    def of(self, segment: int, element: int = 0, repetition: int = 0, component: int = 0) -> int:
        """Where it starts in the file; where what it should stand in ends, when it was not sent. All count from 1."""
        spans = self._segments
        span = spans[segment - 1] if 0 < segment <= len(spans) else (len(self._raw), len(self._raw))
        for separator, number in zip(self._separators, (element + 1, repetition, component), strict=True):
            if number < 2 or not separator:
                continue
            part = self._part(separator, span, number)
            if part is None:
                return self._in_file(span[1])
            span = part
        return self._in_file(span[0])

    def _in_file(self, position: int) -> int:
        return self._start + self._width * position + bisect_right(self._breaks, position)

    @functools.cached_property
    def _separators(self) -> tuple[bytes, ...]:
        """Of elements, repetitions and components."""
        known = self._delimiters
        return tuple(encode(one, self._encoding) for one in (known.element, known.repetition, known.component))

    @functools.cached_property
    def _segments(self) -> list[Span]:
        """Start and stop of each segment that is not empty, without leading blanks and terminator."""
        blanks = BLANKS.encode()
        terminator = encode(self._delimiters.segment, self._encoding)
        spans = []
        start = 0
        for piece in self._raw.split(terminator):
            stripped = piece.lstrip(blanks)
            if stripped:
                spans.append((start + len(piece) - len(stripped), start + len(piece)))
            start += len(piece) + len(terminator)
        return spans

    def _part(self, separator: bytes, span: Span, number: int) -> Span | None:
        """The part of a span that has this number when a separator takes it apart; None when there are fewer."""
        known, parts, complete = self._last.get(separator, NOTHING)
        if known != span or (number > len(parts) and not complete):
            start, stop = span
            pieces = self._raw[start:stop].split(separator, 2 * number)  # a hostile segment has millions
            complete = len(pieces) <= 2 * number
            parts = []
            for piece in pieces:
                parts.append((start, start + len(piece)))
                start += len(piece) + len(separator)
            if not complete:
                parts.pop()
            self._last[separator] = (span, parts, complete)
        return parts[number - 1] if number <= len(parts) else None


def locate(faults: Iterable[Fault], offsets: Offsets, origin: Place) -> list[Finding]:
    """Findings in document order. origin: the ordinals of the set."""
    located = []
    for fault in sorted(faults, key=lambda fault: fault.index):
        place = Place(
            offset=offsets.of(fault.index, fault.element, fault.repetition, fault.component),
            interchange=origin.interchange,
            group=origin.group,
            set=origin.set,
            segment=fault.index,
            segment_id=fault.segment_id,
            loop=fault.loop[:6],
            element=fault.element,
            element_id=fault.element_id,
            component=fault.component,
            repetition=fault.repetition,
        )
        located.append(finding(fault.code, fault.message, place, fault.value, fault.severity))
    return located


def placed(found: Finding, offsets: Offsets) -> Finding:
    """A finding that names a segment, with the offset of what it names."""
    place = found.place
    if not place.segment:
        return found
    offset = offsets.of(place.segment, place.element, place.repetition, place.component)
    return msgspec.structs.replace(found, place=msgspec.structs.replace(place, offset=offset))
