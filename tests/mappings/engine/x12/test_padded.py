"""Records of one width, as AS/400 and mainframe programs send them: when this fails, what they send is refused."""

import io

import pytest

from mappings.engine.express.lane import lane_for
from mappings.engine.findings import Place
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import InterchangeOpened, scan
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import all_findings, codes, in_envelope, raw, sets_of, transaction

SEGMENTS = in_envelope(transaction(), transaction(number="0002"))
PLAIN = raw(SEGMENTS, "\n")
LINE = Delimiters(element="*", segment="\n", component=">")


def padded(width: int, ending: str, mark: str = "") -> bytes:
    return "".join(f"{segment + mark:<{width}}{ending}" for segment in SEGMENTS).encode()


def sets(data: bytes) -> list[tuple[str, list[list[str]], list[str]]]:
    """Of each set its control number as the splitter read it, its segments and its findings."""
    found = []
    for event, part, delimiters in sets_of(data):
        reading = validator_for("850", "004010").read(part, delimiters)
        found.append((event.control_number, reading.segments, codes(reading.findings)))
    return found


@pytest.mark.parametrize("width", [110, 132, 256])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "~"])
def test_records_filled_with_blanks_read_as_those_that_are_not(width: int, ending: str, mark: str) -> None:
    data = padded(width, ending, mark)
    assert not all_findings(data)
    assert [(number, segments) for number, segments, _ in sets(data)] == [
        (number, segments) for number, segments, _ in sets(PLAIN)
    ]


def test_blanks_that_were_left_out_are_said_once_for_a_set() -> None:
    assert [found for _, _, found in sets(padded(120, "\n"))] == [["segment-blanks"]] * 2
    assert [found for _, _, found in sets(PLAIN)] == [[], []]


def test_only_the_header_may_lack_its_padding() -> None:
    """Some programs write ISA on its own and fill the rest."""
    data = (SEGMENTS[0] + "\n").encode() + padded(120, "\n").partition(b"\n")[2]
    assert [number for number, _, _ in sets(data)] == ["0001", "0002"]
    assert [found for _, _, found in sets(data)] == [["segment-blanks"]] * 2


def test_a_mark_at_the_end_of_segments_counts_though_blanks_stand_between_it_and_the_line_end() -> None:
    """ISA was sent without it."""
    data = (SEGMENTS[0] + "\n").encode() + padded(120, "\n", "~").partition(b"\n")[2]
    opened, *_ = scan(io.BytesIO(data))
    assert isinstance(opened, InterchangeOpened)
    assert opened.delimiters.segment == "~"
    assert len(sets(data)) == 2


def test_blanks_at_the_end_are_data_where_a_mark_ends_segments() -> None:
    data = raw(transaction([*("BEG*00*SA*1**20261121", "N1*ST*DOCK ", "PO1*1*1*EA*1**VN*V"), "CTT*1"]))
    reading = validator_for("850", "004010").read(data, Delimiters(element="*", segment="~", component=">"))
    assert reading.segments[2] == ["N1", "ST", "DOCK "]
    assert not reading.findings


@pytest.mark.parametrize("first", ["\n", "\r\n"])
@pytest.mark.parametrize("others", [("\n",), ("\r\n",), ("\n", "\n", "\r\n")])
def test_line_ends_may_differ(first: str, others: tuple[str, ...]) -> None:
    """One program wrote the envelope, another one the sets."""
    ends = [first, *(others[number % len(others)] for number in range(len(SEGMENTS) - 1))]
    data = "".join(segment + end for segment, end in zip(SEGMENTS, ends, strict=True)).encode()
    assert not all_findings(data)
    assert sets(data) == sets(PLAIN)


def test_a_fault_in_a_padded_record_stands_where_it_is_in_the_file() -> None:
    data = padded(120, "\n").replace(b"PO1*1*10*", b"PO1*1*xx*")
    stop = data.index(b"GE*")
    start = data.index(b"ST*850")
    reading = validator_for("850", "004010").read(data[start : data.index(b"ST*850*0002")], LINE, Place(offset=start))
    fault = next(found for found in reading.findings if found.place.segment_id == "PO1")
    assert data[fault.place.offset : stop].startswith(b"xx*")


def test_the_short_way_leaves_padded_records_to_the_complete_one() -> None:
    """Even when it knows the order without them."""
    lane = lane_for(validator_for("850", "004010"), None)
    assert lane
    one = raw(transaction(), "\n")
    assert lane.read(one, LINE, {})
    assert lane.read(one, LINE, {})
    assert lane.read(one.replace(b"STEEL BOLT", b"STEEL BOLT   "), LINE, {}) is None
