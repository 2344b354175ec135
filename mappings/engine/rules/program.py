"""What the compiler hands over: generated code, and the static tables that explain its findings and records."""

from collections.abc import Callable, Sequence

import msgspec

Segment = Sequence[str]
Body = dict[str, object]
Report = Callable[[tuple[object, ...]], None]
Run = Callable[[object, "dict[str, str]", Report, Report], Body]


class Ref(msgspec.Struct, frozen=True):
    """Where a value is read, relative to a record of the generated code.

    slot: index into the record's variables; that variable holds a segment, or with `many` a list of segments.
    element, component: fixed; with a group, element is added to the variable in slot `group`.
    """

    slot: int
    element: int
    component: int = 0
    many: bool = False
    group: int = -1
    loop: str = ""
    element_id: str = ""


class Origin(msgspec.Struct, frozen=True):
    """How one field came about. every: all sources count, else only the first that is not empty.

    context: envelope values. inputs: for computed values, the target paths that they are computed from,
    relative to the item (or, with a leading "/", to the document). field_rule: the path of the rule.
    """

    rule: str
    refs: tuple[Ref, ...] = ()
    every: bool = False
    context: tuple[str, ...] = ()
    inputs: tuple["Input", ...] = ()


class Input(msgspec.Struct, frozen=True):
    """Fields that a computed value was made of; items: only those of these numbers in the list `steps[0]`."""

    steps: tuple[str, ...]
    of_document: bool = False
    of_parent: bool = False
    filters: tuple[tuple[str, str, bool], ...] = ()


class Site(msgspec.Struct, frozen=True):
    """One place in the generated code that builds an object: field name → origin. text: builds a list's texts."""

    fields: dict[str, Origin]
    text: bool = False


class Point(msgspec.Struct, frozen=True):
    """One place in the generated code that may report a finding."""

    rule: str
    code: str
    severity: str
    message: str
    refs: tuple[Ref, ...]
    anchor: int


class Program(msgspec.Struct, frozen=True):
    """One generated program and its tables."""

    release: str
    source: str
    run: Run
    points: tuple[Point, ...]
    sites: tuple[Site, ...]
