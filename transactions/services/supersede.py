"""A correction that was accepted takes the place of what failed: that says by what, and its cases are closed.

Both functions run in the caller's transaction, after its own file, the files that it corrects (`lock_file`), claims
and documents are locked, and lock rows of earlier files only: the later one waits for the earlier one, so that no two
wait for each other in a circle.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, Q, QuerySet, UUIDField, Value, When
from django.utils import timezone

from config.core.ids import derived_uuid7
from transactions.models import ClaimScope, Document, DuplicateClaim, Event, ExceptionCase, InboundFile, Verb
from transactions.services.cases import close_cases
from transactions.states import CaseCategory, CaseStatus, Disposition, DocumentOutcome, DocumentStage, FileOutcome

BATCH = 500
CORRECTIONS = 50  # files one after the other that correct each other
REPLACEABLE = (DocumentOutcome.REJECTED, DocumentOutcome.FAILED)
OF_THE_FILE = (CaseCategory.UNREADABLE, CaseCategory.ENVELOPE)  # what a whole corrected file answers
REPLACED = "A corrected document was accepted in its place."
CORRECTED = "A corrected file was accepted in its place."


class Accepted(NamedTuple):
    """A document that has just been accepted, and the number that it holds now."""

    pk: UUID
    ordinal: int
    business_key: str
    claim_digest: str


class _Failed(NamedTuple):
    pk: UUID
    file_id: UUID
    ordinal: int
    received_at: datetime
    business_key: str
    claim_digest: str


def lock_file(file_id: UUID) -> InboundFile:
    """Lock a file and those that it corrects, the latest first; what is done to any of them waits for us.

    To be called before anything else is locked: whoever works on an earlier file may wait for a claim that we hold.
    No lock of a key: others must still be able to write rows that refer to the file, its events above all.
    """
    file = InboundFile.objects.select_for_update(of=("self",), no_key=True).select_related("connection").get(pk=file_id)
    for earlier in corrected_by(file):
        InboundFile.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=earlier.pk)
    return file


def supersede_documents(file: InboundFile, accepted: Iterable[Accepted]) -> int:
    """Earlier documents that failed under the number of an accepted one of `file` are superseded by it.

    The number is what the document claims: partner, environment, kind, purpose, business key and release. Whoever may
    come again under one number (a change, a cancellation) claims none and supersedes nothing.
    One look-up by the index of business keys for each BATCH. Returns how many were superseded; again, it finds none.
    """
    holders = [one for one in accepted if one.claim_digest]
    count = 0
    for start in range(0, len(holders), BATCH):
        by_digest = {one.claim_digest: one for one in holders[start : start + BATCH]}
        keys = {one.business_key for one in by_digest.values()}
        failed = _lock(Document.objects.filter(business_key__in=keys, claim_digest__in=by_digest))
        pairs = {
            old: by_digest[old.claim_digest].pk
            for old in failed
            if _order(old) < (file.received_at, file.pk, by_digest[old.claim_digest].ordinal)
        }
        count += _replace(pairs)
    return count


def supersede_late(failed: Iterable[UUID]) -> int:
    """Documents that failed after a later one was accepted under their number are superseded by that one.

    So it ends where a correction overtakes what it corrects: another worker was faster, or a person let the first one
    go late. failed: final documents of one file. Two look-ups for each BATCH; returns how many were superseded.
    """
    count = 0
    for batch in _batches(sorted(failed)):
        late = {old.claim_digest: old for old in _lock(Document.objects.filter(pk__in=batch)) if old.claim_digest}
        claims = DuplicateClaim.objects.filter(scope=ClaimScope.DOCUMENT, digest__in=late) if late else ()
        holders = {claim.holder: late[claim.digest] for claim in claims}
        accepted = Document.objects.filter(pk__in=holders, outcome=DocumentOutcome.ACCEPTED) if holders else ()
        order = ((new.pk, (new.received_at, new.file_id, new.ordinal)) for new in accepted)
        count += _replace({holders[pk]: pk for pk, place in order if _order(holders[pk]) < place})
    return count


def supersede_corrected(file: InboundFile, outcome: str) -> int:
    """When a file that corrects others is accepted as a whole, what failed in them needs nobody any more.

    Their open cases about unreadable files, envelopes and documents are closed. A document of theirs is superseded by
    the one of the same number, or by the only one where each file has one. What is held stays held: its case is the
    way to let it go. Returns how many cases were closed; again, it closes none.
    """
    if file.corrects_id is None or outcome != FileOutcome.ACCEPTED:
        return 0
    accepted = Document.objects.filter(file=file, outcome=DocumentOutcome.ACCEPTED)
    if not accepted.exists():
        return 0  # a file without documents corrects nothing
    closed = 0
    for corrected in corrected_by(file):
        _replace(_pairs(corrected, accepted))
        open_cases = ExceptionCase.objects.filter(
            Q(document__isnull=False) | Q(category__in=OF_THE_FILE), file=corrected, status=CaseStatus.OPEN
        )
        answered = _close(open_cases, CORRECTED)
        closed += answered
        Event.objects.bulk_create(
            [
                Event(
                    id=derived_uuid7(file.pk, f"supersedes {corrected.pk}", 1),
                    file=corrected,
                    verb=Verb.SUPERSEDED,
                    data={"by_file": str(file.pk), "cases": answered},
                    at=timezone.now(),
                )
            ],
            ignore_conflicts=True,
        )
    return closed


def corrected_by(file: InboundFile) -> list[InboundFile]:
    """The file that a file corrects, the one which that corrects, and so on, of the same partner and environment."""
    found: list[InboundFile] = []
    earlier = file.corrects
    while earlier is not None and len(found) < CORRECTIONS:
        if (earlier.partner_id, earlier.environment) != (file.partner_id, file.environment):
            break
        found.append(earlier)
        earlier = earlier.corrects
    return found


def _pairs(corrected: InboundFile, accepted: QuerySet[Document]) -> dict[_Failed, UUID]:
    failed = _lock(Document.objects.filter(file=corrected))
    keys = {old.business_key for old in failed if old.business_key}
    by_key: dict[str, UUID] = {}
    for batch in _batches(sorted(keys)):
        by_key.update(accepted.filter(business_key__in=batch).values_list("business_key", "pk"))
    pairs = {old: by_key[old.business_key] for old in failed if old.business_key in by_key}
    if not pairs and len(failed) == 1 and corrected.documents.count() == 1:
        only = list(accepted.values_list("pk", flat=True)[:2])
        pairs = {failed[0]: only[0]} if len(only) == 1 else {}
    return pairs


def _lock(rows: QuerySet[Document]) -> list[_Failed]:
    """Those of the rows that failed and stand for themselves, locked in the order of their ids."""
    failed = rows.filter(stage=DocumentStage.FINAL, outcome__in=REPLACEABLE, superseded_by=None)
    locked = failed.order_by("pk").select_for_update(of=("self",), no_key=True)
    return [_Failed(*row) for row in locked.values_list(*_Failed._fields)]


def _order(old: _Failed) -> tuple[datetime, UUID, int]:
    return old.received_at, old.file_id, old.ordinal


def _replace(pairs: dict[_Failed, UUID]) -> int:
    """Each document says which one took its place; an event tells it, and its open cases are closed."""
    now = timezone.now()
    for batch in _batches(list(pairs)):
        ids = [old.pk for old in batch]
        successor = Case(
            *(When(pk=old.pk, then=Value(pairs[old], output_field=UUIDField())) for old in batch),
            output_field=UUIDField(),
        )
        changed = Document.objects.filter(pk__in=ids, outcome__in=REPLACEABLE, superseded_by=None).update(
            superseded_by=successor
        )
        if changed != len(batch):
            raise RuntimeError(f"{len(batch)} locked documents, {changed} of them superseded")
        Event.objects.bulk_create(
            Event(
                file_id=old.file_id,
                document_id=old.pk,
                verb=Verb.SUPERSEDED,
                data={"by_document": str(pairs[old])},
                at=now,
            )
            for old in batch
        )
        _close(ExceptionCase.objects.filter(document__in=ids, status=CaseStatus.OPEN), REPLACED)
    return len(pairs)


def _close(rows: QuerySet[ExceptionCase], resolution: str) -> int:
    closed = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        closed += close_cases(ids, actor="", resolution=resolution, disposition=Disposition.SUPERSEDED)
    return closed


def _batches(items: Sequence) -> Iterable[Sequence]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))
