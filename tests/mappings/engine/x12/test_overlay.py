"""What two partners agreed on is checked like the standard; what cannot hold is refused when it is made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.engine.findings import Finding, Layer, Severity
from mappings.engine.x12.acknowledgment import SetVerdict
from mappings.engine.x12.overlay import CompiledOverlay, OverlayError, read_overlay
from tests.mappings.engine.x12.documents import ORDER, codes, raw, read, replaced, transaction


def overlay(*rules: dict[str, object], set_id: str = "850") -> CompiledOverlay:
    return CompiledOverlay(read_overlay({"set": set_id, "release": "004010", "rules": list(rules)}))


def applied(rule: dict[str, object], body: list[str] = ORDER) -> list[Finding]:
    return overlay(rule).apply(read(body))


@pytest.mark.parametrize(
    ("rule", "code", "segment", "element", "at"),
    [
        ({"at": "BEG02", "codes": ["NE"]}, "overlay-code-not-used", 2, 2, "SA*PO-45"),
        ({"at": "BEG03", "most_length": 10}, "overlay-element-too-long", 2, 3, "PO-45"),
        ({"at": "BEG03", "least_length": 20}, "overlay-element-too-short", 2, 3, "PO-45"),
        ({"at": "BEG04", "use": "required"}, "overlay-element-missing", 2, 4, "*20261121"),
        ({"at": "BEG06", "use": "required"}, "overlay-element-missing", 2, 6, "~CUR"),
        ({"at": "CUR", "use": "not-used"}, "overlay-segment-not-used", 3, 0, "CUR*"),
        ({"at": "FOB", "use": "required"}, "overlay-segment-missing", 1, 0, "ST*"),
        ({"at": "N1", "most": 1}, "overlay-segment-too-many", 11, 0, "N1*ST"),
        ({"at": "N1/N302", "use": "not-used"}, "overlay-element-not-used", 9, 2, "SUITE 2"),
        ({"at": "PO1/PID01", "codes": ["S"]}, "overlay-code-not-used", 13, 1, "F****"),
        ({"at": "PO1/REF", "use": "not-used"}, "overlay-segment-not-used", 14, 0, "REF*LI"),
        ({"at": "**/N402", "codes": ["TX"], "more_codes": ["TX"]}, "", 0, 0, ""),
        ({"at": "CTT/AMT", "use": "not-used"}, "overlay-segment-not-used", 17, 0, "AMT*TT"),
    ],
)
def test_each_demand_is_checked_at_its_place(
    rule: dict[str, object], code: str, segment: int, element: int, at: str
) -> None:
    if not code:
        with pytest.raises(OverlayError, match="no code list"):
            overlay(rule)
        return
    (found,) = applied(rule)
    assert (found.code, found.place.segment, found.place.element) == (code, segment, element)
    assert raw(transaction())[found.place.offset :].startswith(at.encode())
    assert (found.layer, found.severity) == (Layer.OVERLAY, Severity.ERROR)
    assert SetVerdict("850", "0001", [found]).code == "R"


@pytest.mark.parametrize(
    "rule",
    [
        {"at": "BEG02", "codes": ["SA", "NE"]},
        {"at": "BEG03", "least_length": 5, "most_length": 22},
        {"at": "CUR", "use": "required"},
        {"at": "N1", "use": "required", "when": {"element": 1, "values": ["BY", "BT"]}},
        {"at": "N1", "most": 1, "when": {"element": 1, "values": ["ST"]}},
        {"at": "PO1", "most": 2},
        {"at": "FOB02", "use": "required"},
        {"at": "N1/N3", "use": "not-used", "when": {"element": 1, "values": ["ELSEWHERE"]}},
    ],
)
def test_what_was_agreed_on_is_no_finding(rule: dict[str, object]) -> None:
    assert applied(rule) == []


def test_a_condition_looks_at_the_same_segment() -> None:
    body = [part for part in ORDER if not part.startswith("N1*ST")]
    (found,) = applied({"at": "N1", "use": "required", "when": {"element": 1, "values": ["ST"]}}, body)
    assert (found.code, found.message) == ("overlay-segment-missing", "N1 with N101 ST must be sent")


def test_a_segment_is_demanded_of_every_loop_that_is_sent() -> None:
    (found,) = applied({"at": "PO1/PID", "use": "required", "note": "we print it"})
    assert (found.code, found.place.segment, found.place.segment_id) == ("overlay-segment-missing", 15, "PID")
    assert found.message == "PID must be sent (we print it)"


def test_a_code_that_the_partners_know_is_no_fault() -> None:
    body = replaced("CUR*BY*USD", "CUR*BX9*USD")
    assert codes(read(body).findings) == ["element-code-invalid"]
    assert applied({"at": "CUR01", "more_codes": ["BX9"]}, body) == []
    assert codes(applied({"at": "CUR01", "more_codes": ["ZR"]}, body)) == ["element-code-invalid"]


def test_one_fault_is_named_once() -> None:
    body = replaced("CUR*BY*USD", "CUR*BX9*USD")
    assert codes(applied({"at": "CUR01", "codes": ["BY"]}, body)) == ["element-code-invalid"]
    two = overlay({"at": "BEG02", "codes": ["NE"]}, {"at": "BEG02", "codes": ["KN"]})
    assert codes(two.apply(read())) == ["overlay-code-not-used"]


def test_a_demand_may_be_a_warning() -> None:
    (found,) = applied({"at": "BEG02", "codes": ["NE"], "severity": "warning"})
    assert SetVerdict("850", "0001", [found]).code == "E"


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"at": "BEG99", "use": "required"}, "12 elements"),
        ({"at": "CLM01", "use": "required"}, "no segment or element of set 850"),
        ({"at": "N3", "use": "required"}, "no N3 at its outermost level"),
        ({"at": "PO1/ZZZ", "use": "required"}, "no segment or element"),
        ({"at": "BEG", "use": "not-used"}, "mandatory in the standard"),
        ({"at": "BEG03", "use": "not-used"}, "mandatory in the standard"),
        ({"at": "BEG03", "most_length": 40}, "22 characters"),
        ({"at": "BEG03", "most_length": 2, "least_length": 5}, "no value"),
        ({"at": "BEG02", "codes": ["QQ"]}, "QQ not in code list 92"),
        ({"at": "N1", "most": 201}, "200 times"),
        ({"at": "N1", "most": 0}, "at least one"),
        ({"at": "N1"}, "demands nothing"),
        ({"at": "N1", "codes": ["A"]}, "belong to an element"),
        ({"at": "BEG03", "most": 1}, "belongs to a segment"),
        ({"at": "N1", "most": 1, "when": {"element": 9, "values": ["A"]}}, "6 elements"),
    ],
)
def test_an_overlay_that_does_not_fit_the_standard_is_refused(rule: dict[str, object], reason: str) -> None:
    with pytest.raises(OverlayError, match=reason) as caught:
        overlay({"at": "CUR", "use": "required"}, rule)
    assert caught.value.rule == "rules[2]"


@pytest.mark.parametrize(
    "declaration", [None, [], {"set": "850"}, {"set": "850", "release": "004010", "rules": [{"x": 1}]}]
)
def test_a_declaration_of_another_shape_is_refused(declaration: object) -> None:
    with pytest.raises(OverlayError):
        read_overlay(declaration)


EVERYTHING = overlay(
    {"at": "BEG02", "codes": ["NE"]},
    {"at": "**/N104", "most_length": 3},
    {"at": "PO1/PID", "use": "required"},
    {"at": "N1/N3", "use": "not-used"},
    {"at": "REF", "most": 1},
    {"at": "CUR01", "more_codes": ["BX9"]},
)


@given(st.binary(max_size=200), st.permutations(ORDER))
def test_no_document_makes_an_overlay_fail(noise: bytes, body: list[str]) -> None:
    reading = read([*body, noise.decode("latin-1")])
    for found in EVERYTHING.apply(reading):
        assert found.place.offset >= 0
