"""The seam between the mapping language and a format of source documents.

The writers of the target (`document_writer`, `value_writer`, `computed_writer`) know nothing of segments, XML elements
or columns. They ask a `Source`, which `formats` makes from the `source` section of a declaration, for four things:

parse     reads a source path of the declaration; every format has its own syntax, all give a `SourcePath`
scopes    writes the loops of `each` and says which variable a scope is about (`SourceScopes`)
texts     writes the expressions that give a text of the source (`SourceTexts`), with what they read, for places
values    how the format writes dates, times and numbers (`Conversions`)

and, once a document is mapped, the reader of the format gives a `places.Locator`, which turns the objects that the
generated code noted into places for findings and lineage.

A record is always a node that generated code reaches into with constant keys, so that nothing is looked up by path
while documents are mapped:

X12    dict: segment id or loop id → list; a segment is a list of texts                     `x12_source`
XML    the element; below it a dict: "{namespace}name" → list of elements                   `xml_source`
text   `engine.text.cells.Rows`: the columns, and a list of texts per row                    `text_source`
       A path is one column (`SourcePath.key`), `each: rows` opens a loop over the rows, `Read.key` and `Ref.key` carry
       the column, and the locator knows the number of each row by `id(row)`.
"""

from abc import ABC, abstractmethod
from typing import Any, Protocol

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.declaration import Concat, FirstOf, Groups, Join, PathSource, SourceTest, TextSource
from mappings.engine.rules.lines import Lines
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.values import Table

Kind = tuple[str, ...]
"""What documents have in common by which a program can be made for them alone: the columns of a file."""

CONTEXT = frozenset({
    "interchange.sender", "interchange.sender_qualifier", "interchange.receiver", "interchange.receiver_qualifier",
    "interchange.control_number", "interchange.date", "interchange.time", "interchange.usage",
    "interchange.component_separator", "group.sender", "group.receiver", "group.control_number", "group.version",
    "set.id", "set.control_number",
})  # fmt: skip
"""What a mapping may ask of the envelope. All are texts and may be empty."""

EMPTY = "''"
"""The code of a text that is surely not there."""


class Found(msgspec.Struct, frozen=True):
    """A local variable that holds a piece of the source (or a list of pieces): an X12 segment, an XML element, a row.

    size: for segments, the variable that holds its length. segment: its id or name. loop: for places.
    """

    name: str
    size: str
    segment: str
    loop: str


class Read(msgspec.Struct, frozen=True):
    """One place that an expression reads: an element (X12), or a key of a node (an attribute, "" for text, a column).

    many: in each piece of a list; group: `element` counts from there.
    """

    found: Found
    element: int = 0
    component: int = 0
    many: bool = False
    group: str = ""
    element_id: str = ""
    key: str = ""


class Guard(msgspec.Struct, frozen=True):
    """A condition without which a text cannot be there. above: the subject is a number that must be greater."""

    subject: str
    above: int = -1

    @property
    def code(self) -> str:
        return self.subject if self.above < 0 else f"{self.subject} > {self.above}"


class Text(msgspec.Struct):
    """An expression that gives a text, and what it reads: the first that is not empty, or every one.

    value: a simpler expression, valid only where `guard` holds; "" for anything that is not one element.
    needs: quick conditions; where none of them holds there is no text. Empty where that cannot be said.
    """

    code: str
    reads: list[Read] = []
    context: list[str] = []
    every: bool = False
    source_type: str = ""
    value: str = ""
    guard: Guard | None = None
    needs: tuple[str, ...] = ()


def combined(source: FirstOf | Concat, parts: list[Text], rule: str) -> Text:
    """The expression for the first of several texts that is there, or for all of them joined.

    parts: the expressions of its sources. Raises DeclarationError when there are none.
    """
    if not parts:
        raise DeclarationError(rule, "name at least one source")
    types = {part.source_type for part in parts}
    if isinstance(source, Concat):
        pieces = "".join(f"{part.code}, " for part in parts if part.code != EMPTY)
        code = f"{ascii(source.separator)}.join(filter(None, ({pieces})))"
    else:
        code = f"({' or '.join(part.code for part in parts if part.code != EMPTY)})"
    code = code if any(part.code != EMPTY for part in parts) else EMPTY
    return Text(
        code,
        [read for part in parts for read in part.reads],
        [key for part in parts for key in part.context],
        every=isinstance(source, Concat),
        source_type=types.pop() if len(types) == 1 else "",
        needs=tuple(need for part in parts for need in part.needs) if all(part.needs for part in parts) else (),
    )


class Conversions(msgspec.Struct, frozen=True):
    """What a sender's texts become in fields of these kinds. Tables give None for what is not such a value."""

    decimal: Table[str]
    integer: Table[int]
    date: Table[str]
    time: Table[str]


class SourceScopes(Protocol):
    """Opens and closes scopes. `scope` is the current one; the caller of `enter` puts it back with `leave`."""

    scope: Any

    @property
    def again(self) -> bool:
        """Whether the program is to be written once more: only now it is known what several of its rules need."""

    def key(self, path: SourcePath, rule: str) -> str:
        """The one key of the current node without which a path has nothing; "" where that cannot be said."""

    def node(self) -> str:
        """The variable of the node that `key` is a key of; "" in scopes that have none."""

    def enter(self, path: SourcePath, rule: str, known: bool = False) -> None:
        """Open a loop over all that a path means. known: the key of its first step was tested already."""

    def enter_groups(self, groups: Groups, rule: str) -> None:
        """Open a loop over groups of elements of the piece that the current scope is about."""

    def leave(self, scope: Any, indent: int) -> None: ...

    def finish(self) -> None:
        """Everything was written: put in what only now can be decided."""

    def level(self, path: SourcePath, rule: str) -> str:
        """An expression for the place of a level among all of the document, 0 for none. Raises DeclarationError in
        formats without levels."""

    def needs(self, path: SourcePath, rule: str) -> str:
        """A quick condition without which a path has nothing to go over; "" for none."""

    def anchor(self) -> Found:
        """The piece that the current scope is about: what a finding names when a value is missing."""


class SourceTexts(ABC):
    """Writes texts of the source as expressions, and conditions on them."""

    def text(self, source: TextSource, rule: str) -> Text:
        """An expression for a text source. Raises DeclarationError for what does not exist."""
        if isinstance(source, PathSource):
            return self._path(source.path, rule)
        if isinstance(source, Join):
            return self._join(source, rule)
        return combined(source, [self.text(item, rule) for item in source.sources], rule)

    @abstractmethod
    def condition(self, condition: SourceTest, rule: str) -> str:
        """A condition as code: whether something is there, or a text is one of several."""

    @abstractmethod
    def _path(self, path: SourcePath, rule: str) -> Text: ...

    @abstractmethod
    def _join(self, source: Join, rule: str) -> Text: ...


class Source(Protocol):
    """The source of one declaration. format, document: what `library.index` finds it by ("x12", "850")."""

    @property
    def format(self) -> str: ...

    @property
    def document(self) -> str: ...

    @property
    def releases(self) -> tuple[str, ...]: ...

    def parse(self, text: str, rule: str) -> SourcePath:
        """Read a source path. Raises DeclarationError(rule, ...) when it is not one."""

    def writable(self, path: SourcePath, rule: str) -> None:
        """Refuse a place of the `outbound` part that documents do not have. Raises DeclarationError(rule, ...)."""

    def kind_of(self, tree: object) -> Kind | None:
        """What a document has in common with others, if that helps."""

    def narrowed(self, kind: Kind) -> "Source":
        """The source of such documents only."""

    def conversions(self, century_pivot: int) -> Conversions: ...

    def writers(
        self, release: str, lines: Lines, tables: dict[str, object], earlier: object
    ) -> tuple[SourceScopes, SourceTexts]:
        """The writers of one program. tables: names that the program finds beside its code. earlier: the scopes
        with which it was written before, None the first time.
        """
