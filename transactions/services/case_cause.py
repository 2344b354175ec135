"""What cases have in common when one act mends them all.

A cause is text of six parts: `code|partner|environment|kind|place|value`.

- partner: its key, "" where the sender is not known. A fault of Onramp has none: it spans partners.
- kind: of the document that the agreement covers, such as `order`; "" for files and envelopes.
- place: where in any such document, without line numbers, positions and repetitions: `PO107`, `cac:Item/cbc:Name`.
- value: where the value itself is what must be mended (an unknown code, item or sender), or what Onramp says of its own
  fault. A wrong total or count differs in every document, so it is left out.
"""

import hashlib
import re
from typing import NamedTuple

from mappings.engine.findings import RULES, Code, Finding, Place

LENGTH = 160
PLACE_LENGTH = 60
MARK = 9  # "~" and eight hexadecimal digits of what was cut
BY_VALUE = frozenset(
    {
        Code.SENDER_UNKNOWN,
        Code.SENDER_NOT_ALLOWED,
        Code.PARTNER_INACTIVE,
        Code.AGREEMENT_MISSING,
        Code.AGREEMENT_STOPPED,
        Code.ENVIRONMENT_MISMATCH,
        Code.MAPPING_MISSING,
        Code.FORMAT_UNSUPPORTED,
        Code.XML_RECORD_UNKNOWN,
        Code.LAYOUT_UNKNOWN,
        Code.COLUMNS_MISSING,
        Code.SET_UNSUPPORTED,
        Code.SEGMENT_UNKNOWN,
        Code.ELEMENT_CODE_INVALID,
        Code.MAPPING_CODE_UNKNOWN,
    }
)
_POSITIONS = re.compile(r"\[\d+\]")
_NUMBERS = re.compile(r"\d{3,}|[0-9a-f]{8}-[0-9a-f-]{27}")


class Cause(NamedTuple):
    """The parts of a cause; see the module."""

    code: str
    partner: str = ""
    environment: str = ""
    kind: str = ""
    place: str = ""
    value: str = ""

    @classmethod
    def parse(cls, text: str) -> "Cause":
        """The parts of a cause that a case carries. Text of another form becomes a code."""
        parts = text.split("|", len(cls._fields) - 1)
        return cls(*parts)

    def __str__(self) -> str:
        return _cut("|".join(self), LENGTH)

    @property
    def title(self) -> str:
        """What is wrong, in words."""
        return RULES[Code(self.code)].title if self.code in RULES else self.code


def cause_of(found: Finding, *, partner_id: int | None, environment: str, kind: str = "") -> str:
    """The cause of a case that this finding opens; at most LENGTH characters."""
    if found.code is Code.INTERNAL_FAILURE:
        return str(Cause(found.code.value, value=_plain(_NUMBERS.sub("#", found.message))))
    return str(
        Cause(
            found.code.value,
            "" if partner_id is None else str(partner_id),
            environment,
            _plain(kind),
            _cut(_plain(place_of(found.place)), PLACE_LENGTH),
            _plain(found.value) if found.code in BY_VALUE else "",
        )
    )


def place_of(place: Place) -> str:
    """A place as it is the same in every document: "PO107", "Order/OrderLine/Item", "column quantity", or ""."""
    if place.segment_id:
        return f"{place.segment_id}{place.element:02d}" if place.element else place.segment_id
    if place.xpath:
        return _POSITIONS.sub("", place.xpath)
    return f"column {place.column}" if place.column else ""


def _plain(text: str) -> str:
    """One line without the character that separates the parts, and without U+0000, which PostgreSQL does not store."""
    return " ".join(text.replace("|", "/").replace("\x00", "\ufffd").split())


def _cut(text: str, length: int) -> str:
    """Cut, and marked by a digest of the whole: what differs behind the cut stays different."""
    if len(text) <= length:
        return text
    return f"{text[: length - MARK]}~{hashlib.sha256(text.encode()).hexdigest()[: MARK - 1]}"
