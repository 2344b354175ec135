"""The streaming splitter: finds interchanges, groups and transaction sets, and checks their envelopes.

It does not look into sets. Memory stays flat whatever the size of the file, and no input makes it raise.
"""

from collections.abc import Iterator
from typing import BinaryIO

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.x12.events import (
    AcknowledgmentFound,
    EnvelopeEvent,
    GroupClosed,
    GroupOpened,
    InterchangeClosed,
    InterchangeOpened,
    SetFound,
    Stray,
)
from mappings.engine.x12.functional_groups import belongs, faults_in_group
from mappings.engine.x12.header import (
    CANDIDATE,
    HEADER_LIMIT,
    GroupHeader,
    HeaderRead,
    group_header,
    read_header,
    unreadable,
)
from mappings.engine.x12.marks import CHUNK, Mark, MarkFinder, Window
from mappings.engine.x12.utf16 import HEAD, wide_encoding
from mappings.engine.x12.wide import NarrowStream, widened
from mappings.engine.x12.wrapped import HEAD as WRAPPED_HEAD
from mappings.engine.x12.wrapped import UnwrappedStream, placed_in_file, wrap_of

__all__ = [
    "AcknowledgmentFound",
    "EnvelopeEvent",
    "GroupClosed",
    "GroupOpened",
    "InterchangeClosed",
    "InterchangeOpened",
    "SetFound",
    "Stray",
    "same_number",
    "scan",
]

_BLANKS = b" \t\r\n\x00\x1a"  # also what old systems pad files with
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_MISPLACED = 100  # more pieces in the wrong place of one interchange are not named
_MOST_NUMBERS = 100_000  # so many control numbers of one group are remembered


def scan(stream: BinaryIO, chunk: int = CHUNK) -> Iterator[EnvelopeEvent]:
    """Events in the order of the file, from its first byte to its last.

    stream: binary, at its start, any read size. chunk: how many bytes to hold at a time (does not change the
    events). Reading errors of the stream itself are passed on; nothing in its content raises.
    """
    window = Window(stream, chunk)
    encoding, mark = wide_encoding(window.peek(HEAD))
    if not encoding:
        wrap = wrap_of(window.peek(WRAPPED_HEAD))
        if wrap is None:
            yield from _events(window)
            return
        even = UnwrappedStream(window.data, stream, wrap)
        for event in _events(Window(even, chunk)):
            yield placed_in_file(event, even, wrap)
        return
    narrowed = NarrowStream(window.data[mark:], stream, encoding)
    for event in _events(Window(narrowed, chunk)):
        yield widened(event, mark, encoding)


def _events(window: Window) -> Iterator[EnvelopeEvent]:
    ordinal = 0
    while True:
        stray, header = _outside(window, ordinal)
        if stray:
            yield stray
        if header is None:
            return
        ordinal += 1
        yield from _Interchange(window, header, ordinal).events()


def _outside(window: Window, seen: int) -> tuple[Stray | None, HeaderRead | None]:
    """What stands before the next interchange, and its header; the window is left at ISA."""
    _skip_blanks(window)
    start = window.position
    sample = window.peek(16)
    if not sample:
        if seen:
            return None, None
        empty = finding(Code.FILE_EMPTY, place=Place(offset=0))
        return Stray(offset=0, length=start, findings=[empty]), None
    header = _find_header(window, seen + 1)
    length = window.position - start
    if not length:
        return None, header
    if CANDIDATE.match(sample):
        problem = finding(Code.ISA_INVALID, place=Place(offset=start))
    elif header is None and not seen:
        problem = unreadable(sample, start)
    else:
        problem = finding(Code.DATA_OUTSIDE_INTERCHANGE, place=Place(offset=start), value=_shown(sample))
    return Stray(offset=start, length=length, findings=[problem]), header


def _skip_blanks(window: Window) -> None:
    while head := window.peek(len(_BYTE_ORDER_MARK)):
        if head == _BYTE_ORDER_MARK:
            window.position += len(head)
            continue
        ahead = window.data[window.at :]
        blanks = len(ahead) - len(ahead.lstrip(_BLANKS))
        if not blanks:
            return
        window.position += blanks


def _find_header(window: Window, ordinal: int) -> HeaderRead | None:
    """Go to the next header that can be read, or to the end."""
    while True:
        match = CANDIDATE.search(window.data, window.at)
        if match:
            window.position += match.start() - window.at
            header = read_header(window.peek(HEADER_LIMIT), window.position, ordinal)
            if header:
                return header
            window.position += 1
            continue
        if window.ended:
            window.position += window.waiting
            return None
        window.position += max(window.waiting - 3, 0)
        window.more()


def _shown(sample: bytes) -> str:
    return sample.decode("ascii", "replace")


class _Group:
    def __init__(self, ordinal: int, header: GroupHeader, offset: int) -> None:
        self.ordinal = ordinal
        self.header = header
        self.offset = offset
        self.sets = 0
        self.numbers: set[str] = set()


class _Set:
    def __init__(self, mark: Mark, fields: list[str]) -> None:
        self.fields = fields
        self.offset = mark.start
        self.segments = 1


class _Interchange:
    """Turns the marks of one interchange into events."""

    def __init__(self, window: Window, header: HeaderRead, ordinal: int) -> None:
        self._window = window
        self._header = header
        self._ordinal = ordinal
        self._finder = MarkFinder(window, header)
        self._start = window.position
        self._groups = 0
        self._group: _Group | None = None
        self._loose_sets = 0
        self._set: _Set | None = None
        self._findings: list[Finding] = []

    def events(self) -> Iterator[EnvelopeEvent]:
        read = self._header
        yield InterchangeOpened(self._ordinal, read.header, read.delimiters, self._start, read.findings)
        self._window.position += read.length
        for mark in self._finder.marks():
            if self._set:
                self._set.segments += mark.segments
            elif mark.segments:
                self._misplaced(mark.first, "Segments outside a transaction set")
            opened, self._set = self._set, None
            if opened:
                closed = mark.id == "SE"
                opened.segments += closed
                yield self._found(opened, mark.stop if closed else mark.start)
                if closed:
                    continue
            if mark.id == "ST":
                if self._group is None and not self._loose_sets:
                    self._misplaced(mark.start, "ST outside a functional group")
                self._set = _Set(mark, self._finder.fields(mark))
            else:
                yield from self._event(mark)

    def _event(self, mark: Mark) -> Iterator[EnvelopeEvent]:
        """What marks other than those of a set mean."""
        match mark.id:
            case "SE":
                self._misplaced(mark.start, "SE without ST")
            case "TA1":
                if self._group:
                    self._misplaced(mark.start, "TA1 inside a functional group")
                yield AcknowledgmentFound(self._ordinal, self._finder.fields(mark), mark.start, mark.stop - mark.start)
            case "GS":
                yield from self._end_group(mark)
                yield self._open_group(mark)
            case "GE" if self._group is None:
                self._misplaced(mark.start, "GE without GS")
            case _:
                yield from self._end_group(mark)
        if mark.id in ("IEA", "ISA", ""):
            yield self._close(mark)

    def _misplaced(self, offset: int, message: str) -> None:
        if len(self._findings) >= _MOST_MISPLACED:
            return
        place = Place(offset=offset, interchange=self._ordinal, group=self._group.ordinal if self._group else 0)
        self._findings.append(finding(Code.INTERCHANGE_CONTENT_INVALID, message, place))

    def _found(self, opened: _Set, stop: int) -> SetFound:
        if self._group:
            self._group.sets += 1
            ordinal = self._group.sets
        else:
            self._loose_sets += 1
            ordinal = self._loose_sets
        return SetFound(
            interchange=self._ordinal,
            group=self._group.ordinal if self._group else 0,
            ordinal=ordinal,
            set_id=_field(opened.fields, 1),
            control_number=_field(opened.fields, 2),
            offset=opened.offset,
            length=stop - opened.offset,
            segment_count=opened.segments,
            findings=self._group_findings(opened, ordinal),
        )

    def _group_findings(self, opened: _Set, ordinal: int) -> list[Finding]:
        """What GS01 and the sets before it say against this set."""
        group = self._group
        if group is None:
            return []
        set_id, number = _field(opened.fields, 1), _field(opened.fields, 2)
        repeats = bool(number) and number in group.numbers
        if not repeats and len(group.numbers) < _MOST_NUMBERS:
            group.numbers.add(number)
        functional_id = group.header.functional_id
        if not repeats and belongs(set_id, functional_id):
            return []
        place = Place(offset=opened.offset, interchange=self._ordinal, group=group.ordinal, set=ordinal)
        return faults_in_group(set_id, number, functional_id, place, repeats=repeats)

    def _open_group(self, mark: Mark) -> GroupOpened:
        self._groups += 1
        header = group_header(self._finder.fields(mark))
        self._group = _Group(self._groups, header, mark.start)
        number = header.control_number
        findings = []
        if not (number.isascii() and number.isdecimal() and len(number) <= 9):
            place = self._place("GS", 6, mark, self._groups)
            findings.append(finding(Code.GROUP_CONTROL_INVALID, place=place, value=number))
        return GroupOpened(self._ordinal, self._groups, header, mark.start, findings)

    def _end_group(self, mark: Mark) -> Iterator[GroupClosed]:
        """Close the open group, by GE or because something else came."""
        group = self._group
        if group is None:
            return
        self._group = None
        findings = []
        if mark.id != "GE":
            place = Place(offset=mark.start, interchange=self._ordinal, group=group.ordinal, segment_id="GE")
            findings.append(finding(Code.GROUP_TRAILER_MISSING, place=place))
        else:
            fields = self._finder.fields(mark)
            stated, number, expected = _field(fields, 1), _field(fields, 2), group.header.control_number
            if not same_number(stated, str(group.sets)):
                message = f"GE01 says {stated or 'nothing'}, the group has {group.sets} transaction sets"
                place = self._place("GE", 1, mark, group.ordinal)
                findings.append(finding(Code.GROUP_COUNT_MISMATCH, message, place, stated))
            if not same_number(number, expected):
                message = f"GE02 is {number or 'missing'}, GS06 is {expected or 'missing'}"
                place = self._place("GE", 2, mark, group.ordinal)
                findings.append(finding(Code.GROUP_CONTROL_MISMATCH, message, place, number))
        stop = mark.stop if mark.id == "GE" else mark.start
        yield GroupClosed(self._ordinal, group.ordinal, group.offset, stop - group.offset, findings)

    def _close(self, mark: Mark) -> InterchangeClosed:
        findings = self._findings
        if mark.id != "IEA":
            place = Place(offset=mark.start, interchange=self._ordinal, segment_id="IEA")
            findings.append(finding(Code.INTERCHANGE_TRAILER_MISSING, place=place))
        else:
            fields = self._finder.fields(mark)
            stated, number, expected = _field(fields, 1), _field(fields, 2), self._header.header.control_number
            if not same_number(stated, str(self._groups)):
                message = f"IEA01 says {stated or 'nothing'}, the interchange has {self._groups} groups"
                findings.append(finding(Code.INTERCHANGE_COUNT_MISMATCH, message, self._place("IEA", 1, mark), stated))
            if not same_number(number, expected):
                message = f"IEA02 is {number or 'missing'}, ISA13 is {expected or 'missing'}"
                place = self._place("IEA", 2, mark)
                findings.append(finding(Code.INTERCHANGE_CONTROL_MISMATCH, message, place, number))
        return InterchangeClosed(self._ordinal, self._start, mark.stop - self._start, findings)

    def _place(self, segment_id: str, element: int, mark: Mark, group: int = 0) -> Place:
        offset = self._finder.offset(mark, element)
        return Place(offset=offset, interchange=self._ordinal, group=group, segment_id=segment_id, element=element)


def _field(fields: list[str], number: int) -> str:
    return fields[number] if number < len(fields) else ""


def same_number(left: str, right: str) -> bool:
    """Control numbers and counts are compared as numbers when both are numbers (X12.5: N0 elements)."""
    if all(text.isascii() and text.isdecimal() for text in (left, right)):
        return left.lstrip("0") == right.lstrip("0")
    return left == right
