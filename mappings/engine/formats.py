"""What kind of file this is, by its first bytes; never by its name."""

import re
from enum import StrEnum

from mappings.engine.codes import Code
from mappings.engine.text.sniff import encoding_of, not_text

HEAD = 4096  # bytes that are enough to tell
_X12 = re.compile(r"ISA[^A-Za-z0-9\s]")
_X12_WITHIN = re.compile(r"\bISA(?P<mark>[^A-Za-z0-9\s])..(?P=mark).{0,10}(?P=mark)..(?P=mark)")
"""Behind something else an ISA shows its first elements: in a table it may be a word or begin an item number."""
_HTML = re.compile(r"(?:<!--.*?-->\s*)*+<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE | re.DOTALL)
_X12_SMALL = re.compile(r"isa(?P<mark>[^A-Za-z0-9\s])[0-9]{2}(?P=mark)")
_X12_BARE = re.compile(r"(?:GS|ST|DXS)(?P<mark>[^A-Za-z0-9\s,;])[A-Z0-9]{2,15}(?P=mark)")
"""A group, a set, or what is exchanged at a shop's back door (DEX), without the interchange around it."""
_EDIFACT = re.compile(r"UN(?:[AB][^A-Za-z0-9\s]|H\+)")
_TRADACOMS = re.compile(r"STX=")


class FileFormat(StrEnum):
    X12 = "X12"
    XML = "XML"
    HTML = "HTML"
    EDIFACT = "EDIFACT"
    TRADACOMS = "TRADACOMS"
    TEXT = "text"
    OTHER = "other"
    EMPTY = "empty"


def guess_format(head: bytes) -> FileFormat:
    """The format of a file, from its first `HEAD` bytes. A guess: the readers decide, and say what is wrong."""
    text = head.decode(encoding_of(head).name, "replace").lstrip("\ufeff \t\r\n\0")
    if _HTML.match(text):
        return FileFormat.HTML
    if text.startswith("<"):
        return FileFormat.XML
    if _EDIFACT.match(text):
        return FileFormat.EDIFACT
    if _TRADACOMS.match(text):
        return FileFormat.TRADACOMS
    if _X12.match(text) or _X12_WITHIN.search(text) or _X12_SMALL.match(text) or _X12_BARE.match(text):
        return FileFormat.X12
    why_not = not_text(head)
    if why_not is None:
        return FileFormat.TEXT
    return FileFormat.EMPTY if why_not.code is Code.FILE_EMPTY else FileFormat.OTHER
