"""A health plan's guide says more than the standard: what pyx12 knows reaches the partner, its failures do not."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Code, Finding, Layer, Place, finding
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, write_999
from mappings.engine.x12.envelope import GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.guides import Guide, guide_for
from mappings.engine.x12.header import GroupHeader
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import STAR, codes, raw
from tests.mappings.engine.x12.test_acknowledgment import envelope
from tests.mappings.engine.x12.test_corpus import CORPUS, FILES

ANSWER = [
    "ST*999*0001*005010X231A1",
    "AK1*HC*17456*005010X222A1",
    "AK2*837*0001*005010X222A1",
    "IK3*CLM*22**8",
    "IK4*1*1028*1",
    "IK5*R*5",
    "AK9*R*1*1*0",
    "SE*8*0001",
]


def guide() -> Guide:
    found = guide_for("00501", "FA", "005010X231A1")
    assert found is not None
    return found


def judged(segments: list[str]) -> list[Finding]:
    place = Place(offset=100, interchange=1, group=2, set=3)
    return guide().apply(validator_for("999", "005010").read(raw(segments), STAR, place), STAR)


def changed(old: str, new: str) -> list[str]:
    return [new if segment == old else segment for segment in ANSWER]


def test_a_document_of_the_guide_is_clean() -> None:
    assert judged(ANSWER) == []


@pytest.mark.parametrize(
    ("old", "new", "code", "segment", "element"),
    [
        ("ST*999*0001*005010X231A1", "ST*999*0001", "overlay-element-missing", 1, 3),
        ("AK1*HC*17456*005010X222A1", "AK1*HC*17456", "overlay-element-missing", 2, 3),
        ("ST*999*0001*005010X231A1", "ST*999*0001*005010X222A1", "overlay-code-not-used", 1, 3),
    ],
)
def test_what_the_guide_demands_beyond_the_standard(old: str, new: str, code: str, segment: int, element: int) -> None:
    body = changed(old, new)
    (found,) = judged(body)
    assert (found.code, found.place.segment, found.place.element) == (code, segment, element)
    assert (found.layer, found.place.interchange, found.place.group, found.place.set) == (Layer.OVERLAY, 1, 2, 3)
    assert found.place.offset >= 100


def test_what_the_standard_names_is_not_named_again() -> None:
    assert codes(judged(changed("IK5*R*5", "IK5*Q*5"))) == ["element-code-invalid"]
    assert codes(judged(changed("AK9*R*1*1*0", "AK9*R*1*x*0"))) == ["element-character-invalid"]


def test_a_crash_of_pyx12_is_said_and_the_rest_is_checked() -> None:
    body = changed("IK4*1*1028*1", "IK4*1>2>3>4*1028*1")
    body = [segment.replace("AK1*HC*17456*005010X222A1", "AK1*HC*17456") for segment in body]
    said = codes(judged(body))
    assert said == ["overlay-element-missing", "component-too-many"]
    reading = validator_for("999", "005010").read(raw(body), STAR)
    reading.findings.clear()
    assert codes(guide().apply(reading, STAR)) == ["overlay-element-missing", "guide-check-incomplete"]


def test_a_segment_that_the_guide_does_not_know_is_one_finding() -> None:
    (found,) = judged(changed("AK1*HC*17456*005010X222A1", "AK1*PO*17456*005010X222A1"))
    assert (found.code, found.place.segment) == ("overlay-segment-not-used", 2)


def test_only_guides_with_a_map_are_known() -> None:
    assert guide_for("00501", "HC", "005010X222A1") is guide_for("00501", "HC", "005010X222A1")
    assert guide_for("00501", "HS", "005010X279A1") is None
    assert guide_for("00501", "HC", "005010X097A1") is None  # listed by pyx12, but the file is not there
    assert guide_for("00401", "PO", "004010") is None
    assert guide_for("00401", "FA", "004010") is None
    both = {guide_for("00401", "HI", "004010X094A1", purpose) for purpose in ("11", "13", "99")}
    assert len([one for one in both if one]) == 2


def test_a_999_of_ours_follows_its_guide() -> None:
    place = Place(segment=22, segment_id="CLM", element=2, element_id="782", component=1, loop="2300")
    faults = [
        finding(code, place=place, value="BAD")
        for code in (Code.ELEMENT_MISSING, Code.ELEMENT_TOO_LONG, Code.OVERLAY_CODE_NOT_USED)
    ]
    faults.append(finding(Code.SEGMENT_MISSING, place=Place(segment=9, segment_id="NM1")))
    verdicts = [SetVerdict("837", "0001", faults, "005010X222A1"), SetVerdict("837", "0002", [], "005010X222A1")]
    group = GroupHeader("HC", control_number="12", version="005010X222A1")
    data = write_999(group, verdicts, [], counts=GroupCounts(2, 2, 1), envelope=envelope("00501"))
    (one,) = [event for event in scan(BytesIO(data)) if isinstance(event, SetFound)]
    reading = validator_for("999", "005010").read(data[one.offset : one.offset + one.length], STAR)
    assert guide().apply(reading, STAR) == []


@given(st.lists(st.sampled_from([*ANSWER, "QQQ*1", "IK4*", "AK9", "IK4*>>>>>*1"]), max_size=12), st.binary(max_size=40))
def test_no_document_makes_the_guide_fail(segments: list[str], noise: bytes) -> None:
    reading = validator_for("999", "005010").read(raw(["ST*999*0001", *segments]) + noise, STAR)
    for found in guide().apply(reading, STAR):
        assert found.place.offset >= 0


HEALTH = [path for path, kind in FILES if "X2" in kind or "X0" in kind]


@pytest.mark.thorough
@pytest.mark.parametrize("path", HEALTH)
def test_every_guide_document_of_the_corpus_is_checked_to_its_end(path: str) -> None:
    data = (CORPUS / path).read_bytes()
    delimiters, isa12, functional_id, version = STAR, "", "", ""
    for event in scan(BytesIO(data)):
        if isinstance(event, InterchangeOpened):
            delimiters, isa12 = event.delimiters, event.header.version
        if isinstance(event, GroupOpened):
            functional_id, version = event.header.functional_id, event.header.version
        known = guide_for(isa12, functional_id, version)
        if isinstance(event, SetFound) and known:
            piece = data[event.offset : event.offset + event.length]
            try:
                reading = validator_for(event.set_id, version).read(piece, delimiters, Place(offset=event.offset))
            except StructureMissing:
                continue
            found = known.apply(reading, delimiters)
            assert set(reading.findings) <= set(found)
            assert all(0 <= one.place.offset <= len(data) for one in found)
