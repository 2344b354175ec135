"""Finalise a file: decide duplicates, make outcomes final, acknowledge, open cases."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from config.core.ids import derived_uuid7
from mappings.engine.findings import Code, finding
from transactions.models import ClaimScope, Document, Event, ExceptionCase, InboundFile, Verb, WorkUnit
from transactions.pipeline.write import insert_rows
from transactions.services.acknowledge import acknowledge_groups
from transactions.services.cases import Subject, close_case, open_case, open_cases
from transactions.services.claims import claim_many
from transactions.services.document_cases import cases_of
from transactions.services.file_outcome import file_outcome
from transactions.services.process_unit import has_open_units
from transactions.services.trail import record
from transactions.states import (
    DOCUMENT_FROM,
    FILE_FROM,
    CaseCategory,
    CaseStatus,
    DocumentOutcome,
    DocumentStage,
    FileOutcome,
    FileStage,
    Queue,
    UnitState,
)

BATCH = 1000
VERBS = {
    DocumentOutcome.ACCEPTED: Verb.ACCEPTED,
    DocumentOutcome.REJECTED: Verb.REJECTED,
    DocumentOutcome.FAILED: Verb.FAILED,
    DocumentOutcome.DUPLICATE: Verb.DUPLICATE,
}


def finalise_file(file_id: UUID) -> bool:
    """Finalise what is processed of a file, when none of its units waits or is at work. False when it is too early.

    Runs under the file's lock and may run again: it takes up only documents that are not final, and a group's
    acknowledgment exists once. Units that are held or dead leave the file HELD; it is finalised again after them.
    """
    try:
        return _finalise(file_id)
    except Exception as error:
        # The sweeper rings again; a person learns of it at once.
        file = InboundFile.objects.get(pk=file_id)
        reason = finding(Code.INTERNAL_FAILURE, f"Onramp cannot finalise this file: {type(error).__name__}: {error}")
        open_case(Subject.of_file(file), CaseCategory.INTERNAL, Queue.INTEGRATION, reason)
        raise


def _finalise(file_id: UUID) -> bool:
    with transaction.atomic():
        file = InboundFile.objects.select_for_update(of=("self",)).get(pk=file_id)
        if file.stage not in FILE_FROM[FileStage.FINISHED] or has_open_units(file_id):
            return False
        _decide_duplicates(file)
        _make_final(file)
        acknowledge_groups(file)
        _close(file)
        if file.rung_at is not None:
            _close_cases(file)
    return True


def _close_cases(file: InboundFile) -> None:
    """What failed before and the sweeper rang for again needs nobody any more."""
    for case in ExceptionCase.objects.filter(subject=file.pk, category=CaseCategory.INTERNAL, status=CaseStatus.OPEN):
        close_case(case, actor="", resolution="Onramp finalised the file in a later attempt.")


def _pending(file: InboundFile) -> QuerySet[Document]:
    return Document.objects.filter(file=file, stage__in=DOCUMENT_FROM[DocumentStage.FINAL])


def _decide_duplicates(file: InboundFile) -> None:
    """Accepted documents claim their business keys; the first of the file, or an earlier file, holds each."""
    claimants = _pending(file).filter(outcome=DocumentOutcome.ACCEPTED).exclude(claim_digest="")
    wanted: dict[str, UUID] = {}
    losers: list[UUID] = []
    for document_id, digest in claimants.order_by("ordinal").values_list("pk", "claim_digest").iterator(BATCH):
        if wanted.setdefault(digest, document_id) != document_id:
            losers.append(document_id)
    in_force = claim_many(ClaimScope.DOCUMENT, wanted, file_id=file.pk)
    losers += [holder for digest, holder in wanted.items() if in_force[digest] != holder]
    for start in range(0, len(losers), BATCH):
        _pending(file).filter(pk__in=losers[start : start + BATCH]).update(outcome=DocumentOutcome.DUPLICATE)


def _make_final(file: InboundFile) -> None:
    """Every pending document gets its event, and a case when it was not accepted; then all are final."""
    now = timezone.now()
    for documents in _batches(file):
        insert_rows(
            Event,
            [
                Event(
                    id=derived_uuid7(document.pk, "final", document.attempt),
                    file_id=file.pk,
                    document_id=document.pk,
                    verb=VERBS[DocumentOutcome(document.outcome)],
                    at=now,
                )
                for document in documents
            ],
        )
        open_cases(cases_of(file, [d for d in documents if d.outcome != DocumentOutcome.ACCEPTED]))
    _pending(file).update(stage=DocumentStage.FINAL, final_at=now)


def _batches(file: InboundFile) -> Iterator[list[Document]]:
    """Pending documents by ordinal, a batch at a time."""
    last = 0
    while batch := list(_pending(file).filter(ordinal__gt=last).order_by("ordinal")[:BATCH]):
        yield batch
        if len(batch) < BATCH:
            return
        last = batch[-1].ordinal


def _close(file: InboundFile) -> None:
    units = Counter(WorkUnit.objects.filter(file=file).values_list("state", flat=True))
    outcomes = Counter(Document.objects.filter(file=file).values_list("outcome", flat=True))
    accepted = outcomes[DocumentOutcome.ACCEPTED]
    held = units[UnitState.HELD] + units[UnitState.DEAD]
    stage = FileStage.HELD if held else FileStage.FINISHED
    now = timezone.now()
    InboundFile.objects.filter(pk=file.pk, stage__in=FILE_FROM[stage]).update(
        stage=stage,
        outcome=FileOutcome.NONE if held else file_outcome(file, accepted, sum(outcomes.values())),
        documents_accepted=accepted,
        finished_at=None if held else now,
    )
    record(file.pk, Verb.HELD if held else Verb.FINISHED, at=now, accepted=accepted, documents=sum(outcomes.values()))
