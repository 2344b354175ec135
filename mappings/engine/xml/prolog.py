"""What stands before the first record: declaration, comments, DOCTYPE, and the start tag of the root.

Nothing of it reaches the XML parser, so no DTD can be loaded and no entity declared, whatever a file says.
"""

import re

import msgspec

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.xml.limits import HEAD_BYTES

NAME = rb"[^\s<>/=\"'!?&]++"
START_TAG = re.compile(rb"<(" + NAME + rb")((?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*+)>")
_SPACE = re.compile(rb"\s*")
_DOCTYPE = re.compile(rb"<!DOCTYPE\s(?:[^\"'\[>]|\"[^\"]*\"|'[^']*')*+([\[>])")
_SUBSET_END = re.compile(rb"\]\s*>")
_CHILD = re.compile(rb"<(" + NAME + rb")[\s/>]")
_VERSION = re.compile(rb"/cXML/([0-9.]+)/")
_ENTITY = re.compile(rb"<!ENTITY\b")
_PADDING = b" " * 16
"""Behind the last byte, so that a short document is not taken for the start of a longer one."""
_MARK = "\ufeff".encode()
_SKIPPED = ((b"<?", b"?>"), (b"<!--", b"-->"))


class Prolog(msgspec.Struct, frozen=True):
    """Offsets are into the bytes given. root: name of the root element as written. open: end of its start tag.

    opening: the start tag. empty: it closes itself. child: name of its first child, "" where text or the end comes
    first. dtd_version: of cXML, from the DOCTYPE.
    """

    start: int
    open: int
    root: bytes
    opening: bytes
    empty: bool
    child: bytes
    dtd_version: str


class Incomplete(Exception):
    """The bytes end before the prolog does."""


def read_prolog(head: bytes, whole: bool) -> Prolog | Finding:
    """Read the prolog from the start of a file (as UTF-8, without byte order mark).

    whole: no more bytes follow. Raises Incomplete when more bytes are needed and may come.
    """
    try:
        return _prolog(head + _PADDING if whole else head)
    except Incomplete:
        if not whole and len(head) < HEAD_BYTES:
            raise
        if not head.strip():
            return finding(Code.FILE_EMPTY)
        if whole:
            return _fault(head, len(head), "The file ends before its first element is complete")
        return _fault(head, 0, f"The first element has not begun after {HEAD_BYTES // 1024} KiB")


def _prolog(head: bytes) -> Prolog | Finding:
    position, version = _skip(head, 0), ""
    if head.startswith(b"<!DOCTYPE", position):
        match = _DOCTYPE.match(head, position)
        if match is None:
            raise Incomplete
        end = match.end()
        if match[1] == b"[":
            subset = _SUBSET_END.search(head, end)
            declared = _ENTITY.search(head, end, subset.end() if subset else len(head))
            if declared:
                return finding(Code.XML_ENTITY_DECLARED, place=Place(offset=-1, line=line_at(head, declared.start())))
            if subset is None:
                raise Incomplete
            end = subset.end()
        found = _VERSION.search(head, position, end)
        version = found[1].decode() if found else ""
        position = _skip(head, end)
    tag = START_TAG.match(head, position)
    if tag is None:
        if head[position : position + 1] == b"<" and b">" not in head[position:]:
            raise Incomplete
        if head.startswith(_MARK, position):
            return _fault(head, position, "A byte order mark stands before the first element, inside of the file")
        return _fault(head, position, "No element starts where the document should")
    empty = tag[2].endswith(b"/")
    child = b"" if empty else _child(head, tag.end())
    return Prolog(position, tag.end(), tag[1], tag[0], empty, child, version)


def _skip(head: bytes, position: int) -> int:
    """Behind blanks, comments and processing instructions."""
    while True:
        position = _space(head, position)
        for start, end in _SKIPPED:
            if head.startswith(start, position):
                found = head.find(end, position)
                if found < 0:
                    raise Incomplete
                position = found + len(end)
                break
        else:
            if len(head) - position < len(b"<!DOCTYPE"):
                raise Incomplete
            return position


def _space(head: bytes, position: int) -> int:
    match = _SPACE.match(head, position)
    return match.end() if match else position


def _child(head: bytes, position: int) -> bytes:
    position = _skip(head, position)
    if head[position : position + 2] in (b"</", b"<!") or head[position : position + 1] != b"<":
        return b""  # <! begins CDATA, which is text
    match = _CHILD.match(head, position)
    if match is None:
        raise Incomplete
    return match[1]


def _fault(head: bytes, position: int, message: str) -> Finding:
    text = head[position : position + 40].decode("utf-8", errors="replace")
    return finding(Code.XML_NOT_WELL_FORMED, message, Place(offset=-1, line=line_at(head, position)), text)


def line_at(raw: bytes, position: int) -> int:
    """The line that a position is in, from 1."""
    return raw.count(b"\n", 0, position) + 1


def local(name: bytes) -> str:
    """A name without its prefix."""
    return name.rpartition(b":")[2].decode("utf-8", errors="replace")
