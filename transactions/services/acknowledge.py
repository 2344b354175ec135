"""Acknowledge what was received: TA1 for an interchange, 997 for a group. From syntax only, and each once.

What we answer, and with which numbers, is written in the transaction that also stores the bytes.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from config.core.ids import derived_uuid7
from config.core.sequences import take
from mappings.engine.findings import Code, Finding, finding
from mappings.engine.x12.acknowledgment import GroupCounts, SetVerdict, group_code, write_997, write_ta1
from mappings.engine.x12.header import InterchangeHeader
from mappings.engine.x12.writer import OutboundEnvelope, UnwritableValue
from partners.models import Partner
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.models import Acknowledgment, Attempt, Document, FunctionalGroup, InboundFile, Interchange, Verb
from transactions.pipeline.rows import delimiters_of, group_header, interchange_header
from transactions.pipeline.storable import TOLD_OF_A_SET, read_findings
from transactions.services.cases import Subject, open_case
from transactions.services.trail import record
from transactions.states import CaseCategory, InterchangeState, Queue, UnitState, Verdict

ACKNOWLEDGMENT_GROUP = "FA"  # GS01 of groups of acknowledgments: they are never acknowledged
VERSIONS = ("00401", "00501")  # of the interchanges that we write
BATCH = 1000


def acknowledge_interchange(interchange: Interchange, policies: Policies) -> Acknowledgment | None:
    """Write the TA1 that the partner's policy asks for. None when it asks for none, or there is one already."""
    header = interchange_header(interchange)
    wanted = {
        "never": False,
        "error": interchange.is_refused,
        "requested": header.ack_requested or interchange.is_refused,
        "always": True,
    }[policies.ta1]
    partner = interchange.partner
    if not wanted or partner is None or Acknowledgment.objects.filter(pk=_id(interchange, "TA1")).exists():
        return None
    now = timezone.now()
    envelope = _envelope(interchange, header, now)
    findings = read_findings(interchange.findings) if interchange.is_refused else []
    try:
        content = write_ta1(header, findings, envelope=envelope)
    except UnwritableValue as error:
        _give_up(Subject.of_interchange(interchange), "TA1", error)
        return None
    verdict = Verdict.REJECTED if interchange.is_refused else Verdict.ACCEPTED
    return _store(interchange, None, partner, "TA1", verdict.value, envelope, content, now)


def acknowledge_groups(file: InboundFile) -> None:
    """Write the 997 of each group of the file that is complete and has none yet."""
    answered = Acknowledgment.objects.filter(file=file, kind="997").values("group_id")
    incomplete = file.units.exclude(state=UnitState.DONE).values("group_id")
    groups = (
        FunctionalGroup.objects.filter(file=file, set_count__gt=0, interchange__state=InterchangeState.OPEN)
        .exclude(pk__in=answered)
        .exclude(pk__in=incomplete)
        .exclude(functional_id=ACKNOWLEDGMENT_GROUP)
        .exclude(interchange__is_refused=True)
        .select_related("interchange__partner")
        .order_by("interchange__ordinal", "ordinal")
    )
    for group in groups:
        _acknowledge_group(group)


def _acknowledge_group(group: FunctionalGroup) -> None:
    first = Document.objects.select_related("partner", "agreement").filter(group=group).order_by("ordinal").first()
    if first is None:
        return
    policies = effective_policies(first.partner, first.agreement)
    if policies.acknowledgment == "none":
        return
    now = timezone.now()
    header = group_header(group)
    envelope = _envelope(group.interchange, interchange_header(group.interchange), now, header.version)
    verdicts = list(_verdicts(group))
    faults = read_findings(group.findings) if group.is_refused else []
    counts = GroupCounts(
        included=_included(group),
        received=len(verdicts),
        accepted=0 if group.is_refused else sum(verdict.accepted for verdict in verdicts),
    )
    noted = bool(faults) or any(verdict.code != Verdict.ACCEPTED for verdict in verdicts)
    try:
        content = write_997(
            header,
            verdicts,
            faults,
            counts=counts,
            envelope=envelope,
            # A refused group is rejected as a whole: no set of it is called accepted.
            with_accepted_sets=policies.acknowledge_accepted and not group.is_refused,
        )
    except UnwritableValue as error:
        _give_up(Subject.of_group(group), "997", error)
        return
    _store(group.interchange, group, first.partner, "997", group_code(counts, noted), envelope, content, now)


def _included(group: FunctionalGroup) -> int:
    """The number of sets that GE01 states (AK902): the one counted, unless a finding says what it was instead."""
    stated = [f.value for f in read_findings(group.findings) if f.code is Code.GROUP_COUNT_MISMATCH]
    return int(stated[0]) if stated and stated[0].isdecimal() else group.set_count


def _verdicts(group: FunctionalGroup) -> Iterator[SetVerdict]:
    """The verdict on each set in order, a batch at a time; findings are read only where there are some."""
    fields = ("pk", "set_id", "control_number", "set_ordinal", "errors", "warnings")
    documents = Document.objects.filter(group=group).order_by("set_ordinal").only(*fields)
    last = 0
    while batch := list(documents.filter(set_ordinal__gt=last)[:BATCH]):
        last = batch[-1].set_ordinal
        faulty = [document.pk for document in batch if document.errors or document.warnings]
        attempts = Attempt.objects.filter(document__in=faulty, number=1).values_list("document_id", "findings")
        findings_of = {document_id: _syntax(stored) for document_id, stored in attempts}
        for document in batch:
            findings = findings_of.get(document.pk, [])
            yield SetVerdict(document.set_id, document.control_number, findings)
        if len(batch) < BATCH:
            return


def _syntax(stored: list[dict[str, Any]]) -> list[Finding]:
    return [found for found in read_findings(stored) if found.layer in TOLD_OF_A_SET]


def _envelope(
    interchange: Interchange, header: InterchangeHeader, now: datetime, group_version: str = ""
) -> OutboundEnvelope:
    """Sender and receiver of the answer are those of the question, the other way round."""
    pair = f"{interchange.environment}:{interchange.receiver}>{interchange.sender}"
    return OutboundEnvelope(
        sender_qualifier=header.receiver_qualifier,
        sender_id=header.receiver_id,
        receiver_qualifier=header.sender_qualifier,
        receiver_id=header.sender_id,
        interchange_control=take(f"isa:{pair}"),
        group_control=take(f"gs:{pair}"),
        usage=header.usage,
        version=header.version if header.version in VERSIONS else VERSIONS[0],
        release="005010" if group_version >= "005010" else "004010",
        at=now,
        delimiters=delimiters_of(interchange),
    )


def _give_up(subject: Subject, kind: str, error: UnwritableValue) -> None:
    """What the sender's own envelope makes impossible to answer is a case; its documents go on."""
    reason = finding(Code.INTERNAL_FAILURE, f"The {kind} could not be written: {error}")
    open_case(subject, CaseCategory.INTERNAL, Queue.INTEGRATION, reason)


def _id(answered: Interchange | FunctionalGroup, kind: str) -> UUID:
    return derived_uuid7(answered.pk, kind, 1)


def _store(
    interchange: Interchange,
    group: FunctionalGroup | None,
    partner: Partner,
    kind: str,
    verdict: str,
    envelope: OutboundEnvelope,
    content: bytes,
    now: datetime,
) -> Acknowledgment:
    acknowledgment = Acknowledgment(
        id=_id(group or interchange, kind),
        file_id=interchange.file_id,
        interchange=interchange,
        group=group,
        partner=partner,
        environment=interchange.environment,
        kind=kind,
        verdict=verdict,
        control_number=f"{envelope.interchange_control:09d}",
        content=content,
        created_at=now,
    )
    acknowledgment.save(force_insert=True)
    record(
        interchange.file_id,
        Verb.ACKNOWLEDGED,
        at=now,
        kind=kind,
        verdict=verdict,
        control_number=acknowledgment.control_number,
    )
    return acknowledgment
