"""What a single value may look like: types and lengths of X12.6, section 3.3 (simple data elements)."""

import re
from calendar import monthrange

from mappings.engine.findings import Code
from mappings.engine.x12.structure import ElementDef

DECIMAL = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)(E-?[0-9]+)?\Z")
INTEGER = re.compile(r"-?[0-9]+\Z")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

# Month and day of every day but the leap day, whose year has to be looked at.
MONTH_DAYS = frozenset(
    f"{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, monthrange(2001, month)[1] + 1)
)
HOUR_MINUTES = frozenset(f"{hour:02d}{minute:02d}" for hour in range(24) for minute in range(60))


def is_date(value: str, six_digits: bool) -> bool:
    """CCYYMMDD, or YYMMDD where that is allowed (before 004010, and in the envelope)."""
    if not (value.isascii() and value.isdecimal()):
        return False
    if len(value) == 8:
        year = int(value[:4])
        return value[4:] in MONTH_DAYS or (
            value[4:] == "0229" and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        )
    if len(value) == 6 and six_digits:
        return value[2:] in MONTH_DAYS or (value[2:] == "0229" and int(value[:2]) % 4 == 0)
    return False


def is_time(value: str, longest: int) -> bool:
    """HHMM, HHMMSS, and HHMMSSD or HHMMSSDD with decimal seconds, up to `longest` characters."""
    if not (value.isascii() and value.isdecimal()) or len(value) not in (4, 6, 7, 8) or len(value) > longest:
        return False
    return value[:4] in HOUR_MINUTES and value[4:6] < "60"


def length_of(value: str, definition: ElementDef) -> int:
    """The length that counts: of numbers without signs, point and E."""
    if definition.type == "R" or definition.type[0] == "N":
        return sum(character not in "-.E" for character in value)
    return len(value)


def _length_fault(value: str, definition: ElementDef) -> Code | None:
    length = length_of(value, definition)
    if length < definition.min:
        return Code.ELEMENT_TOO_SHORT
    if definition.max and length > definition.max:
        return Code.ELEMENT_TOO_LONG
    return None


def number_fault(value: str, definition: ElementDef) -> Code | None:
    """R (which may have an exponent, 12E2) and N types."""
    pattern = DECIMAL if definition.type == "R" else INTEGER
    if not pattern.match(value):
        return Code.ELEMENT_CHARACTER_INVALID
    return _length_fault(value, definition)


def value_fault(value: str, definition: ElementDef, codes: frozenset[str], six_digit_dates: bool) -> Code | None:
    """What is wrong with a non-empty value of a simple element, or None. At most one fault is named.

    codes: the element's code list, empty when any code will do.
    """
    kind = definition.type
    if kind == "DT":
        allowed = six_digit_dates or definition.min <= 6
        return None if is_date(value, allowed) else Code.ELEMENT_DATE_INVALID
    if kind == "TM":
        return None if is_time(value, definition.max) else Code.ELEMENT_TIME_INVALID
    if kind == "R" or kind[0] == "N":
        return number_fault(value, definition)
    if kind == "B":
        return None
    if CONTROL.search(value):
        return Code.ELEMENT_CHARACTER_INVALID
    if codes and value in codes:
        return None
    fault = _length_fault(value, definition)
    if fault is None and codes:
        return Code.ELEMENT_CODE_INVALID
    return fault
