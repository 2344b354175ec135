"""Which encoding a file is in, whatever it says, and its bytes as UTF-8.

XML 1.0 appendix F: a byte order mark or the zero bytes of `<` tell UTF-16 and UTF-32; else the declaration is
readable as ASCII. Encodings that could hide markup from a reader of ASCII (UTF-7, EBCDIC) are not taken.
"""

import codecs
import re

import msgspec

from mappings.engine.findings import Code, Finding, Place, Severity, finding
from mappings.engine.xml.prolog import line_at

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
_BARE = ((b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_TRANSPARENT = frozenset(
    ["utf-8", "ascii", "gbk", "gb2312", "gb18030", "big5", "shift_jis", "cp932", "euc_jp", "euc_kr", "koi8-r", "koi8-u"]
    + [f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))]
    + [f"cp125{page}" for page in range(9)]
)
"""In these, the bytes of markup are those of ASCII and never a part of another character."""

_WIDE = ("utf-16", "utf-32")
_C1 = re.compile(rb"[\x80-\x9f]")


class Charset(msgspec.Struct, frozen=True):
    """name: Python's name of the encoding. mark: bytes of the byte order mark. wide: more than a byte a character."""

    name: str
    mark: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def wide(self) -> bool:
        return self.name.startswith(_WIDE)


def charset(head: bytes) -> Charset:
    """The encoding of a file that starts with these bytes; an error finding where it is not taken."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Charset(name, len(mark))
    for start, name in _BARE:
        if head.startswith(start):
            return Charset(name)
    match = _DECLARED.match(head[:1024])
    if match is None:
        return Charset("utf-8")
    declared, place = match[1].decode("ascii"), Place(offset=match.start(1), line=line_at(head, match.start(1)))
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if name.startswith(_WIDE):  # the declaration itself could be read as ASCII
        message = f"The file says it is {declared}, but it is not; it was read as UTF-8"
        return Charset("utf-8", findings=(finding(Code.ENCODING_INVALID, message, place, declared),))
    if name not in _TRANSPARENT:
        message = f"The encoding {declared} is not taken"
        return Charset("", findings=(finding(Code.ENCODING_INVALID, message, place, declared, Severity.ERROR),))
    return Charset(name)


def as_utf8(raw: bytes, encoding: str, lines_before: int = 0) -> tuple[bytes, list[Finding]]:
    """Bytes in an encoding as UTF-8, with a finding where they are not what they are said to be.

    Text said to be UTF-8 or Latin-1 that is not is nearly always Windows-1252. The findings name the line of the first
    such character. lines_before: in the file, before these bytes.
    """
    if encoding in ("utf-8", "ascii"):
        if raw.isascii():
            return raw, []
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            place = Place(line=lines_before + line_at(raw, error.start))
            message = "The text is not UTF-8, as it should be; it was read as Windows-1252"
            return _windows(raw), [finding(Code.ENCODING_INVALID, message, place)]
        return raw, []
    if encoding == "iso8859-1":
        control = _C1.search(raw)
        if control is None:
            return raw.decode("latin-1").encode(), []
        message = "The text is Windows-1252, not ISO-8859-1 as it says"
        place = Place(line=lines_before + line_at(raw, control.start()))
        return _windows(raw), [finding(Code.ENCODING_INVALID, message, place)]
    text = raw.decode(encoding, errors="replace")
    faults = text.count("\ufffd")
    message = f"{faults} characters are not valid in the declared encoding {encoding}"
    place = Place(line=lines_before + text[: text.find("\ufffd")].count("\n") + 1)
    return text.encode("utf-8", errors="replace"), [finding(Code.ENCODING_INVALID, message, place)] if faults else []


def _windows(raw: bytes) -> bytes:
    try:
        return raw.decode("cp1252").encode()
    except UnicodeDecodeError:
        return raw.decode("latin-1").encode()
