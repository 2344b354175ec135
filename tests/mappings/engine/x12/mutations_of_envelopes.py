"""One fault in the envelope around valid documents: which finding names it, and nothing else does."""

from collections.abc import Callable

import msgspec

from mappings.engine.findings import Code
from tests.mappings.engine.x12.documents import GS, ISA


class Envelope(msgspec.Struct):
    """The segments of an interchange with one group of two sets, and what has to be said about the fault in it."""

    segments: list[str]
    code: Code
    segment_id: str
    element: int = 0


Fault = Callable[[list[str]], Envelope]


def group_of(functional_id: str, version: str, sets: list[list[str]]) -> list[str]:
    """Valid sets with envelopes around them that fit."""
    header = GS.replace("GS*PO*", f"GS*{functional_id}*").replace("004010", version)
    return [ISA, header, *(row for one in sets for row in one), f"GE*{len(sets)}*1", "IEA*1*000000101"]


def _changed(at: int, old: str, new: str, code: Code, segment_id: str, element: int) -> Fault:
    def change(segments: list[str]) -> Envelope:
        assert old in segments[at], segments[at]
        changed = [*segments]
        changed[at] = changed[at].replace(old, new, 1)
        return Envelope(changed, code, segment_id, element)

    return change


def _without(at: int, code: Code, segment_id: str) -> Fault:
    def leave_out(segments: list[str]) -> Envelope:
        kept = [*segments]
        del kept[at]
        return Envelope(kept, code, segment_id)

    return leave_out


def _foreign_group(segments: list[str]) -> Envelope:
    assert segments[1][3:5] != "ZZ"
    return Envelope([segments[0], f"GS*ZZ{segments[1][5:]}", *segments[2:]], Code.SET_NOT_IN_GROUP, "ST", 1)


def _number_twice(segments: list[str]) -> Envelope:
    """The second set has the number of the first."""
    second = [row.replace("*0002", "*0001") if row[:3] in ("ST*", "SE*") else row for row in segments]
    return Envelope(second, Code.SET_CONTROL_DUPLICATE, "ST", 2)


def _between_sets(segments: list[str]) -> Envelope:
    at = next(i for i, row in enumerate(segments) if row.startswith("SE*")) + 1
    return Envelope([*segments[:at], "NTE**lost", *segments[at:]], Code.INTERCHANGE_CONTENT_INVALID, "")


ENVELOPES: dict[str, Fault] = {
    "interchange number wrong": _changed(-1, "000000101", "000000102", Code.INTERCHANGE_CONTROL_MISMATCH, "IEA", 2),
    "interchange count wrong": _changed(-1, "IEA*1", "IEA*3", Code.INTERCHANGE_COUNT_MISMATCH, "IEA", 1),
    "interchange trailer missing": _without(-1, Code.INTERCHANGE_TRAILER_MISSING, "IEA"),
    "group number wrong": _changed(-2, "*1", "*9", Code.GROUP_CONTROL_MISMATCH, "GE", 2),
    "group count wrong": _changed(-2, "GE*2", "GE*5", Code.GROUP_COUNT_MISMATCH, "GE", 1),
    "group trailer missing": _without(-2, Code.GROUP_TRAILER_MISSING, "GE"),
    "group of another kind": _foreign_group,
    "set number twice": _number_twice,
    "segment between sets": _between_sets,
    "interchange date wrong": _changed(0, "261121", "261341", Code.ISA_ELEMENT_INVALID, "ISA", 9),
    "interchange time wrong": _changed(0, "0830", "2561", Code.ISA_ELEMENT_INVALID, "ISA", 10),
    "interchange version unknown": _changed(0, "00401", "99999", Code.INTERCHANGE_VERSION_UNSUPPORTED, "ISA", 12),
    "acknowledgment flag wrong": _changed(0, "*0*P*", "*7*P*", Code.ISA_ELEMENT_INVALID, "ISA", 14),
    "usage wrong": _changed(0, "*0*P*", "*0*X*", Code.ISA_ELEMENT_INVALID, "ISA", 15),
    "padding collapsed": _changed(0, "BUYERCORP      ", "BUYERCORP", Code.ISA_PADDING, "ISA", 6),
    "group number invalid": lambda segments: Envelope(
        [segments[0], segments[1].replace("*1*X*", "*A1*X*"), *segments[2:-2], "GE*2*A1", segments[-1]],
        Code.GROUP_CONTROL_INVALID, "GS", 6,
    ),
}  # fmt: skip
