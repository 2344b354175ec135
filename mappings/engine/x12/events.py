"""What the splitter finds, in the order of the file."""

import msgspec

from mappings.engine.findings import Finding
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.header import GroupHeader, InterchangeHeader


class InterchangeOpened(msgspec.Struct, frozen=True):
    """ISA. ordinal: 1 for the first interchange of the file. offset: of ISA in the file."""

    ordinal: int
    header: InterchangeHeader
    delimiters: Delimiters
    offset: int
    findings: list[Finding]


class GroupOpened(msgspec.Struct, frozen=True):
    """GS. ordinal: within the interchange. offset: of GS."""

    interchange: int
    ordinal: int
    header: GroupHeader
    offset: int
    findings: list[Finding]


class SetFound(msgspec.Struct, frozen=True):
    """A transaction set: `length` bytes from `offset` (ST) to the end of SE with its terminator.

    A set without SE ends where the next envelope segment begins. group: 0 when it stands outside any group;
    ordinal: within its group. segment_count: segments that are not empty, ST and SE included.
    findings: what only the group can tell of a set: ST01 that GS01 does not allow, ST02 that was used before.
    """

    interchange: int
    group: int
    ordinal: int
    set_id: str
    control_number: str
    offset: int
    length: int
    segment_count: int
    findings: list[Finding] = []


class GroupClosed(msgspec.Struct, frozen=True):
    """GE, or its absence. offset, length: the whole group from GS. findings: GE01, GE02, GE missing."""

    interchange: int
    group: int
    offset: int
    length: int
    findings: list[Finding]


class AcknowledgmentFound(msgspec.Struct, frozen=True):
    """A TA1 inside an interchange. fields: ["TA1", TA101, …]."""

    interchange: int
    fields: list[str]
    offset: int
    length: int


class InterchangeClosed(msgspec.Struct, frozen=True):
    """IEA, or its absence. offset, length: the whole interchange from ISA.

    findings: IEA01, IEA02, IEA missing, and content that stands outside groups or sets.
    """

    interchange: int
    offset: int
    length: int
    findings: list[Finding]


class Stray(msgspec.Struct, frozen=True):
    """Bytes that belong to no interchange: an unreadable file or header, or text between interchanges."""

    offset: int
    length: int
    findings: list[Finding]


EnvelopeEvent = (
    InterchangeOpened | GroupOpened | SetFound | GroupClosed | AcknowledgmentFound | InterchangeClosed | Stray
)
