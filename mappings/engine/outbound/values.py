"""Values as X12 writes them: the conversions of reading, backwards."""

from decimal import Decimal, InvalidOperation

from mappings.engine.outbound.instances import Conflict
from mappings.engine.x12.structure import ElementDef

_WITH_SECONDS = 6


def as_sent(value: object, element: ElementDef) -> str:
    """A canonical value for an element of this type. Raises Conflict for one that it cannot hold."""
    text = str(value)
    if element.type == "DT":
        digits = text.replace("-", "")
        return digits if element.max == 0 or len(digits) <= element.max else digits[2:]
    if element.type == "TM":
        digits = text.replace(":", "").replace(".", "")
        return digits[:4] if len(digits) == _WITH_SECONDS and digits.endswith("00") else digits
    if element.type[:1] == "N" and element.type[1:].isdecimal():
        return _implied(text, int(element.type[1:]))
    return text


def _implied(text: str, places: int) -> str:
    try:
        moved = Decimal(text).scaleb(places)
    except InvalidOperation as error:
        raise Conflict from error
    if moved != moved.to_integral_value():
        raise Conflict
    return f"{moved.to_integral_value():f}"
