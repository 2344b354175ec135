"""A record as marks and pieces: `<`, `>` and `"` are its marks, and what stands between two of them is a piece.

Two records with the same marks, of which all pieces that are no values are the same too, have the same elements and
attributes (XML 1.0: in well-formed text `<` opens markup and nothing else; values here hold neither `<` nor `>`).
"""

import functools
import re
from collections.abc import Iterable

BLANKS = b" \t\r\n"
"""What XML calls white space."""
_MARKS = b'<>"'
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n")
_HARMLESS = bytes(code for code in range(0x100) if code not in _MARKS + _CONTROLS)
_SPLIT = re.compile(f"[{_MARKS.decode()}]")
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_QUOTED_TEXT = re.compile(rb'>[^<>"]*"[^<>]*(?=<)')
_QUOTE = b"\1"
_REFERENCES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class Pieces:
    """marks: the one behind each piece, none behind the last. Control characters stand among them, so that a record
    that has any is like none that is known.

    has_references: values may hold `&amp;` and its like. has_quotes: in texts `_QUOTE` stands for a quotation mark.
    """

    def __init__(self, text: str, marks: bytes, has_references: bool, has_quotes: bool) -> None:
        self.text = text
        self.marks = marks
        self._has_references = has_references
        self._has_quotes = has_quotes

    @functools.cached_property
    def texts(self) -> list[str]:
        """The pieces; there is one more than marks."""
        return _SPLIT.split(self.text)

    def meant(self, values: Iterable[str]) -> list[str]:
        """Values as they are meant, without blanks around them."""
        if self._has_references:
            for reference, character in _REFERENCES:
                values = [value.replace(reference, character) for value in values]
        if self._has_quotes:
            values = [value.replace(_QUOTE.decode(), '"') for value in values]
        return [*map(str.strip, values)]


def cut(text: bytes) -> Pieces | None:
    """The pieces of a record in UTF-8, from its root element on; None where it has what is not looked at here: other
    references than the five that need no declaration, and what is no character."""
    text = text.strip(BLANKS)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")  # XML 1.0, 2.11
    has_references = b"&" in text
    if has_references and _REFERENCE.search(text):
        return None
    if not text.isascii() and any(code in text for code in _NO_CHARACTERS):
        return None
    marks = text.translate(None, _HARMLESS)
    has_quotes = b'>"' in marks
    if has_quotes:  # in a text, as in 19" rack
        if _QUOTE in marks:
            return None
        text = _QUOTED_TEXT.sub(lambda found: found[0].replace(b'"', _QUOTE), text)
        marks = text.translate(None, _HARMLESS + _QUOTE)
    return Pieces(text.decode(), marks, has_references, has_quotes)
