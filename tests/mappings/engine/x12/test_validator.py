"""What a partner loses when this fails: a clear word about one fault, and silence about everything that is right."""

import pytest

from mappings.engine.errors import StructureMissing
from mappings.engine.findings import Code, Finding, Place, Severity
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.structure import release
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import ORDER, STAR, codes, raw, read, replaced, transaction


def only(body: list[str], version: str = "004010") -> Finding:
    findings = read(body, version=version).findings
    assert len(findings) == 1, [f.message for f in findings]
    return findings[0]


def test_a_clean_order_becomes_segments_and_a_tree() -> None:
    reading = read()
    assert reading.findings == []
    assert (reading.set_id, reading.control_number, reading.encoding) == ("850", "0001", "ascii")
    assert reading.segments[1] == ["BEG", "00", "SA", "PO-4500000000", "", "20261121"]
    tree = reading.tree
    assert list(tree) == ["ST", "BEG", "CUR", "REF", "PER", "DTM", "TD5", "N1Loop1", "PO1Loop1", "CTTLoop1", "SE"]
    assert [line["PO1"][0][2] for line in tree["PO1Loop1"]] == ["10", "5"]
    assert tree["PO1Loop1"][0]["PIDLoop1"][0]["PID"] == [["PID", "F", "", "", "", "STEEL BOLT"]]
    assert tree["N1Loop1"][0]["N4"][0] is reading.segments[9]
    assert tree["CTTLoop1"] == [{"CTT": [["CTT", "2"]], "AMT": [["AMT", "TT", "592.5"]]}]


PO1 = "PO1*2*5*CA*100*PE*BP*B20*VN*V-2"
BEG, CUR, REF, DTM = ORDER[0], ORDER[1], ORDER[2], ORDER[4]
N1, N3, N4, CTT = ORDER[6], ORDER[7], ORDER[8], ORDER[14]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (CUR, []),
        (REF, []),
        (REF, [REF] * 50),
        (DTM, ["DTM*002*20261224*235959"]),
        (DTM, ["DTM*002*20280229*23595999"]),
        (CUR, ["CUR*BY*USD*****"]),
        (PO1, ["PO1*2*-5*CA*0.10", "MEA*PD*WD*61.5*IN"]),
        (PO1, ["PO1*2*5*CA*100", "MEA*PD*WD*61.5*IN>1>1"]),
        (PO1, ["PO1**999999999999999*CA*-12345678901234.567"]),
        (CTT, []),
    ],
)
def test_what_the_standard_allows_is_no_finding(old: str, new: list[str]) -> None:
    without_total = [segment for segment in ORDER if new or old != CTT or not segment.startswith("AMT")]
    assert read(replaced(old, new, without_total)).findings == []


@pytest.mark.parametrize(
    ("old", "new", "code", "segment", "at"),
    [
        (BEG, [], "segment-missing", 2, "CUR*"),
        (CUR, [CUR, CUR], "segment-too-many", 4, "CUR*BY*USD~REF"),
        (CUR, ["QQQ*1"], "segment-unknown", 3, "QQQ*1"),
        (CUR, [CUR, "CLM*1"], "segment-not-in-set", 4, "CLM*1"),
        (DTM, [DTM, CUR], "segment-too-many", 7, "CUR*BY*USD~TD5"),
        (DTM, [DTM, "REF*DP*1"], "segment-out-of-order", 7, "REF*DP*1~TD5"),
        (CUR, [REF, CUR], "segment-out-of-order", 4, "CUR*"),
        (N3, ["N2*A", "N2*B", "N2*C"], "segment-too-many", 11, "N2*C"),
        (N4, ["N4*COLUMBUS*OH", "N3*1 B"], "segment-out-of-order", 11, "N3*1 B"),
        (N1, [], "segment-missing", 8, "N3*1"),
        (CUR, ["N3*A*B"], "segment-missing", 3, "N3*A*B"),
        (CTT, [CTT, CTT], "loop-too-many", 17, "CTT*2~AMT"),
        (CTT, [CTT, "N1*ST*A*92*10", "N3*B", "N4*COLUMBUS*OH"], "segment-out-of-order", 17, "N1*ST*A"),
        (CUR, ["CUR"], "segment-empty", 3, "CUR~"),
        (CUR, ["CUR***"], "segment-empty", 3, "CUR***"),
    ],
)
def test_a_fault_of_structure_is_one_finding(old: str, new: list[str], code: str, segment: int, at: str) -> None:
    body = replaced(old, new)
    found = only(body)
    assert (found.code, found.place.segment, found.place.element) == (code, segment, 0)
    assert raw(transaction(body))[found.place.offset :].startswith(at.encode())


@pytest.mark.parametrize(
    ("old", "new", "code", "element", "element_id", "at"),
    [
        (REF, "REF**100", "element-missing", 1, "128", "*100"),
        (REF, "REF*DP", "element-conditional-missing", 2, "127", "~PER"),
        (PO1, "PO1*2*5*CA*100*PE*BP*B20*VN", "element-conditional-missing", 9, "234", "~CTT"),
        (PO1, "PO1*2**CA", "element-conditional-missing", 2, "330", "*CA~"),
        (PO1, "PO1*2*5*CA*100*PE**B20", "element-conditional-missing", 6, "235", "*B20"),
        (CTT, "CTT*2**1", "element-conditional-missing", 4, "355", "~AMT"),
        (DTM, "DTM*002", "element-conditional-missing", 2, "373", "~TD5"),
        (N1, "N1*BY*A*92", "element-conditional-missing", 4, "67", "~N3"),
        (N1, "N1*BY***1000", "element-conditional-missing", 3, "66", "*1000"),
        (N4, "N4*COLUMBUS*OHIO*43004*US", "element-too-long", 2, "156", "OHIO"),
        (N4, "N4*C*OH*43004*US", "element-too-short", 1, "19", "C*OH"),
        (PO1, "PO1*2*1234567890123456*CA", "element-too-long", 2, "330", "1234"),
        (PO1, "PO1*2*ten*CA*9.25", "element-character-invalid", 2, "330", "ten"),
        (PO1, "PO1*2*+5*CA*9.25", "element-character-invalid", 2, "330", "+5"),
        (PO1, "PO1*2*5E*CA*9.25", "element-character-invalid", 2, "330", "5E"),
        (PO1, "PO1*2*5E1.5*CA*9.25", "element-character-invalid", 2, "330", "5E1.5"),
        (PO1, "PO1*2*1.2.3*CA*9.25", "element-character-invalid", 2, "330", "1.2.3"),
        (CTT, "CTT*2.0", "element-character-invalid", 1, "354", "2.0"),
        (REF, "REF*DP*1\x070", "element-character-invalid", 2, "127", "1\x070"),
        (N3, "N3*A*B*C", "element-too-many", 3, "", "C~"),
        (DTM, "DTM*002*20260229", "element-date-invalid", 2, "373", "20260229"),
        (DTM, "DTM*002*261224", "element-date-invalid", 2, "373", "261224"),
        (DTM, "DTM*002*20261224*2561", "element-time-invalid", 3, "337", "2561"),
        (CTT, "CTT*3", "line-count-mismatch", 1, "354", "3~AMT"),
    ],
)
def test_a_fault_of_an_element_is_one_finding(
    old: str, new: str, code: str, element: int, element_id: str, at: str
) -> None:
    body = replaced(old, new)
    found = only(body)
    assert (found.code, found.place.element, found.place.element_id) == (code, element, element_id)
    assert found.place.segment == body.index(new) + 2
    assert raw(transaction(body))[found.place.offset :].startswith(at.encode())


def test_two_elements_that_exclude_each_other() -> None:
    found = only([*ORDER[:13], "QTY*38*5**FIVE", *ORDER[13:]])
    assert (found.code, found.place.element, found.place.loop, found.value) == ("element-excluded", 4, "QTY", "FIVE")


def test_faults_inside_a_composite_name_the_component() -> None:
    body = [*ORDER[:12], "MEA*PD*WD*61.5*IN>x", *ORDER[13:]]
    found = only(body)
    assert (found.code, found.place.element, found.place.component) == ("element-character-invalid", 4, 2)
    assert found.place.element_id == "1018"
    assert raw(transaction(body))[found.place.offset :].startswith(b"x~")
    extra = only([*ORDER[:12], "MEA*PD*WD*61.5*IN" + ">" * 15 + "1", *ORDER[13:]])
    assert (extra.code, extra.place.component) == ("component-too-many", 16)


def test_unknown_codes_warn_and_do_not_reject() -> None:
    found = only(replaced(CUR, "CUR*BX9*USD"))
    assert (found.code, found.severity, found.value) == ("element-code-invalid", Severity.WARNING, "BX9")


def test_a_component_separator_in_plain_text_warns() -> None:
    found = only(replaced(N3, "N3*DOOR > LEFT"))
    assert (found.code, found.severity) == ("element-character-invalid", Severity.WARNING)


def test_all_faults_are_found_in_one_pass() -> None:
    body = replaced(CUR, ["CUR*BY*DOLLARS", "QQQ*1"])
    body = replaced("CTT*2", "CTT*5", replaced(DTM, "DTM*002*tomorrow", body))
    found = read(body).findings
    assert codes(found) == ["element-too-long", "segment-unknown", "element-date-invalid", "line-count-mismatch"]
    assert [f.place.segment for f in found] == sorted(f.place.segment for f in found)


def test_an_order_of_invalid_segments_still_has_its_tree() -> None:
    tree = read(replaced(CUR, ["QQQ*1", "CUR*BY*USD", "CUR*BY*CAD"])).tree
    assert [segment[2] for segment in tree["CUR"]] == ["USD", "CAD"]
    assert len(tree["PO1Loop1"]) == 2


def test_a_loop_in_the_wrong_place_is_read_where_it_belongs() -> None:
    reading = read(replaced("CTT*2", ["CTT*2", "N1*ST*A*92*1", "N3*B"]))
    assert [node["N1"][0][2] for node in reading.tree["N1Loop1"]] == ["BUYER CORPORATION", "DISTRIBUTION CENTER", "A"]
    assert reading.tree["N1Loop1"][2]["N3"] == [["N3", "B"]]
    assert "AMT" in reading.tree["CTTLoop1"][0]


@pytest.mark.parametrize(
    ("segments", "code", "element"),
    [
        (["ST*850*0001", *ORDER, "SE*17*0001"], "set-count-mismatch", 1),
        (["ST*850*0001", *ORDER, "SE*18"], "set-control-mismatch", 2),
        (["ST*850*0001", *ORDER, "SE*18*1"], "set-control-mismatch", 2),
        (["ST*850*0001", *ORDER, "SE*0018*0001"], "", 0),
        (["ST*850*0001", *ORDER], "set-trailer-missing", 0),
        (["ST*850*001", *ORDER, "SE*18*001"], "set-control-invalid", 2),
        (["ST*855*0001", *ORDER, "SE*18*0001"], "set-identifier-invalid", 1),
    ],
)
def test_header_and_trailer_of_a_set(segments: list[str], code: str, element: int) -> None:
    findings = validator_for("850", "004010").read(raw(segments), STAR).findings
    assert codes(findings) == ([code] if code else [])
    assert [f.place.element for f in findings] == ([element] if code else [])


def test_an_origin_is_carried_by_every_finding() -> None:
    origin = Place(offset=1000, interchange=2, group=3, set=4)
    data = raw(transaction(replaced(CUR, "QQQ*1")))
    (found,) = validator_for("850", "004010").read(data, STAR, origin).findings
    assert (found.place.interchange, found.place.group, found.place.set) == (2, 3, 4)
    assert found.place.offset == 1000 + data.index(b"QQQ")


def test_offsets_count_bytes_and_not_characters() -> None:
    body = replaced(N3, ["N3*KÖLNER STRASSE 7Ü*", "N4*KÖLN*NRW*50667*DE"])
    body.remove(N4)
    reading = read(body)
    (found,) = reading.findings
    assert reading.encoding == "utf-8"
    assert raw(transaction(body))[found.place.offset :].startswith(b"NRW*")


def test_bytes_that_are_not_utf8_are_read_and_reported() -> None:
    data = raw(transaction(replaced(N3, "N3*K?LN"))).replace(b"?", b"\xd6")
    reading = validator_for("850", "004010").read(data, STAR)
    assert reading.encoding == "cp1252"
    assert codes(reading.findings) == ["encoding-invalid"]
    assert ["N3", "KÖLN"] in reading.segments


@pytest.mark.parametrize(
    ("between", "said"), [("\n", 0), ("\r\n", 0), ("\n\n", 0), ("\n\t\t", 17), (" ", 17), ("~\n", 17)]
)
def test_blanks_and_empty_segments_between_segments_are_no_data(between: str, said: int) -> None:
    data = ("~" + between).join(transaction()).encode() + b"~"
    reading = validator_for("850", "004010").read(data, STAR)
    assert [(f.code, f.severity, f.message.split()[0]) for f in reading.findings] == (
        [("segment-blanks", Severity.INFO, str(said))] if said else []
    )
    assert reading.segments == read().segments


def test_offsets_are_right_between_indented_segments() -> None:
    data = "~\n  ".join(transaction(replaced(CUR, "QQQ*1"))).encode() + b"~\n"
    blanks, found = validator_for("850", "004010").read(data, STAR).findings
    assert blanks.code == "segment-blanks"
    assert data[found.place.offset :].startswith(b"QQQ*1")


def test_a_block_in_the_wrong_place_is_one_finding() -> None:
    """What stands too early is the fault, and not all that follows it."""
    n1 = ORDER[6:9]
    early = [*n1, *[segment for segment in ORDER if segment not in n1]]
    (found,) = read(early).findings
    assert (found.code, found.place.segment, found.place.segment_id) == ("segment-out-of-order", 5, "BEG")
    late = [segment for segment in ORDER if segment not in (CUR, REF)]
    (found,) = read([*late[:-1], CUR, REF, late[-1]]).findings
    assert (found.code, found.place.segment_id) == ("segment-out-of-order", "CUR")
    tree = read(early).tree
    assert [node["N1"][0][1] for node in tree["N1Loop1"]] == ["BY", "ST"]
    assert (tree["CUR"], len(tree["PO1Loop1"])) == ([["CUR", "BY", "USD"]], 2)


def test_data_after_the_last_terminator_is_a_segment_of_its_own() -> None:
    data = "~\n".join(transaction()).encode() + b"~REF*DP*1"
    reading = validator_for("850", "004010").read(data, STAR)
    assert reading.segments[-1] == ["REF", "DP", "1"]
    assert len(reading.segments) == 19


def test_an_encoding_that_was_agreed_on_is_no_fault() -> None:
    data = raw(transaction(replaced(N3, "N3*K?LN"))).replace(b"?", b"\xd6")
    reading = validator_for("850", "004010").read(data, STAR, agreed_encoding="iso-8859-1")
    assert (reading.findings, reading.encoding) == ([], "iso-8859-1")
    assert ["N3", "KÖLN"] in reading.segments
    unfit = validator_for("850", "004010").read(data, STAR, agreed_encoding="utf-8")
    assert codes(unfit.findings) == ["encoding-invalid"]


def test_trailing_component_separators_are_left_out() -> None:
    data = raw(transaction(), "~\n")
    reading = validator_for("850", "004010").read(data, Delimiters(element="*", segment="\n", component="~"))
    assert reading.findings == []
    assert reading.segments == read().segments


def test_repeated_elements_are_judged_one_by_one() -> None:
    delimiters = Delimiters(element="*", segment="~", component=">", repetition="^")
    found = read(replaced(DTM, "DTM*002*20261224^20261399"), delimiters, "005010").findings
    assert [(f.code, f.place.repetition, f.value) for f in found] == [
        ("element-repeated", 2, "20261399"),
        ("element-date-invalid", 2, "20261399"),
    ]


def test_six_digit_dates_were_right_before_004010() -> None:
    body = replaced(BEG, "BEG*00*SA*PO-1**261121")
    assert codes(read(body, version="003040").findings) == ["structure-nearest"]
    assert codes(read(body, version="004010").findings) == ["element-date-invalid"]


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("004010", "004010"),
        ("004010VICS", "004010"),
        ("005010X222A1", "005010"),
        ("004060", "004010"),
        ("006020", "005010"),
        ("003040", "004010"),
        ("", "004010"),
        ("garbage", "004010"),
    ],
)
def test_the_nearest_release_checks_what_has_no_data(version: str, release: str) -> None:
    assert validator_for("850", version).release == release


def test_the_rules_of_another_release_are_no_reason_to_reject() -> None:
    found = read(replaced(CUR, "NTE*GEN*A NOTE"), version="003050").findings
    assert [(f.code, f.severity) for f in found] == [
        ("structure-nearest", Severity.INFO),
        ("segment-not-in-set", Severity.WARNING),
    ]
    counted = validator_for("850", "003050").read(raw(["ST*850*0001", *ORDER, "SE*1*0001"]), STAR).findings
    assert [f.severity for f in counted] == [Severity.INFO, Severity.ERROR]


def test_a_set_that_no_release_knows_is_said_so() -> None:
    with pytest.raises(StructureMissing):
        validator_for("999999", "004010")


def test_sets_are_not_kept_alive() -> None:
    validator = validator_for("850", "004010")
    first, second = validator.read(raw(transaction()), STAR), validator.read(raw(transaction()), STAR)
    assert first.tree is not second.tree
    assert first.tree["PO1Loop1"] == second.tree["PO1Loop1"]


@pytest.mark.parametrize("number", ["5E1", "-5E-1", ".5E2", "-12345678901234.5", "1234567890123E42", "5."])
def test_a_decimal_may_have_an_exponent_and_its_signs_do_not_count(number: str) -> None:
    assert read(replaced(PO1, f"PO1*2*{number}*CA*100*PE*BP*B20*VN*V-2")).findings == []


def test_the_message_counts_the_digits_that_count() -> None:
    found = only(replaced(PO1, "PO1*2*-123456789012345.6*CA*100*PE*BP*B20*VN*V-2"))
    assert found.message == "PO102 (Quantity Ordered) has 16 characters, at most 15 are allowed"


def test_an_element_is_repeated_as_often_as_the_standard_has_it() -> None:
    """005010: EQ01 may come 99 times, REF02 once. Before 00402 there is no repetition."""
    caret = Delimiters(element="*", segment="~", component=">", repetition="^")
    body = replaced("REF*DP*100", "REF*DP*100^200")
    (found,) = read(body, caret, "005010").findings
    assert (found.code, found.severity, found.place.element, found.place.repetition) == (
        Code.ELEMENT_REPEATED, Severity.WARNING, 2, 2,
    )  # fmt: skip
    assert "at most 1" in found.message
    assert read(body, STAR, "004010").findings == []
    inquiry = release("005010").segment("EQ")
    assert inquiry is not None
    assert inquiry.elements[0].repeats == 99
