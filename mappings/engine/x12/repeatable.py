"""What an acknowledgment may repeat of what a partner sent: values that X12 allows at that place, and no others.

A strict receiver refuses a whole 997 or 999 for one value that is none (X12.20, X12.56: every element has the form
that the dictionary gives it). What is optional and does not fit is left blank; what is mandatory is replaced where
that says nothing untrue, and else its note is left out. Codes of the right form are repeated though we may not know
them: a set that we do not know is named by its own name.
"""

from mappings.engine.x12.elements import is_date, is_time, value_fault
from mappings.engine.x12.functional_groups import group_of
from mappings.engine.x12.structure import ElementDef, nearest_release, release
from mappings.engine.x12.writer import SegmentWriter, UnwritableValue

_ANY_CODE: frozenset[str] = frozenset()
_OLDEST = "004010"
_LONGEST = 400
_NO_GROUP = "0"
"""AK102 where GS06 is no number: the number of no group."""


class Repeatable:
    """Values that one kind of acknowledgment may repeat."""

    def __init__(self, writer: SegmentWriter, set_id: str, version: str) -> None:
        """set_id: of the acknowledgment. version: GS08 of its group."""
        wanted = version[:6] if version[:6].isdecimal() and len(version) >= 6 else _OLDEST
        self._release = release(nearest_release(set_id, wanted))
        self._writer = writer

    def value(self, segment_id: str, element: int, text: str, component: int = 0) -> str:
        """The text, or "" where it has not the form of that element. Texts are cut where any length is as good."""
        definition = self._definition(segment_id, element, component)
        longest = definition.max if definition.id == "724" else _LONGEST  # a copy of bad data
        kept = self._writer.safe(text, longest).strip()
        return "" if not kept or value_fault(kept, definition, _ANY_CODE, six_digit_dates=False) else kept

    def functional_id(self, sent: str, set_id: str) -> str:
        """AK101. A GS01 that is no functional group is replaced by that of the first set, where that is known.

        Raises UnwritableValue when nothing of the right form is left.
        """
        definition = self._definition("AK1", 1, 0)
        kept = self.value("AK1", 1, sent[: definition.max])
        if kept in self._release.codes(definition.codes):
            return kept
        named = next(iter(group_of(set_id)), kept)
        if not named:
            raise UnwritableValue(f"GS01 is {sent!r}, with which no acknowledgment can name its group")
        return named

    def group_control(self, sent: str) -> str:
        """AK102. What is no number is told as that of no group; AK905 says that it is none."""
        return self.value("AK1", 2, sent) or _NO_GROUP

    def set_control(self, sent: str) -> str:
        """AK202, filled up with zeros; only zeros for what cannot be repeated. AK502 says that it is none."""
        definition = self._definition("AK2", 2, 0)
        kept = self._writer.safe(sent, _LONGEST).strip()
        return ("" if len(kept) > definition.max else kept).rjust(definition.min, "0")

    def _definition(self, segment_id: str, element: int, component: int) -> ElementDef:
        segment = self._release.segment(segment_id)
        if segment is None:
            raise LookupError(f"{self._release.name} has no {segment_id}")
        definition = segment.elements[element - 1]
        return definition.components[component - 1] if component else definition


def interchange_date(sent: str, today: str) -> str:
    """TA102: ISA09, or the day of the answer where that is none."""
    return sent if len(sent) == 6 and is_date(sent, six_digits=True) else today


def interchange_time(sent: str, now: str) -> str:
    """TA103: ISA10, or the time of the answer where that is none."""
    return sent if is_time(sent, longest=4) else now
