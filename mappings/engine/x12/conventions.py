"""What two partners agreed on beyond the standard about the values of a set: checked, and read as it was meant.

Runs behind the validator, and only under an agreement that asks for it: a set without such an agreement pays nothing.
"""

import functools
import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from mappings.engine.findings import Code, Finding
from mappings.engine.x12.binary import LENGTHS
from mappings.engine.x12.character_sets import outside
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.elements import DECIMAL, INTEGER
from mappings.engine.x12.faults import Fault
from mappings.engine.x12.pieces import BLANKS
from mappings.engine.x12.places import locate
from mappings.engine.x12.structure import ElementDef, release
from mappings.engine.x12.validator import SetReading, SetValidator

MOST_FAULTS = 1000
"""More of one set are not named."""
BALANCES = frozenset({Code.LINE_COUNT_MISMATCH, Code.HASH_TOTAL_MISMATCH, Code.INVOICE_TOTAL_MISMATCH})


class Conventions(msgspec.Struct, frozen=True):
    """What is looked at, and how numbers are meant.

    characters: the set that values keep to ("basic", "extended", "utf-8"), "" where any will do. separators: look for
    trailing ones. blanks: look for those around values. points: a point in a number with implied decimals (N2) is read
    as one. implied: by number of the data element, how many decimals a number without a point (R) has.
    """

    characters: str = ""
    separators: bool = False
    blanks: bool = False
    points: bool = False
    implied: tuple[tuple[str, int], ...] = ()

    def apply(self, reading: SetReading, raw: bytes, delimiters: Delimiters, validator: SetValidator) -> None:
        """Add what is wrong to the findings of a reading, and change its values to what they mean.

        raw: the bytes that were read, from ST to SE.
        """
        faults: list[Fault] = []
        if self.characters:
            faults += _characters(reading, outside(self.characters, delimiters))
        if self.separators:
            faults += _trailing(reading, raw, delimiters)
        if self.blanks:
            faults += _blanks(reading, delimiters, validator)
        amended = bool(self.implied) and _imply(reading, dict(self.implied), validator)
        if self.points:
            pointed = list(_points(reading, validator))
            named = {(fault.index, fault.element) for fault in pointed}
            reading.findings = [one for one in reading.findings if not _is_about_point(one, named)]
            faults += pointed
            amended |= bool(pointed)
        if amended:  # what was summed before has another value now
            reading.findings = [one for one in reading.findings if one.code not in BALANCES]
            faults += validator.total_faults(reading.segments, reading.tree)
        if faults:
            found = reading.findings + locate(faults[:MOST_FAULTS], reading.offsets, reading.origin)
            reading.findings = sorted(found, key=lambda one: one.place.segment)


@functools.lru_cache(maxsize=4096)
def _elements(release_name: str, segment_id: str) -> tuple[ElementDef, ...]:
    definition = release(release_name).segment(segment_id)
    return definition.elements if definition is not None else ()


def _values(reading: SetReading) -> Iterator[tuple[int, list[str], int, str]]:
    """Index and segment, position and value of each element that was sent, but for binary data."""
    for index, segment in enumerate(reading.segments, 1):
        if segment[0] not in LENGTHS:
            for position in range(1, len(segment)):
                if segment[position]:
                    yield index, segment, position, segment[position]


def _characters(reading: SetReading, forbidden: re.Pattern[str]) -> Iterator[Fault]:
    if not any(forbidden.search(value) for segment in reading.segments for value in segment):
        return
    for index, segment, position, value in _values(reading):
        if found := forbidden.search(value):
            message = f"{segment[0]}{position:02d} has {found.group()!r}, which is not in the character set agreed on"
            yield Fault(index, Code.CHARACTER_NOT_AGREED, segment[0], message, element=position, value=value)


def _trailing(reading: SetReading, raw: bytes, delimiters: Delimiters) -> Iterator[Fault]:
    """Separators behind which nothing stands (X12.6, section 3.6: they are left out)."""
    pieces = raw.decode(reading.encoding, "replace").split(delimiters.segment)
    pieces = [piece for piece in (piece.lstrip(BLANKS) for piece in pieces) if piece]
    component = re.escape(delimiters.component)
    loose = re.compile(f"{component}(?={re.escape(delimiters.element)}|$)") if component else None
    for index, (piece, segment) in enumerate(zip(pieces, reading.segments, strict=False), 1):
        if segment[0] in LENGTHS:
            return  # its data may hold anything, and what follows cannot be told apart here
        if len(segment) > 1 and piece.endswith(delimiters.element):
            message = f"{segment[0]} ends with separators that nothing follows"
            first = 1 + max(position for position, value in enumerate(segment) if value)
            yield Fault(index, Code.SEPARATOR_TRAILING, segment[0], message, element=first)
        elif loose and (found := loose.search(piece)):
            position = piece.count(delimiters.element, 0, found.start())
            message = f"{segment[0]}{position:02d} ends with component separators that nothing follows"
            yield Fault(index, Code.SEPARATOR_TRAILING, segment[0], message, element=position)


def _blanks(reading: SetReading, delimiters: Delimiters, validator: SetValidator) -> Iterator[Fault]:
    """Blanks before a value, and those behind it that its least length does not need (X12.6, section 3.3.1.4)."""
    for index, segment, position, value in _values(reading):
        if value[0] != " " and value[-1] != " " and f" {delimiters.component}" not in value:
            continue
        definitions = _elements(validator.release, segment[0])
        definition = definitions[position - 1] if position <= len(definitions) else ElementDef("", "AN")
        parts = value.split(delimiters.component) if definition.type == "composite" else [value]
        components = definition.components or (definition,)
        for part, one in zip(parts, components, strict=False):
            if part[:1] == " " or (part[-1:] == " " and len(part) > one.min):
                message = f"{segment[0]}{position:02d} has blanks around its value"
                yield Fault(
                    index, Code.ELEMENT_BLANKS, segment[0], message, element=position, element_id=one.id, value=value
                )
                break


def _imply(reading: SetReading, decimals: dict[str, int], validator: SetValidator) -> bool:
    """Put the point into numbers that were sent without; whether there were any."""
    amended = False
    for _, segment, position, value in _values(reading):
        definitions = _elements(validator.release, segment[0])
        definition = definitions[position - 1] if position <= len(definitions) else None
        if definition is None or definition.type != "R" or definition.id not in decimals:
            continue
        if INTEGER.match(value):
            segment[position] = f"{Decimal(value).scaleb(-decimals[definition.id]):f}"
            amended = True
    return amended


def _points(reading: SetReading, validator: SetValidator) -> Iterator[Fault]:
    """Numbers with implied decimals (N, N0 to N9) that were sent with a point: read as sent where that is exact."""
    for index, segment, position, value in _values(reading):
        if "." not in value or not DECIMAL.match(value):
            continue
        definitions = _elements(validator.release, segment[0])
        definition = definitions[position - 1] if position <= len(definitions) else None
        if definition is None or definition.type[0] != "N":
            continue
        whole = Decimal(value).scaleb(int(definition.type[1:] or 0))
        if whole != whole.to_integral_value():
            continue  # more decimals than the element has: that stays a fault
        segment[position] = f"{whole:.0f}"
        message = f"{segment[0]}{position:02d} has implied decimals and was sent with a point; read as {value}"
        yield Fault(
            index,
            Code.DECIMAL_POINT_SENT,
            segment[0],
            message,
            element=position,
            element_id=definition.id,
            value=value,
        )


def _is_about_point(found: Finding, named: set[tuple[int, int]]) -> bool:
    at = (found.place.segment, found.place.element)
    return found.code is Code.ELEMENT_CHARACTER_INVALID and at in named
