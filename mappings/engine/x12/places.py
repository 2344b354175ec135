"""From faults inside a set to findings with their place in the file."""

from mappings.engine.findings import Finding, Place, finding
from mappings.engine.x12.delimiters import Delimiters, encode
from mappings.engine.x12.faults import Fault
from mappings.engine.x12.pieces import BLANKS


def locate(faults: list[Fault], raw: bytes, encoding: str, delimiters: Delimiters, origin: Place) -> list[Finding]:
    """Findings in document order. origin: place of the set; its offset (of ST in the file) is added to each."""
    if not faults:
        return []
    spans = _segment_spans(raw, encode(delimiters.segment, encoding))
    inner = (delimiters.element, delimiters.repetition, delimiters.component)
    separators = [encode(delimiter, encoding) for delimiter in inner]
    located = []
    for fault in sorted(faults, key=lambda fault: fault.index):
        start, stop = spans[fault.index - 1] if fault.index <= len(spans) else (len(raw), len(raw))
        within = _offset_within(raw[start:stop], fault, separators)
        place = Place(
            offset=max(origin.offset, 0) + start + within,
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


def _segment_spans(raw: bytes, terminator: bytes) -> list[tuple[int, int]]:
    """Start and stop of each segment that is not empty, without leading blanks and terminator."""
    blanks = BLANKS.encode()
    spans = []
    start = 0
    for piece in raw.split(terminator):
        stripped = piece.lstrip(blanks)
        if stripped:
            spans.append((start + len(piece) - len(stripped), start + len(piece)))
        start += len(piece) + len(terminator)
    return spans


def _offset_within(segment: bytes, fault: Fault, separators: list[bytes]) -> int:
    """Offset of the element, repetition and component; the end of the segment when it was not sent."""
    offset = 0
    part = segment
    for number, separator in zip((fault.element + 1, fault.repetition, fault.component), separators, strict=True):
        if number < 2 or not separator:
            continue
        pieces = part.split(separator)
        if number > len(pieces):
            return offset + len(part)
        offset += sum(len(piece) + len(separator) for piece in pieces[: number - 1])
        part = pieces[number - 1]
    return offset
