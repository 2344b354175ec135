"""Overlays: what an agreement demands beyond the standard. An overlay narrows; it never allows what X12 forbids.

A declaration is data (JSON or YAML decoded to plain values). It is checked against the structure of its set when it is
compiled; an error names the rule and says what is wrong. Rules name their place by loops and a segment or element:

    PO1/N1/N104     element 4 of N1, in the N1 loop of the PO1 loop; a loop goes by its first segment
    N104            element 4 of every N1 that stands where the set has it outermost
    **/N104         element 4 of every N1 of the set
"""

from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from mappings.engine.errors import EngineError
from mappings.engine.findings import Code, Finding, Severity, finding
from mappings.engine.x12.overlay_paths import ElementPath, Instance, SegmentPath, parse_path
from mappings.engine.x12.structure import ElementDef, SetStructure, nearest_release, release
from mappings.engine.x12.validator import SetReading

Use = Literal["required", "not-used", ""]


class OverlayError(EngineError):
    """A declaration that does not fit the standard. rule: its number from 1 ("rules[3]"), or ""."""

    def __init__(self, rule: str, reason: str) -> None:
        self.rule = rule
        self.reason = reason
        super().__init__(f"{rule}: {reason}" if rule else reason)


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rule holds only for segments whose element has one of these values: {"element": 1, "values": ["ST"]}."""

    element: int
    values: tuple[str, ...]


class OverlayRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One demand. at: a path as above. note: words for the partner, shown with the finding.

    use:    "required" or "not-used", of a segment (where its loop is sent) or of an element (where its segment is).
    most:   of a segment: how often it, or the loop that it opens, may come there.
    codes:  of an element: the values that the agreement uses. more_codes: values that no code list knows yet and
            that are right between these partners.
    least_length, most_length: of an element, in characters.
    when:   a condition on the same segment.
    severity: "warning" accepts with errors.
    """

    at: str
    use: Use = ""
    most: int | None = None
    codes: tuple[str, ...] = ()
    more_codes: tuple[str, ...] = ()
    least_length: int = 0
    most_length: int = 0
    when: Condition | None = None
    severity: Severity = Severity.ERROR
    note: str = ""


class Overlay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one agreement demands of one set of one release. release: six digits."""

    set: str
    release: str
    rules: tuple[OverlayRule, ...] = ()


def read_overlay(declaration: object) -> Overlay:
    """A declaration as plain values. Raises OverlayError when it has another shape."""
    try:
        return msgspec.convert(declaration, Overlay, strict=False)
    except msgspec.ValidationError as error:
        raise OverlayError("", str(error)) from error


class CompiledOverlay:
    """An overlay that fits its set. Keeps nothing of what it checks; safe to share."""

    def __init__(self, overlay: Overlay) -> None:
        """Raises OverlayError, naming the rule; StructureMissing when no release holds the set."""
        known = release(nearest_release(overlay.set, overlay.release))
        structure = known.structure(overlay.set)
        self._rules = [_compiled(rule, f"rules[{number}]", structure) for number, rule in enumerate(overlay.rules, 1)]

    def apply(self, reading: SetReading) -> list[Finding]:
        """All findings of a set: those of the standard, less codes that the agreement knows, and the overlay's own.

        A fault that the standard names already is not named again.
        """
        indexes = {id(segment): index for index, segment in enumerate(reading.segments, 1)}
        known = [kept for kept in reading.findings if not any(rule.excuses(kept, reading) for rule in self._rules)]
        named = {(found.place.segment, found.place.element) for found in known if found.place.element}
        own = []
        for rule in self._rules:
            for found in rule.findings(reading, indexes):
                spot = (found.place.segment, found.place.element)
                if not found.place.element or spot not in named:
                    own.append(found)
                    named.add(spot)
        own = reading.placed([_from_set(found, reading) for found in own])
        return sorted([*known, *own], key=lambda found: found.place.segment)


def _from_set(found: Finding, reading: SetReading) -> Finding:
    """With the ordinals of the set that was read."""
    origin = reading.origin
    place = msgspec.structs.replace(
        found.place, interchange=origin.interchange, group=origin.group, set=origin.set, offset=origin.offset
    )
    return msgspec.structs.replace(found, place=place)


class _Compiled(msgspec.Struct):
    """One rule with its path. element: 0 when it speaks of a segment."""

    rule: OverlayRule
    path: SegmentPath
    element: int = 0
    definition: ElementDef | None = None

    def excuses(self, found: Finding, reading: SetReading) -> bool:
        """Is this a code that the agreement knows though its list does not?"""
        return (
            found.code is Code.ELEMENT_CODE_INVALID
            and found.value in self.rule.more_codes
            and found.place.element == self.element
            and found.place.segment_id == self.path.segment
            and self._holds(reading.segments[found.place.segment - 1])
        )

    def findings(self, reading: SetReading, indexes: dict[int, int]) -> Iterator[Finding]:
        for instance in self.path.instances(reading.tree):
            rows = [row for row in instance.rows if self._holds(row)]
            if self.element:
                for row in rows:
                    yield from self._of_element(row, indexes.get(id(row), 0), instance)
            else:
                yield from self._of_segment(rows, instance, indexes)

    def _holds(self, row: list[str]) -> bool:
        when = self.rule.when
        return when is None or (row[when.element] if when.element < len(row) else "") in when.values

    def _of_segment(self, rows: list[list[str]], instance: Instance, indexes: dict[int, int]) -> Iterator[Finding]:
        rule, name = self.rule, self.path.segment
        first_of_parent = indexes.get(id(instance.anchor), 1)
        if rule.use == "required" and not rows:
            yield self._finding(
                Code.OVERLAY_SEGMENT_MISSING, f"{name}{self._condition()} must be sent", first_of_parent, 0, instance
            )
        elif rule.use == "not-used":
            for row in rows:
                at = indexes.get(id(row), 0)
                message = f"{name}{self._condition()} must not be sent"
                yield self._finding(Code.OVERLAY_SEGMENT_NOT_USED, message, at, 0, instance)
        if rule.most is not None:
            for row in rows[rule.most :]:
                message = f"{name}{self._condition()} may come {rule.most} times"
                at = indexes.get(id(row), 0)
                yield self._finding(Code.OVERLAY_SEGMENT_TOO_MANY, message, at, 0, instance)

    def _of_element(self, row: list[str], at: int, instance: Instance) -> Iterator[Finding]:
        rule = self.rule
        name = f"{self.path.segment}{self.element:02d}"
        value = row[self.element] if self.element < len(row) else ""
        if not value:
            if rule.use == "required":
                message = f"{name}{self._condition()} must be sent"
                yield self._finding(Code.OVERLAY_ELEMENT_MISSING, message, at, self.element, instance)
            return
        if rule.use == "not-used":
            message = f"{name}{self._condition()} must not be sent"
            yield self._finding(Code.OVERLAY_ELEMENT_NOT_USED, message, at, self.element, instance, value)
        elif rule.codes and value not in (*rule.codes, *rule.more_codes):
            message = f"{name}: {value} is none of {', '.join(rule.codes)}"
            yield self._finding(Code.OVERLAY_CODE_NOT_USED, message, at, self.element, instance, value)
        elif len(value) < rule.least_length:
            message = f"{name} has {len(value)} characters, at least {rule.least_length} are agreed"
            yield self._finding(Code.OVERLAY_ELEMENT_TOO_SHORT, message, at, self.element, instance, value)
        elif rule.most_length and len(value) > rule.most_length:
            message = f"{name} has {len(value)} characters, at most {rule.most_length} are agreed"
            yield self._finding(Code.OVERLAY_ELEMENT_TOO_LONG, message, at, self.element, instance, value)

    def _condition(self) -> str:
        when = self.rule.when
        return f" with {self.path.segment}{when.element:02d} {' or '.join(when.values)}" if when else ""

    def _finding(self, code: Code, message: str, at: int, element: int, instance: Instance, value: str = "") -> Finding:
        words = f"{message} ({self.rule.note})" if self.rule.note else message
        place = instance.place(self.path.segment, at, element, self.definition.id if self.definition else "")
        return finding(code, words, place, value, self.rule.severity)


def _compiled(rule: OverlayRule, where: str, structure: SetStructure) -> _Compiled:
    known = release(structure.release)

    def wrong(reason: str) -> OverlayError:
        return OverlayError(where, reason)

    path = parse_path(rule.at, structure, wrong)
    segment = path.segment_path if isinstance(path, ElementPath) else path
    definition = known.segment(segment.segment)
    if definition is None:
        raise wrong(f"release {structure.release} has no segment {segment.segment}")
    if rule.when and not 0 < rule.when.element <= len(definition.elements):
        raise wrong(f"{segment.segment} has {len(definition.elements)} elements")
    if isinstance(path, ElementPath):
        if path.element > len(definition.elements):
            raise wrong(f"{segment.segment} has {len(definition.elements)} elements")
        element = definition.elements[path.element - 1]
        codes = known.codes(element.codes) if element.codes else frozenset()
        _check_element(rule, element, codes, wrong)
        return _Compiled(rule, segment, path.element, element)
    _check_segment(rule, segment, wrong)
    return _Compiled(rule, segment)


Wrong = Callable[[str], OverlayError]


def _check_segment(rule: OverlayRule, path: SegmentPath, wrong: Wrong) -> None:
    if rule.codes or rule.more_codes or rule.least_length or rule.most_length:
        raise wrong("codes and lengths belong to an element")
    if not rule.use and rule.most is None:
        raise wrong("the rule demands nothing")
    if rule.use == "not-used" and path.mandatory and rule.when is None:
        raise wrong(f"{path.segment} is mandatory in the standard")
    if rule.most is not None and not (rule.most > 0 and (path.most is None or rule.most <= path.most)):
        allowed = "without limit" if path.most is None else f"{path.most} times"
        raise wrong(f"{path.segment} may come {allowed} by the standard, the rule has to allow fewer, at least one")


def _check_element(rule: OverlayRule, element: ElementDef, codes: frozenset[str], wrong: Wrong) -> None:
    if rule.most is not None:
        raise wrong("how often belongs to a segment")
    if not (rule.use or rule.codes or rule.more_codes or rule.least_length or rule.most_length):
        raise wrong("the rule demands nothing")
    if rule.use == "not-used" and element.mandatory:
        raise wrong("the element is mandatory in the standard")
    if element.max and max(rule.most_length, rule.least_length) > element.max:
        raise wrong(f"the standard allows {element.max} characters")
    if rule.most_length and rule.most_length < max(element.min, rule.least_length):
        raise wrong("no value could be as short")
    unknown = sorted(set(rule.codes) - codes - set(rule.more_codes)) if codes else []
    if unknown:
        raise wrong(f"{', '.join(unknown)} not in code list {element.codes}; put what you agreed on into more_codes")
    if rule.more_codes and not codes:
        raise wrong("the element has no code list, every value is right")
