"""BIN and BDS: segments whose data may hold anything, delimiters too. Their length says where they end (X12.6, 3.8)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mappings.engine.findings import Code
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.faults import Fault

# Element of the length, and of the data after it.
LENGTHS = {"BIN": (1, 2), "BDS": (2, 3)}
MOST_BINARY = 32 * 1024 * 1024
"""Longer data is not skipped but read like any segment: the length of the data has to be seen to be right."""
_FILLER = b"0"  # never a delimiter


class BinaryData(NamedTuple):
    """start, stop: of the data itself, in bytes; the segment terminator stands at stop."""

    start: int
    stop: int


def binary_pattern(separator: bytes) -> bytes:
    """Matches a segment up to its data; the groups are its length, of BIN and of BDS."""
    one = re.escape(separator)
    return rb"(?:BIN%b([0-9]{1,9})|BDS%b[^\r\n]{0,3}%b([0-9]{1,9}))%b" % (one, one, one, one)


def said_length(match: re.Match[bytes]) -> int:
    """The length that a segment names. match: of a pattern that ends with `binary_pattern`."""
    digits: bytes = match.group(match.lastindex or 0)
    return int(digits)


def masked(raw: bytes, delimiters: Delimiters) -> tuple[bytes, list[BinaryData | None]]:
    """A set whose binary data holds no delimiters any more, as long as before, and where the data stands.

    None stands for a segment whose data does not end where its length says; it is left as it is.
    """
    found = list(_binary_data(raw, delimiters))
    parts, at = [], 0
    for span in found:
        if span:
            parts += [raw[at : span.start], _FILLER * (span.stop - span.start)]
            at = span.stop
    return b"".join([*parts, raw[at:]]), found


def _binary_data(raw: bytes, delimiters: Delimiters) -> Iterator[BinaryData | None]:
    terminator = delimiters.segment.encode()
    pattern = re.compile(rb"%b[ \t\r\n]*" % re.escape(terminator) + binary_pattern(delimiters.element.encode()))
    at = 0
    while match := pattern.search(raw, at):
        stop = match.end() + said_length(match)
        ends = raw.startswith(terminator, stop)
        yield BinaryData(match.end(), stop) if ends else None
        at = stop if ends else match.end()


def restored(segments: list[list[str]], raw: bytes, found: list[BinaryData | None]) -> None:
    """Put the data back into the segments that were read of a masked set, one character a byte."""
    waiting = iter(found)
    for segment in segments:
        at, data = LENGTHS.get(segment[0], (0, 0))
        if at and len(segment) > data and _is_length(segment[at]):
            span = next(waiting, None)
            if span:
                segment[data] = raw[span.start : span.stop].decode("latin-1")


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9


def binary_faults(segments: list[list[str]]) -> list[Fault]:
    """Data that is not as long as its segment says."""
    found = []
    for index, segment in enumerate(segments, 1):
        positions = LENGTHS.get(segment[0])
        if positions is None or len(segment) <= positions[1]:
            continue
        at, data = positions
        stated, length = segment[at], len(segment[data])
        if _is_length(stated) and int(stated) != length:
            message = f"{segment[0]}{at:02d} says {stated}, the data has {length} bytes"
            name = segment[0]
            found.append(
                Fault(index, Code.BINARY_LENGTH_MISMATCH, name, message, element=at, element_id="784", value=stated)
            )
    return found
