"""The mapping language, typed: what a declaration says, checked for shape but not yet against any structure.

`reader.read` makes these structs from plain data. The order of rules means nothing; the order of blocks in a
list does.
"""

from typing import TYPE_CHECKING

import msgspec

from mappings.engine.rules.functions import Argument
from mappings.engine.rules.paths import FieldStep, SourcePath

if TYPE_CHECKING:
    from mappings.engine.rules.source import Source as SourceFormat

Literal = str | int | bool


class PathSource(msgspec.Struct, frozen=True):
    """The text at a path."""

    path: SourcePath


class FirstOf(msgspec.Struct, frozen=True):
    """The first of several sources that is not empty."""

    sources: tuple["TextSource", ...]


class Concat(msgspec.Struct, frozen=True):
    """Several sources put together, empty ones left out."""

    sources: tuple["TextSource", ...]
    separator: str


class Join(msgspec.Struct, frozen=True):
    """Elements of every occurrence of a segment, put together."""

    paths: tuple[SourcePath, ...]
    separator: str


class Constant(msgspec.Struct, frozen=True):
    value: Literal


class Position(msgspec.Struct, frozen=True):
    """The place of the item in its list, from 1."""


class Parent(msgspec.Struct, frozen=True):
    """A field of the item that this one follows."""

    field: str


class Level(msgspec.Struct, frozen=True):
    """The place of a level among all levels of the document, from 1 (X12 HL)."""

    path: SourcePath


class Product(msgspec.Struct, frozen=True):
    """Fields of this item multiplied, over another."""

    factors: tuple[tuple[FieldStep, ...], ...]
    divided_by: tuple[FieldStep, ...] | None


class Sum(msgspec.Struct, frozen=True):
    """Fields of the document added up. every: no sum unless each item has the field.

    alike: a field (the currency) that must be the same in all items; one without it has the document's. "" for none.
    """

    terms: tuple[tuple[FieldStep, ...], ...]
    every: bool
    alike: str


class Count(msgspec.Struct, frozen=True):
    """How many items a list of the document has."""

    items: tuple[FieldStep, ...]


TextSource = PathSource | FirstOf | Concat | Join
Computed = Position | Level | Parent | Product | Sum | Count
Source = TextSource | Constant | Computed


class SourceTest(msgspec.Struct, frozen=True):
    """Compares a source value. values empty: only whether it is there."""

    source: PathSource
    values: tuple[str, ...] = ()


class SourcesDiffer(msgspec.Struct, frozen=True):
    """Two source values are there, and they differ."""

    source: PathSource
    other: PathSource


class FieldTest(msgspec.Struct, frozen=True):
    """Compares a field of this item with values, or with another field of it."""

    field: tuple[FieldStep, ...]
    values: tuple[str, ...] = ()
    same_as: tuple[FieldStep, ...] | None = None


class AllOf(msgspec.Struct, frozen=True):
    conditions: tuple["Condition", ...]


class AnyOf(msgspec.Struct, frozen=True):
    conditions: tuple["Condition", ...]


class Not(msgspec.Struct, frozen=True):
    condition: "Condition"


Condition = SourceTest | SourcesDiffer | FieldTest | AllOf | AnyOf | Not


class Call(msgspec.Struct, frozen=True):
    function: str
    arguments: tuple[Argument, ...]


class Fallback(msgspec.Struct, frozen=True):
    """What to do with a code that the list does not have: fail, warn, drop, pass, or put a default."""

    action: str
    value: Literal | None = None


class ValueRule(msgspec.Struct, frozen=True, kw_only=True):
    """How one value comes about."""

    rule: str
    source: Source
    apply: tuple[Call, ...] = ()
    map: str = ""
    fallback: Fallback = Fallback("warn")
    default: Literal | None = None
    required: str = ""
    when: Condition | None = None
    decimals: int | None = None
    releases: tuple[str, ...] = ()


class ObjectRule(msgspec.Struct, frozen=True, kw_only=True):
    """How the fields of one object come about."""

    rule: str
    rules: dict[str, "Rule"]
    when: Condition | None = None
    releases: tuple[str, ...] = ()


class Groups(msgspec.Struct, frozen=True):
    """Elements that repeat in groups: from `first` to `last`, `size` at a time."""

    first: int
    last: int
    size: int


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Items of a list: one for each loop, segment or group of elements; one in all where `each` is None.

    values instead of rules: the items are texts. then: blocks whose items follow each item of this one.
    """

    rule: str
    each: SourcePath | None = None
    groups: Groups | None = None
    rules: dict[str, "Rule"] = {}
    values: tuple[ValueRule, ...] = ()
    then: tuple["Block", ...] = ()
    when: Condition | None = None
    releases: tuple[str, ...] = ()


class ListRule(msgspec.Struct, frozen=True):
    rule: str
    blocks: tuple[Block, ...]


Rule = ValueRule | ObjectRule | ListRule


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """What is written beside the values that rules read, where nothing stands: a constant, a field of the document or
    of an item, a value of the envelope, the sum of what was written at paths, the number of the piece, or how many
    segments were written (`count`).

    each: in each piece that is there already. items: in the piece of each of these items of the document, where rules
    wrote it. Neither: in the document. every: `at` is an attribute, or an element of an X12 segment, written wherever
    the structure demands it. leave_out: `at` is a piece that goes where it lacks what the standard demands of it.
    fill: instead of a place, a field of the item (or of the document) that gets the value before anything is written,
    where a document from elsewhere does not have it. only: a field of the document that must have one of the `values`.
    of_document: `field` is one of the document, not of the item. sum, minus: added to the field and taken from it.
    unless: nothing is written where something stands at this path. elsewhere: only in documents that came in another
    standard, and instead of what stands there.
    """

    rule: str
    at: SourcePath
    each: SourcePath | None = None
    items: tuple[FieldStep, ...] = ()
    every: bool = False
    leave_out: bool = False
    fill: tuple[FieldStep, ...] = ()
    only: str = ""
    values: tuple[str, ...] = ()
    constant: str = ""
    field: tuple[FieldStep, ...] = ()
    of_document: bool = True
    envelope: str = ""
    sum: tuple[SourcePath, ...] = ()
    minus: tuple[SourcePath, ...] = ()
    unless: SourcePath | None = None
    number: bool = False
    count: SourcePath | None = None
    elsewhere: bool = False

    @property
    def is_written(self) -> bool:
        """Whether it names a place of the document that is made."""
        return not (self.leave_out or self.fill or self.only)


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """A whole mapping, every name in it still to be checked against the structure and the model.

    outbound: what counts only when documents are written.
    preferred: for writing, by code list: the code to send for a value that several codes mean.
    """

    name: str
    title: str
    source: "SourceFormat"
    target: str
    century_pivot: int
    codelists: dict[str, dict[str, Literal]]
    rules: dict[str, Rule]
    outbound: tuple[Supply, ...] = ()
    preferred: dict[str, dict[str, str]] = {}
