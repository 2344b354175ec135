"""The envelope of what we answer: the question's, the other way round, unless policies say otherwise."""

from datetime import datetime

from config.core.sequences import Bounds, take_each
from mappings.engine.x12.acknowledgment import RELEASE_OF_999
from mappings.engine.x12.delimiters import Delimiters, told_apart
from mappings.engine.x12.header import GroupHeader, InterchangeHeader
from mappings.engine.x12.writer import OutboundEnvelope
from partners.policies import Policies, separator
from partners.policies.sealed import opened
from transactions.models import Interchange
from transactions.pipeline.rows import delimiters_of

VERSIONS = ("00401", "00501")  # of the interchanges that we write
USAGES = frozenset("PTI")  # of ISA15 (data element I14)
LINE_ENDS = {"none": "", "lf": "\n", "crlf": "\r\n"}


def pair_of(interchange: Interchange) -> str:
    """Names the counters of what we send in answer; whoever takes of several takes them in the order of these."""
    return f"{interchange.environment}:{interchange.receiver}>{interchange.sender}"


def answer_envelope(
    interchange: Interchange,
    header: InterchangeHeader,
    policies: Policies,
    now: datetime,
    group: GroupHeader | None = None,
) -> OutboundEnvelope:
    """Take the numbers of an answer and give its envelope. Must run in the transaction that stores the answer.

    group: the GS that is answered; None for a TA1, which stands in no group and takes no number of one.
    Raises VaultLocked when ISA02 or ISA04 cannot be opened.
    """
    pair = pair_of(interchange)
    last = policies.control_maximum
    counters = {f"isa:{pair}": Bounds(policies.isa_control_start, last)}
    if group:
        counters[f"gs:{pair}"] = Bounds(policies.gs_control_start, last)
    interchange_control, *group_control = take_each(*counters, bounds=counters)
    mirrored = header.version if header.version in VERSIONS else VERSIONS[0]
    is_999 = group is not None and policies.acknowledgment == "999"
    usage = header.usage if header.usage in USAGES else "T"
    own = (policies.own_isa_qualifier, policies.own_isa_id)
    theirs = (policies.partner_isa_qualifier, policies.partner_isa_id)
    sender = own if own[1] else (header.receiver_qualifier, header.receiver_id)
    receiver = theirs if theirs[1] else (header.sender_qualifier, header.sender_id)
    return OutboundEnvelope(
        authorization=(policies.isa_authorization_qualifier, opened("isa_authorization", policies.isa_authorization)),
        security=(policies.isa_security_qualifier, opened("isa_security", policies.isa_security)),
        sender_qualifier=sender[0],
        sender_id=sender[1],
        receiver_qualifier=receiver[0],
        receiver_id=receiver[1],
        interchange_control=interchange_control,
        group_control=group_control[0] if group_control else 1,
        group_sender=policies.own_gs_id,
        group_receiver=policies.partner_gs_id,
        agency=policies.gs_agency,
        usage=usage if policies.isa_usage == "same" else policies.isa_usage,
        version="00501" if is_999 else mirrored if policies.isa_version == "same" else policies.isa_version,
        release=policies.gs_version or (RELEASE_OF_999 if is_999 else _release(group)),
        at=now,
        delimiters=_delimiters(interchange, policies),
        ack_requested=policies.isa_ack_requested,
        characters=policies.character_set,
        line_end=LINE_ENDS[policies.segment_suffix],
    )


def _release(group: GroupHeader | None) -> str:
    return "005010" if group and group.version >= "005010" else "004010"


def _delimiters(interchange: Interchange, policies: Policies) -> Delimiters:
    """As agreed, else as received; an ISA whose own cannot be told apart is answered all the same."""
    received = delimiters_of(interchange)
    return told_apart(
        Delimiters(
            element=separator(policies.element_separator) or received.element,
            segment=separator(policies.segment_terminator) or received.segment,
            component=separator(policies.component_separator) or received.component,
            repetition=separator(policies.repetition_separator) or received.repetition,
        )
    )
