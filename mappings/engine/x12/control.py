"""ST and SE. Codes follow data element 718 (AK502)."""

from mappings.engine.findings import Code
from mappings.engine.x12.faults import Fault


def control_faults(segments: list[list[str]], set_id: str) -> list[Fault]:
    """Faults of header and trailer."""
    return _header_faults(segments, set_id) + _trailer_faults(segments)


def _at(segment: list[str], element: int) -> str:
    return segment[element] if element < len(segment) else ""


def _header_faults(segments: list[list[str]], set_id: str) -> list[Fault]:
    header = segments[0] if segments else []
    if _at(header, 0) != "ST":
        return [] if header else [Fault(1, Code.SET_IDENTIFIER_INVALID, "ST", "There is no ST segment")]
    found = []
    sent, number = _at(header, 1), _at(header, 2)
    if sent != set_id:
        message = f"ST01 is not {set_id}"
        found.append(Fault(1, Code.SET_IDENTIFIER_INVALID, "ST", message, element=1, element_id="143", value=sent))
    if not 4 <= len(number) <= 9 or not number.isprintable():
        message = "ST02 must have 4 to 9 characters"
        found.append(Fault(1, Code.SET_CONTROL_INVALID, "ST", message, element=2, element_id="329", value=number))
    return found


def _trailer_faults(segments: list[list[str]]) -> list[Fault]:
    count = len(segments)
    trailer = segments[-1] if segments else []
    if _at(trailer, 0) != "SE":
        return [Fault(count + 1, Code.SET_TRAILER_MISSING, "SE", f"The set ends after segment {count} without SE")]
    found = []
    stated, number, expected = _at(trailer, 1), _at(trailer, 2), _at(segments[0], 2)
    if not _counts(stated, count):
        message = f"SE01 says {stated or 'nothing'}, the set has {count} segments"
        found.append(Fault(count, Code.SET_COUNT_MISMATCH, "SE", message, element=1, element_id="96", value=stated))
    if number != expected:
        message = f"SE02 is {number or 'missing'}, ST02 is {expected or 'missing'}"
        found.append(Fault(count, Code.SET_CONTROL_MISMATCH, "SE", message, element=2, element_id="329", value=number))
    return found


def _counts(stated: str, count: int) -> bool:
    """Compared as text without leading zeros: what a partner sends may be too long for int()."""
    return stated.isascii() and stated.isdecimal() and (stated.lstrip("0") or "0") == str(count)
