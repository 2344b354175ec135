"""Writes X12: segments and envelopes. A value that would break the document is refused, or replaced by policy."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from mappings.engine.errors import EngineError
from mappings.engine.x12.character_sets import unwritable
from mappings.engine.x12.delimiters import STANDARD, Delimiters
from mappings.engine.x12.elements import CONTROL


class Repeated(list[str | Sequence[str]]):
    """The repetitions of one element, each a value or the components of a composite."""


Value = str | Sequence[str] | Repeated  # an element, or the components of a composite, or repetitions of either

_ENVELOPE = frozenset({"ISA", "GS", "GE", "IEA"})
_FIRST_WITH_REPETITION = "00402"
_SEPARATORS = "^|{}`\\\x1e\x1f"
_GROUP_RELEASES = {"00401": "004010", "00501": "005010"}


class UnwritableValue(EngineError):
    """A value that cannot be written: it contains a delimiter or control character, or does not fit."""


class Replacement(msgspec.Struct, frozen=True):
    """A value that was not written as it was given. element: from 1."""

    segment_id: str
    element: int
    given: str
    written: str


class SegmentWriter:
    """Writes segments with one set of delimiters; counts nothing, knows no structure.

    replacements: what was replaced so far; empty when values are refused.
    """

    def __init__(
        self, delimiters: Delimiters = STANDARD, replace_by: str | None = None, *, characters: str = ""
    ) -> None:
        """replace_by: what to write for a delimiter or control character inside a value ("" leaves it out).

        None, the default, refuses such a value. Raises UnwritableValue when the replacement is itself forbidden.
        characters: the set that values have to keep to ("basic", "extended", "utf-8"; "" for any), envelopes aside:
        their names are the partners' own.
        """
        self._characters = characters
        self._delimiters = delimiters
        self._replace_by = replace_by
        self.replacements: list[Replacement] = []
        characters = "".join((delimiters.element, delimiters.segment, delimiters.component, delimiters.repetition))
        self._forbidden = re.compile(f"[{re.escape(characters)}]|{CONTROL.pattern}")
        if replace_by and self._forbidden.search(replace_by):
            raise UnwritableValue(f"{replace_by!r} cannot stand for what is not allowed in data")

    def segment(self, segment_id: str, *elements: Value) -> str:
        """One segment with its terminator; trailing empty elements and components are left out.

        Raises UnwritableValue when a value contains a delimiter or a control character.
        """
        texts = [self._element(segment_id, number, value) for number, value in enumerate(elements, 1)]
        while texts and not texts[-1]:
            texts.pop()
        return self._delimiters.element.join([segment_id, *texts]) + self._delimiters.segment

    def safe(self, text: str, limit: int) -> str:
        """The text without what is not to be written: for copying what a partner sent.

        Without delimiters and control characters, and without those beyond ASCII where UTF-8 was not agreed on; in
        capitals where only these were.
        """
        text = text.upper() if self._characters == "basic" else text
        return unwritable(self._characters or "extended").sub("", self._forbidden.sub("", text))[:limit]

    def _element(self, segment_id: str, number: int, value: Value) -> str:
        if not isinstance(value, Repeated):
            return self._composite(segment_id, number, value)
        texts = [self._composite(segment_id, number, one) for one in value]
        if len(texts) > 1 and not self._delimiters.repetition:
            raise UnwritableValue(f"{segment_id}{number:02d} repeats, but there is no repetition separator")
        return self._delimiters.repetition.join(texts)

    def _composite(self, segment_id: str, number: int, value: str | Sequence[str]) -> str:
        given = [value] if isinstance(value, str) else list(value)
        components = [self._plain(segment_id, number, component) for component in given]
        while len(components) > 1 and not components[-1]:
            components.pop()
        if len(components) > 1 and not self._delimiters.component:
            raise UnwritableValue(f"{segment_id}{number:02d} is a composite, but there is no component separator")
        return self._delimiters.component.join(components)

    def _plain(self, segment_id: str, number: int, text: str) -> str:
        forbidden = self._forbidden
        if self._characters and segment_id not in _ENVELOPE and unwritable(self._characters).search(text):
            forbidden = re.compile(f"{forbidden.pattern}|{unwritable(self._characters).pattern}")
        found = forbidden.search(text)
        if not found:
            return text
        if self._replace_by is None:
            raise UnwritableValue(f"{segment_id}{number:02d} contains {found.group()!r}, which is not allowed in data")
        written = forbidden.sub(self._replace_by.replace("\\", "\\\\"), text)
        self.replacements.append(Replacement(segment_id, number, text, written))
        return written


class OutboundEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """Who sends an interchange to whom, and its numbers.

    at: instant in UTC, written to ISA09/10 and GS04/05. version: ISA12. release: GS08, by default that of the
    version. Control numbers are positive integers of at most 9 digits. line_end: written after each segment.
    authorization, security: qualifier and information (ISA01–04). agency: GS07. characters: see SegmentWriter.
    """

    sender_qualifier: str
    sender_id: str
    receiver_qualifier: str
    receiver_id: str
    interchange_control: int
    at: datetime
    group_sender: str = ""
    group_receiver: str = ""
    group_control: int = 1
    set_control: int = 1
    usage: str = "P"
    version: str = "00401"
    release: str = ""
    delimiters: Delimiters = STANDARD
    ack_requested: bool = False
    line_end: str = ""
    authorization: tuple[str, str] = ("00", "")
    security: tuple[str, str] = ("00", "")
    agency: str = "X"
    characters: str = ""

    @property
    def group_version(self) -> str:
        return self.release or _GROUP_RELEASES.get(self.version, "004010")


def transaction_set(
    writer: SegmentWriter, set_id: str, control: int, body: Iterable[Sequence[Value]], convention: str = ""
) -> list[str]:
    """The segments of a set from ST to SE. body: [segment id, element 1, …] each, without ST and SE.

    convention: ST03, from 005010 on.
    """
    number = f"{control:04d}"
    segments = [writer.segment("ST", set_id, number, convention)]
    for segment_id, *elements in body:
        segments.append(writer.segment(str(segment_id), *elements))
    segments.append(writer.segment("SE", str(len(segments) + 1), number))
    return segments


def functional_group(
    writer: SegmentWriter, envelope: OutboundEnvelope, functional_id: str, sets: Sequence[list[str]]
) -> list[str]:
    """A group from GS to GE around sets that are written already."""
    number = str(envelope.group_control)
    header = writer.segment(
        "GS",
        functional_id,
        envelope.group_sender or envelope.sender_id,
        envelope.group_receiver or envelope.receiver_id,
        f"{envelope.at:%Y%m%d}",
        f"{envelope.at:%H%M}",
        number,
        envelope.agency,
        envelope.group_version,
    )
    trailer = writer.segment("GE", str(len(sets)), number)
    return [header, *(segment for one in sets for segment in one), trailer]


def interchange(
    writer: SegmentWriter, envelope: OutboundEnvelope, groups: Sequence[list[str]], loose: Sequence[str] = ()
) -> bytes:
    """A whole interchange. groups: written groups. loose: segments before them (TA1). Raises UnwritableValue."""
    number = f"{envelope.interchange_control:09d}"
    content = [*loose, *(segment for group in groups for segment in group)]
    content.append(writer.segment("IEA", str(len(groups)), number))
    isa = _isa(writer, envelope, number, _standard_or_separator(envelope, content))
    return "".join(segment + envelope.line_end for segment in (isa, *content)).encode()


def _standard_or_separator(envelope: OutboundEnvelope, content: Sequence[str]) -> str:
    """ISA11. From 00402 on it is a separator, also when nothing repeats: then one that occurs nowhere."""
    known = envelope.delimiters
    if envelope.version < _FIRST_WITH_REPETITION:
        return "U"
    if known.repetition:
        return known.repetition
    taken = known.element + known.segment + known.component
    free = (sign for sign in _SEPARATORS if sign not in taken and not any(sign in segment for segment in content))
    separator = next(free, "")
    if not separator:
        raise UnwritableValue("ISA11 needs a repetition separator, and none is free")
    return separator


def _isa(writer: SegmentWriter, envelope: OutboundEnvelope, number: str, standard_or_separator: str) -> str:
    delimiters = envelope.delimiters
    fields = [
        (envelope.authorization[0], 2),
        (envelope.authorization[1], 10),
        (envelope.security[0], 2),
        (envelope.security[1], 10),
        (envelope.sender_qualifier, 2),
        (envelope.sender_id, 15),
        (envelope.receiver_qualifier, 2),
        (envelope.receiver_id, 15),
        (f"{envelope.at:%y%m%d}", 6),
        (f"{envelope.at:%H%M}", 4),
    ]
    for value, width in fields:
        if len(value.encode()) > width:
            raise UnwritableValue(f"{value!r} is longer than the {width} bytes that ISA has for it")
        writer.segment("ISA", value)
    if len(number) > 9 or len(delimiters.segment + delimiters.component + delimiters.element) != 3:
        raise UnwritableValue("ISA needs a control number of 9 digits and delimiters of one character")
    padded = [value + " " * (width - len(value.encode())) for value, width in fields]  # found again by counting bytes
    rest = [envelope.version, number, "1" if envelope.ack_requested else "0", envelope.usage, delimiters.component]
    return delimiters.element.join(["ISA", *padded, standard_or_separator, *rest]) + delimiters.segment
