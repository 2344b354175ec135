"""What the writers of one program share while they write it."""

import msgspec

from mappings.engine.canonical.parts import Part
from mappings.engine.rules.declaration import Declaration
from mappings.engine.rules.lines import Lines
from mappings.engine.rules.program import Point, Ref, Site
from mappings.engine.rules.source import Read, SourceScopes, SourceTexts
from mappings.engine.rules.target import Field, fields


class Item(msgspec.Struct):
    """The document or list item that rules are being written for.

    at: index of the field being written; computed values may use those before it. parent: the variable of the item
    that this one follows; list_name: the variable of its list.
    """

    variable: str
    struct: type[Part]
    fields: dict[str, Field]
    at: int = 0
    parent: str = ""
    list_name: str = ""

    def before(self, name: str) -> bool:
        """Whether a field is written before the current one."""
        return list(self.fields).index(name) < self.at


class Slots:
    """The variables that a record of the program carries, each once."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def of(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def ref(self, read: Read) -> Ref:
        group = self.of(read.group) if read.group else -1
        slot = self.of(read.found.name)
        return Ref(slot, read.element, read.component, read.many, group, read.found.loop, read.element_id, read.key)

    def code(self) -> str:
        return "".join(f", {name}" for name in self.names)


class Draft:
    """One program for one release, being written. earlier: the draft of it that was written before.

    known: conditions that hold where the next line is written.
    """

    source: SourceScopes
    texts: SourceTexts

    def __init__(
        self, declaration: Declaration, release: str, explaining: bool, earlier: "Draft | None" = None
    ) -> None:
        self.declaration = declaration
        self.release = release
        self.explaining = explaining
        self.lines = Lines()
        self.points: list[Point] = []
        self.sites: list[Site] = []
        self.tables: dict[str, object] = {}
        self.source, self.texts = declaration.source.writers(
            release, self.lines, self.tables, earlier.source if earlier else None
        )
        self.conversions = declaration.source.conversions(declaration.century_pivot)
        self.items: list[Item] = []
        self.known: list[str] = []
        self._objects = 0

    def table(self, kind: str, value: object) -> str:
        """A name under which the program finds a value that is not code."""
        name = f"{kind}_{len(self.tables)}"
        self.tables[name] = value
        return name

    def variable(self, letter: str) -> str:
        """A new local variable: "o" for objects, "l" for lists."""
        self._objects += 1
        return f"{letter}{self._objects}"

    def enter_item(self, variable: str, struct: type[Part], parent: str = "", list_name: str = "") -> Item:
        item = Item(variable, struct, fields(struct), parent=parent, list_name=list_name)
        self.items.append(item)
        return item
