"""The first bytes of a file that could not be read: what it is, a person often sees at once."""

from typing import NamedTuple

from config.core.blobs import read_range
from mappings.engine.xml.envelope import mask_secrets
from mappings.engine.xml.lines import decoded, xml_lines
from mappings.engine.xml.reader import looks_like_xml

BYTES = 512
ROW = 16
LINES = 12


class PeekRow(NamedTuple):
    """offset in hexadecimal; hexadecimal: the bytes; text: what of them is printable ASCII, others as a point."""

    offset: str
    hexadecimal: str
    text: str


class Peek(NamedTuple):
    """rows: of bytes; lines: of text, for what is XML or holds some: its secrets can be masked there only."""

    rows: list[PeekRow]
    lines: list[str]


def peek(sha256: str) -> Peek:
    """The first BYTES bytes of a stored file. Raises FileNotFoundError when the storage does not have it."""
    raw = read_range(sha256, 0, BYTES)
    narrow = raw.replace(b"\0", b"")
    if looks_like_xml(raw) or mask_secrets(narrow) != narrow:
        text = decoded(raw, raw) if looks_like_xml(raw) else narrow.decode("utf-8", "replace")
        shown = xml_lines(text).lines[:LINES]
        return Peek([], ["".join(piece.text for piece in line.pieces) for line in shown])
    pieces = [(start, raw[start : start + ROW]) for start in range(0, len(raw), ROW)]
    return Peek([PeekRow(f"{start:04x}", piece.hex(" "), _printable(piece)) for start, piece in pieces], [])


def _printable(piece: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in piece)
