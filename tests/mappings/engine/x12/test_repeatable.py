"""If these fail, a strict receiver refuses a whole acknowledgment for a value that the receiver itself sent wrong."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.engine.findings import RULES, Code, Finding, Layer, Place, Severity, finding
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, write_997, write_999, write_ta1
from mappings.engine.x12.envelope import InterchangeOpened, SetFound, scan
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.structure import release
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import OutboundEnvelope, UnwritableValue
from tests.mappings.engine.x12.documents import CLEAN_HEADER, all_findings
from tests.mappings.engine.x12.test_acknowledgment import GROUP, envelope

KINDS = [(write_997, "00401"), (write_997, "00501"), (write_999, "00501")]
COUNTED = GroupCounts(1, 1, 0)
REPEATED_CODES = {("AK1", 1), ("AK2", 1)}  # what the sender itself names so, if it has the right form
TOLD = [
    code
    for code in Code
    if (RULES[code].set or RULES[code].segment or RULES[code].element)
    and RULES[code].layer in (Layer.ENVELOPE, Layer.SYNTAX, Layer.OVERLAY)
]


def faults(data: bytes) -> list[Finding]:
    """All that our own reader and our own dictionaries have against it, codes of the sender's own aside."""
    found = list(all_findings(data))
    version = "005010" if b"*00501*" in data else "004010"
    for event in scan(BytesIO(data)):
        if isinstance(event, InterchangeOpened):
            delimiters = event.delimiters
        if isinstance(event, SetFound):
            piece = data[event.offset : event.offset + event.length]
            found += validator_for(event.set_id, version).read(piece, delimiters).findings
    repeated = [f for f in found if f.code is Code.ELEMENT_CODE_INVALID]
    return [f for f in found if f not in repeated or (f.place.segment_id, f.place.element) not in REPEATED_CODES]


def written(
    group: GroupHeader, verdicts: list[SetVerdict], kind: int = 0, characters: str = "", one_each: bool = False
) -> bytes:
    write, version = KINDS[kind]
    outer: OutboundEnvelope = replace(envelope(version), characters=characters)
    return write(group, verdicts, [], counts=COUNTED, envelope=outer, for_each_set=one_each)


def lines(data: bytes) -> list[str]:
    return data.decode().split("~")[3:-4]


def of_segment(segment_id: str, **changes: int | str) -> SetVerdict:
    place = replace(Place(segment=3, segment_id=segment_id, element=2, element_id="100"), **changes)
    return SetVerdict("850", "0001", [finding(Code.ELEMENT_TOO_LONG, place=place, value="x")])


@pytest.mark.parametrize("kind", range(len(KINDS)))
@pytest.mark.parametrize(
    ("sent", "written_as"), [("", "0"), ("12A", "0"), ("1234567890", "0"), ("-", "0"), ("000000012", "000000012")]
)
def test_a_group_number_that_is_none_names_no_group(kind: int, sent: str, written_as: str) -> None:
    data = written(replace(GROUP, control_number=sent), [SetVerdict("850", "0001", [])], kind)
    assert faults(data) == []
    assert lines(data)[0].split("*")[:3] == ["AK1", "PO", written_as]


@pytest.mark.parametrize("kind", range(len(KINDS)))
@pytest.mark.parametrize(("sent", "said"), [("", "PO"), ("P", "PO"), ("Q?", "PO"), ("IN", "IN")])
def test_a_group_without_a_name_is_named_by_what_stands_in_it(kind: int, sent: str, said: str) -> None:
    data = written(replace(GROUP, functional_id=sent), [SetVerdict("850", "0001", [])], kind)
    assert faults(data) == []
    assert lines(data)[0].startswith(f"AK1*{said}*")


def test_a_group_that_nothing_names_has_no_acknowledgment() -> None:
    with pytest.raises(UnwritableValue, match="GS01"):
        written(replace(GROUP, functional_id="P"), [])


@pytest.mark.parametrize("kind", range(len(KINDS)))
@pytest.mark.parametrize("set_id", ["", "85", "8500", " "])
def test_a_set_that_cannot_be_named_is_counted_only(kind: int, set_id: str) -> None:
    bad = SetVerdict(set_id, "0001", [finding(Code.SET_UNSUPPORTED)])
    for one_each in (False, True):
        data = written(GROUP, [bad], kind, one_each=one_each)
        assert faults(data) == []
        assert [line[:3] for line in lines(data)] == ["AK1", "AK9"]


@pytest.mark.parametrize(("sent", "said"), [("", "0000"), ("1", "0001"), ("A7", "00A7"), ("1234567890", "0000")])
def test_a_set_number_has_the_form_of_one(sent: str, said: str) -> None:
    data = written(GROUP, [SetVerdict("850", sent, [finding(Code.SET_COUNT_MISMATCH)])])
    assert faults(data) == []
    assert lines(data)[1] == f"AK2*850*{said}"


@pytest.mark.parametrize("kind", range(len(KINDS)))
@pytest.mark.parametrize("segment_id", ["", "P", " Q", "PO1X"])
def test_a_segment_that_cannot_be_named_has_no_note(kind: int, segment_id: str) -> None:
    data = written(GROUP, [of_segment(segment_id)], kind)
    assert faults(data) == []
    assert [line[:3] for line in lines(data)][1:-1] == ["AK2", "IK5" if kind == 2 else "AK5"]
    assert lines(data)[-2].endswith("*R*5")


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_an_element_beyond_the_99th_is_told_by_its_segment(kind: int) -> None:
    data = written(GROUP, [of_segment("CUR", element=120)], kind)
    assert faults(data) == []
    assert [line[1:3] for line in lines(data)][2:-2] == ["K3"]


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_what_is_optional_and_does_not_fit_is_left_blank(kind: int) -> None:
    found = of_segment("CUR", loop="A-LOOP-OF-OURS", element_id="C0401", repetition=20_000)
    data = written(replace(GROUP, version="004010" * 3), [replace(found, convention="G" * 36)], kind)
    assert faults(data) == []
    assert lines(data)[:2] == ["AK1*PO*12", "AK2*850*0001"]
    assert [line[1:] for line in lines(data)[2:4]] == ["K3*CUR*3**8", "K4*2**5*x"]


TEXT = st.text(st.sampled_from("AZaz09 -.+*~>^|:\x00\n\x1fé٣\ufffd"), max_size=12) | st.sampled_from(
    ["", "PO", "850", "0001", "CUR", "BEG", "12", "-1", "+1", "004010", "1E5"]
)
COUNT = st.sampled_from([0, 1, 2, 5, 99, 100, 9_999, 10_000, 999_999, 1_000_000])
FINDING = st.builds(
    finding,
    st.sampled_from(TOLD),
    value=TEXT,
    severity=st.sampled_from([Severity.ERROR, Severity.WARNING]),
    place=st.builds(
        Place,
        segment=COUNT,
        segment_id=TEXT,
        loop=TEXT,
        element=COUNT,
        element_id=TEXT,
        component=COUNT,
        repetition=COUNT,
    ),
)
VERDICTS = st.lists(st.builds(SetVerdict, TEXT, TEXT, st.lists(FINDING, max_size=3), TEXT), max_size=3)


@given(
    group=st.builds(GroupHeader, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT),
    verdicts=VERDICTS,
    kind=st.sampled_from(range(len(KINDS))),
    characters=st.sampled_from(["", "basic", "extended", "utf-8"]),
    one_each=st.booleans(),
)
def test_whatever_was_sent_the_acknowledgment_is_clean(
    group: GroupHeader, verdicts: list[SetVerdict], kind: int, characters: str, one_each: bool
) -> None:
    known = SetVerdict("850", "0001", [])  # so that the group can be named
    assert faults(written(group, [known, *verdicts], kind, characters, one_each)) == []


@given(st.lists(TEXT, min_size=16, max_size=16))
def test_whatever_was_sent_the_ta1_is_clean(elements: list[str]) -> None:
    for sent in (elements, [*CLEAN_HEADER.elements[:8], *elements[8:10], *CLEAN_HEADER.elements[10:]]):
        data = write_ta1(InterchangeHeader(tuple(sent)), [], envelope=envelope())
        assert all_findings(data) == []
        definitions = release("004010").segment("TA1")
        assert definitions is not None
        number, date, time = data.decode().split("~")[1].split("*")[1:4]
        assert re.fullmatch("[0-9]{9}", number)
        assert datetime.strptime(date + time, "%y%m%d%H%M").replace(tzinfo=UTC)
