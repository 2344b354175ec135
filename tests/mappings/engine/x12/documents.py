"""Small X12 documents for the tests of this folder."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from mappings.engine.findings import Finding, Place
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.envelope import EnvelopeEvent, InterchangeOpened, SetFound, scan
from mappings.engine.x12.header import InterchangeHeader
from mappings.engine.x12.validator import SetReading, validator_for

STAR = Delimiters(element="*", segment="~", component=">")

ISA = "ISA*00*          *00*          *ZZ*BUYERCORP      *ZZ*SUPPLIERINC    *261121*0830*U*00401*000000101*0*P*>"
GS = "GS*PO*BUYERCORP*SUPPLIERINC*20261121*0830*1*X*004010"

CLEAN_HEADER = InterchangeHeader(tuple(part.strip() for part in ISA.split("*")[1:]))

ORDER = [
    "BEG*00*SA*PO-4500000000**20261121",
    "CUR*BY*USD",
    "REF*DP*100",
    "PER*BD*JANE DOE*TE*6145550100",
    "DTM*002*20261224",
    "TD5**2*UPSN*M*GROUND",
    "N1*BY*BUYER CORPORATION*92*1000",
    "N3*1 INDUSTRIAL PKWY*SUITE 2",
    "N4*COLUMBUS*OH*43004*US",
    "N1*ST*DISTRIBUTION CENTER*92*2000",
    "PO1*1*10*EA*9.25*PE*BP*B10*VN*V-1",
    "PID*F****STEEL BOLT",
    "REF*LI*0-00001",
    "PO1*2*5*CA*100*PE*BP*B20*VN*V-2",
    "CTT*2",
    "AMT*TT*592.5",
]


def transaction(body: Sequence[str] = ORDER, number: str = "0001", set_id: str = "850") -> list[str]:
    """A set from ST to SE with a right count."""
    return [f"ST*{set_id}*{number}", *body, f"SE*{len(body) + 2}*{number}"]


def in_envelope(*sets: Sequence[str]) -> list[str]:
    return [ISA, GS, *(segment for one in sets for segment in one), f"GE*{len(sets)}*1", "IEA*1*000000101"]


def raw(segments: Sequence[str], terminator: str = "~") -> bytes:
    return "".join(segment + terminator for segment in segments).encode()


def events(data: bytes) -> list[EnvelopeEvent]:
    return list(scan(BytesIO(data)))


def all_findings(data: bytes) -> list[Finding]:
    return [found for event in events(data) for found in getattr(event, "findings", [])]


def read(body: Sequence[str] = ORDER, delimiters: Delimiters = STAR, version: str = "004010") -> SetReading:
    """Read an 850 with this body; ST and a right SE are put around it."""
    return validator_for("850", version).read(raw(transaction(body)), delimiters, Place(offset=0))


def codes(findings: Sequence[Finding]) -> list[str]:
    return [found.code.value for found in findings]


def replaced(old: str, new: str | list[str], body: Sequence[str] = ORDER) -> list[str]:
    """The order with one of its segments replaced by others."""
    at = body.index(old)
    return [*body[:at], *([new] if isinstance(new, str) else new), *body[at + 1 :]]


def sets_of(data: bytes) -> Iterator[tuple[SetFound, bytes, Delimiters]]:
    """Each set that the splitter finds, with the bytes that it names and the delimiters of its interchange."""
    delimiters = None
    for event in scan(BytesIO(data), chunk=64):
        if isinstance(event, InterchangeOpened):
            delimiters = event.delimiters
        elif isinstance(event, SetFound):
            assert delimiters
            yield event, data[event.offset : event.offset + event.length], delimiters
