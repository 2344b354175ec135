"""Finds envelope segments in a stream of any size without looking at what lies between them."""

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from mappings.engine.x12.binary import MOST_BINARY, binary_pattern, said_length
from mappings.engine.x12.delimiters import decode
from mappings.engine.x12.header import CERTAIN, CERTAIN_LENGTH, HEADER_LIMIT, HeaderRead, read_header

CHUNK = 1 << 18
# An envelope segment is short, and so are the blanks before it: what is longer is data.
SEGMENT_LIMIT = 4096
BLANK_LIMIT = 1024
BLANKS = b" \t\r\n"
ENVELOPE = {b"ST": "ST", b"SE": "SE", b"GS": "GS", b"GE": "GE", b"IEA": "IEA", b"TA1": "TA1"}
_BLANK_RUN = re.compile(rb"[ \t\r\n]+")
# A segment of which as much is in memory without its end is skipped instead of collected.
LONG_SEGMENT = 1 << 16
# How far the first look into an interchange reaches, and the one behind binary data; the next ones reach twice as far,
# so that a file of many small interchanges or pictures is not looked through again for each of them.
FIRST_REACH = 4096


class Readable(Protocol):
    """Gives up to so many bytes, b"" at its end."""

    def read(self, size: int, /) -> bytes: ...


class Window:
    """The part of a stream that is in memory. `position` is how far it was consumed, in bytes of the stream."""

    def __init__(self, stream: Readable, chunk: int = CHUNK) -> None:
        self._stream = stream
        self._chunk = chunk
        self._base = 0
        self.data = b""
        self.position = 0
        self.ended = False

    @property
    def at(self) -> int:
        """Index of the position in `data`."""
        return self.position - self._base

    @property
    def waiting(self) -> int:
        """How many bytes from the position on are in memory."""
        return len(self.data) - self.at

    def more(self) -> bool:
        """Forget what was consumed and read a chunk; False when the stream had ended."""
        if self.ended:
            return False
        parts = [self.data[self.at :]]
        self._base = self.position
        wanted = self._chunk
        while wanted > 0:
            part = self._stream.read(wanted)
            if not part:
                self.ended = True
                break
            parts.append(part)
            wanted -= len(part)
        self.data = b"".join(parts)
        return True

    def peek(self, count: int, ahead: int = 0) -> bytes:
        """Up to `count` bytes from `ahead` bytes after the position, fewer only at the end of the stream."""
        while self.waiting < count + ahead and self.more():
            pass
        return self.data[self.at + ahead : self.at + ahead + count]


class Mark(NamedTuple):
    """An envelope segment; the start of the next interchange (id "ISA"); or the end of the data (id "").

    start, stop: byte offsets in the stream, stop after the terminator (equal to start for "ISA" and "").
    raw: the segment without its terminator; MarkFinder.fields() splits it.
    segments: how many other segments stood before it, since the last mark; first: where the first one starts.
    """

    id: str
    start: int
    stop: int
    raw: bytes
    segments: int
    first: int


class MarkFinder:
    """The marks of one interchange. Memory stays flat, however long the interchange or a segment of it is."""

    def __init__(self, window: Window, header: HeaderRead) -> None:
        """window: its position is after the header."""
        self._window = window
        self._separator = header.separator
        self._separator_text = header.separator.decode("latin-1")
        self._component = header.delimiters.component
        self._terminator = header.terminator
        terminator, separator = re.escape(header.terminator), re.escape(header.separator)
        possessive = b"" if header.terminator in BLANKS else b"+"
        binary = binary_pattern(header.separator)
        self._pattern = re.compile(
            rb"%b[ \t\r\n]{0,%d}%b(?:([SGIT](?:[TSE]|EA|A1))(?=%b|%b|\Z)|(ISA)[^A-Za-z0-9 \r\n]|%b)"
            % (terminator, BLANK_LIMIT, possessive, separator, terminator, binary)
        )
        self._binary = re.compile(rb"[ \t\r\n]*" + binary)
        # Offset of a binary segment that stops the search, and of one that is none after all.
        self._binary_at = self._no_binary_at = -1
        others = bytes(blank for blank in BLANKS if blank not in header.terminator)
        self._empty = re.compile(rb"%b[%b]*+(?=%b)" % (terminator, others, terminator))
        self._segments = 0
        self._first = -1
        self._reach = FIRST_REACH

    def marks(self) -> Iterator[Mark]:
        """All marks up to and including IEA, "ISA" or ""; the window's position is after the last one."""
        window = self._window
        while True:
            stop = self._block_end()
            if stop < 0:
                if self._skip_binary():
                    continue
                mark = self._skip_segment()
                if mark:
                    yield mark
                    return
                continue
            intruder = self._intruder(window.at, stop)
            block = window.data[window.at : stop if intruder < 0 else intruder]
            base = window.position
            for mark in self._marks_in(block, base):
                window.position = mark.stop
                yield mark
                if mark.id in ("IEA", "ISA"):
                    return
            if self._binary_at >= 0:
                window.position, self._binary_at = self._binary_at, -1
                self._reach = FIRST_REACH
                if not self._skip_binary():
                    self._no_binary_at = window.position
                continue
            window.position = base + len(block)
            if intruder >= 0 or (window.ended and not window.waiting):
                yield self._end("ISA" if intruder >= 0 else "")
                return

    def _block_end(self) -> int:
        """Index after the last complete segment within reach, -1 when the segment at the position is a long one."""
        window = self._window
        while True:
            reach = window.at + self._reach
            if window.ended and reach >= len(window.data):
                return len(window.data)
            end = window.data.rfind(self._terminator, window.at, reach)
            if end < 0 and reach >= len(window.data):
                if window.waiting >= LONG_SEGMENT:
                    return -1
                window.more()
                continue
            self._reach *= 2
            if end >= 0:
                return end + len(self._terminator)

    def _intruder(self, start: int, stop: int) -> int:
        """Index of an interchange header that cannot be taken for anything else, -1 when there is none.

        It starts a new interchange even in the middle of a segment: the one before was cut off.
        """
        data = self._window.data
        found = data.find(b"ISA", start, stop)
        while found >= 0:
            match = CERTAIN.match(data, found, stop)
            if match and self._terminator not in match.group():
                return found
            found = data.find(b"ISA", found + 1, stop)
        return -1

    def _marks_in(self, block: bytes, base: int) -> Iterator[Mark]:
        """The marks in complete segments; base: offset of the block in the stream."""
        width = len(self._terminator)
        text = self._terminator + block  # so that every segment has a terminator before it
        base -= width
        done = 0
        for match in self._pattern.finditer(text):
            if match.group(2):
                start = match.start(2)
                if self._is_header(base + start):
                    self._count(text, base, done, match.start())
                    yield self._mark("ISA", base + start, base + start)
                    return
                continue
            if match.group(1) is None:
                if base + match.start() + width == self._no_binary_at:
                    continue
                self._count(text, base, done, match.start())
                self._binary_at = base + match.start() + width
                return
            name = ENVELOPE.get(match.group(1))
            start = match.start(1)
            stop = text.find(self._terminator, match.end())
            stop = len(text) if stop < 0 else stop
            if name and stop - start <= SEGMENT_LIMIT:
                self._count(text, base, done, match.start())
                done = stop
                yield self._mark(name, base + start, base + min(stop + width, len(text)), text[start:stop])
        self._count(text, base, done, len(text) - width if text.endswith(self._terminator) else len(text))

    def _count(self, text: bytes, base: int, start: int, stop: int) -> None:
        """Add the segments between two terminators (stop may be the end of the data)."""
        if stop <= start:
            return
        width = len(self._terminator)
        count = text.count(self._terminator, start + width, stop) + 1
        if self._empty.search(text, start, min(stop + width, len(text))):
            count -= sum(1 for _ in self._empty.finditer(text, start, min(stop + width, len(text))))
        if not text[stop : stop + width] and not text[text.rfind(self._terminator, start) + width :].strip():
            count -= 1  # blanks at the end of the data
        if count > 0 and self._first < 0:
            self._first = base + self._first_segment(text, start)
        self._segments += count

    def _first_segment(self, text: bytes, terminator_at: int) -> int:
        """Index of the first segment after a terminator that is not empty."""
        while match := self._empty.match(text, terminator_at):
            terminator_at = match.end()
        start = terminator_at + len(self._terminator)
        blanks = _BLANK_RUN.match(text, start)
        return blanks.end() if blanks else start

    def _skip_segment(self) -> Mark | None:
        """Drop a segment too long to be of the envelope; a mark when the interchange ends inside it."""
        window = self._window
        if self._is_header(window.position):
            return self._end("ISA")
        begun = -1
        while True:
            end = window.data.find(self._terminator, window.at)
            stop = len(window.data) if end < 0 else end + len(self._terminator)
            intruder = self._intruder(window.at, stop)
            # Enough is kept to see a header that is not yet wholly in memory.
            keep = 0 if end >= 0 or window.ended else CERTAIN_LENGTH
            passed = window.data[window.at : stop - keep if intruder < 0 else intruder]
            if begun < 0:
                text = passed.removesuffix(self._terminator) if end >= 0 and intruder < 0 else passed
                blank = len(text) - len(text.lstrip(BLANKS))
                begun = window.position + blank if blank < len(text) else -1
            window.position += len(passed)
            if intruder >= 0 or end >= 0 or window.ended:
                break
            window.more()
        if begun >= 0:
            self._segments += 1
            self._first = begun if self._first < 0 else self._first
        if intruder >= 0:
            return self._end("ISA")
        return self._end("") if end < 0 else None

    def _skip_binary(self) -> bool:
        """Go past a binary segment at the position, however its data looks; False when its length is not right."""
        window = self._window
        match = self._binary.match(window.peek(SEGMENT_LIMIT))
        length = match.end() + said_length(match) if match else 0
        if not match or length > MOST_BINARY or window.peek(len(self._terminator), length) != self._terminator:
            return False
        self._segments += 1
        if self._first < 0:
            self._first = window.position + match.start(match.lastindex or 0) - 4
        window.position += length + len(self._terminator)
        return True

    def _is_header(self, offset: int) -> bool:
        ahead = offset - self._window.position
        return read_header(self._window.peek(HEADER_LIMIT, ahead), 0, 0) is not None

    def fields(self, mark: Mark) -> list[str]:
        """The elements of an envelope segment, its id first, without blanks around them."""
        raw = mark.raw
        if raw.isascii() and b"\x00" not in raw:
            texts = [text.strip() for text in raw.decode("ascii").split(self._separator_text)]
        else:
            texts = [decode(part)[0].strip() for part in raw.split(self._separator)]
        return [text.rstrip(self._component) for text in texts] if self._component else texts

    def offset(self, mark: Mark, element: int) -> int:
        """Where an element starts in the stream; the start of the segment when it was not sent."""
        parts = mark.raw.split(self._separator)
        return (
            mark.start + sum(len(part) + len(self._separator) for part in parts[:element])
            if element < len(parts)
            else mark.start
        )

    def _end(self, mark_id: str) -> Mark:
        return self._mark(mark_id, self._window.position, self._window.position)

    def _mark(self, mark_id: str, start: int, stop: int, raw: bytes = b"") -> Mark:
        mark = Mark(mark_id, start, stop, raw, self._segments, self._first)
        self._segments, self._first = 0, -1
        return mark
