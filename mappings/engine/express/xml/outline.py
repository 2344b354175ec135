"""Learns the structure of a record from its pieces, held against the tree that libxml2 made of it.

Elements that stand apart, one behind the other, are stretches of their own: so the number of order lines does not
matter. Those whose structure is known already are passed over.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from mappings.engine.express.shape import Doubt
from mappings.engine.express.xml.pieces import Pieces
from mappings.engine.express.xml.stretch import Role, Stretch, Stretches
from mappings.engine.xml.envelope import MASK, SECRETS
from mappings.engine.xml.tree import Element

Path = tuple[str, ...]
"""Names of elements, from below the root of the record."""

DEEPEST = 40
MOST_ATTRIBUTES = 200
"""Of one element. lxml looks through all of them for each of them."""
_NAME = r"[^\s<>/=\"'!?&:]+(?::[^\s<>/=\"'!?&:]+)?"
_OPENED = re.compile(rf"({_NAME})(?:\s*(/?)|\s+({_NAME})\s*=\s*)")
_GOES_ON = re.compile(rf"\s*(/?)|\s+({_NAME})\s*=\s*")
_CLOSED = re.compile(rf"/({_NAME})\s*")
_COMMENT = re.compile(r"!--(?:[^-].*)?--", re.DOTALL)
"""One without marks in it, which must stay as it is."""
_XML = "http://www.w3.org/XML/1998/namespace"
_LANGUAGE = f"{{{_XML}}}lang"


class Loop(NamedTuple):
    """Where elements stand apart. spaces: the namespaces that hold around them, by their prefixes: what is written
    alike under others means something else."""

    path: Path
    spaces: frozenset[tuple[str, str]]


class Node:
    """An element. texts: those between and behind its children that are not blank, and attributes: the number of a
    value of its stretch each, or the value itself where it is always the same."""

    def __init__(self, name: str, parent: "Node | None", path: Path | None) -> None:
        self.name = name
        self.parent = parent
        self.path = path
        self.attributes: dict[str, int | str] = {}
        self.texts: list[int | str] = []
        self.children: list[Node] = []

    def named(self, name: str) -> "list[Node]":
        return [child for child in self.children if child.name == name]


class Part:
    """A stretch, or several with elements apart between them, of which the values are numbered through. places: of the
    values in the record."""

    def __init__(self, pieces: Pieces, start: int) -> None:
        self._pieces = pieces
        self.places: list[int] = []
        self.stretches: list[Stretch] = []
        self._begin(start)

    def _begin(self, start: int) -> None:
        self._start = start
        self._roles: list[Role] = []

    def add(self, role: Role) -> int:
        """Take the next piece; returns its place."""
        self._roles.append(role)
        return self._start + len(self._roles) - 1

    def value(self, role: Role) -> int:
        """Take the next piece as a value; returns the number of the value."""
        self.places.append(self.add(role))
        return len(self.places) - 1

    def end(self, onward: int) -> None:
        """The stretch ends here; another one may begin at a place further on."""
        self.stretches.append(Stretch(self._pieces, self._start, self._roles))
        self._begin(onward)


class Apart:
    """An element apart whose structure comes for the first time. node: its tree; count: of its values.
    program: made when the second one like it comes."""

    def __init__(self, loop: Loop, part: Part, node: Node) -> None:
        self.loop = loop
        self.stretch = part.stretches[0]
        self.node = node
        self.count = len(part.places)
        self.program: Callable[..., object] | None = None


class Outline:
    """The structure of a record. top: the root of the text; record: of the record in it. stretches: of the record
    without what stands apart, with their values; loops: what stands behind each of them but the last. learned: what
    stands apart and was not known. size: of the patterns of both."""

    def __init__(
        self,
        pieces: Pieces,
        twin: Element,
        record: Element,
        apart: frozenset[Path],
        known: Mapping[Loop, Stretches],
    ) -> None:
        """twin: what libxml2 made of the record; record: the element in it that mappings start at. apart: paths of what
        stands apart; known: the stretches that it may be. Raises Doubt where the structure cannot be learned."""
        self.loops: list[Loop] = []
        self.learned: list[Apart] = []
        self.record: Node | None = None
        self._pieces = pieces
        self._record = record
        self._apart = apart
        self._known = known
        self._fresh: dict[Loop, Stretches] = {}
        self._at = 0
        self._counted = 0, 0
        self._part = self._outer = Part(pieces, 0)
        self._expect("<", self._take())
        self.top = self._element(None, twin, {"xml": _XML}, 0)
        self._part.add(Role.FIXED)  # nothing stands behind the root
        if self._at != len(pieces.texts) - 1 or pieces.texts[-1] or pieces.texts[0]:
            raise Doubt("text around the root")
        self._outer.end(self._at)
        self.stretches = self._outer.stretches
        self.size = sum(len(one.source) for one in (*self.stretches, *(apart.stretch for apart in self.learned)))
        self.values = pieces.meant([pieces.texts[place] for place in self._outer.places])

    # Pieces

    def _take(self) -> int:
        """Go past a piece that must be as it is; returns its place."""
        place = self._part.add(Role.FIXED)
        if "&" in self._pieces.texts[place]:
            raise Doubt("a reference in markup")
        self._at += 1
        return place

    def _expect(self, mark: str, place: int) -> None:
        """That a piece ends with a mark."""
        if self._pieces.marks[place : place + 1] != mark.encode():
            raise Doubt("other marks")

    def _text(self, node: Node) -> None:
        """A text of an element, or the blanks between its children."""
        place = self._at
        self._expect("<", place)
        self._at += 1
        if self._pieces.texts[place].strip():
            node.texts.append(self._part.value(Role.TEXT))
        else:
            self._part.add(Role.BLANK)

    # Elements

    def _element(self, parent: Node | None, twin: Element, spaces: Mapping[str, str], depth: int) -> Node:
        """An element from its start tag to its end tag."""
        if depth > DEEPEST:
            raise Doubt("nested deeply")
        place = self._take()
        opened = _OPENED.fullmatch(self._pieces.texts[place])
        if opened is None:
            raise Doubt("a tag")
        attributes, is_empty, spaces = self._attributes(opened, place, spaces)
        name = _full(opened[1], spaces, spaces.get("", ""))
        node = Node(name, parent, self._path(parent, name, twin))
        if node.path == ():
            self.record = node
        node.attributes = {_full(key, spaces): value for key, value in attributes.items()}
        if set(node.attributes) & {f"{{{_XML}}}{each}" for each in ("space", "id", "base")}:
            raise Doubt("an attribute that means something to the parser")
        if not is_empty:
            self._content(node, opened[1], twin, spaces, depth)
        if name.rpartition("}")[2] in SECRETS:
            node.texts, node.children = [MASK], []
            node.attributes = dict.fromkeys(node.attributes, MASK)
        self._compare(node, twin)
        return node

    def _path(self, parent: Node | None, name: str, twin: Element) -> Path | None:
        if twin is self._record:
            return ()
        return None if parent is None or parent.path is None else (*parent.path, name)

    def _attributes(
        self, found: re.Match[str], place: int, spaces: Mapping[str, str]
    ) -> tuple[dict[str, int | str], bool, Mapping[str, str]]:
        """The attributes of a tag, whether it closes itself, and the namespaces that hold in it."""
        attributes: dict[str, int | str] = {}
        declared: dict[str, str] = {}
        key, is_empty = found[3], bool(found[2])
        while key:
            if len(attributes) >= MOST_ATTRIBUTES:
                raise Doubt("very many attributes")
            self._expect('"', place)
            value = self._pieces.texts[self._at]
            if key == "xmlns" or key.startswith("xmlns:"):
                declared[key[6:]] = value
                place = self._take()
            else:
                place = self._at
                self._at += 1
                attributes[key] = ""
                if value.strip():
                    attributes[key] = self._part.value(Role.ATTRIBUTE)
                else:
                    self._part.add(Role.BLANK)
            self._expect('"', place)
            place = self._take()
            more = _GOES_ON.fullmatch(self._pieces.texts[place])
            if more is None:
                raise Doubt("an attribute")
            key, is_empty = more[2], bool(more[1])
        self._expect(">", place)
        return attributes, is_empty, {**spaces, **declared} if declared else spaces

    def _content(self, node: Node, tag: str, twin: Element, spaces: Mapping[str, str], depth: int) -> None:
        twins = list(twin)
        self._text(node)
        number = 0
        while not (tag_text := self._pieces.texts[self._at]).startswith("/"):
            if _COMMENT.fullmatch(tag_text):
                self._expect(">", self._take())
                self._text(node)
                continue
            if number >= len(twins):
                raise Doubt("elements that the parser does not see")
            path = None if node.path is None else (*node.path, twins[number].tag)
            if path in self._apart and self._part is self._outer:
                number = self._run(path, node, twins, number, spaces, depth)
                continue
            child = self._element(node, twins[number], spaces, depth + 1)
            node.children.append(child)
            self._text(node)
            number += 1
        closed = _CLOSED.fullmatch(self._pieces.texts[self._at])
        if closed is None or closed[1] != tag or number != len(twins):
            raise Doubt("an end tag")
        self._expect(">", self._take())

    def _run(
        self, path: Path, node: Node, twins: list[Element], number: int, spaces: Mapping[str, str], depth: int
    ) -> int:
        """Elements apart, one behind the other, and the blanks behind them; the number of the next child."""
        loop = Loop(path, frozenset(spaces.items()))
        while number < len(twins) and twins[number].tag == path[-1]:
            if not self._passed(loop):
                self._instance(loop, node, twins[number], spaces, depth)
            number += 1
        self.loops.append(loop)
        self._outer.end(self._at)
        return number

    def _passed(self, loop: Loop) -> bool:
        """Go past an element apart whose structure is known."""
        position = self._position()
        for stretches in (self._known.get(loop), self._fresh.get(loop)):
            found = stretches.find(self._pieces, self._at, position) if stretches is not None else None
            if found is not None:
                self._at += found[0].size
                return True
        return False

    def _position(self) -> int:
        """Where the piece in hand begins in the text."""
        at, position = self._counted
        position += sum(map(len, self._pieces.texts[at : self._at])) + self._at - at
        self._counted = self._at, position
        return position

    def _instance(self, loop: Loop, node: Node, twin: Element, spaces: Mapping[str, str], depth: int) -> None:
        self._part = Part(self._pieces, self._at)
        behind = Node("", None, None)
        child = self._element(node, twin, spaces, depth + 1)
        self._text(behind)
        if behind.texts:
            raise Doubt("text behind an element that stands apart")
        self._part.end(self._at)
        self.learned.append(Apart(loop, self._part, child))
        self._fresh.setdefault(loop, Stretches()).add(self.learned[-1].stretch)
        self._part = self._outer

    def _compare(self, node: Node, twin: Element) -> None:
        """Raises Doubt where libxml2 sees anything else."""
        is_secret = node.texts == [MASK]
        texts = [twin.text, *(child.tail for child in twin)]
        seen = [text.strip() for text in texts if text and text.strip()]
        same = (
            node.name == twin.tag
            and {key: self._value(value) for key, value in node.attributes.items()}
            == {key: value.strip() for key, value in twin.attrib.items()}
            and (is_secret or [self._value(value) for value in node.texts] == seen)
        )
        if not same:
            raise Doubt("another element than the parser sees")

    def _value(self, value: int | str) -> str:
        return (
            value if isinstance(value, str) else self._pieces.meant([self._pieces.texts[self._part.places[value]]])[0]
        )


def _full(name: str, spaces: Mapping[str, str], otherwise: str = "") -> str:
    """A name as libxml2 gives it. otherwise: the namespace of one without prefix. Raises Doubt."""
    prefix, colon, local = name.rpartition(":")
    if colon and prefix not in spaces:
        raise Doubt("a prefix that is not declared")
    space = spaces[prefix] if colon else otherwise
    return f"{{{space}}}{local}" if space else local
