"""From the bytes of a set to its raw segments, without what senders put between them."""

import functools
import re
from collections.abc import Callable

from mappings.engine.x12.delimiters import Delimiters

BLANKS = " \t\r\n"
LINE_ENDS = ("\n", "\r")
# In bytes, on average: a set of shorter segments is made of empty ones, which are better dropped at once.
SHORTEST = 4
_PRINTABLE = bytes(range(0x20, 0x7F))


def ordinary_pieces(raw: bytes, delimiters: Delimiters, without: str = "") -> list[str] | None:
    """The raw segments when they are all printable ASCII without inner separators; None when they are not.

    without: other characters that they must not have.

    With all ordinary characters taken out, such a set leaves nothing but its terminators, each followed by the
    same line end or by none. That one test stands for all others. Segments may still be empty or indented.
    """
    if is_padded(raw, delimiters):
        return None
    bare = raw.translate(None, _ordinary(delimiters, without)).decode("ascii", "replace")
    terminator = delimiters.segment
    follows = bare[len(terminator) : len(terminator) + 2]
    line_end = "" if terminator == "\n" else "\r\n" if follows == "\r\n" else "\n" if follows[:1] == "\n" else ""
    ending = terminator + line_end
    count = len(bare) // len(ending)
    if not raw.isascii() or bare not in (ending * count, ending * count + terminator):
        return None
    if len(raw) < count * SHORTEST or (len(bare) % len(ending) and not raw.endswith(terminator.encode())):
        return None
    pieces = raw.decode("ascii").split(ending)
    if len(pieces) != count + 1:
        return None  # blanks between terminator and line end
    last = pieces.pop().removesuffix(terminator)
    if last:
        pieces.append(last)
    return pieces


def is_padded(raw: bytes, delimiters: Delimiters) -> bool:
    """Whether blanks fill the lines of a set in which each line is a segment: they are no data."""
    return delimiters.segment in LINE_ENDS and b" " + delimiters.segment.encode() in raw


@functools.lru_cache(maxsize=64)
def _ordinary(delimiters: Delimiters, without: str) -> bytes:
    others = without + delimiters.segment + delimiters.component + delimiters.repetition
    return bytes(set(_PRINTABLE + delimiters.element.encode()) - set(others.encode()))


def tidy_pieces(text: str, delimiters: Delimiters) -> list[str]:
    """The raw segments of any set, without blank lines, indentation, empty segments, and trailing components.

    Where a line end terminates segments, blanks before it fill a record of fixed length and are left out, too, as is
    the other half of a line end that is not the same everywhere.
    """
    terminator, component = delimiters.segment, delimiters.component
    if terminator in LINE_ENDS:
        text = terminator.join(piece.rstrip(BLANKS) for piece in text.split(terminator))
    if component and component in text:
        # A trailing component separator says nothing; X12.6 wants it left out.
        for end in (terminator, delimiters.element):
            while component + end in text:
                text = text.replace(component + end, end)
    if terminator not in BLANKS:
        text = text.rstrip(BLANKS)
    return [piece for piece in (piece.lstrip(BLANKS) for piece in text.split(terminator)) if piece]


def stray_blanks(text: str, delimiters: Delimiters) -> int:
    """How many segments of a set are empty or begin with blanks, or end with them where a line end follows.

    A line end before a segment is none.
    """
    *pieces, _ = text.split(delimiters.segment)
    bare = (piece.lstrip("\r\n") for piece in pieces)
    fills = delimiters.segment in LINE_ENDS
    return sum(not piece or piece[0] in " \t" or (fills and piece[-1] in " \t") for piece in bare)


@functools.lru_cache(maxsize=64)
def unusual(delimiters: Delimiters) -> Callable[[str], object]:
    """Finds in a raw segment what the generated checks may not see: all but printable ASCII, inner separators."""
    inner = "".join(f"|{re.escape(text)}" for text in (delimiters.component, delimiters.repetition) if text)
    return re.compile(f"[^ -~]{inner}").search
