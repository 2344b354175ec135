"""What the compiler asks of a canonical model: its fields, their kinds, and what a value must look like."""

import datetime
import functools
import re
import types
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from mappings.engine.canonical.parts import Part
from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest


class Kind(StrEnum):
    """What a target field holds."""

    TEXT = "a text"
    CHOICE = "a choice"
    DECIMAL = "a decimal"
    INTEGER = "a whole number"
    BOOLEAN = "true or false"
    DATE = "a date"
    TIME = "a time"
    OBJECT = "an object"
    OBJECTS = "a list of objects"
    TEXTS = "a list of texts"


class Field(msgspec.Struct, frozen=True):
    """One field of a canonical struct. struct: of OBJECT and OBJECTS; choices: of CHOICE."""

    name: str
    kind: Kind
    required: bool
    struct: type[Part] | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    min_length: int = 0
    max_length: int = 0

    @property
    def constrained(self) -> bool:
        """True when not every non-empty text fits."""
        return bool(self.pattern or self.min_length > 1 or self.max_length)

    @property
    def form(self) -> str:
        """What a text must look like, in words."""
        if self.pattern:
            return f"of the form {self.pattern}"
        longest = f" to {self.max_length}" if self.max_length else ""
        return f"a text of {self.min_length}{longest} characters"

    def accepts(self, text: str) -> bool:
        """Whether a text keeps the field's pattern and lengths."""
        if self.max_length and len(text) > self.max_length or len(text) < self.min_length:
            return False
        return not self.pattern or re.search(self.pattern, text) is not None


@functools.cache
def fields(struct: type[Part]) -> dict[str, Field]:
    """The fields of a canonical struct by name, in the model's order."""
    hints = get_type_hints(struct, include_extras=True)
    return {info.name: _field(info.name, hints[info.name], info.required) for info in msgspec.structs.fields(struct)}


def field(struct: type[Part], name: str, rule: str) -> Field:
    """One field by name. Raises DeclarationError with the nearest name."""
    known = fields(struct)
    if name not in known:
        raise DeclarationError(rule, f"{struct.__name__} has no field {name!r}{nearest(name, known)}")
    return known[name]


_SIMPLE = {
    str: Kind.TEXT,
    Decimal: Kind.DECIMAL,
    int: Kind.INTEGER,
    bool: Kind.BOOLEAN,
    datetime.date: Kind.DATE,
    datetime.time: Kind.TIME,
}


def _field(name: str, hint: Any, required: bool) -> Field:
    plain, metas = _strip(hint)
    if get_origin(plain) is Literal:
        return Field(name, Kind.CHOICE, required, choices=tuple(get_args(plain)))
    if get_origin(plain) is list:
        item, _ = _strip(get_args(plain)[0])
        return Field(name, Kind.TEXTS, required) if item is str else Field(name, Kind.OBJECTS, required, struct=item)
    if isinstance(plain, type) and issubclass(plain, Part):
        return Field(name, Kind.OBJECT, required, struct=plain)
    return Field(
        name,
        _SIMPLE[plain],
        required,
        pattern=next((meta.pattern for meta in metas if meta.pattern), ""),
        min_length=max((meta.min_length or 0 for meta in metas), default=0),
        max_length=max((meta.max_length or 0 for meta in metas), default=0),
    )


def _strip(hint: Any) -> tuple[Any, list[msgspec.Meta]]:
    """A type without Annotated and `| None`, and the constraints found on the way."""
    metas: list[msgspec.Meta] = []
    while True:
        if get_origin(hint) is Annotated:
            hint, *extras = get_args(hint)
            metas += [extra for extra in extras if isinstance(extra, msgspec.Meta)]
        elif get_origin(hint) in (Union, types.UnionType):
            hint = next(arg for arg in get_args(hint) if arg is not type(None))
        else:
            return hint, metas
