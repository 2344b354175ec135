"""The lines of a text with their places in the file, whatever bytes it is made of. Memory stays flat."""

import codecs
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from mappings.engine.findings import Code, Finding, Place, finding

LINE_LIMIT = 200_000
"""Characters of a line; the rest of a longer one is passed over. More than the csv module takes for a value."""
MOST_LINES = 200
"""Lines of one row: who opens a quote and never closes it does not take the rest of the file with it."""
_ESCAPED = re.compile("[\udc80-\udcff]")
_FALLBACK = "windows-1252"


class TooLong(Exception):  # noqa: N818 - a signal between these modules, never seen outside
    """A row has too many lines, or a line is too long."""


class _Joined(io.RawIOBase):
    """A sample that was read already, and the rest of the stream after it."""

    def __init__(self, sample: bytes, stream: BinaryIO) -> None:
        self._sample = memoryview(sample)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        size = len(buffer)
        piece = self._sample[:size] if self._sample else self._stream.read(size)
        self._sample = self._sample[size:]
        buffer[: len(piece)] = piece
        return len(piece)


def open_text(sample: bytes, stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """Text of a stream whose first bytes were read. Bytes that are not in the encoding are kept as surrogates."""
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    errors = "replace" if wide else "surrogateescape"
    return io.TextIOWrapper(io.BufferedReader(_Joined(sample, stream)), encoding, errors, newline="")


class LineSource:
    """Hands out lines for rows, keeps those of the current row, and takes them back.

    row, line: of the current row, from 1. offset, length: its bytes. faults: what is wrong with its text.
    suspicious: it has a character that begins formulas.
    """

    def __init__(self, text: io.TextIOBase, encoding: str, origin: Place) -> None:
        self.row = origin.row
        self.line = origin.line
        self.offset = max(origin.offset, 0)
        self.length = 0
        self.faults: list[Finding] = []
        self.suspicious = False
        self.ended = False
        self._encoding = encoding
        self._narrow = len("a".encode(encoding)) == 1
        self._utf8 = codecs.lookup(encoding).name == "utf-8"
        self._read = text.readline
        self._held: list[str] = []
        self._waiting: deque[str] = deque()
        self._passed_over: dict[int, int] = {}
        self._next_line = origin.line + 1
        self._end = self.offset

    def feed(self) -> Iterator[str]:
        """The lines of the next row, and of the row after it once `begin` was called. Raises TooLong."""
        held, waiting = self._held, self._waiting
        while True:
            line = waiting.popleft() if waiting else self._read(LINE_LIMIT)
            if not line:
                self.ended = True
                return
            held.append(line)
            if len(held) > MOST_LINES:
                raise TooLong
            if len(line) == LINE_LIMIT and line[-1] not in "\r\n":
                self._pass_over(line, self._next_line + len(held) - 1)
                raise TooLong
            if "=" in line or "@" in line:
                self.suspicious = True
            yield line if line.isascii() and "\0" not in line else self._cleaned(line)

    def close(self) -> None:
        """What was fed since the last row is the current row."""
        held = self._held
        self.row += 1
        self.line = self._next_line
        self.offset = self._end
        line = held[0]
        if len(held) == 1 and self._narrow and line.isascii():
            self.length = len(line)
            self._next_line += 1
        else:
            self.length = sum(map(self._size, held))
            self._next_line += len(held)
        if self._passed_over:
            lines = range(self.line, self._next_line)
            self.length += sum(self._passed_over.pop(number, 0) for number in lines)
        self._end += self.length
        held.clear()

    def begin(self) -> None:
        """Forget what was said about the row before."""
        self.suspicious = False
        if self.faults:
            self.faults = []

    def hold_back(self) -> str:
        """Make the first line of what was fed the current row, give the others out again. Returns that line."""
        first, *others = self._held
        self._waiting.extendleft(reversed(others))
        self._held[:] = [first]
        self.ended = False
        self.faults = []
        cleaned = first if first.isascii() and "\0" not in first else self._cleaned(first)
        self.close()
        return cleaned

    @property
    def fed(self) -> int:
        """Lines fed since the last row."""
        return len(self._held)

    def fault(self, code: Code, message: str = "", value: str = "") -> None:
        self.faults.append(finding(code, message, self.next_place(), value))

    def fault_at(self, code: Code, place: Place, message: str = "") -> None:
        self.faults.append(finding(code, message, place))

    def next_place(self) -> Place:
        """Where the row that is being fed begins."""
        return Place(offset=self._end, row=self.row + 1, line=self._next_line)

    def _size(self, text: str) -> int:
        return len(text.encode(self._encoding, "surrogateescape" if self._narrow else "surrogatepass"))

    def _pass_over(self, line: str, number: int) -> None:
        """Read on to the end of an overlong line, once."""
        if number in self._passed_over:
            return
        size = 0
        while line and line[-1] not in "\r\n":
            line = self._read(LINE_LIMIT)
            size += self._size(line)
        self._passed_over[number] = size

    def _cleaned(self, line: str) -> str:
        """Without NULs, and with a character for every byte that is not in the encoding."""
        if "\0" in line:
            self.fault(Code.CHARACTER_NUL)
            line = line.replace("\0", "")
        if _ESCAPED.search(line):
            self.fault(Code.ENCODING_INVALID, f"Bytes that are not {self._encoding}")
            raw = line.encode(self._encoding, "surrogateescape")
            line = raw.decode(_FALLBACK if self._utf8 else self._encoding, "replace")
        return line
