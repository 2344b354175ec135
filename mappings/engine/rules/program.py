"""What the compiler hands over: generated code, and the static tables that explain its findings and records."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from mappings.engine.findings import Code, Severity
from mappings.engine.rules.paths import FieldFilter

Segment = Sequence[str]
Body = dict[str, object]
Noted = tuple[Any, ...]
"""What generated code notes. For an explanation: the number of its Site, the object (for a list's text: the list and
the index), the variables of its slots. For a finding: the number of its Point, the text, the variables of its slots.
"""

Note = Callable[[Noted], None]
Run = Callable[[object, dict[str, str], Note, Note], Body]


class Ref(msgspec.Struct, frozen=True):
    """Where a value is read, relative to a record of the generated code.

    slot: index into the record's variables; that variable holds a segment, or with `many` a list of segments.
    element, component: fixed; with a group, element is added to the variable in slot `group`. key: what is read of a
    node, in formats without elements.
    """

    slot: int
    element: int
    component: int = 0
    many: bool = False
    group: int = -1
    loop: str = ""
    element_id: str = ""
    key: str = ""


class Origin(msgspec.Struct, frozen=True):
    """How one field came about. every: all sources count, else only the first that is not empty.

    rule: its path. context: envelope values. inputs: for computed values, the fields they are computed from.
    """

    rule: str
    refs: tuple[Ref, ...] = ()
    every: bool = False
    context: tuple[str, ...] = ()
    inputs: tuple["Input", ...] = ()


class Input(msgspec.Struct, frozen=True):
    """A field that a computed value is made of: of the same item, or of the items of a list of the document."""

    steps: tuple[str, ...]
    of_document: bool = False
    filters: tuple[FieldFilter, ...] = ()


class Site(msgspec.Struct, frozen=True):
    """One place in the generated code that builds an object: field name → origin. text: builds a list's texts."""

    fields: dict[str, Origin]
    text: bool = False


class Point(msgspec.Struct, frozen=True):
    """One place in the generated code that may report a finding."""

    rule: str
    code: Code
    severity: Severity
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
