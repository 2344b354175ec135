"""What one hostile or broken file may cost. When one of these fails, it takes a worker down and others wait."""

import io

import pytest

from mappings.engine.x12 import validator
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import scan
from mappings.engine.x12.explain import MOST_FAULTS_OF_AN_ELEMENT
from mappings.engine.x12.walk import MOST_FAULTS
from tests.mappings.engine.x12.documents import GS, ISA, STAR, all_findings, codes, in_envelope, raw, read, transaction


def test_a_set_of_nothing_but_faults_names_the_first_ten_thousand() -> None:
    reading = read([f"XX*{number}" for number in range(MOST_FAULTS + 500)])
    assert len(reading.segments) == MOST_FAULTS + 502
    assert codes(reading.findings).count("segment-unknown") == MOST_FAULTS
    assert reading.findings[-1].place.segment == MOST_FAULTS + 1


def test_an_element_repeated_without_end_names_the_first_hundred_faults() -> None:
    delimiters = Delimiters(element="*", segment="~", component=">", repetition="^")
    found = [
        one for one in read(["REF*" + "^".join(["toolong"] * 5000)], delimiters).findings if one.place.element == 1
    ]
    repeated, *long = found
    assert (repeated.code, repeated.place.repetition) == ("element-repeated", 2)
    assert [one.place.repetition for one in long] == list(range(1, MOST_FAULTS_OF_AN_ELEMENT))
    assert long[98].place.offset == len("ST*850*0001~REF*") + 98 * len("toolong^")


def test_a_set_too_large_for_the_memory_is_refused_and_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validator, "MOST_SEGMENTS", 100)
    reading = read(["REF*DP*1"] * 99)
    assert codes(reading.findings) == ["set-too-large"]
    assert (reading.set_id, reading.control_number) == ("850", "0001")
    assert reading.segments == [["ST", "850", "0001"]]


def test_an_interchange_of_misplaced_segments_names_the_first_hundred() -> None:
    found = codes(all_findings(raw([ISA, GS, *(["SE*1*1"] * 5000), "GE*0*1", "IEA*1*000000101"])))
    assert found == ["interchange-content-invalid"] * 100


def test_empty_segments_change_nothing() -> None:
    riddled = raw(in_envelope(transaction())).replace(b"~", b"~~~")
    assert all_findings(riddled.rstrip(b"~") + b"~") == []
    empty = validator.validator_for("850", "004010").read(raw(transaction()).replace(b"~", b"~~~"), STAR)
    assert codes(empty.findings) == ["segment-blanks"]
    assert empty.segments == read().segments


@pytest.mark.parametrize("chunk", [600, 5000, 1 << 18])
def test_a_segment_without_end_stands_where_it_begins_however_much_is_read_at_a_time(chunk: int) -> None:
    head = raw([ISA]) + b"\r\n  "
    data = head + b"X" * 200_000 + b"~" + raw([GS, "GE*0*1", "IEA*1*000000101"])
    (found,) = [one for event in scan(io.BytesIO(data), chunk) for one in getattr(event, "findings", ())]
    assert (found.code, found.place.offset) == ("interchange-content-invalid", len(head))
