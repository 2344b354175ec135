"""The syntax of source paths and of target paths. What the names mean is decided against a structure later.

Source paths:
    BEG03                 element 3 of segment BEG; BEG/03 says the same
    CTP05-1               component 1 of a composite element
    REF[01=DP]/02         of the first REF whose element 1 is DP; [01=DP|IA] either, [01!=DP] any other
    N1[01=ST]/N104        of a loop, named by the segment that opens it (or by its own id)
    N1/N3/N301            through loops, outer to inner
    ../N104               from the scope outside this one; /BEG03 from the document
    $1                    an element of the current group of elements
    @interchange.sender   a value of the envelope

Target paths:
    quantity/value        a field of a field
    lines[!parent_key]/amount      of every line without parent_key; [relation=add] with that value
"""

import re

import msgspec

from mappings.engine.errors import DeclarationError

_SPLIT = re.compile(r"/(?![^\[]*\])")
_NAME = re.compile(r"[A-Z][A-Z0-9]{1,2}|[A-Z][A-Z0-9]{1,2}Loop[0-9]+")
_ELEMENT = re.compile(r"(?P<segment>[A-Z][A-Z0-9]{1,2})?(?P<element>[0-9]{2})(?:-(?P<component>[0-9]{1,2}))?")
_STEP = re.compile(r"(?P<name>[^\[\]]+)(?P<filters>(?:\[[^\]]*\])*)")
_FILTER = re.compile(r"(?P<element>[0-9]{2})(?P<operator>!?=)(?P<values>.+)", re.DOTALL)
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_FIELD_FILTER = re.compile(r"(?P<absent>!)?(?P<field>[a-z][a-z0-9_]*)(?:=(?P<value>.+))?", re.DOTALL)


class Filter(msgspec.Struct, frozen=True):
    """Keeps the segments (or loops, by their first segment) whose element has one of the values.

    steps, key: instead of `element`, what is compared in other formats: a node below, and what is read of it.
    values empty: whether there is anything.
    """

    element: int
    values: tuple[str, ...]
    negated: bool = False
    steps: tuple["Step", ...] = ()
    key: str = ""


class Step(msgspec.Struct, frozen=True):
    """above: instead of what is inside, the nearest level around that passes (X12 HL)."""

    name: str
    filters: tuple[Filter, ...] = ()
    above: bool = False


class SourcePath(msgspec.Struct, frozen=True):
    """A parsed source path. element 0: the path names a segment or loop, not a value.

    up: how many scopes to leave; absolute: start at the document. group, context: the two other kinds of value.
    key: in formats without elements, what is read at the end of the steps (an attribute, a column).
    """

    text: str
    steps: tuple[Step, ...] = ()
    element: int = 0
    component: int = 0
    up: int = 0
    absolute: bool = False
    group: int = 0
    context: str = ""
    key: str = ""


class FieldFilter(msgspec.Struct, frozen=True):
    field: str
    value: str = ""
    absent: bool = False


class FieldStep(msgspec.Struct, frozen=True):
    name: str
    filters: tuple[FieldFilter, ...] = ()


def parse_source(text: str, rule: str) -> SourcePath:
    """Read a source path. Raises DeclarationError(rule, ...) when it is not one."""
    if text.startswith("@") and text[1:]:
        return SourcePath(text, context=text[1:])
    if text.startswith("$") and text[1:].isdecimal() and text.isascii() and 0 < int(text[1:]) < 100:
        return SourcePath(text, group=int(text[1:]))
    parts = _SPLIT.split(text)
    absolute = len(parts) > 1 and parts[0] == ""
    parts = parts[1:] if absolute else parts
    up = 0
    while parts and parts[0] == "..":
        up += 1
        parts = parts[1:]
    steps: list[Step] = []
    element = component = 0
    for position, part in enumerate(parts):
        value = _ELEMENT.fullmatch(part) if position == len(parts) - 1 else None
        if value is None:
            if part.startswith("^") and steps:
                raise DeclarationError(rule, f"{text!r}: a level around this one stands first in a path")
            steps.append(_step(part, text, rule))
            continue
        if value["segment"]:
            steps.append(Step(value["segment"]))
        element, component = int(value["element"]), int(value["component"] or 0)
        if not element or value["component"] and not component:
            raise DeclarationError(rule, f"{text!r}: elements and components count from 1")
    if not steps and not element and not up:
        raise DeclarationError(rule, f"{text!r} is not a source path; write it like BEG03, N1[01=ST]/N104 or @set.id")
    return SourcePath(text, tuple(steps), element, component, up, absolute)


def _step(part: str, text: str, rule: str) -> Step:
    match = _STEP.fullmatch(part.removeprefix("^"))
    if match is None or not _NAME.fullmatch(match["name"]):
        raise DeclarationError(rule, f"{text!r} is not a source path: {part!r} names no segment or loop")
    filters = []
    for piece in re.findall(r"\[([^\]]*)\]", match["filters"]):
        found = _FILTER.fullmatch(piece)
        if found is None:
            raise DeclarationError(rule, f"{text!r}: the filter [{piece}] is not of the form [01=ST] or [01!=ST|BT]")
        filters.append(Filter(int(found["element"]), tuple(found["values"].split("|")), found["operator"] == "!="))
    return Step(match["name"], tuple(filters), part.startswith("^"))


def parse_target(text: str, rule: str) -> tuple[FieldStep, ...]:
    """Read a target path. Raises DeclarationError(rule, ...) when it is not one."""
    steps = []
    for part in _SPLIT.split(text):
        match = _STEP.fullmatch(part)
        if match is None or not _FIELD.fullmatch(match["name"]):
            raise DeclarationError(rule, f"{text!r} is not a target path; write it like quantity/value")
        filters = []
        for piece in re.findall(r"\[([^\]]*)\]", match["filters"]):
            found = _FIELD_FILTER.fullmatch(piece)
            if found is None or (found["absent"] and found["value"]):
                raise DeclarationError(
                    rule, f"{text!r}: the filter [{piece}] is not of the form [field=value] or [!field]"
                )
            filters.append(FieldFilter(found["field"], found["value"] or "", bool(found["absent"])))
        steps.append(FieldStep(match["name"], tuple(filters)))
    return tuple(steps)
