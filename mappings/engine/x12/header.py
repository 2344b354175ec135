"""The interchange header: ISA, which also says which characters separate the rest (X12.5, section 3)."""

import functools
import re
from typing import NamedTuple

import msgspec

from mappings.engine.findings import Code, Finding, Place, Severity, finding
from mappings.engine.x12.delimiters import Delimiters, decode
from mappings.engine.x12.elements import is_date, is_time

# Widths of ISA01 to ISA16.
WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
HEADER_LIMIT = 512  # a header with collapsed padding is shorter, one with wide padding not much longer

CANDIDATE = re.compile(rb"ISA[^A-Za-z0-9 \r\n]")
# A header of the fixed form with sensible numbers: taken for one even in the middle of a segment.
CERTAIN = re.compile(
    rb"ISA([^A-Za-z0-9 \r\n])"
    + b"".join(rb"[^\r\n]{%d}\1" % width for width in WIDTHS[:8])
    + rb"[0-9]{6}\1[0-9]{4}\1[^\r\n]\1[0-9]{5}\1[0-9]{9}\1[0-9]\1[A-Z]\1"
)
CERTAIN_LENGTH = 105

_LINE_ENDING = re.compile(rb"[ \t\r\n]*GS[^\r\n]*([^A-Za-z0-9 \r\n])[ \t]*\r?\n")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ISA12 = re.compile(rb"\s*(?:[0-9][\r\n]*){5}\s*")  # a line may break anywhere in a header
_VERSION = re.compile("00[2-8]0[0-9]")
_FIRST_WITH_REPETITION = "00402"


class InterchangeHeader(msgspec.Struct, frozen=True):
    """ISA01 to ISA16 as sent, without their padding."""

    elements: tuple[str, ...]

    @property
    def sender_qualifier(self) -> str:
        return self.elements[4]

    @property
    def sender_id(self) -> str:
        return self.elements[5]

    @property
    def receiver_qualifier(self) -> str:
        return self.elements[6]

    @property
    def receiver_id(self) -> str:
        return self.elements[7]

    @property
    def date(self) -> str:
        return self.elements[8]

    @property
    def time(self) -> str:
        return self.elements[9]

    @property
    def version(self) -> str:
        return self.elements[11]

    @property
    def control_number(self) -> str:
        return self.elements[12]

    @property
    def ack_requested(self) -> bool:
        """ISA14: the sender wants a TA1."""
        return self.elements[13] == "1"

    @property
    def usage(self) -> str:
        """ISA15: P production, T test, I information."""
        return self.elements[14]


class GroupHeader(msgspec.Struct, frozen=True):
    """GS01 to GS08 as sent; "" where GS was shorter."""

    functional_id: str
    sender: str = ""
    receiver: str = ""
    date: str = ""
    time: str = ""
    control_number: str = ""
    agency: str = ""
    version: str = ""


class HeaderRead(NamedTuple):
    """A header that could be read. separator, terminator: as bytes in the file. length: ISA with its terminator."""

    header: InterchangeHeader
    delimiters: Delimiters
    separator: bytes
    terminator: bytes
    length: int
    findings: list[Finding]


def read_header(data: bytes, offset: int, interchange: int) -> HeaderRead | None:
    """Read the ISA at the start of data (give HEADER_LIMIT bytes or all there are); None when it is none.

    The fixed form is read by position; other forms by counting 16 separators, and reported as ISA_PADDING.
    offset, interchange: for the places of the findings.
    """
    if not CANDIDATE.match(data):
        return None
    separator = _first_character(data[3:7])[0]
    starts = _element_starts(data, separator)
    if starts is None:
        return None
    raw = [data[start : stop - len(separator)] for start, stop in zip(starts, starts[1:], strict=False)]
    if not _ISA12.fullmatch(raw[11]):
        return None
    texts = [decode(part)[0].replace("\r", "").replace("\n", "") for part in raw]
    component, terminator, end = _tail(data, starts[-1], separator)
    if not terminator or _is_alphanumeric(terminator):
        return None
    elements = (*(text.strip() for text in texts), decode(component)[0])
    place = _Places(offset, interchange, starts)
    findings = [*_padding(raw, component, place), *_element_findings(elements, place)]
    if terminator not in data[starts[-1] + len(component) : end]:
        message = f"ISA does not end with the segment terminator {decode(terminator)[0]!r}, as the other segments do"
        findings.append(finding(Code.ISA_ELEMENT_INVALID, message, place.element(16)))
    repetition = elements[10]
    if elements[11] < _FIRST_WITH_REPETITION or len(repetition) != 1 or repetition.isalnum():
        repetition = ""
    separates = not _is_alphanumeric(component) and component not in (separator, terminator, b" ")
    if not separates:
        message = f"ISA16 is {elements[15]!r}, which cannot separate components; there are none"
        findings.append(finding(Code.ISA_ELEMENT_INVALID, message, place.element(16), elements[15]))
    delimiters = Delimiters(
        element=decode(separator)[0],
        segment=decode(terminator)[0],
        component=elements[15] if separates else "",
        repetition=repetition,
    )
    return HeaderRead(InterchangeHeader(elements), delimiters, separator, terminator, end, findings)


def _element_starts(data: bytes, separator: bytes) -> list[int] | None:
    """Where ISA01 to ISA16 start; None when there are not as many."""
    starts = []
    at = 3
    for _ in range(16):
        starts.append(at + len(separator))
        at = data.find(separator, starts[-1], HEADER_LIMIT)
        if at < 0 and len(starts) < 16:
            return None
    return starts


def _tail(data: bytes, start: int, separator: bytes) -> tuple[bytes, bytes, int]:
    """ISA16, the segment terminator (b"" when there is none), and where the header ends.

    What stands between ISA15 and the next segment decides: one character is the component separator,
    the next one the terminator; characters of several bytes (UTF-8) count as one. Blanks follow a
    terminator but are one only when nothing else is there, not even a line end.
    """
    following = _next_segment(separator).search(data, start)
    if following is None or following.start() - start > 16:
        return data[start : start + 1], data[start + 1 : start + 2], start + 2
    between = data[start : following.start()]
    component, rest = _first_character(between)
    if not rest:
        blanks = following.group(1)
        if not blanks:
            sign = _end_of_group_header(data, following.start(), separator)
            # What ends GS ends ISA too: then ISA16 is what was left out, and otherwise the terminator.
            return (b"" if sign == component else component), sign, following.start()
        terminator = _blank_terminator(blanks, data[following.end() :])
        end = following.start() + blanks.index(terminator) + 1
        ending = _LINE_ENDING.match(data, following.start())
        sign = ending.group(1) if ending else b""
        if not component:
            # Without ISA16, a character at the end of each line was meant as the terminator; it says nothing.
            return sign, terminator, end
        if sign not in (b"", separator, component):
            # GS ends with a release, never with a sign: it is the terminator, which ISA was sent without.
            return component, sign, following.start()
        return component, terminator, end
    end, terminator, stop = start + len(component), b"", 0
    while rest:
        character, rest = _first_character(rest)
        end += len(character)
        if not _is_alphanumeric(character) and (character.strip() or not terminator):
            terminator, stop = character, end
    return component, terminator, stop


def _end_of_group_header(data: bytes, start: int, separator: bytes) -> bytes:
    """The sign between the GS that starts here and the ST behind it; b"" where they are not seen."""
    found = _group_header(separator).match(data, start)
    return found.group(1) if found else b""


def _blank_terminator(blanks: bytes, after: bytes) -> bytes:
    """Of the blanks behind ISA the one that ends segments: a line end, else the first.

    after: what follows. The two halves of a line end count by its first one, unless the next line has only the other.
    """
    found = _LINE_END.search(blanks)
    if not found:
        return blanks[:1]
    following = _LINE_END.search(after)
    if found.group() == b"\r\n" and following and following.group() == b"\n":
        return b"\n"
    return found.group()[:1]


@functools.lru_cache(maxsize=64)
def _group_header(separator: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"GS%b[^\r\n]*?([^A-Za-z0-9 \r\n])[ \r\n]*ST%b" % (re.escape(separator), re.escape(separator)))


@functools.lru_cache(maxsize=64)
def _next_segment(separator: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"([ \t\r\n]*)(?:GS|TA1|IEA|ISB)%b" % re.escape(separator))


def _is_alphanumeric(character: bytes) -> bool:
    """Is it a letter or digit of ASCII, with which data is written?"""
    return character.isascii() and character.isalnum()


def _first_character(data: bytes) -> tuple[bytes, bytes]:
    lead = data[:1]
    size = 1 if lead < b"\xc2" else 2 if lead < b"\xe0" else 3 if lead < b"\xf0" else 4
    try:
        data[:size].decode("utf-8")
    except UnicodeDecodeError:
        size = 1
    return data[:size], data[size:]


class _Places(NamedTuple):
    offset: int
    interchange: int
    starts: list[int]

    def element(self, number: int) -> Place:
        at = self.offset + self.starts[number - 1]
        return Place(offset=at, interchange=self.interchange, segment_id="ISA", element=number)


def _padding(raw: list[bytes], component: bytes, place: _Places) -> list[Finding]:
    broken = [number for number, part in enumerate(raw, 1) if b"\n" in part or b"\r" in part]
    found = [finding(Code.ISA_LINE_END, place=place.element(broken[0]))] if broken else []
    sent = [len(part) for part in (*raw, component)]
    # A line end may stand in place of the padding: that is one fault.
    wrong = [number for number, width in enumerate(WIDTHS, 1) if sent[number - 1] != width and number not in broken]
    # A component separator of several bytes is one character.
    if wrong == [16] and len(decode(component)[0]) == 1:
        wrong = []
    if not wrong:
        return found
    named = ", ".join(f"ISA{number:02d} {sent[number - 1]} instead of {WIDTHS[number - 1]}" for number in wrong)
    message = f"ISA elements have the wrong width: {named}"
    return [*found, finding(Code.ISA_PADDING, message, place.element(wrong[0]))]


def _element_findings(elements: tuple[str, ...], place: _Places) -> list[Finding]:
    """Values that the standard does not allow, though the interchange can be read."""
    found = []

    def invalid(number: int, message: str) -> None:
        found.append(finding(Code.ISA_ELEMENT_INVALID, message, place.element(number), elements[number - 1]))

    if not is_date(elements[8], six_digits=True) or len(elements[8]) != 6:
        invalid(9, "ISA09 is not a date (YYMMDD)")
    if not is_time(elements[9], longest=4):
        invalid(10, "ISA10 is not a time of day (HHMM)")
    if not _VERSION.fullmatch(elements[11]):
        message = f"ISA12 {elements[11]} is not a version of the interchange envelope"
        found.append(finding(Code.INTERCHANGE_VERSION_UNSUPPORTED, message, place.element(12), elements[11]))
    if not re.fullmatch("[0-9]{1,9}", elements[12]):
        invalid(13, "ISA13 is not a number of 9 digits")
    if elements[13] not in ("0", "1"):
        invalid(14, "ISA14 is neither 0 nor 1")
    if elements[14] not in ("P", "T", "I"):
        invalid(15, "ISA15 is none of P, T and I")
    return found


def group_header(fields: list[str]) -> GroupHeader:
    """GS as sent; fields: ["GS", GS01, …]."""
    values = [field.strip() for field in fields[1:9]]
    return GroupHeader(*values) if values else GroupHeader("")


_SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"UNA", "EDIFACT"),
    (b"UNB", "EDIFACT"),
    (b"<", "XML"),
    (b"{", "JSON"),
    (b"GS*", "X12 that lost its first segment, the ISA"),
    (b"ST*", "a transaction set of X12 without ISA and GS around it"),
    (b"DXS*", "DEX/UCS, which has no ISA: ask for the sets in an X12 interchange"),
    (b"isa", "X12 whose segments are not named in capital letters"),
)


def unreadable(sample: bytes, offset: int) -> Finding:
    """The finding for a file without any interchange, with a guess at what it is. sample: its first bytes."""
    looks = next((name for signature, name in _SIGNATURES if sample.startswith(signature)), "")
    message = f"No ISA segment was found; the file looks like {looks}" if looks else "No ISA segment was found"
    return finding(Code.FILE_UNREADABLE, message, Place(offset=offset), severity=Severity.ERROR)
