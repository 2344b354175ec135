"""Values as X12 writes them: the conversions of reading, backwards."""

from decimal import Decimal, InvalidOperation

from mappings.engine.outbound.instances import Conflict
from mappings.engine.rules.target import Kind
from mappings.engine.x12.structure import ElementDef

_WITH_SECONDS = 6


def as_sent(value: object, element: ElementDef, kind: Kind = Kind.TEXT) -> str:
    """A canonical value for an element of this type. kind: of its field; a date can stand in a text element, too.

    Raises Conflict for a value that the element cannot hold.
    """
    text = str(value)
    if element.type == "DT" or kind is Kind.DATE:
        digits = text.replace("-", "")
        return digits if element.type != "DT" or element.max == 0 or len(digits) <= element.max else digits[2:]
    if element.type == "TM" or kind is Kind.TIME:
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
