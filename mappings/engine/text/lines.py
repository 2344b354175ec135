"""The lines of a text with their places in the file, whatever bytes it is made of. Memory stays flat.

Lines are read and looked at in blocks, so that a line costs next to nothing where there is nothing to say about it.
"""

import codecs
import io
import re
from collections.abc import Iterator
from functools import partial
from itertools import accumulate, islice
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from mappings.engine.findings import Code, Finding, Place, finding

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LINE_LIMIT = 140_000
"""Characters of a line; a longer one is passed over. More than the csv module takes for a value."""
MOST_LINES = 200
"""Lines of one row: who opens a quote and never closes it does not take the rest of the file with it."""
END_OF_FILE = "\x1a"
"""What DOS and CP/M wrote behind the last line."""
_BLOCK = 64


class Fault(NamedTuple):
    """What is wrong with a line. at: the byte of it that is, -1 for all of it."""

    code: Code
    message: str = ""
    at: int = -1


TOO_LONG = Fault(Code.ROW_UNREADABLE, f"A line has more than {LINE_LIMIT:,} characters")
_ESCAPED = re.compile("[\udc80-\udcff]")
_FORMULAS = {mark: re.compile(rf"{mark}(?<![^,;|^~\"'\s].)") for mark in "=@"}
"""By the character that a formula begins with: that character where a cell may begin."""
_POWER = "E+"
"""What stands in every number that a spreadsheet shows by its power of ten: 1.23E+12."""
_FALLBACK = "windows-1252"
_NAMES = {"cp1252": "windows-1252"}
"""What people call an encoding, whatever its codec is called."""


def may_have_formula(text: str) -> bool:
    """Whether a cell of some lines may begin like a formula of a spreadsheet. Most texts lack the characters for it."""
    return any(mark in text and formula.search(text) for mark, formula in _FORMULAS.items())


class TooLong(Exception):  # noqa: N818 - a signal between these modules, never seen outside
    """A row has too many lines."""


class _Joined(io.RawIOBase):
    """A sample that was read already, and the rest of the stream after it."""

    def __init__(self, sample: bytes, stream: BinaryIO) -> None:
        self._sample = memoryview(sample)
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer)
        piece = self._sample[: len(view)] if self._sample else self._stream.read(len(view))
        self._sample = self._sample[len(view) :]
        view[: len(piece)] = piece
        return len(piece)


def open_text(sample: bytes, stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """Text of a stream whose first bytes were read. Bytes that are not in the encoding are kept as surrogates."""
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    errors = "replace" if wide else "surrogateescape"
    return io.TextIOWrapper(io.BufferedReader(_Joined(sample, stream)), encoding, errors, newline="")


class LineSource:
    """Hands out lines for rows, remembers those of the current row, and can hand them out again.

    first, next: the current row is made of the lines first <= number < next, counted from 0 at the origin.
    row: its number, from 1. marked: what is wrong with lines, by number; empty most of the time.
    ended: there were no more lines to hand out.
    """

    def __init__(self, text: io.TextIOBase, encoding: str, origin: Place, filler: str = "") -> None:
        """filler: what stands for a NUL; a blank where the places of characters count."""
        self._filler = filler
        self.row = origin.row
        self.first = self.next = 0
        self.marked: dict[int, list[Fault]] = {}
        self.ended = False
        self._encoding = encoding
        self._narrow = len("a".encode(encoding)) == 1
        self._utf8 = codecs.lookup(encoding).name == "utf-8"
        self._read = text.readline
        self._lines: list[str] = []
        self._base = 0
        self._offsets = [max(origin.offset, 0)]
        self._lines_before = origin.line
        self._passing = False

    def blocks(self) -> Iterator[list[str]]:
        """The lines after the current row, some at a time. Raises TooLong when a row takes too many."""
        self.ended = False
        if rest := self._lines[self.next - self._base :]:
            yield rest
        read = iter(partial(self._read, LINE_LIMIT), "")
        while block := list(islice(read, _BLOCK)):
            if kept := self._kept(block):
                yield kept
            if self._base + len(self._lines) - self.next > MOST_LINES:
                raise TooLong
        self.ended = True

    def first_line(self) -> str:
        """The first line after the current row, which becomes the current row."""
        line = self._lines[self.next - self._base]
        self.close(1)
        return line

    def close(self, count: int) -> None:
        """So many lines after the current row are the next row."""
        self.first = self.next
        self.next += count
        self.row += 1

    def mark(self, code: Code, message: str = "") -> None:
        """Say that something is wrong with the current row."""
        self.marked.setdefault(self.first, []).append(Fault(code, message))

    @property
    def offset(self) -> int:
        """Byte at which the current row begins."""
        return self._offsets[self.first - self._base]

    @property
    def end(self) -> int:
        """Byte after the current row."""
        return self._offsets[self.next - self._base]

    def place(self, column: str = "") -> Place:
        """Where the current row stands, or one of its cells."""
        line = self._lines_before + self.first + 1
        return Place(offset=-1 if column else self.offset, row=self.row, line=line, column=column)

    def faults(self) -> list[Finding]:
        """What is wrong with the lines of the current row; CELL_FORMULA and VALUE_ROUNDED only say that
        it may have one."""
        numbers = range(self.first, self.next)
        return [
            finding(fault.code, fault.message, self.place() if fault.at < 0 else self._place_in(number, fault.at))
            for number in numbers
            for fault in self.marked.get(number, ())
        ]

    def _place_in(self, number: int, at: int) -> Place:
        """Of a byte in a line of the current row."""
        offset = self._offsets[number - self._base] + at
        return Place(offset=offset, row=self.row, line=self._lines_before + number + 1)

    def _kept(self, block: list[str]) -> list[str]:
        """A new block, looked at and remembered after the lines that are still needed."""
        done = self.first - self._base
        self._lines, self._offsets = self._lines[done:], self._offsets[done:]
        self._base = self.first
        if self.marked:
            self.marked = {number: faults for number, faults in self.marked.items() if number >= self.first}
        joined = "".join(block)
        start = self._offsets.pop()
        is_plain = (
            joined.isascii() and "\0" not in joined and END_OF_FILE not in joined and max(map(len, block)) < LINE_LIMIT
        )
        if is_plain and self._narrow and not self._passing:
            sizes = list(map(len, block))
        else:
            block, sizes = self._cleaned(block, start)
            start = sizes.pop(0)
        self._offsets += accumulate(sizes, initial=start)
        if may_have_formula(joined):
            self._mark_formulas(block)
        if _POWER in joined:
            self._mark_powers(block)
        self._lines += block
        return block

    def _mark_formulas(self, block: list[str]) -> None:
        first = self._base + len(self._lines)
        for number, line in enumerate(block, first):
            if may_have_formula(line):
                self.marked.setdefault(number, []).append(Fault(Code.CELL_FORMULA))

    def _mark_powers(self, block: list[str]) -> None:
        for number, line in enumerate(block, self._base + len(self._lines)):
            if _POWER in line:
                self.marked.setdefault(number, []).append(Fault(Code.VALUE_ROUNDED))

    def _cleaned(self, block: list[str], start: int) -> tuple[list[str], list[int]]:
        """The lines of a block made fit to be read, what was wrong marked; and their sizes in bytes after the start.

        The pieces of an overlong line become one line without text.
        """
        kept: list[str] = []
        sizes = [start]
        first = self._base + len(self._lines)
        for line in block:
            size = self._size(line)
            is_cut = len(line) == LINE_LIMIT and line[-1] not in "\r\n"
            if self._passing:
                sizes[-1] += size
            else:
                text, faults = ("\n", [TOO_LONG]) if is_cut else self._readable(line)
                if faults:
                    self.marked[first + len(kept)] = faults
                kept.append(text)
                sizes.append(size)
            self._passing = is_cut
        return kept, sizes

    def _readable(self, line: str) -> tuple[str, list[Fault]]:
        """A line without NULs and marks of the end, and with a character for every byte that is not in the encoding."""
        faults = []
        if stray := _ESCAPED.search(line):
            message = f"Bytes that are not {_NAMES.get(self._encoding, self._encoding)}"
            faults.append(Fault(Code.ENCODING_INVALID, message, self._size(line[: stray.start()])))
            line = _ESCAPED.sub(self._character, line)
        bare = line.rstrip("\r\n")
        line = bare.rstrip(END_OF_FILE) + line[len(bare) :]
        if "\0" in line:
            faults.insert(0, Fault(Code.CHARACTER_NUL))
            line = line.replace("\0", self._filler)
        return line, faults

    def _character(self, stray: re.Match[str]) -> str:
        byte = stray[0].encode("ascii", "surrogateescape")
        return byte.decode(_FALLBACK if self._utf8 else self._encoding, "replace")

    def _size(self, text: str) -> int:
        return len(text.encode(self._encoding, "surrogateescape" if self._narrow else "surrogatepass"))
