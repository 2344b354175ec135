"""Cuts a container of records (several IDocs in one file) into its records, by their bytes.

In well-formed XML `<` stands nowhere but in markup, comments and CDATA sections, so counting the record's own tags
outside the latter two is exact. What is not well-formed is found when the record is parsed.
"""

import re
from collections.abc import Iterator

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.xml.limits import RECORD_BYTES
from mappings.engine.xml.prolog import START_TAG, Prolog
from mappings.engine.xml.source import XmlBytes

_CLOSERS = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_BEHIND = re.compile(rb"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_COMPLETE = re.compile(rb"(?!<!--|<\?)(?:[^<\0\x1a]|<[^!?])")
_SHOWN = re.compile(rb"<[^\s<>/]{1,60}")
"""Of what stands in the wrong place only the name of an element is shown: it may hold a secret."""
_LONGEST = 64 * 1024
"""A start tag of a record is not longer than this."""


class Piece(msgspec.Struct):
    """The bytes of a record and where they stand, or what is wrong at that place."""

    offset: int
    length: int
    line: int
    raw: bytes = b""
    finding: Finding | None = None


class _Cut(msgspec.Struct):
    """How far the buffer was looked through. start: of the record in hand, -1 between records.

    counted: up to where `line` is right. looked: up to where `_far` has looked. told: that something stands between
    records.
    """

    position: int
    counted: int
    line: int
    start: int = -1
    depth: int = 0
    looked: int = 0
    told: bool = False

    def line_of(self, buffer: bytes, position: int) -> int:
        """The line of a position that is not before the last one asked for."""
        self.line += buffer.count(b"\n", self.counted, position)
        self.counted = position
        return self.line


def split(source: XmlBytes, prolog: Prolog) -> Iterator[Piece]:
    """The records inside the root. source: with its prolog read and still in the buffer."""
    token = re.compile(
        rb"<(?:!--|!\[CDATA\[|\?|(?P<open>%b)(?=[\s/>])|/(?P<close>%b)\s*>|(?P<end>/%b\s*>))"
        % (re.escape(prolog.child), re.escape(prolog.child), re.escape(prolog.root))
    )
    overlap = max(len(prolog.child), len(prolog.root)) + 64
    cut = _Cut(prolog.open, 0, 1)
    while True:
        if cut.depth == 1 and cut.position >= cut.looked:
            cut.position, cut.looked = _far(source.buffer, cut.position, prolog.child, overlap)
        match = token.search(source.buffer, cut.position)
        gap = match.start() if match else max(cut.position, len(source.buffer) - overlap)
        if cut.depth == 0 and not cut.told and source.buffer[cut.position : gap].strip():
            cut.told = True
            yield _loose(source, cut, gap, "Something stands between the documents of the file")
        if match is None:
            cut.position = gap
        ended = _consume(source, cut, match) if match else None
        if match and match["end"] and cut.start < 0:
            if _goes_on(source, cut):
                yield _loose(source, cut, len(source.buffer), "The file goes on after the end of its root element")
            return
        if ended:
            raw = source.buffer[cut.start : cut.position]
            line = cut.line_of(source.buffer, cut.start)
            exact = source.exact
            yield Piece(source.base + cut.start if exact else -1, len(raw) if exact else 0, line, raw)
            cut.start = -1
        elif ended is None:
            _forget(source, cut)
            if len(source.buffer) > RECORD_BYTES:  # of a record, or of a comment between two
                yield _wrong(source, cut.line, Code.XML_TOO_LARGE, "")
                return
            if not source.more():
                yield _wrong(source, cut.line, Code.XML_NOT_WELL_FORMED, "The file ends before its root element does")
                return


def _far(buffer: bytes, position: int, name: bytes, overlap: int) -> tuple[int, int]:
    """Where the record that a position is in ends, if nothing before it needs a closer look; else the position.

    And up to where there is nothing to look for again. overlap: bytes at the end that a mark may reach beyond.
    """
    end = buffer.find(b"</%b>" % name, position)
    if end < 0:
        return position, len(buffer) - overlap
    if buffer.find(b"<%b" % name, position, end) >= 0:
        return position, end
    for mark in (b"!", b"?"):  # one rare character is found many times quicker than it is behind a frequent one
        if buffer.find(mark, position, end) >= 0 and buffer.find(b"<" + mark, position, end) >= 0:
            return position, end
    return end, end


def _consume(source: XmlBytes, cut: _Cut, match: re.Match[bytes]) -> bool | None:
    """Go past a token. True when a record ends with it; None when more bytes are needed to tell."""
    closer = _CLOSERS.get(match[0])
    if closer is not None:
        end = source.buffer.find(closer, match.end())
        if end < 0:
            return None
        cut.position = end + len(closer)
        return False
    if match["open"]:
        tag = START_TAG.match(source.buffer, match.start())
        if tag is None and len(source.buffer) - match.start() < _LONGEST and not source.ended:
            return None
        if cut.depth == 0:
            cut.start = match.start()
        closed = tag is not None and tag[2].endswith(b"/")
        cut.depth += not closed
        cut.position = tag.end() if tag else match.end()
        return closed and cut.depth == 0
    cut.position = match.end()
    if match["close"] and cut.depth:
        cut.depth -= 1
        return cut.depth == 0
    return False


def _forget(source: XmlBytes, cut: _Cut) -> None:
    """Drop what was given away or lies between records."""
    keep = cut.position if cut.start < 0 else cut.start
    cut.line_of(source.buffer, keep)
    source.drop(keep)
    cut.position -= keep
    cut.looked -= keep
    cut.counted = 0
    if cut.start >= 0:
        cut.start = 0


def _goes_on(source: XmlBytes, cut: _Cut) -> bool:
    """Whether anything but blanks and comments stands after the root element; the position is left before it."""
    while True:
        after = _BEHIND.match(source.buffer, cut.position)
        if after:
            cut.position = after.end()
        if source.buffer[cut.position :].strip(b"\0\x1a") and _COMPLETE.match(source.buffer, cut.position):
            return True
        _forget(source, cut)
        if len(source.buffer) > RECORD_BYTES or not source.more():
            return bool(source.buffer.strip(b"\0\x1a"))


def _loose(source: XmlBytes, cut: _Cut, end: int, message: str) -> Piece:
    """What stands where no record is; it is named once, and the records after it are read."""
    piece = source.buffer[cut.position : end]
    begin = cut.position + len(piece) - len(piece.lstrip())
    exact = source.exact
    line = cut.line_of(source.buffer, begin)
    place = Place(offset=source.base + begin if exact else -1, line=line)
    shown = _SHOWN.match(piece.lstrip())
    what = shown[0].decode("utf-8", "replace") if shown else ""
    return Piece(
        source.base + begin, end - begin, line, finding=finding(Code.XML_NOT_WELL_FORMED, message, place, what)
    )


def _wrong(source: XmlBytes, line: int, code: Code, message: str) -> Piece:
    place = Place(offset=source.base if source.exact else -1, line=line)
    return Piece(source.base, len(source.buffer), line, finding=finding(code, message, place))
