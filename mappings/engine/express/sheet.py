"""The lines of one generated program while they are written, and how text goes into them.

No text of a declaration or a document becomes code: what is written is names made here, numbers, and escaped literals.
"""

from collections.abc import Mapping, Sequence

import msgspec

from mappings.engine.express.shape import Doubt
from mappings.engine.rules.lines import INDENT, Lines
from mappings.engine.rules.values import TEXT_LIMIT


class Code(str):
    """A piece of a text that is worked out when the program runs: an expression without quotes and backslashes."""

    __slots__ = ()


class Lookup(Code):
    """What a table of texts says of the text in a variable."""

    table: Mapping[str, str]
    key: str

    @classmethod
    def of(cls, name: str, table: Mapping[str, str], key: str) -> "Lookup":
        """name: under which the program finds the table. key: the variable."""
        made = cls(f"{name}[{key}]")
        made.table, made.key = table, key
        return made


Piece = str | Code
"""Of a text that is being put together: plain text, or code."""

Cond = str | bool
"""A condition: code, or what is known of it before the program runs."""

DOUBT = "return None"
MOST_QUOTED = 1000
MOST_FUSED = 5000


class Quoted(dict[str, str]):
    """text → the same as JSON. Keeps the last ones."""

    def __missing__(self, text: str) -> str:
        made = as_json(text)
        if len(self) >= MOST_QUOTED:
            self.clear()
        if len(text) <= TEXT_LIMIT:
            self[text] = made
        return made


QUOTED = Quoted()


class Fused(dict[str, str]):
    """code → all that a document says because of it: plain texts, what other tables say of it, and itself (None).

    valid: the codes that the standard knows. Of others it raises Doubt. Keeps what comes first: what repeats is among
    it, and what is new each time (amounts, numbers of documents) is not worth keeping.
    """

    def __init__(self, parts: tuple[str | Mapping[str, str] | None, ...], valid: frozenset[str] | None) -> None:
        super().__init__()
        self._parts = parts
        self._valid = valid
        changing = [place for place, part in enumerate(parts) if not isinstance(part, str)]
        self._is_simple = len(changing) == 1
        if self._is_simple:
            place = changing[0]
            one = parts[place]
            self._table = None if one is None or isinstance(one, str) else one
            self._around = ["".join(map(str, parts[:place])), "".join(map(str, parts[place + 1 :]))]

    def __missing__(self, code: str) -> str:
        if self._valid is not None and code not in self._valid:
            raise Doubt(code)
        if self._is_simple:
            made = (code if self._table is None else self._table[code]).join(self._around)
        else:
            texts = (part if isinstance(part, str) else code if part is None else part[code] for part in self._parts)
            made = "".join(texts)
        if len(self) < MOST_FUSED and len(code) <= TEXT_LIMIT:
            self[code] = made
        return made


FusedTables = dict[tuple[str | int | None, ...], Fused]


class Sheet:
    """One body of a program. known: which element variables have a value, and which have none. codes: the codes that
    the standard knows for those that have one. fused: the tables that programs share.

    covered: variables of which a table says whether the code or date is valid, whatever the document holds.
    """

    def __init__(
        self,
        lines: Lines,
        names: dict[str, object],
        known: Mapping[str, bool],
        codes: Mapping[str, frozenset[str]],
        fused: FusedTables,
    ) -> None:
        self.lines = lines
        self.names = names
        self.known = known
        self.covered: set[str] = set()
        self._codes = codes
        self._fused = fused
        self._indent = lines.indent
        self._count = 0
        self._looked_up: dict[str, str] = {}

    def fresh(self, letter: str) -> str:
        """A new local variable."""
        self._count += 1
        return f"{letter}{self._count}"

    def name(self, kind: str, value: object) -> str:
        """A name under which the program finds a value that is not code."""
        for name, known in self.names.items():
            if known is value:
                return name
        name = f"{kind}_{len(self.names)}"
        self.names[name] = value
        return name

    def emit(self, text: str) -> None:
        self.lines.emit(text)

    def line(self, text: str) -> str:
        """A line for a place that was reserved here."""
        return INDENT * self.lines.indent + text

    def mark(self) -> tuple[tuple[int, int], dict[str, str]]:
        """Where the lines stand now, for `rewind`."""
        return self.lines.mark(), dict(self._looked_up)

    def rewind(self, mark: tuple[tuple[int, int], dict[str, str]]) -> None:
        """Take back what was emitted since."""
        lines, self._looked_up = mark
        self.lines.rewind(lines)

    @property
    def is_unconditional(self) -> bool:
        """Whether what is emitted now happens for every document of this body."""
        return self.lines.indent == self._indent

    def text(self, pieces: Sequence[Piece]) -> str:
        """The expression that puts a text together, with as few pieces as can be: what stands around a code and
        depends on it alone comes out of one table."""
        found: list[Piece] = []
        index = 0
        while index < len(pieces):
            piece = pieces[index]
            index += 1
            if not isinstance(piece, Lookup):
                found.append(piece)
                continue
            run: list[Piece] = [piece]
            while index < len(pieces) and _depends_on(pieces[index], piece.key):
                run.append(pieces[index])
                index += 1
            while found and _depends_on(found[-1], piece.key):
                run.insert(0, found.pop())
            found.append(self._table_of(run, piece.key))
        return text_code(found)

    def look_up(self, pieces: Sequence[Piece]) -> None:
        """Have the tables say what they say of a text that may be left out: what is in no list is a fault all the
        same."""
        for piece in pieces:
            if isinstance(piece, Lookup):
                self.emit(piece)

    def _table_of(self, run: list[Piece], key: str) -> Piece:
        parts = tuple(
            part.table if isinstance(part, Lookup) else None if isinstance(part, Code) else part for part in run
        )
        valid = self._codes.get(key)
        identity = (id(valid), *(part if part is None or isinstance(part, str) else id(part) for part in parts))
        table = self._fused.setdefault(identity, Fused(tuple(parts), valid))
        if valid is not None and self.is_unconditional:
            self.covered.add(key)
        return Code(f"{self.name('FUSED', table)}[{key}]")

    def hold(self, code: str) -> str:
        """A variable with the value of an expression, which may be one already."""
        if code.isidentifier():
            return code
        variable = self.fresh("t")
        self.emit(f"{variable} = {code}")
        return variable

    def looked_up(self, lookup: str) -> str:
        """A variable with what a table says of a text; the program gives up where it says None."""
        if lookup in self._looked_up:
            return self._looked_up[lookup]
        variable = self.fresh("x")
        self.emit(f"{variable} = {lookup}")
        self.emit(f"if {variable} is None: {DOUBT}")
        if self.is_unconditional:
            self._looked_up[lookup] = variable
        return variable


def as_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def text_code(pieces: Sequence[Piece]) -> str:
    """The expression that puts a text together."""
    if len(pieces) == 1 and isinstance(pieces[0], Code) and pieces[0].isidentifier():
        return pieces[0]
    if not any(isinstance(piece, Code) for piece in pieces):
        return ascii("".join(pieces))
    body = "".join(f"{{{piece}}}" if isinstance(piece, Code) else _literal(piece) for piece in pieces)
    return f"f'{body}'"


def _depends_on(piece: Piece, key: str) -> bool:
    """Whether a piece is the same for the same text in a variable."""
    if isinstance(piece, Lookup):
        return piece.key == key
    return piece == key if isinstance(piece, Code) else True


def _literal(text: str) -> str:
    """Inside an f-string between single quotes. The quotation mark makes `ascii` choose those."""
    return ascii(text + '"')[1:-2].replace("{", "{{").replace("}", "}}")


def both(left: Cond, right: Cond) -> Cond:
    if left is False or right is False:
        return False
    if left is True or right is True:
        return right if left is True else left
    return f"({left}) and ({right})"


def either(left: Cond, right: Cond) -> Cond:
    if left is True or right is True:
        return True
    if left is False or right is False:
        return right if left is False else left
    return f"({left}) or ({right})"


def inverse(condition: Cond) -> Cond:
    return not condition if isinstance(condition, bool) else f"not ({condition})"
