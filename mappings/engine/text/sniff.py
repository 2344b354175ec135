"""What the first bytes of a file say: something else than text, or text in which encoding."""

import codecs
import re

import msgspec

from mappings.engine.findings import Code, Finding, Place, Severity, finding

_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook (xlsx)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file (xls, doc)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"{\\rtf", "an RTF document"),
)
_LANGUAGES = (
    (re.compile(rb"<[?!A-Za-z]"), "XML or HTML"),
    (re.compile(rb"[\[{]\s*[\[{\"\]}]"), "JSON"),
    (re.compile(rb"ISA(?P<mark>[^A-Za-z0-9\s])[0-9 ]{2}(?P=mark)"), "X12"),
    (re.compile(rb"UN(?:A.{4}[ 0-9*]|[BH][+\x1d])"), "EDIFACT"),
    (re.compile(rb"EDI_DC(?:40)?[ \t]"), "an IDoc in flat records, which SAP writes as XML, too (a port of type XML)"),
    (
        re.compile(rb"(?i:(?:[a-z-]+: [^\r\n]*\r?\n)*Content-Type: |--[^\r\n]+\r?\nContent-)"),
        "a MIME message around a document",
    ),
    (re.compile(rb"cxml-(?:urlencoded|base64)="), "the form field of a PunchOut around cXML"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1a\0"))
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BEYOND_ASCII = re.compile("[^\0-\x7f]")
_STRAY = re.compile("[\udc80-\udcff]")
_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"  # no characters in Windows-1252
_MOST_CONTROLS = 0.02
"""More control characters than this share of the bytes: not text."""
_WIDE_SHARE = 0.3
"""UTF-16 of a western file has a NUL in half of its bytes, all of them at odd or all at even places."""


class Encoding(msgspec.Struct, frozen=True):
    """name: a Python codec. confidence: 0 to 1; 1 for a byte order mark."""

    name: str
    confidence: float


def not_text(sample: bytes) -> Finding | None:
    """Why the first bytes of a file are no text, or None."""
    if not sample.strip(b" \t\r\n\0\x1a\xef\xbb\xbf\xff\xfe"):
        return finding(Code.FILE_EMPTY)
    for signature, name in _SIGNATURES:
        if sample.startswith(signature):
            return finding(Code.FORMAT_UNSUPPORTED, f"This is {name}, not delimited text", Place(offset=0), name)
    language = _language(sample)
    if language:
        return finding(Code.FORMAT_UNSUPPORTED, f"This is {language}, not delimited text", Place(offset=0), language)
    if _marked(sample) or _wide(sample):
        return None
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(sample):
        first = next(at for at, byte in enumerate(sample) if byte in _CONTROLS)
        return finding(Code.FILE_UNREADABLE, "This is binary data, not delimited text", Place(offset=first))
    return None


def encoding_of(sample: bytes) -> Encoding:
    """The encoding of a text: by byte order mark, by the places of NULs, as UTF-8 if it is but for fewer bytes than it
    has characters beyond ASCII, else Windows-1252."""
    name = _marked(sample)
    if name:
        return Encoding(name, 1.0)
    name = _wide(sample)
    if name:
        return Encoding(name, 0.9)
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(sample)
        beyond, stray = len(_BEYOND_ASCII.findall(text)), len(_STRAY.findall(text))
        if beyond > 2 * stray:  # the stray ones are among them
            return Encoding("utf-8", 0.8)
        defined = not any(byte in sample for byte in _UNDEFINED)
        return Encoding("windows-1252", 0.7 if defined else 0.4)
    return Encoding("utf-8", 0.9 if text.isascii() else 1.0)


def mark_length(sample: bytes, encoding: str) -> int:
    """Bytes of the byte order mark at the start, if it is that of the encoding, or else 0."""
    codec = codecs.lookup(encoding).name
    return next((len(mark) for mark, name in _MARKS if name == codec and sample.startswith(mark)), 0)


def known_codec(name: str) -> bool:
    """Whether a declared encoding is one that text can be read with."""
    try:
        "".encode(name)
    except (LookupError, ValueError):  # no such codec, or one from bytes to bytes
        return False
    return True


def declared(name: str, sample: bytes) -> Encoding:
    """A declared encoding, with the byte order decided where its name leaves it open."""
    codec = codecs.lookup(name).name
    if codec in ("utf-16", "utf-32"):
        found = encoding_of(sample).name
        codec = found if found.startswith(codec) else f"{codec}-le"
    return Encoding("utf-8" if codec == "utf-8-sig" else codec, 1.0)


def doubt(encoding: Encoding, sample: bytes) -> Finding | None:
    """Says which encoding was taken where the bytes do not prove it, from the first byte on that is not UTF-8."""
    if encoding.confidence >= 0.9:
        return None
    message = f"The file is not UTF-8; it was read as {encoding.name}"
    if encoding.name == "utf-8":
        message = "The file is UTF-8 but for some bytes, which were read as windows-1252"
    try:
        start = len(codecs.getincrementaldecoder("utf-8")().decode(sample).encode())
    except UnicodeDecodeError as error:
        start = error.start
    line = len(_LINE_END.findall(sample, 0, start)) + 1
    return finding(Code.ENCODING_INVALID, message, Place(offset=start, line=line), severity=Severity.INFO)


def _language(sample: bytes) -> str:
    """The name of a language that has a reader of its own, in an encoding without NULs."""
    begin = sample[:200].removeprefix(codecs.BOM_UTF8).lstrip()
    return next((name for expression, name in _LANGUAGES if expression.match(begin)), "")


def _marked(sample: bytes) -> str:
    return next((name for mark, name in _MARKS if sample.startswith(mark)), "")


def _wide(sample: bytes) -> str:
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half >= 4 and odd > _WIDE_SHARE * half and even < odd / 10:
        return "utf-16-le"
    if half >= 4 and even > _WIDE_SHARE * half and odd < even / 10:
        return "utf-16-be"
    return ""
