"""An XML document as people read it: lines of coloured pieces, with the place that lineage and findings name.

It reads the text itself, not a parser's tree: what is broken, cut off or not XML at all is shown as far as it goes.
Secrets are masked whatever else is wrong with the document.
"""

import re
from collections.abc import Iterator

import msgspec

from mappings.engine.xml.charsets import as_utf8, charset
from mappings.engine.xml.envelope import IDOC, MASK, SECRETS, mask_secrets
from mappings.engine.xml.limits import DEPTH

CROWDED = 1_000
"""Characters of a line; a document with a longer one is indented anew."""
INDENT = "  "
MOST_PIECES = 150_000
"""An order of some 1,500 lines; nobody reads more, and a hostile document must not cost more."""
_TOKEN = re.compile(
    r"(?P<comment><!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z))"
    r"|(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))"
    r"|(?P<declared><![^<>]*>?)"
    r"|</(?P<end>[^\s<>/]+)[^<>]*>?"
    r"|<(?P<start>[^\s<>/=\"'!?&]+)(?P<rest>(?:[^\"'<>]|\"[^\"]*\"|'[^']*')*+)(?P<close>>?)"
    r"|(?P<text>[^<]+|<)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=\"'/]+)(\s*=\s*)(\"[^\"]*\"|'[^']*')|([^\s]+|\s+)")
_XML = "{http://www.w3.org/XML/1998/namespace}"
_WRAPPER, _WRAPPER_HEAD = "StandardBusinessDocument", "StandardBusinessDocumentHeader"


class XmlPiece(msgspec.Struct):
    """A piece of a line. role: "tag", "attribute", "value", "text", "comment" or "markup"; path: the XPath of the
    element or attribute that it names or holds, as lineage writes it; "" for markup."""

    role: str
    text: str
    path: str = ""


class XmlLine(msgspec.Struct):
    """number: of the line as shown, from 1. source: the line of the file that it begins on."""

    number: int
    source: int
    pieces: list[XmlPiece]


class XmlText(msgspec.Struct):
    """lines: in order. indented: the lines are not those of the file. is_cut: there is more text."""

    lines: list[XmlLine]
    indented: bool
    is_cut: bool = False


def decoded(raw: bytes, head: bytes) -> str:
    """Bytes of a document as text. head: the first bytes of its file, which say the encoding."""
    found = charset(head)
    if head[:64] == raw[:64]:
        raw = raw[found.mark :]
    return as_utf8(raw, found.name or "utf-8")[0].decode("utf-8", errors="replace")


def xml_lines(text: str, lines_before: int = 0) -> XmlText:
    """The lines of a document. lines_before: those of the file that stand before it."""
    reading = _Reading(mask_secrets(text.encode("utf-8", "replace")).decode("utf-8", "replace"), lines_before)
    plain = _as_it_is(reading.pieces, lines_before)
    if max((sum(len(piece.text) for piece in line.pieces) for line in plain), default=0) <= CROWDED:
        return XmlText(plain, False, reading.is_cut)
    return XmlText(_indented(reading.pieces), True, reading.is_cut)


class _Element:
    """name: as written, with its prefix. index: among the elements of its name in its parent, from 1."""

    __slots__ = ("children", "depth", "index", "name", "parent")

    def __init__(self, name: str, parent: "_Element | None") -> None:
        self.name = name
        self.parent = parent
        self.children: dict[str, int] = {}
        self.index = self.depth = 1
        if parent is not None:
            self.index = parent.children[name] = parent.children.get(name, 0) + 1
            self.depth = parent.depth + 1

    @property
    def local(self) -> str:
        return self.name.rpartition(":")[2]


class _Raw(msgspec.Struct):
    """A piece before its path is known. opens, closes: whether it begins or ends an element, for indenting."""

    role: str
    text: str
    line: int
    element: _Element | None = None
    attribute: str = ""
    opens: bool = False
    closes: bool = False
    path: str = ""


class _Reading:
    """The pieces of a text in order. An element's path needs its later siblings, so paths come last."""

    def __init__(self, text: str, lines_before: int) -> None:
        self.pieces: list[_Raw] = []
        self._line = lines_before + 1
        self._stack: list[_Element] = []
        self._paths: dict[int, str] = {}
        self._secret = 0
        self.is_cut = False
        for match in _TOKEN.finditer(text):
            if len(self.pieces) >= MOST_PIECES:
                self.is_cut = True
                break
            self._take(match)
        for piece in self.pieces:
            if piece.element is not None:
                path = self._path(piece.element)
                piece.path = f"{path}/@{piece.attribute}" if piece.attribute else path

    def _take(self, match: re.Match[str]) -> None:
        whole = match[0]
        if name := match["start"]:
            self._start(name, match["rest"], match["close"])
        elif match["end"]:
            last = len(self._stack)
            near = range(last, max(last - DEPTH, 0), -1)
            depth = next((number for number in near if self._stack[number - 1].name == match["end"]), 0)
            if depth:
                del self._stack[depth - 1 :]
                self._secret = self._secret if depth > self._secret else 0
            self._add("tag", whole, closes=bool(depth))
        elif match["comment"] or match["declared"]:
            self._add("comment", whole if not self._secret else MASK)
        elif self._secret:
            self._add("text", MASK if whole.strip() else whole)
        elif whole.strip():
            self._add("text", whole, self._stack[-1] if self._stack else None)
        else:
            self._add("markup", whole)

    def _start(self, name: str, rest: str, close: str) -> None:
        element = _Element(name, self._stack[-1] if self._stack else None)
        empty = rest.endswith("/")
        self._add("tag", f"<{name}", element, opens=True)
        for found in _ATTRIBUTE.finditer(rest.removesuffix("/")):
            if found[1] is None:
                self._add("markup", found[4])
                continue
            value = f"{found[3][0]}{MASK}{found[3][0]}" if self._secret else found[3]
            self._add("attribute", found[1] + found[2])
            name = _XML + found[1][4:] if found[1].startswith("xml:") else found[1]
            self._add("value", value, element, attribute=name)
        self._add("tag", f"/{close}" if empty else close, closes=empty)
        if not empty:
            self._stack.append(element)
            if not self._secret and element.local in SECRETS:
                self._secret = len(self._stack)

    def _add(
        self,
        role: str,
        text: str,
        element: _Element | None = None,
        attribute: str = "",
        opens: bool = False,
        closes: bool = False,
    ) -> None:
        self.pieces.append(_Raw(role, text, self._line, element, attribute, opens, closes))
        self._line += text.count("\n")

    def _path(self, element: _Element) -> str:
        """As `tree.XmlPlaces` writes it, from the root of the record on: what is around a record is not part of it.

        "" for what is nested deeper than any reader goes.
        """
        known = self._paths.get(id(element))
        if known is None:
            parent = element.parent
            if element.depth > DEPTH:
                return ""
            if parent is None or (parent.parent is None and _is_record(element, parent)):
                known = f"/{element.name}"
            else:
                several = parent.children[element.name] > 1
                known = f"{self._path(parent)}/{element.name}" + (f"[{element.index}]" if several else "")
            self._paths[id(element)] = known
        return known


def _is_record(element: _Element, parent: _Element) -> bool:
    """Whether a record begins inside the root: a Peppol document, one of several IDocs."""
    return element.name == IDOC or (parent.local == _WRAPPER and element.local != _WRAPPER_HEAD)


def _as_it_is(pieces: list[_Raw], lines_before: int) -> list[XmlLine]:
    """The lines of the file."""
    line = XmlLine(lines_before + 1, lines_before + 1, [])
    lines = [line]
    for piece in pieces:
        for number, text in enumerate(piece.text.split("\n")):
            if number:
                line = XmlLine(line.number + 1, line.number + 1, [])
                lines.append(line)
            if text := text.removesuffix("\r"):
                line.pieces.append(XmlPiece(piece.role, text, piece.path if text.strip() else ""))
    if len(lines) > 1 and not lines[-1].pieces:
        lines.pop()
    return lines


def _indented(pieces: list[_Raw]) -> list[XmlLine]:
    """An element a line, an element without children in one."""
    lines: list[XmlLine] = []
    depth = 0
    fresh = True  # whether the next end tag stands behind its own element's text
    for group in _grouped(pieces):
        first = group[0]
        if first.closes and not first.opens:
            depth = max(depth - 1, 0)
            if fresh and lines:
                lines[-1].pieces += [XmlPiece(piece.role, piece.text, piece.path) for piece in group]
                fresh = False
                continue
        shown = [XmlPiece(piece.role, " ".join(piece.text.split()) or " ", piece.path) for piece in group]
        if first.role == "text" and fresh and lines:
            lines[-1].pieces += shown
            continue
        margin = [XmlPiece("markup", INDENT * min(depth, DEPTH))] if depth else []
        lines.append(XmlLine(len(lines) + 1, first.line, margin + shown))
        fresh = first.opens and not group[-1].closes
        depth += fresh
    return lines


def _grouped(pieces: list[_Raw]) -> Iterator[list[_Raw]]:
    """Start tags with their attributes; everything else by itself, blanks between elements left out."""
    group: list[_Raw] = []
    for piece in pieces:
        if group:
            group.append(piece)
            if piece.role == "tag":
                yield group
                group = []
        elif piece.opens:
            group = [piece]
        elif piece.role != "markup":
            yield [piece]
    if group:
        yield group
