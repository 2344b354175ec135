"""Slow and exact: what is wrong inside one segment. Runs only on segments that a fast check refused."""

from collections.abc import Iterator
from itertools import islice

from mappings.engine.findings import Code, Severity
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.elements import CONTROL, length_of, value_fault
from mappings.engine.x12.faults import Fault
from mappings.engine.x12.structure import ElementDef, Release, SegmentDef, SyntaxNote

MOST_FAULTS_OF_AN_ELEMENT = 100
"""An element may be repeated as often as the sender likes; more faults of one element are not named."""


class Explainer:
    """Finds every fault of a segment by interpreting its definition."""

    def __init__(self, release: Release, delimiters: Delimiters, six_digit_dates: bool) -> None:
        self._release = release
        self._delimiters = delimiters
        self._six = six_digit_dates

    def faults(self, segment: list[str], definition: SegmentDef, index: int, loop: str) -> list[Fault]:
        """All faults of a segment, in the order of its elements. One fault is named once."""
        base = _Base(index, definition.id, loop)
        if not any(segment[1:]):
            return [base.fault(Code.SEGMENT_EMPTY, f"{definition.id} has no data")]
        found: list[Fault] = []
        for position, element in enumerate(definition.elements, 1):
            value = segment[position] if position < len(segment) else ""
            if value:
                found += islice(self._element(base, position, element, value), MOST_FAULTS_OF_AN_ELEMENT)
            elif element.mandatory:
                found.append(base.element(Code.ELEMENT_MISSING, position, element, _missing(base, position, element)))
        found += _too_many(base, segment, len(definition.elements))
        found += _notes(base, segment, definition)
        return sorted(found, key=lambda fault: (fault.element, fault.component))

    def _element(self, base: "_Base", position: int, element: ElementDef, value: str) -> Iterator[Fault]:
        separator = self._delimiters.repetition
        repetitions = value.split(separator) if separator else [value]
        if len(repetitions) > element.repeats:
            message = f"{base.name(position)} comes {len(repetitions)} times, at most {element.repeats} are allowed"
            number = element.repeats + 1
            yield base.element(Code.ELEMENT_REPEATED, position, element, message, repetitions[number - 1], number)
        for number, part in enumerate(repetitions, 1):
            if part:
                yield from self._value(base, position, element, part, number if len(repetitions) > 1 else 0)

    def _value(self, base: "_Base", position: int, element: ElementDef, value: str, repetition: int) -> Iterator[Fault]:
        component = self._delimiters.component
        if element.type == "composite":
            parts = value.split(component) if component else [value]
            yield from self._composite(base, position, element, parts, repetition)
            return
        fault = self._simple(base, position, element, value, repetition, 0)
        if fault:
            yield fault
        elif component and component in value:
            # X12.6 keeps delimiters out of data, yet the value is still whole and readable.
            message = f"{base.name(position)} contains the component separator {component!r}"
            yield base.element(
                Code.ELEMENT_CHARACTER_INVALID, position, element, message, value, repetition, severity=Severity.WARNING
            )

    def _composite(
        self, base: "_Base", position: int, element: ElementDef, parts: list[str], repetition: int
    ) -> Iterator[Fault]:
        for number, definition in enumerate(element.components, 1):
            value = parts[number - 1] if number <= len(parts) else ""
            if value:
                fault = self._simple(base, position, definition, value, repetition, number)
                if fault:
                    yield fault
            elif definition.mandatory:
                message = _missing(base, position, definition, number)
                yield base.element(Code.ELEMENT_MISSING, position, definition, message, "", repetition, number)
        extra = parts[len(element.components) :]
        if any(extra):
            message = (
                f"{base.name(position)} has {len(parts)} components, at most {len(element.components)} are allowed"
            )
            number = len(element.components) + 1
            yield base.element(
                Code.COMPONENT_TOO_MANY, position, element, message, next(filter(None, extra)), repetition, number
            )

    def _simple(
        self, base: "_Base", position: int, element: ElementDef, value: str, repetition: int, component: int
    ) -> Fault | None:
        codes = self._release.codes(element.codes) if element.codes else frozenset()
        code = value_fault(value, element, codes, self._six)
        if code is None:
            return None
        message = _message(code, base.name(position, component), element, value)
        return base.element(code, position, element, message, value, repetition, component)


class _Base:
    """The part of a place that all faults of one segment share."""

    def __init__(self, index: int, segment_id: str, loop: str) -> None:
        self._index = index
        self._segment_id = segment_id
        self._loop = loop

    def name(self, position: int, component: int = 0) -> str:
        return f"{self._segment_id}{position:02d}" + (f"-{component}" if component else "")

    def fault(self, code: Code, message: str) -> Fault:
        return Fault(self._index, code, self._segment_id, message, self._loop)

    def element(
        self,
        code: Code,
        position: int,
        element: ElementDef | None,
        message: str,
        value: str = "",
        repetition: int = 0,
        component: int = 0,
        severity: Severity | None = None,
    ) -> Fault:
        return Fault(
            self._index,
            code,
            self._segment_id,
            message,
            self._loop,
            element=position,
            element_id=element.id if element else "",
            component=component,
            repetition=repetition,
            value=value,
            severity=severity,
        )


def _called(element: ElementDef) -> str:
    return f" ({element.name})" if element.name else ""


def _missing(base: _Base, position: int, element: ElementDef, component: int = 0) -> str:
    return f"{base.name(position, component)}{_called(element)} is mandatory"


def _too_many(base: _Base, segment: list[str], allowed: int) -> list[Fault]:
    extra = segment[allowed + 1 :]
    if not any(extra):
        return []
    message = f"{len(segment) - 1} elements sent, at most {allowed} are allowed"
    return [base.element(Code.ELEMENT_TOO_MANY, allowed + 1, None, message, next(filter(None, extra)))]


def _message(code: Code, name: str, element: ElementDef, value: str) -> str:
    named = f"{name}{_called(element)}"
    match code:
        case Code.ELEMENT_TOO_SHORT:
            return f"{named} has {length_of(value, element)} characters, at least {element.min} are required"
        case Code.ELEMENT_TOO_LONG:
            return f"{named} has {length_of(value, element)} characters, at most {element.max} are allowed"
        case Code.ELEMENT_CODE_INVALID:
            return f"{named}: code {value} is not in code list {element.codes}"
        case Code.ELEMENT_DATE_INVALID:
            return f"{named} is not a date"
        case Code.ELEMENT_TIME_INVALID:
            return f"{named} is not a time of day"
        case _:
            if CONTROL.search(value):
                return f"{named} contains a control character"
            return f"{named} is not a number"


_NOTE_WORDS = {
    "P": "{present} is sent, so {missing} must be sent too (condition {note})",
    "R": "at least one of {all} must be sent (condition {note})",
    "C": "{present} is sent, so {missing} must be sent too (condition {note})",
    "L": "{present} is sent, so at least one of {missing} must be sent (condition {note})",
    "E": "only one of {all} may be sent (condition {note})",
}


def _notes(base: _Base, segment: list[str], definition: SegmentDef) -> list[Fault]:
    """Broken conditions; one element that several conditions ask for is named once."""
    found: dict[int, Fault] = {}
    for note in sorted(definition.notes, key=lambda note: note.kind == "R"):
        for fault in _note(base, segment, definition, note):
            if note.kind != "R" or not set(note.positions) & found.keys():
                found.setdefault(fault.element, fault)
    return list(found.values())


def _note(base: _Base, segment: list[str], definition: SegmentDef, note: SyntaxNote) -> list[Fault]:
    present = [position for position in note.positions if position < len(segment) and segment[position]]
    missing = [position for position in note.positions if position not in present]
    conditional = note.kind in "CL"
    holds = {
        "P": not present or not missing,
        "R": bool(present),
        "E": len(present) < 2,
        "C": note.positions[0] not in present or not missing,
        "L": note.positions[0] not in present or len(present) > 1,
    }[note.kind]
    if holds:
        return []
    message = _NOTE_WORDS[note.kind].format(
        present=base.name(note.positions[0] if conditional else (present or [0])[0]),
        missing=", ".join(base.name(position) for position in missing),
        all=", ".join(base.name(position) for position in note.positions),
        note=note,
    )
    severity = Severity.WARNING if note.doubtful else None
    if note.kind == "E":
        at = present[1]
        element = definition.elements[at - 1]
        return [base.element(Code.ELEMENT_EXCLUDED, at, element, message, segment[at], severity=severity)]
    at = missing[0]
    if definition.elements[at - 1].mandatory:
        return []
    element = definition.elements[at - 1]
    return [base.element(Code.ELEMENT_CONDITIONAL_MISSING, at, element, message, severity=severity)]
