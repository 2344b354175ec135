"""What a partner loses when this fails: a document inside a file that is not perfectly enveloped."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import BinaryIO, cast

import pytest

from mappings.engine.findings import Finding
from mappings.engine.x12.delimiters import Delimiters, told_apart
from mappings.engine.x12.envelope import (
    AcknowledgmentFound,
    GroupClosed,
    GroupOpened,
    InterchangeClosed,
    InterchangeOpened,
    SetFound,
    Stray,
    scan,
)
from mappings.engine.x12.validator import validator_for
from tests.mappings.engine.x12.documents import (
    GS,
    ISA,
    all_findings,
    codes,
    events,
    in_envelope,
    raw,
    transaction,
)

CLEAN = raw(in_envelope(transaction(number="0001"), transaction(number="0002")))


def only(data: bytes, code: str) -> Finding:
    found = all_findings(data)
    assert codes(found) == [code]
    return found[0]


def sets(data: bytes) -> list[SetFound]:
    return [event for event in events(data) if isinstance(event, SetFound)]


def test_a_clean_interchange_is_cut_into_its_parts() -> None:
    opened, group, first, second, group_closed, closed = events(CLEAN)
    assert isinstance(opened, InterchangeOpened)
    assert isinstance(group, GroupOpened)
    assert isinstance(first, SetFound)
    assert isinstance(second, SetFound)
    assert isinstance(group_closed, GroupClosed)
    assert isinstance(closed, InterchangeClosed)
    assert all_findings(CLEAN) == []
    assert (opened.header.sender_qualifier, opened.header.sender_id) == ("ZZ", "BUYERCORP")
    assert (opened.header.receiver_id, opened.header.usage) == ("SUPPLIERINC", "P")
    assert (opened.header.control_number, opened.header.version) == ("000000101", "00401")
    assert not opened.header.ack_requested
    assert opened.delimiters == Delimiters(element="*", segment="~", component=">")
    assert (group.header.functional_id, group.header.control_number) == ("PO", "1")
    assert group.header.version == "004010"
    assert CLEAN[first.offset : first.offset + first.length] == raw(transaction(number="0001"))
    assert CLEAN[second.offset : second.offset + second.length] == raw(transaction(number="0002"))
    assert (second.set_id, second.control_number, second.ordinal, second.segment_count) == ("850", "0002", 2, 18)
    assert CLEAN[group_closed.offset :][: group_closed.length].startswith(b"GS*")
    assert CLEAN[group_closed.offset :][: group_closed.length].endswith(b"GE*2*1~")
    assert (closed.offset, closed.length) == (0, len(CLEAN))


@pytest.mark.parametrize("terminator", ["~\n", "~\r\n", "\n", "\r\n", "'", "\x1c", "~ \n\t"])
def test_line_ends_and_blanks_between_segments_change_nothing(terminator: str) -> None:
    data = raw(in_envelope(transaction()), terminator)
    assert codes(all_findings(data)) == []
    assert [one.segment_count for one in sets(data)] == [18]


@pytest.mark.parametrize(
    ("terminator", "lines"),
    [("\r", "\r\n\r\n\r\n"), ("\n", "\r\n\r\n\r\n"), ("\n", "\n\n\n"), ("\n", "\n \n\t\n"), ("\r", "\r\r\r")],
)
def test_blank_lines_are_no_segments_when_a_line_end_terminates(terminator: str, lines: str) -> None:
    body = transaction()
    data = raw(in_envelope(body), terminator).replace(f"{body[3]}{terminator}".encode(), (body[3] + lines).encode())
    (found,) = sets(data)
    reading = validator_for("850", "004010").read(
        data[found.offset : found.offset + found.length], Delimiters("*", terminator, ">")
    )
    assert (found.segment_count, len(reading.segments)) == (18, 18)


@pytest.mark.parametrize("separator", ["¡", "…", "🚀", "\x1d", "\x07"])
def test_an_element_separator_of_several_bytes_is_read(separator: str) -> None:
    data = CLEAN.decode().replace("*", separator).encode()
    opened, group, first, *_ = events(data)
    assert isinstance(opened, InterchangeOpened)
    assert isinstance(group, GroupOpened)
    assert isinstance(first, SetFound)
    assert (opened.header.sender_id, opened.delimiters.element) == ("BUYERCORP", separator)
    assert (group.header.functional_id, first.control_number) == ("PO", "0001")
    assert all_findings(data) == []


def test_a_set_in_the_wrong_group_is_named() -> None:
    data = CLEAN.replace(b"GS*PO*", b"GS*IN*")
    found = all_findings(data)
    assert [(one.code, one.place.set, one.place.element, one.value) for one in found] == [
        ("set-not-in-group", 1, 1, "850"),
        ("set-not-in-group", 2, 1, "850"),
    ]


def test_a_control_number_used_twice_in_a_group_is_named_at_the_second() -> None:
    twice = raw(in_envelope(transaction(), transaction()))
    (found,) = all_findings(twice)
    assert (found.code, found.place.set, found.value) == ("set-control-duplicate", 2, "0001")


@pytest.mark.parametrize("terminator", ["Ö", "¡", "…", "🚀"])
def test_a_terminator_of_several_bytes_is_read(terminator: str) -> None:
    data = raw(in_envelope(transaction()), terminator)
    (found,) = sets(data)
    assert data[found.offset : found.offset + found.length] == raw(transaction(), terminator)
    assert codes(all_findings(data)) == []


def test_a_second_interchange_may_have_other_delimiters() -> None:
    other = raw(in_envelope(transaction())).replace(b"*", b"|").replace(b"~", b"\n").replace(b">", b":")
    data = CLEAN + other
    opened = [event for event in events(data) if isinstance(event, InterchangeOpened)]
    assert [event.delimiters.element for event in opened] == ["*", "|"]
    assert opened[1].offset == len(CLEAN)
    assert [one.interchange for one in sets(data)] == [1, 1, 2]
    assert all_findings(data) == []


def test_a_byte_order_mark_counts_in_offsets_and_is_no_fault() -> None:
    data = b"\xef\xbb\xbf" + CLEAN
    assert all_findings(data) == []
    assert events(data)[0].offset == 3


@pytest.mark.parametrize(
    ("broken", "code", "bad"),
    [
        (CLEAN.replace(b"IEA*1*000000101", b"IEA*1*000000102"), "interchange-control-mismatch", b"000000102~"),
        (CLEAN.replace(b"IEA*1*", b"IEA*3*"), "interchange-count-mismatch", b"3*000000101~"),
        (CLEAN.replace(b"GE*2*1", b"GE*2*9"), "group-control-mismatch", b"9~IEA"),
        (CLEAN.replace(b"GE*2*1", b"GE*3*1"), "group-count-mismatch", b"3*1~IEA"),
        (CLEAN.replace(b"*1*X*", b"*ONE*X*").replace(b"GE*2*1", b"GE*2*ONE"), "group-control-invalid", b"ONE*X*"),
        (CLEAN.replace(b"IEA*1*000000101~", b""), "interchange-trailer-missing", b""),
        (CLEAN.replace(b"GE*2*1~", b""), "group-trailer-missing", b"IEA*"),
        (CLEAN.replace(b"*261121*", b"*261321*", 1), "isa-element-invalid", b"261321*"),
        (CLEAN.replace(b"*P*>", b"*X*>"), "isa-element-invalid", b"X*>"),
        (CLEAN.replace(b"*00401*", b"*00040*"), "interchange-version-unsupported", b"00040*"),
        (CLEAN.replace(b"SE*18*0001~", b"SE*18*0001~REF*ZZ*1~"), "interchange-content-invalid", b"REF*ZZ"),
        (CLEAN.replace(b"GE*2*1~", b"GE*2*1~GE*2*1~"), "interchange-content-invalid", b"GE*2*1~IEA"),
        (CLEAN + b"-- end of file --", "data-outside-interchange", b"-- end"),
        (b"From: mailbox 7\n" + CLEAN, "data-outside-interchange", b"From"),
    ],
)
def test_each_envelope_fault_is_one_finding_at_its_byte(broken: bytes, code: str, bad: bytes) -> None:
    found = only(broken, code)
    assert broken[found.place.offset :].startswith(bad)
    assert len(sets(broken)) == 2


def test_control_numbers_are_compared_as_numbers() -> None:
    data = CLEAN.replace(b"IEA*1*000000101", b"IEA*1*101").replace(b"GE*2*1~", b"GE*002*0001~")
    assert all_findings(data) == []


def test_collapsed_padding_is_read_and_reported() -> None:
    header = "ISA*00* *00* *ZZ*BUYERCORP*ZZ*SUPPLIERINC*261121*0830*U*00401*000000101*0*P*>"
    data = raw([header, *in_envelope(transaction())[1:]])
    assert only(data, "isa-padding").place.element == 2
    assert len(sets(data)) == 1


def test_a_line_end_inside_isa_is_read_and_reported() -> None:
    data = CLEAN.replace(b"*ZZ*SUPPLIERINC    *", b"*ZZ*SUPPLIERINC\n*")
    assert only(data, "isa-line-end").place.element == 8
    opened = events(data)[0]
    assert isinstance(opened, InterchangeOpened)
    assert opened.header.receiver_id == "SUPPLIERINC"


def test_a_lost_isa16_leaves_the_rest_readable() -> None:
    data = raw([ISA[:-1], *in_envelope(transaction())[1:]], "~\n")
    (found,) = sets(data)
    assert (found.control_number, found.segment_count) == ("0001", 18)
    assert [code for code in codes(all_findings(data)) if code != "isa-padding"] == []


@pytest.mark.parametrize("tail", [":~GGG", ":~ G", "0~", "U~"])
def test_letters_and_digits_are_no_delimiters(tail: str) -> None:
    data = raw([ISA[:-1], *in_envelope(transaction())[1:]]).replace(b"*P*~", f"*P*{tail}".encode())
    opened, *rest = events(data)
    assert isinstance(opened, InterchangeOpened)
    assert opened.delimiters.segment == "~"
    assert opened.delimiters.component in (":", "")
    assert [event.control_number for event in rest if isinstance(event, SetFound)] == ["0001"]
    assert all_findings(data)


def test_an_isa_without_its_terminator_leaves_the_rest_readable() -> None:
    lines = raw(in_envelope(transaction()), "~\n")
    found = only(lines.replace(b"P*>~", b"P*>"), "isa-element-invalid")
    assert (found.place.element, found.place.offset) == (16, 104)
    assert [found.set_id for found in sets(lines.replace(b"P*>~", b"P*>"))] == ["850"]
    # A component separator at the end of each line says nothing, and such an ISA lacks nothing.
    assert all_findings(raw(in_envelope(transaction()), ">\n").replace(b"P*>>", b"P*>")) == []


@pytest.mark.parametrize("tail", [b"*P*~", b"*P*>"])
def test_an_isa_that_lost_one_of_its_last_characters_in_a_file_of_one_line_is_read(
    tail: bytes,
) -> None:
    """What ends GS is the terminator: the other character is ISA16, or that is what was left out."""
    data = CLEAN.replace(b"*P*>~", tail)
    opened = events(data)[0]
    assert isinstance(opened, InterchangeOpened)
    assert opened.delimiters.segment == "~"
    assert opened.delimiters.component == ("" if tail.endswith(b"~") else ">")
    assert [found.place.element for found in opened.findings] == [16]
    assert [found.set_id for found in sets(data)] == [found.set_id for found in sets(CLEAN)]


def test_the_repetition_separator_is_known_from_00402_on() -> None:
    later = CLEAN.replace(b"*U*00401*", b"*^*00501*")
    opened = events(later)[0]
    assert isinstance(opened, InterchangeOpened)
    assert opened.delimiters.repetition == "^"
    earlier = events(CLEAN.replace(b"*U*", b"*^*"))[0]
    assert isinstance(earlier, InterchangeOpened)
    assert earlier.delimiters.repetition == ""


def test_a_set_without_se_ends_where_the_next_segment_of_the_envelope_begins() -> None:
    data = CLEAN.replace(b"SE*18*0001~", b"")
    first, second = sets(data)
    assert first.offset + first.length == second.offset
    assert (first.segment_count, second.segment_count) == (17, 18)


def test_a_file_cut_off_inside_a_segment_keeps_what_came_before() -> None:
    data = CLEAN[: CLEAN.index(b"SE*18*0002") - 4]
    assert [one.control_number for one in sets(data)] == ["0001", "0002"]
    assert codes(all_findings(data)) == ["group-trailer-missing", "interchange-trailer-missing"]


def test_an_interchange_that_was_cut_off_does_not_swallow_the_next() -> None:
    for cut in (CLEAN.index(b"IEA"), CLEAN.index(b"GE*"), CLEAN.index(b"SE*18*0002") - 4, 120):
        data = CLEAN[:cut] + CLEAN
        assert [one.control_number for one in sets(data) if one.interchange == 2] == ["0001", "0002"]
        assert events(data)[-1].offset == cut


def test_sets_outside_a_group_are_found_and_reported() -> None:
    data = raw([ISA, *transaction(), "IEA*0*000000101"])
    assert only(data, "interchange-content-invalid")
    assert [(one.group, one.ordinal) for one in sets(data)] == [(0, 1)]


def test_ta1_is_content_of_the_interchange() -> None:
    data = raw([ISA, "TA1*000000905*261121*0830*A*000", "IEA*0*000000101"])
    assert all_findings(data) == []
    assert [event.fields[1] for event in events(data) if isinstance(event, AcknowledgmentFound)] == ["000000905"]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "file-empty", ""),
        (b" \r\n\x1a", "file-empty", ""),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "file-unreadable", "PDF"),
        (b"PK\x03\x04\x14\x00", "file-unreadable", "ZIP"),
        (b"<?xml version='1.0'?><Order/>", "file-unreadable", "XML"),
        (b"isa*00*          *00*          *zz*buyer", "file-unreadable", "capital letters"),
        (b"Dear all, please find our order attached.", "file-unreadable", ""),
        (b"ISA*00*too short~GS*PO~", "isa-invalid", ""),
        (b"GS*PO*A*B*20261121*0830*1*X*004010~", "file-unreadable", "lost its first segment"),
        (b"ST*850*0001~", "file-unreadable", "without ISA and GS"),
        (b"DXS*9251230013*DX*004010UCS*1~", "file-unreadable", "DEX/UCS"),
    ],
)
def test_what_is_no_interchange_is_one_stray_with_a_reason(data: bytes, code: str, words: str) -> None:
    (stray,) = events(data)
    assert isinstance(stray, Stray)
    assert (stray.offset, stray.offset + stray.length) == (0, len(data))
    (found,) = stray.findings
    assert found.code == code
    assert words in found.message


class Endless(io.RawIOBase):
    """A stream that makes its bytes as they are asked for."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (part := next(self._parts, b"")):
            self._left += part
        found, self._left = self._left[:size], self._left[size:]
        return found


@pytest.mark.parametrize(
    "middle",
    [raw(transaction()) * 100, b"REF*ZZ*1~" * 5000, b"X" * 60_000, b"\n" * 60_000],
    ids=["sets", "one long set", "one long segment", "blank lines"],
)
def test_memory_stays_flat(middle: bytes) -> None:
    start = raw([ISA, GS, "ST*850*0001"])
    rounds = 4_000_000 // len(middle)
    stream = Endless(part for part in (start, *[middle] * rounds, b"~SE*3*0001~GE*1*1~IEA*1*000000101~"))
    tracemalloc.start()
    count = 0
    for _ in scan(cast(BinaryIO, stream)):
        count += 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count >= 5
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        (Delimiters("*", "~", ">", "^"), Delimiters("*", "~", ">", "^")),
        (Delimiters("*", "~", "~"), Delimiters("*", "~", ">")),
        (Delimiters("*", "*", ""), Delimiters("*", "~", ">")),
        (Delimiters(">", "~", "A", "~"), Delimiters(">", "~", "*")),
        (Delimiters("|", "\n", "*", "|"), Delimiters("|", "\n", "*")),
    ],
)
def test_what_we_write_has_delimiters_that_can_be_told_apart(wanted: Delimiters, written: Delimiters) -> None:
    assert told_apart(wanted) == written


def test_very_many_binary_segments_are_each_passed_over_once() -> None:
    """Behind each of them all that was in memory was looked through again, for the next one."""
    count = 100_000
    (found,) = sets(raw(in_envelope(["ST*841*0001", *["BIN*3*a~c"] * count, "SE*1*0001"])))
    assert found.segment_count == count + 2
