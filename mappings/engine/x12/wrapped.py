"""Files that are broken into lines of one length, as systems of punched cards send them: the line ends are no data.

They are read as if nobody had broken them; offsets are those of the file.
"""

import itertools
import re
from bisect import bisect_right
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.x12.events import EnvelopeEvent, InterchangeOpened
from mappings.engine.x12.header import CANDIDATE, HEADER_LIMIT, read_header

HEAD = 4096
"""Bytes that are looked at."""
SHORTEST = 40
"""A line of fewer characters is one of somebody's own making."""
MOST_RUNS = 1000
"""Runs of even lines in one file; what comes after so many is read as it stands."""
_CHUNK = 1 << 16
_LINE_ENDS = re.compile(rb"[\r\n]")


class Wrap(msgspec.Struct, frozen=True):
    """width: how many bytes a line has. ending: what stands behind each."""

    width: int
    ending: bytes


def wrap_of(head: bytes) -> Wrap | None:
    """How a file is broken into lines; None where each line ends a segment, or lines differ, or there are none.

    head: its first HEAD bytes, or all that it has, from ISA on. Two full lines are the least that tells; the first
    shorter one ends an interchange.
    """
    first = head.find(b"\n")
    if first < SHORTEST or not CANDIDATE.match(head):
        return None
    ending = b"\r\n" if head[first - 1 : first] == b"\r" else b"\n"
    width = first + 1 - len(ending)
    lines = head.split(ending)
    full = list(itertools.takewhile(lambda line: len(line) == width, lines))
    after = lines[len(full)] if len(full) < len(lines) else b""
    if len(full) < 2 or len(after) > width:
        return None
    header = read_header(b"".join((*full, after))[:HEADER_LIMIT], 0, 1)
    if header is None or not header.terminator.strip():
        return None
    if all(line.rstrip(b" ").endswith(header.terminator) for line in full):
        return None
    return Wrap(width, ending)


class UnwrappedStream:
    """A binary stream without the ends of lines of one length. Its `read` is all that the splitter needs.

    A line that ends early, as the last one of an interchange does, keeps its end, and a new run of lines begins.
    """

    def __init__(self, head: bytes, stream: BinaryIO, wrap: Wrap) -> None:
        """head: what was already read of the stream."""
        self._buffer = head
        self._at = 0
        self._stream = stream
        self._wrap = wrap
        self._column = 0
        self._given = self._taken = 0
        self._starts, self._origins = [0], [0]

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; b"" at the end."""
        parts = []
        while size > 0:
            piece = self._line(size)
            if not piece:
                break
            parts.append(piece)
            size -= len(piece)
        return b"".join(parts)

    def offset(self, position: int) -> int:
        """Where in the file the byte stands that was given as this one."""
        run = bisect_right(self._starts, position) - 1
        inside = position - self._starts[run]
        lines = inside // self._wrap.width if run < MOST_RUNS else 0
        return self._origins[run] + inside + lines * len(self._wrap.ending)

    def _line(self, most: int) -> bytes:
        """The rest of a line, or as much of it as is wanted."""
        width, ending = self._wrap.width, self._wrap.ending
        if len(self._buffer) - self._at < width + len(ending):
            self._buffer = self._buffer[self._at :] + self._stream.read(_CHUNK)
            self._at = 0
        if len(self._starts) > MOST_RUNS:
            return self._take(most)
        stop = self._at + min(width - self._column, most)
        early = self._buffer.find(b"\n", self._at, stop)
        piece = self._take((early + 1 if early >= 0 else stop) - self._at)
        self._column += len(piece)
        if early >= 0:
            self._new_run()
        elif self._column == width:
            if self._buffer.startswith(ending, self._at):
                self._at += len(ending)
                self._taken += len(ending)
                self._column = 0
            else:
                self._new_run()
        return piece

    def _take(self, count: int) -> bytes:
        piece = self._buffer[self._at : self._at + count]
        self._at += len(piece)
        self._given += len(piece)
        self._taken += len(piece)
        return piece

    def _new_run(self) -> None:
        self._column = 0
        self._starts.append(self._given)
        self._origins.append(self._taken)


def placed_in_file(event: EnvelopeEvent, stream: UnwrappedStream, wrap: Wrap) -> EnvelopeEvent:
    """An event with the offsets and lengths that it has in the file, and what is said of an interchange so sent."""
    offset = stream.offset(event.offset)
    changes: dict[str, object] = {"offset": offset}
    found = [_placed(one, stream) for one in getattr(event, "findings", [])]
    if isinstance(event, InterchangeOpened):
        changes["delimiters"] = replace(event.delimiters, wrapped=True)
        message = f"The file breaks into lines of {wrap.width} characters; the line ends were left out"
        place = Place(offset=offset + wrap.width, interchange=event.ordinal, segment_id="ISA")
        found.insert(0, finding(Code.ISA_LINE_END, message, place))
    elif length := getattr(event, "length", 0):
        changes["length"] = stream.offset(event.offset + length - 1) + 1 - offset
    if hasattr(event, "findings"):
        changes["findings"] = found
    return replace(event, **changes)


def _placed(found: Finding, stream: UnwrappedStream) -> Finding:
    if found.place.offset < 0:
        return found
    return replace(found, place=replace(found.place, offset=stream.offset(found.place.offset)))


def without_line_ends(raw: bytes) -> tuple[bytes, list[int]]:
    """The bytes of a set without its line ends, and where each of these would stand in what is left."""
    breaks = [match.start() - count for count, match in enumerate(_LINE_ENDS.finditer(raw))]
    return (raw.translate(None, b"\r\n"), breaks) if breaks else (raw, breaks)
