"""Finalise a file: decide duplicates, make outcomes final, acknowledge, open cases."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from config.core.ids import derived_uuid7
from mappings.engine.findings import Code, finding
from partners.models import Agreement, Environment
from partners.services.effective_policies import effective_policies
from transactions.models import (
    ClaimScope,
    Document,
    DuplicateClaim,
    Event,
    ExceptionCase,
    FunctionalGroup,
    InboundFile,
    Verb,
    WorkUnit,
)
from transactions.pipeline.write import insert_rows
from transactions.services.acknowledge import acknowledge_groups
from transactions.services.cases import Subject, close_case, open_case, open_cases
from transactions.services.claims import claim_many, take_over
from transactions.services.document_cases import cases_of
from transactions.services.doorbell import ring_certify
from transactions.services.file_outcome import file_outcome
from transactions.services.repeats import count_repeats, settle_repeats
from transactions.services.supersede import (
    REPLACEABLE,
    Accepted,
    lock_file,
    supersede_corrected,
    supersede_documents,
    supersede_late,
)
from transactions.services.suspend_interchanges import suspend_interchanges
from transactions.services.trail import record
from transactions.states import (
    DOCUMENT_FROM,
    FILE_FROM,
    OPEN_UNITS,
    CaseCategory,
    CaseStatus,
    DocumentOutcome,
    DocumentStage,
    FileOutcome,
    FileStage,
    InterchangeState,
    Queue,
    UnitState,
    Verdict,
)

Item = TypeVar("Item")
BATCH = 1000
PART = 20_000  # documents of one transaction, and in memory; nearly every file is one part
VERBS = {
    DocumentOutcome.ACCEPTED: Verb.ACCEPTED,
    DocumentOutcome.REJECTED: Verb.REJECTED,
    DocumentOutcome.FAILED: Verb.FAILED,
    DocumentOutcome.DUPLICATE: Verb.DUPLICATE,
}


def finalise_file(file_id: UUID) -> bool:
    """Finalise what is processed of a file, when none of its units waits or is at work. False when it is too early.

    Runs under the file's lock and may run again: it takes up only documents that are not final, and a group's
    acknowledgment exists once. A file of very many documents goes part by part, in their order. Units that are held or
    dead leave the file HELD; it is finalised again after them.
    """
    try:
        while (ended := _finalise_part(file_id)) is None:
            pass
    except Exception as error:
        # The sweeper rings again; a person learns of it at once.
        file = InboundFile.objects.get(pk=file_id)
        reason = finding(Code.INTERNAL_FAILURE, f"Onramp cannot finalise this file: {type(error).__name__}: {error}")
        open_case(Subject.of_file(file), CaseCategory.INTERNAL, Queue.INTEGRATION, reason)
        raise
    return ended


def _finalise_part(file_id: UUID) -> bool | None:
    """Up to PART documents, and with the last of them the file. None: there are more; False: it is too early."""
    with transaction.atomic():
        file = lock_file(file_id)
        units, is_test = _units(file)
        if file.stage not in FILE_FROM[FileStage.FINISHED] or any(units[state] for state in OPEN_UNITS):
            return False
        held = units[UnitState.HELD] + units[UnitState.DEAD] > 0
        pending, waiting, is_last = _judged_with_their_interchanges(file, is_whole=not held)
        duplicates = _decide_duplicates(file, pending)
        repeats = settle_repeats(file, duplicates)
        _make_final(file, pending, duplicates, repeats, waiting)
        supersede_documents(file, _accepted(pending, duplicates))
        supersede_late(row.pk for row in pending if row.outcome in REPLACEABLE and row.claim_digest)
        if not is_last:
            return None
        acknowledge_groups(file, waiting)
        _close(file, held=held)
        if file.rung_at is not None:
            _close_cases(file)
        if is_test:
            transaction.on_commit(lambda: ring_certify(file_id))
    return True


def _units(file: InboundFile) -> tuple[Counter[str], bool]:
    """How many units are in each state, and whether some are tests."""
    rows = WorkUnit.objects.filter(file=file).order_by().values_list("state", "environment").annotate(Count("pk"))
    states: Counter[str] = Counter()
    is_test = False
    for state, environment, count in rows:
        states[state] += count
        is_test |= environment == Environment.TEST
    return states, is_test


def _count(rows: QuerySet[Any], field: str) -> QuerySet[Any, tuple[str, int]]:
    return rows.order_by().values_list(field).annotate(Count("pk"))


def _close_cases(file: InboundFile) -> None:
    """What failed before and the sweeper rang for again needs nobody any more."""
    for case in ExceptionCase.objects.filter(subject=file.pk, category=CaseCategory.INTERNAL, status=CaseStatus.OPEN):
        close_case(case, actor="", resolution="Onramp finalised the file in a later attempt.")


def _pending(file: InboundFile) -> QuerySet[Document]:
    return Document.objects.filter(file=file, stage__in=DOCUMENT_FROM[DocumentStage.FINAL])


class _Pending(NamedTuple):
    """What is needed of a document to make it final: a file may have very many."""

    pk: UUID
    outcome: str
    attempt: int
    claim_digest: str
    ordinal: int
    business_key: str
    agreement_id: int | None
    verdict: str


class _Part(NamedTuple):
    """What can be made final now, by ordinal; the interchanges that must be judged as a whole and cannot be yet; and
    whether no more of the file can be made final.
    """

    pending: list[_Pending]
    waiting: frozenset[UUID]
    is_last: bool


def _judged_with_their_interchanges(file: InboundFile, *, is_whole: bool) -> _Part:
    rows = _pending(file).order_by("ordinal")
    pending = _next_part(rows)
    verdicts = {row.verdict for row in pending}
    if len(pending) > PART and rows.filter(verdict=Verdict.REJECTED).exists():
        verdicts.add(Verdict.REJECTED)
    waiting, rejected = suspend_interchanges(file, verdicts, is_whole=is_whole)
    if waiting:
        pending = _next_part(rows.exclude(group__interchange__in=waiting))
    if rejected:
        outcome = DocumentOutcome.REJECTED
        pending = [row._replace(outcome=outcome) if row.pk in rejected else row for row in pending]
    return _Part(pending[:PART], waiting, len(pending) <= PART)


def _next_part(rows: QuerySet[Document]) -> list[_Pending]:
    """One more than is taken now tells that there are more."""
    return [_Pending(*row) for row in rows.values_list(*_Pending._fields)[: PART + 1]]


def _decide_duplicates(file: InboundFile, pending: Sequence[_Pending]) -> set[UUID]:
    """Accepted documents claim their business keys; the first of the file, or an earlier file, holds each.

    Returns the others, which are duplicates now. pending: by ordinal.
    """
    wanted: dict[str, UUID] = {}
    losers: set[UUID] = set()
    for document in pending:
        claims = document.outcome == DocumentOutcome.ACCEPTED and document.claim_digest
        if claims and wanted.setdefault(document.claim_digest, document.pk) != document.pk:
            losers.add(document.pk)
    in_force = claim_many(ClaimScope.DOCUMENT, wanted, file_id=file.pk)
    late = {digest: holder for digest, holder in wanted.items() if in_force[digest] != holder}
    if late:
        late = _without_expired(file, late, pending)
    losers |= set(late.values())
    for batch in _batches(sorted(losers)):
        _pending(file).filter(pk__in=batch).update(outcome=DocumentOutcome.DUPLICATE)
    return losers


def _without_expired(file: InboundFile, late: dict[str, UUID], pending: Sequence[_Pending]) -> dict[str, UUID]:
    """Those whose number an earlier document still holds: a claim older than the agreement's window is taken over."""
    agreed = {document.pk: document.agreement_id for document in pending}
    ids = {agreed[holder] for holder in late.values()}
    agreements = Agreement.objects.select_related("partner").in_bulk([one for one in ids if one is not None])
    days: dict[int | None, int] = {
        pk: effective_policies(one.partner, one).duplicate_document_window_days for pk, one in agreements.items()
    }
    still = {}
    for batch in _batches(sorted(late)):
        for held in DuplicateClaim.objects.filter(scope=ClaimScope.DOCUMENT, digest__in=batch):
            holder = late[held.digest]
            window = timedelta(days=days[agreed[holder]])
            if not take_over(held, holder, file_id=file.pk, window=window):
                still[held.digest] = holder
    return still


def _make_final(
    file: InboundFile,
    pending: Sequence[_Pending],
    duplicates: set[UUID],
    repeats: set[UUID],
    waiting: frozenset[UUID],
) -> None:
    """Every pending document gets its event, and a case when it was not accepted, now or before; then all are final."""
    now = timezone.now()
    for batch in _batches(pending):
        events = []
        failed = []
        for document in batch:
            outcome = DocumentOutcome.DUPLICATE if document.pk in duplicates else DocumentOutcome(document.outcome)
            if outcome is not DocumentOutcome.ACCEPTED and document.pk not in repeats:
                failed.append(document.pk)
            events.append(
                Event(
                    id=derived_uuid7(document.pk, "final", document.attempt),
                    file_id=file.pk,
                    document_id=document.pk,
                    verb=VERBS[outcome],
                    at=now,
                )
            )
        insert_rows(Event, events)
        if failed:
            open_cases(cases_of(file, list(Document.objects.filter(pk__in=failed).order_by("ordinal"))))
    if pending:
        rows = _pending(file).filter(ordinal__lte=pending[-1].ordinal)
        if waiting:
            rows = rows.exclude(group__in=FunctionalGroup.objects.filter(interchange__in=waiting))
        rows.update(stage=DocumentStage.FINAL, final_at=now)


def _accepted(pending: Sequence[_Pending], duplicates: set[UUID]) -> Iterator[Accepted]:
    for document in pending:
        if document.outcome == DocumentOutcome.ACCEPTED and document.pk not in duplicates:
            yield Accepted(document.pk, document.ordinal, document.business_key, document.claim_digest)


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _close(file: InboundFile, *, held: bool) -> None:
    """The file is finished, or held for what a person must decide: units, or an interchange without any."""
    outcomes = Counter(dict(_count(Document.objects.filter(file=file), "outcome")))
    accepted, documents = outcomes[DocumentOutcome.ACCEPTED], outcomes.total()
    held = held or (documents == 0 and file.interchanges.filter(state=InterchangeState.HELD).exists())
    stage = FileStage.HELD if held else FileStage.FINISHED
    repeats = count_repeats(file) if outcomes[DocumentOutcome.DUPLICATE] else 0
    outcome = FileOutcome.NONE if held else file_outcome(file, accepted + repeats, documents)
    now = timezone.now()
    InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[stage]).update(
        stage=stage,
        outcome=outcome,
        documents_accepted=accepted,
        finished_at=None if held else now,
    )
    record(file.pk, Verb.HELD if held else Verb.FINISHED, at=now, accepted=accepted, documents=documents)
    supersede_corrected(file, outcome)
