"""Text in UTF-16, looked at as if each character were one byte."""

import re

WIDTH = 2
HEAD = 64  # bytes that are enough to tell
_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_SIGNS = {
    "utf-16-le": re.compile(rb"(?:[\x00-\x20]\x00)*[IS]\x00[ST]\x00[^\x00]\x00"),
    "utf-16-be": re.compile(rb"(?:\x00[\x00-\x20])*\x00[IS]\x00[ST]\x00[^\x00]"),
}
# Stands for a character that one byte cannot hold. It is no delimiter, and values are read from the bytes themselves.
_OTHER = 0x7F


def wide_encoding(head: bytes) -> tuple[str, int]:
    """The UTF-16 that a file or a set starts in ("" for others), and the length of its byte order mark."""
    marked = _MARKS.get(head[:2])
    if marked:
        return marked, len(head[:2])
    if b"\x00" not in head[:4]:
        return "", 0
    return next((name for name, sign in _SIGNS.items() if sign.match(head)), ""), 0


def narrow(raw: bytes, encoding: str) -> bytes:
    """One byte for each two: what stands at byte 2 n stands at byte n. An odd byte at the end is left out."""
    raw = raw[: len(raw) - len(raw) % WIDTH]
    low, high = (raw[0::2], raw[1::2]) if encoding == "utf-16-le" else (raw[1::2], raw[0::2])
    if not any(high):
        return low
    return bytes(small if not large else _OTHER for small, large in zip(low, high, strict=True))
