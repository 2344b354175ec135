"""The first bytes of a file that is no document yet: what it is, a person often sees at once."""

import re
from typing import NamedTuple

from config.core.blobs import read_range
from mappings.engine.x12.delimiters import decode
from mappings.engine.xml.envelope import mask_secrets
from mappings.engine.xml.lines import decoded, xml_lines
from mappings.engine.xml.reader import looks_like_xml
from transactions.models import Interchange
from transactions.pipeline.rows import delimiters_of

BYTES = 2_048
ROWS = 32
ROW = 16
LINES = 12
LAST = 4
LENGTH = 500
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\ufffd]")
_ISA = re.compile(r"(?<=ISA)(.)(.{0,20}?\1)(.{0,40}?)(?=\1|$)(?:(\1.{0,20}?\1)(.{0,40}?)(?=\1|$))?", re.MULTILINE)


class PeekRow(NamedTuple):
    """offset in hexadecimal; hexadecimal: the bytes; text: what of them is printable ASCII, others as a point."""

    offset: str
    hexadecimal: str
    text: str


class Peek(NamedTuple):
    """lines: of text; rows: of bytes, for what is no text. One of the two is empty, both are of an empty file."""

    rows: list[PeekRow]
    lines: list[str]


def peek(sha256: str) -> Peek:
    """The first bytes of a stored file, secrets masked. Raises FileNotFoundError when the storage does not have it."""
    raw = read_range(sha256, 0, BYTES)
    narrow = raw.replace(b"\0", b"")
    if looks_like_xml(raw) or mask_secrets(narrow) != narrow:
        text = decoded(raw, raw) if looks_like_xml(raw) else narrow.decode("utf-8", "replace")
        return Peek([], ["".join(piece.text for piece in line.pieces) for line in xml_lines(text).lines[:LINES]])
    text = decode(raw)[0]
    if text.isspace() or "\0" in text or 10 * len(_CONTROLS.findall(text)) > len(text):
        first = raw[: ROWS * ROW]
        pieces = [(start, first[start : start + ROW]) for start in range(0, len(first), ROW)]
        return Peek([PeekRow(f"{start:04x}", piece.hex(" "), _printable(piece)) for start, piece in pieces], [])
    return Peek([], _shown(re.split(r"\r\n?|\n", text)[:LINES]) if text else [])


def peek_interchange(interchange: Interchange) -> Peek:
    """The first segments of an interchange, and its last ones where there are more. Raises FileNotFoundError."""
    first = _segments(interchange, 0)
    if interchange.length <= BYTES and len(first) <= LINES + LAST:
        return Peek([], _shown(first))
    last = _segments(interchange, max(interchange.length - BYTES, 0))
    return Peek([], _shown([*first[:LINES], "…", *last[-LAST:]]))


def _segments(interchange: Interchange, start: int) -> list[str]:
    """The segments in BYTES from this byte of the interchange on; the outer ones may be cut."""
    raw = read_range(interchange.file.sha256, interchange.offset + start, min(BYTES, interchange.length - start))
    delimiters = delimiters_of(interchange)
    text = re.sub(r"[\r\n]", "", decode(raw)[0]) if delimiters.wrapped else decode(raw)[0]
    *whole, last = [piece for piece in text.split(delimiters.segment) if piece.strip()] or [""]
    is_whole = text.rstrip("\r\n").endswith(delimiters.segment.rstrip("\r\n"))
    return [*(piece + delimiters.segment for piece in whole), last + delimiters.segment * is_whole]


def _shown(lines: list[str]) -> list[str]:
    """Lines for reading: what partners put into ISA02 and ISA04 is masked, and a control character has its symbol."""
    masked = _ISA.sub(_masked, "\n".join(line.strip("\r\n") for line in lines))
    return [_CONTROLS.sub(_symbol, line[:LENGTH]) for line in masked.split("\n")]


def _masked(found: re.Match[str]) -> str:
    one, other = (re.sub(r"\S", "•", secret or "") for secret in (found[3], found[5]))
    return f"{found[1]}{found[2]}{one}{found[4] or ''}{other}"


def _symbol(found: re.Match[str]) -> str:
    """The picture of a control character (Unicode 2400 to 241F)."""
    return chr(0x2400 + ord(found[0])) if ord(found[0]) < 32 else "\ufffd"


def _printable(piece: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
