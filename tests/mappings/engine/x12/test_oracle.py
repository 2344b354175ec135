"""pyx12's reader counts envelopes too: where both can speak, they have to say the same."""

from io import StringIO

import pytest
import pyx12.x12file

from mappings.engine.x12.envelope import SetFound
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import STAR, all_findings, events, in_envelope, raw, transaction

# pyx12 names errors of the interchange by TA105, of the group by AK905, of the set by AK502.
SAME = {
    ("isa", "001"): "interchange-control-mismatch",
    ("isa", "021"): "interchange-count-mismatch",
    ("isa", "023"): "interchange-trailer-missing",
    ("gs", "3"): "group-trailer-missing",
    ("gs", "4"): "group-control-mismatch",
    ("gs", "5"): "group-count-mismatch",
    ("st", "2"): "set-trailer-missing",
    ("st", "3"): "set-control-mismatch",
    ("st", "4"): "set-count-mismatch",
    ("st", "23"): "set-control-duplicate",
}
CLEAN = in_envelope(transaction(number="0001"), transaction(number="0002"))


def theirs(segments: list[str]) -> set[str]:
    reader = pyx12.x12file.X12Reader(StringIO(raw(segments).decode()))
    found = []
    for _ in reader:
        found += reader.pop_errors()
    reader.cleanup()
    found += reader.pop_errors()
    return {SAME[(error[0], error[1])] for error in found if (error[0], error[1]) in SAME}


def ours(segments: list[str]) -> set[str]:
    data = raw(segments)
    found = list(all_findings(data))
    for event in events(data):
        if isinstance(event, SetFound):
            found += (
                validator_for("850", "004010").read(data[event.offset : event.offset + event.length], STAR).findings
            )
    return {one.code.value for one in found if one.code.value in SAME.values()}


def changed(old: str, *new: str) -> list[str]:
    at = CLEAN.index(old)
    return [*CLEAN[:at], *new, *CLEAN[at + 1 :]]


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (CLEAN, set()),
        (changed("SE*18*0001", "SE*17*0001"), {"set-count-mismatch"}),
        (changed("SE*18*0001", "SE*18*0009"), {"set-control-mismatch"}),
        (changed("SE*18*0001", "SE*18*1"), {"set-control-mismatch"}),
        (changed("ST*850*0002", "ST*850*0001"), {"set-control-duplicate", "set-control-mismatch"}),
        (changed("GE*2*1", "GE*3*1"), {"group-count-mismatch"}),
        (changed("GE*2*1", "GE*2*7"), {"group-control-mismatch"}),
        (changed("IEA*1*000000101", "IEA*2*000000101"), {"interchange-count-mismatch"}),
        (changed("IEA*1*000000101", "IEA*1*000000102"), {"interchange-control-mismatch"}),
        (CLEAN[:-1], {"interchange-trailer-missing"}),
    ],
)
def test_both_name_the_same_fault_of_an_envelope(segments: list[str], expected: set[str]) -> None:
    assert ours(segments) == expected
    assert theirs(segments) == expected
