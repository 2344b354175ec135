"""What the reader mends silently enough to go on, and says; an agreement may forbid each of it, or put up with more."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from mappings.engine.findings import Code, Finding, Severity

REPAIRS = frozenset(
    {
        Code.ISA_PADDING,
        Code.ISA_LINE_END,
        Code.SEGMENT_BLANKS,
        Code.ENCODING_INVALID,
        Code.DATA_OUTSIDE_INTERCHANGE,
        Code.INTERCHANGE_TRAILER_MISSING,
        Code.GROUP_TRAILER_MISSING,
        Code.SET_TRAILER_MISSING,
    }
)
"""Each finding of these codes is a repair. Those of missing trailers are errors unless an agreement tolerates them."""


class RepairPolicy(msgspec.Struct, frozen=True):
    """forbidden: repairs that are errors. tolerated: repairs that are only warnings. Other codes are not touched."""

    forbidden: frozenset[Code] = frozenset()
    tolerated: frozenset[Code] = frozenset()

    def apply(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings with the severity that the agreement gives to each repair."""
        return [self._judged(found) for found in findings]

    def _judged(self, found: Finding) -> Finding:
        if found.code not in REPAIRS:
            return found
        if found.code in self.forbidden:
            return replace(found, severity=Severity.ERROR)
        if found.code in self.tolerated and found.severity is Severity.ERROR:
            return replace(found, severity=Severity.WARNING)
        return found
