"""Acknowledge what was received: TA1 for an interchange, 997 for a group. From syntax only, and each once.

What we answer, and with which numbers, is written in the transaction that also stores the bytes.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.utils import timezone

from config.core.ids import derived_uuid7
from mappings.engine.findings import Code, Finding, Severity, finding
from mappings.engine.x12.acknowledgment import (
    ACKNOWLEDGED_LAYERS,
    GroupCounts,
    SetVerdict,
    group_code,
    group_codes,
    write_997,
    write_999,
    write_ta1,
)
from mappings.engine.x12.writer import OutboundEnvelope, UnwritableValue
from partners.models import Agreement, Partner, Protocol
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.models import Acknowledgment, Attempt, Document, FunctionalGroup, InboundFile, Interchange, Verb
from transactions.pipeline.answers import ACKNOWLEDGMENT_GROUP
from transactions.pipeline.rows import group_header, interchange_header
from transactions.pipeline.storable import read_findings
from transactions.services.answer_connection import answer_connection
from transactions.services.answer_envelope import answer_envelope, pair_of
from transactions.services.cases import Subject, open_case
from transactions.services.record_sent import Sending, record_sent
from transactions.services.trail import record
from transactions.states import CaseCategory, InterchangeState, Queue, UnitState, Verdict

WRITERS = {"997": write_997, "999": write_999}
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
    partner_id = interchange.partner_id
    if not wanted or partner_id is None or Acknowledgment.objects.filter(pk=_id(interchange, "TA1")).exists():
        return None
    now = timezone.now()
    envelope = answer_envelope(interchange, header, policies, now)
    findings = read_findings(interchange.findings)
    if not interchange.is_refused:
        findings = [_as_noted(found) for found in findings]
    try:
        content = write_ta1(header, findings, envelope=envelope)
    except UnwritableValue as error:
        _give_up(Subject.of_interchange(interchange), "TA1", error)
        return None
    noted = any(found.rule.ta1 and found.severity is not Severity.INFO for found in findings)
    verdict = "R" if interchange.is_refused else "E" if noted else "A"
    return _store(interchange, None, partner_id, "TA1", verdict, envelope, content, policies, now)


def acknowledge_groups(file: InboundFile, waiting: frozenset[UUID] = frozenset()) -> None:
    """Write the 997 of each group of the file that is complete and has none yet.

    waiting: interchanges that are judged as a whole, of which a part is not judged yet.

    By pair of sender and receiver: numbers are taken in one order everywhere, so that no two files wait for each
    other in a circle.
    """
    answered = Acknowledgment.objects.filter(file=file, group__isnull=False).values("group_id")
    incomplete = file.units.exclude(state=UnitState.DONE).values("group_id")
    groups = (
        FunctionalGroup.objects.filter(file=file, interchange__state=InterchangeState.OPEN)
        .exclude(pk__in=answered)
        .exclude(pk__in=incomplete)
        .exclude(functional_id=ACKNOWLEDGMENT_GROUP)
        .exclude(interchange__is_refused=True)
        .exclude(interchange__in=waiting)
        .select_related("interchange__partner")
    )
    policies_of, policies_under = cache(effective_policies), cache(_policies_under)
    for group in sorted(groups, key=_order):
        group.envelope.file = file
        _acknowledge_group(group, policies_of, policies_under)


def _order(group: FunctionalGroup) -> tuple[str, int, int]:
    return pair_of(group.envelope), group.envelope.ordinal, group.ordinal


def _policies_under(agreement_id: int) -> Policies:
    agreement = Agreement.objects.select_related("partner").get(pk=agreement_id)
    return effective_policies(agreement.partner, agreement)


def _acknowledge_group(
    group: FunctionalGroup, policies_of: Callable[[Partner], Policies], policies_under: Callable[[int], Policies]
) -> None:
    interchange = group.envelope
    if interchange.partner is None:
        return
    documents = _documents(group)
    partner_id, first = interchange.partner.pk, documents[0] if documents else None
    if first is not None:
        partner_id = first.partner_id
    agreed = first.agreement_id if first is not None else None
    policies = policies_under(agreed) if agreed is not None else policies_of(interchange.partner)
    kind = policies.acknowledgment
    if kind == "none":
        return
    now = timezone.now()
    header = group_header(group)
    envelope = answer_envelope(interchange, interchange_header(interchange), policies, now, header)
    verdicts = list(_verdicts(documents))
    faults = read_findings(group.findings)
    counts = GroupCounts(
        included=_included(group),
        received=len(verdicts),
        accepted=0 if group.is_refused else sum(verdict.accepted for verdict in verdicts),
    )
    noted = bool(group_codes(faults)) or any(verdict.code != Verdict.ACCEPTED for verdict in verdicts)
    try:
        content = WRITERS[kind](
            header,
            verdicts,
            faults,
            counts=counts,
            envelope=envelope,
            # A refused group is rejected as a whole: no set of it is called accepted.
            detail=policies.acknowledgment_detail,
            with_accepted_sets=policies.acknowledge_accepted and not group.is_refused,
            for_each_set=policies.acknowledgment_for == "set" and not group.is_refused,
        )
    except UnwritableValue as error:
        _give_up(Subject.of_group(group), kind, error)
        return
    _store(interchange, group, partner_id, kind, group_code(counts, noted), envelope, content, policies, now)


def _included(group: FunctionalGroup) -> int:
    """The number of sets that GE01 states (AK902): the one counted, unless a finding says what it was instead."""
    stated = [f.value for f in read_findings(group.findings) if f.code is Code.GROUP_COUNT_MISMATCH]
    return int(stated[0]) if stated and stated[0].isdecimal() else group.set_count


class _Set(NamedTuple):
    """What an acknowledgment needs to know of a document."""

    pk: UUID
    partner_id: int
    agreement_id: int | None
    set_id: str
    control_number: str
    convention: str
    errors: int
    warnings: int


def _documents(group: FunctionalGroup) -> list[_Set]:
    """The sets of a group in their order, a few fields each: there may be very many."""
    fields = ("pk", "partner_id", "agreement_id", "set_id", "control_number", "convention", "errors", "warnings")
    found = Document.objects.filter(group=group).order_by("set_ordinal").values_list(*fields)
    return [_Set(*row) for row in found]


def _verdicts(documents: Sequence[_Set]) -> Iterator[SetVerdict]:
    """The verdict on each set in order; findings are read only where there are some, a batch at a time."""
    for start in range(0, len(documents), BATCH):
        batch = documents[start : start + BATCH]
        faulty = [document.pk for document in batch if document.errors or document.warnings]
        findings_of = dict(
            Attempt.objects.filter(document__in=faulty, number=1).values_list("document_id", "findings")
            if faulty
            else ()
        )
        for document in batch:
            findings = _syntax(findings_of.get(document.pk, []))
            yield SetVerdict(document.set_id, document.control_number, findings, document.convention)


def _syntax(stored: list[dict[str, Any]]) -> list[Finding]:
    return [found for found in read_findings(stored) if found.layer in ACKNOWLEDGED_LAYERS]


def _as_noted(found: Finding) -> Finding:
    """An error for which the interchange was not refused is noted beside its acceptance (TA104 E)."""
    return msgspec.structs.replace(found, severity=Severity.WARNING) if found.severity is Severity.ERROR else found


def _give_up(subject: Subject, kind: str, error: UnwritableValue) -> None:
    """What the sender's own envelope makes impossible to answer is a case; its documents go on."""
    reason = finding(Code.INTERNAL_FAILURE, f"The {kind} could not be written: {error}")
    open_case(subject, CaseCategory.INTERNAL, Queue.INTEGRATION, reason)


def _id(answered: Interchange | FunctionalGroup, kind: str) -> UUID:
    return derived_uuid7(answered.pk, kind, 1)


def _store(
    interchange: Interchange,
    group: FunctionalGroup | None,
    partner_id: int,
    kind: str,
    verdict: str,
    envelope: OutboundEnvelope,
    content: bytes,
    policies: Policies,
    now: datetime,
) -> Acknowledgment:
    connection = answer_connection(interchange.file, partner_id, interchange.environment, policies)
    acknowledgment = Acknowledgment(
        id=_id(group or interchange, kind),
        file_id=interchange.file_id,
        interchange=interchange,
        group=group,
        partner_id=partner_id,
        environment=interchange.environment,
        kind=kind,
        verdict=verdict,
        control_number=f"{envelope.interchange_control:09d}",
        content=content,
        connection=connection,
        is_to_deliver=connection is not None and connection.protocol == Protocol.DROP_FOLDER,
        created_at=now,
    )
    acknowledgment.save(force_insert=True)
    sending = Sending(acknowledgment.pk, interchange.file_id, partner_id, acknowledgment.environment, acknowledgment)
    functional_id = ACKNOWLEDGMENT_GROUP if group is not None else ""
    record_sent(sending, envelope, policies, now, functional_id=functional_id)
    record(
        interchange.file_id,
        Verb.ACKNOWLEDGED,
        at=now,
        kind=kind,
        verdict=verdict,
        control_number=acknowledgment.control_number,
    )
    return acknowledgment
