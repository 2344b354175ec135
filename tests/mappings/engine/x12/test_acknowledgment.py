"""An acknowledgment that a partner's system cannot read, or that says the wrong thing, stops their order."""

from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any

import pytest
import pyx12.x12file

from mappings.engine.findings import RULES, Code, Finding, Layer, Place, Severity, finding
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, write_997, write_999, write_ta1
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import InterchangeOpened, SetFound, scan
from mappings.engine.x12.header import GroupHeader
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import OutboundEnvelope
from tests.mappings.engine.x12.documents import CLEAN_HEADER, all_findings, events, read, replaced

STAR = Delimiters(element="*", segment="~", component=">")
GROUP = GroupHeader("PO", "BUYERCORP", "SUPPLIERINC", "20261121", "0830", "12", "X", "004010")


def envelope(version: str = "00401", delimiters: Delimiters = STAR) -> OutboundEnvelope:
    return OutboundEnvelope(
        sender_qualifier="ZZ",
        sender_id="SUPPLIERINC",
        receiver_qualifier="ZZ",
        receiver_id="BUYERCORP",
        interchange_control=7,
        group_control=8,
        set_control=9,
        at=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
        version=version,
        delimiters=delimiters,
    )


def acknowledge(
    verdicts: list[SetVerdict],
    group_findings: list[Finding] | None = None,
    version: str = "00401",
    with_accepted_sets: bool = True,
    accepted: int | None = None,
) -> list[str]:
    """The 997's segments between ST and SE, after its readers found nothing wrong with it."""
    passed = sum(verdict.accepted for verdict in verdicts) if accepted is None else accepted
    data = write_997(
        GROUP,
        verdicts,
        group_findings or [],
        counts=GroupCounts(len(verdicts), len(verdicts), passed),
        envelope=envelope(version),
        with_accepted_sets=with_accepted_sets,
    )
    judged_clean(data)
    return data.decode().split("~")[3:-4]


def judged_clean(data: bytes) -> None:
    """Our own validator and pyx12's reader accept it."""
    assert all_findings(data) == []
    for event in scan(BytesIO(data)):
        if isinstance(event, InterchangeOpened):
            delimiters = event.delimiters
        if isinstance(event, SetFound):
            piece = data[event.offset : event.offset + event.length]
            version = "005010" if b"*00501*" in data else "004010"
            assert validator_for(event.set_id, version).read(piece, delimiters).findings == []
    reader = pyx12.x12file.X12Reader(StringIO(data.decode()))
    segments = [segment.get_seg_id() for segment in reader]
    assert segments[0] == "ISA"
    assert segments[-1] == "IEA"
    assert reader.pop_errors() == []


def test_a_clean_set_is_accepted() -> None:
    assert acknowledge([SetVerdict("850", "0001", [])]) == ["AK1*PO*12", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"]


def test_each_fault_is_noted_at_its_place() -> None:
    body = replaced("CUR*BY*USD", ["CUR*BY*DOLLARS", "QQQ*1"])
    body = replaced("DTM*002*20261224", "DTM*002*20261399", body)
    body = replaced("PO1*2*5*CA*100*PE*BP*B20*VN*V-2", "PO1*2*five*CA*100*PE*BP*B20*VN", body)
    verdict = SetVerdict("850", "0001", read(body).findings)
    assert acknowledge([verdict, SetVerdict("850", "0002", [])]) == [
        "AK1*PO*12",
        "AK2*850*0001",
        "AK3*CUR*3**8",
        "AK4*2*100*5*DOLLARS",
        "AK3*QQQ*4**1",
        "AK3*DTM*7**8",
        "AK4*2*373*8*20261399",
        "AK3*PO1*16*PO1*8",
        "AK4*2*330*6*five",
        "AK4*9*234*2",
        "AK5*R*5",
        "AK2*850*0002",
        "AK5*A",
        "AK9*P*2*2*1",
    ]


def test_a_component_is_noted_by_its_position() -> None:
    body = replaced("PID*F****STEEL BOLT", ["PID*F****STEEL BOLT", "MEA*PD*WD*61.5*IN>x"])
    notes = acknowledge([SetVerdict("850", "0001", read(body).findings)])
    assert "AK4*4>2*1018*6*x" in notes


def test_warnings_accept_with_errors() -> None:
    found = read(replaced("CUR*BY*USD", "CUR*BX9*USD")).findings
    assert acknowledge([SetVerdict("850", "0001", found)])[1:] == [
        "AK2*850*0001",
        "AK3*CUR*3**8",
        "AK4*1*98*7*BX9",
        "AK5*E*5",
        "AK9*E*1*1*1",
    ]


def test_findings_without_an_x12_code_change_nothing() -> None:
    found = [finding(Code.LINE_COUNT_MISMATCH), finding(Code.STRUCTURE_NEAREST), finding(Code.ENCODING_INVALID)]
    assert acknowledge([SetVerdict("850", "0001", found)])[-2:] == ["AK5*A", "AK9*A*1*1*1"]


def test_business_and_mapping_findings_never_change_an_acknowledgment() -> None:
    others = [code for code in Code if RULES[code].layer in (Layer.MAPPING, Layer.BUSINESS)]
    found = [finding(code, place=Place(segment=2, segment_id="BEG", element=3)) for code in others]
    assert acknowledge([SetVerdict("850", "0001", found)])[-2:] == ["AK5*A", "AK9*A*1*1*1"]


def test_faults_of_header_and_trailer_go_to_ak5() -> None:
    found = [finding(Code.SET_COUNT_MISMATCH), finding(Code.SET_CONTROL_MISMATCH), finding(Code.SEGMENT_UNKNOWN)]
    assert acknowledge([SetVerdict("850", "0001", found)])[-2:] == ["AK5*R*4*3*5", "AK9*R*1*1*0"]


def test_ak5_names_five_faults_at_most() -> None:
    set_codes = [code for code in Code if RULES[code].set]
    found = [finding(code, severity=Severity.ERROR) for code in set_codes]
    (ak5,) = [line for line in acknowledge([SetVerdict("850", "0001", found)]) if line.startswith("AK5")]
    assert len(ak5.split("*")) == 7


@pytest.mark.parametrize("code", [code for code in Code if RULES[code].segment or RULES[code].element])
def test_every_code_of_the_table_makes_a_valid_997(code: Code) -> None:
    place = Place(segment=3, segment_id="CUR", loop="", element=2 if RULES[code].element else 0, element_id="100")
    found = finding(code, place=place, value="X", severity=Severity.ERROR)
    notes = acknowledge([SetVerdict("850", "0001", [found])])
    assert notes[2] == f"AK3*CUR*3**{RULES[code].segment}"
    assert (notes[3] == f"AK4*2*100*{RULES[code].element}*X") == bool(RULES[code].element)


def test_faults_of_the_group_are_noted_in_ak9() -> None:
    notes = [finding(Code.GROUP_COUNT_MISMATCH), finding(Code.GROUP_CONTROL_MISMATCH)]
    assert acknowledge([SetVerdict("850", "0001", [])], notes)[-1] == "AK9*E*1*1*1*5*4"
    assert acknowledge([SetVerdict("850", "0001", [])], notes, accepted=0)[-1] == "AK9*R*1*1*0*5*4"


def test_accepted_sets_may_be_left_out() -> None:
    bad = SetVerdict("850", "0002", [finding(Code.SET_COUNT_MISMATCH)])
    lines = acknowledge([SetVerdict("850", "0001", []), bad], with_accepted_sets=False)
    assert lines == ["AK1*PO*12", "AK2*850*0002", "AK5*R*4", "AK9*P*2*2*1"]


def test_005010_names_the_release_that_it_speaks_of() -> None:
    assert acknowledge([SetVerdict("850", "0001", [])], version="00501")[0] == "AK1*PO*12*004010"


@pytest.mark.parametrize("bad", ["A*B~C>D", "line\nbreak\x00", "Größe", "x" * 300])
def test_bad_data_is_copied_without_doing_harm(bad: str) -> None:
    place = Place(segment=3, segment_id="CUR", element=2, element_id="100")
    found = finding(Code.ELEMENT_TOO_LONG, place=place, value=bad)
    note = acknowledge([SetVerdict("850", "0001", [found])])[3]
    assert note.startswith("AK4*2*100*5*")
    assert len(note.split("*")[4]) <= 99


def test_what_a_partner_sent_cannot_break_out_of_its_element() -> None:
    group = GroupHeader("PO*X", "A", "B", "", "", "12~AK9", "X", "004010")
    verdict = SetVerdict("850~", "00*01", [])
    data = write_997(group, [verdict], [], counts=GroupCounts(1, 1, 1), envelope=envelope())
    assert len([event for event in events(data) if isinstance(event, SetFound)]) == 1
    assert data.count(b"~") == 10


@pytest.mark.parametrize(
    ("found", "note"),
    [
        ([], "A*000"),
        ([finding(Code.INTERCHANGE_CONTROL_MISMATCH)], "R*001"),
        ([finding(Code.INTERCHANGE_VERSION_UNSUPPORTED), finding(Code.INTERCHANGE_TRAILER_MISSING)], "R*023"),
        ([finding(Code.INTERCHANGE_VERSION_UNSUPPORTED)], "E*003"),
        ([finding(Code.ISA_PADDING)], "A*000"),
        ([finding(Code.INTERCHANGE_DUPLICATE)], "R*025"),
    ],
)
def test_ta1_answers_for_the_interchange(found: list[Finding], note: str) -> None:
    data = write_ta1(CLEAN_HEADER, found, envelope=envelope())
    assert all_findings(data) == []
    assert data.decode().split("~")[1:3] == [f"TA1*000000101*261121*0830*{note}", "IEA*0*000000007"]
    assert len(data.decode().split("~")[0]) == 105


def test_notes_read_as_in_the_published_example() -> None:
    """The 997 of guide 005010X230: second set, CLM01 missing in segment 22."""
    place = Place(segment=22, segment_id="CLM", element=1, element_id="1028")
    bad = SetVerdict("837", "0002", [finding(Code.ELEMENT_MISSING, place=place)])
    lines = acknowledge([SetVerdict("837", "0001", []), bad], version="00501")
    assert lines[1:] == [
        "AK2*837*0001",
        "AK5*A",
        "AK2*837*0002",
        "AK3*CLM*22**8",
        "AK4*1*1028*1",
        "AK5*R*5",
        "AK9*P*2*2*1",
    ]


def implementation_notes(verdicts: list[SetVerdict], group_findings: list[Finding] | None = None) -> list[str]:
    """The 999's segments between ST and SE, after its readers found nothing wrong with it."""
    counts = GroupCounts(len(verdicts), len(verdicts), sum(verdict.accepted for verdict in verdicts))
    data = write_999(GROUP, verdicts, group_findings or [], counts=counts, envelope=envelope("00501"))
    judged_clean(data)
    lines = data.decode().split("~")
    assert lines[1].startswith("GS*FA*")
    assert lines[1].endswith("*X*005010X231A1")
    assert lines[2] == "ST*999*0009*005010X231A1"
    return lines[3:-4]


def test_a_999_reads_as_in_the_published_example() -> None:
    """Guide 005010X231A1: CLM01 missing in segment 22 of the second set."""
    place = Place(segment=22, segment_id="CLM", element=1, element_id="1028")
    bad = SetVerdict("837", "0002", [finding(Code.ELEMENT_MISSING, place=place)], "005010X222A1")
    assert implementation_notes([SetVerdict("837", "0001", [], "005010X222A1"), bad]) == [
        "AK1*PO*12*004010",
        "AK2*837*0001*005010X222A1",
        "IK5*A",
        "AK2*837*0002*005010X222A1",
        "IK3*CLM*22**8",
        "IK4*1*1028*1",
        "IK5*R*5",
        "AK9*P*2*2*1",
    ]


@pytest.mark.parametrize("code", [code for code in Code if RULES[code].segment or RULES[code].element])
def test_every_code_of_the_table_makes_a_valid_999(code: Code) -> None:
    place = Place(segment=3, segment_id="CUR", element=2 if RULES[code].element else 0, element_id="100", repetition=3)
    notes = implementation_notes([SetVerdict("850", "0001", [finding(code, place=place, severity=Severity.ERROR)])])
    of_agreement = RULES[code].layer is Layer.OVERLAY
    assert notes[-2] == f"IK5*R*{'I5' if of_agreement else '5'}"
    assert any(note.startswith("IK4*2>>3*100*") for note in notes) == bool(RULES[code].element)


@pytest.mark.parametrize("code", [code for code in Code if RULES[code].set])
def test_every_fault_of_a_set_makes_a_valid_999(code: Code) -> None:
    notes = implementation_notes([SetVerdict("850", "0001", [finding(code, severity=Severity.ERROR)])])
    assert notes[-2] == f"IK5*R*{RULES[code].ik_set or RULES[code].set}"


def test_a_997_speaks_of_an_agreement_in_codes_that_it_has() -> None:
    place = Place(segment=3, segment_id="CUR", element=2, element_id="100")
    found = finding(Code.OVERLAY_CODE_NOT_USED, place=place, value="CAD")
    assert acknowledge([SetVerdict("850", "0001", [found])])[2:5] == ["AK3*CUR*3**8", "AK4*2*100*7*CAD", "AK5*R*5"]
    assert implementation_notes([SetVerdict("850", "0001", [found])])[2:5] == [
        "IK3*CUR*3**8",
        "IK4*2*100*I6*CAD",
        "IK5*R*I5",
    ]


def for_each_set(
    verdicts: list[SetVerdict], group_findings: list[Finding] | None = None, version: str = "00401", **options: Any
) -> list[str]:
    """The segments of a whole group FA with an acknowledgment for each set, after its readers found nothing wrong."""
    write = write_999 if version == "00501" else write_997
    counts = GroupCounts(len(verdicts), len(verdicts), sum(verdict.accepted for verdict in verdicts))
    data = write(
        GROUP, verdicts, group_findings or [], counts=counts, envelope=envelope(version), for_each_set=True, **options
    )
    judged_clean(data)
    return data.decode().split("~")[2:-2]


@pytest.mark.parametrize(("version", "kind", "trailer"), [("00401", "997", "AK5"), ("00501", "999", "IK5")])
def test_each_set_has_an_acknowledgment_of_its_own(version: str, kind: str, trailer: str) -> None:
    """Else partners whose translators answer set by set refuse what we answer."""
    faulty = finding(Code.SEGMENT_MISSING, place=Place(segment=2, segment_id="BEG"))
    segments = for_each_set([SetVerdict("850", "0001", []), SetVerdict("850", "0002", [faulty])], version=version)
    starts = [segment.split("*")[:3] for segment in segments if segment.startswith("ST*")]
    assert starts == [["ST", kind, "0009"], ["ST", kind, "0010"]]
    assert [s.split("*")[2] for s in segments if s.startswith("AK1*")] == [GROUP.control_number] * 2
    assert [s.split("*")[2] for s in segments if s.startswith("AK2*")] == ["0001", "0002"]
    assert [s for s in segments if s.startswith(trailer)] == [f"{trailer}*A", f"{trailer}*R*5"]
    assert [s for s in segments if s.startswith("AK9*")] == ["AK9*A*1*1*1", "AK9*R*1*1*0"]
    assert segments[-1] == "GE*2*8"


def test_what_is_wrong_with_the_group_stands_in_each_of_its_acknowledgments() -> None:
    segments = for_each_set(
        [SetVerdict("850", "0001", []), SetVerdict("850", "0002", [])], [finding(Code.GROUP_COUNT_MISMATCH)]
    )
    assert [s for s in segments if s.startswith("AK9*")] == ["AK9*E*1*1*1*5"] * 2


def test_sets_are_named_whatever_else_is_left_out() -> None:
    segments = for_each_set([SetVerdict("850", "0001", [])], with_accepted_sets=False, detail="group")
    assert "AK2*850*0001" in segments


def test_a_group_without_sets_is_acknowledged_all_the_same() -> None:
    assert for_each_set([])[1:3] == [f"AK1*PO*{GROUP.control_number}", "AK9*A*0*0*0"]
