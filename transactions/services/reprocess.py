"""Process documents again, after the cause was mended: with the mapping and policies that are in force now."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.core.blobs import open_blob
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.models import (
    Attempt,
    CanonicalDocument,
    ClaimScope,
    Document,
    ExceptionCase,
    FunctionalGroup,
    Interchange,
    Verb,
)
from transactions.pipeline.document_rows import attempt_row, canonical_row, claim_digest
from transactions.pipeline.judge import Translated
from transactions.pipeline.storable import storable_text
from transactions.pipeline.units import span_of, translate_spans
from transactions.services.cases import close_case, open_cases
from transactions.services.claims import claim_within
from transactions.services.document_cases import cases_of
from transactions.services.file_outcome import recount
from transactions.services.supersede import Accepted, lock_file, supersede_corrected, supersede_documents
from transactions.services.trail import record
from transactions.states import REPROCESSABLE, CaseStatus, Disposition, DocumentOutcome, DocumentStage


class Reprocessed(NamedTuple):
    """ok: the document is accepted now. message: what became of it, for the one who asked."""

    document: Document
    ok: bool
    message: str


class _Changed(Exception):
    """Somebody else changed the document; nothing of ours is written."""


CHANGED = "Not processed again: somebody else just did, or a corrected document was accepted in its place."


def reprocess(document_ids: Iterable[UUID], *, actor: str) -> list[Reprocessed]:
    """Process documents again, one transaction each. The acknowledgment that went out stays as it was.

    actor: who asked, for the trail. Only documents that were not accepted are taken, in the order of their arrival;
    two who ask at once do it once.
    """
    documents = Document.objects.select_related(
        "file", "unit", "partner", "agreement__partner", "agreement__assignment__version", "group__interchange"
    )
    found = documents.defer("agreement__assignment__version__declaration").in_bulk(list(document_ids))
    return [_reprocess(found[key], actor) for key in sorted(found)]


def _reprocess(document: Document, actor: str) -> Reprocessed:
    if document.stage != DocumentStage.FINAL or document.outcome not in REPROCESSABLE:
        return Reprocessed(document, False, f"Not processed again: it is {document.get_outcome_display().lower()}.")
    if document.superseded_by_id is not None:
        return Reprocessed(document, False, "Not processed again: a corrected document was accepted in its place.")
    if document.agreement is None or not hasattr(document.agreement, "assignment"):
        return Reprocessed(document, False, "Not processed again: its agreement has no mapping.")
    policies = effective_policies(document.partner, document.agreement)
    if _is_refused(document.group, policies):
        return Reprocessed(document, False, "Not processed again: its envelope was refused, and still would be.")
    started = timezone.now()
    with open_blob(document.file.sha256) as stream:
        spans = [span_of(document)]
        (made,) = translate_spans(stream, spans, document.group, document.set_id, document.agreement)
    try:
        return _store(document, made.translated, policies, started, actor)
    except _Changed:
        return Reprocessed(document, False, CHANGED)


def _store(
    document: Document, translated: Translated, policies: Policies, started: datetime, actor: str
) -> Reprocessed:
    assignment = document.agreement.assignment  # type: ignore[union-attr]  # it was translated under it
    with transaction.atomic():
        # Locks are taken in one order everywhere: the file, then claims, then documents.
        file = lock_file(document.file_id)
        unchanged = Document.objects.filter(
            pk=document.pk,
            stage=DocumentStage.FINAL,
            outcome__in=REPROCESSABLE,
            attempt=document.attempt,
            superseded_by=None,
        )
        if not unchanged.exists():
            return Reprocessed(document, False, CHANGED)
        outcome, digest = _claim(document, translated, policies)
        if not unchanged.update(attempt=F("attempt") + 1):
            raise _Changed  # while we waited for its claim, a correction was accepted; ours is rolled back
        document.attempt, document.outcome, document.claim_digest = document.attempt + 1, outcome, digest
        attempt = attempt_row(document, translated, document.attempt, assignment.version_id, started)
        attempt.save(force_insert=True)
        _save(document, translated, attempt, actor)
        if document.outcome == DocumentOutcome.ACCEPTED:
            taken = Accepted(document.pk, document.ordinal, document.business_key, document.claim_digest)
            supersede_documents(file, [taken])
        recount(file)
        supersede_corrected(file, file.outcome)
    return Reprocessed(document, document.outcome == DocumentOutcome.ACCEPTED, _message(document))


def _is_refused(group: FunctionalGroup, policies: Policies) -> bool:
    """Whether the envelope that was refused would be refused now: the sender was told that nothing of it is taken."""
    interchange = group.interchange
    if interchange is None:
        return group.is_refused and policies.envelope_errors == "reject"
    shut: list[Interchange | FunctionalGroup] = [one for one in (interchange, group) if one.is_refused]
    for_numbers = (
        (interchange.is_refused and not interchange.has_errors and policies.duplicate_interchange == "reject"),
        (group.is_refused and not group.has_errors and policies.duplicate_group == "reject"),
    )
    return any(for_numbers) or (policies.envelope_errors == "reject" and any(one.has_errors for one in shut))


def _save(document: Document, translated: Translated, attempt: Attempt, actor: str) -> None:
    _replace_canonical(document, translated, attempt)
    document.business_key = storable_text(translated.promoted.business_key, 80)
    document.total = translated.promoted.total
    document.currency = storable_text(translated.promoted.currency, 3)
    document.errors, document.warnings = attempt.errors, attempt.warnings
    document.final_at = timezone.now()
    told = ("business_key", "total", "currency", "claim_digest", "errors", "warnings")
    document.save(update_fields=["outcome", *told, "final_at"], force_update=True)
    record(
        document.file_id,
        Verb.REPROCESSED,
        document_id=document.pk,
        actor=actor,
        outcome=str(document.outcome),
        attempt=document.attempt,
    )
    _renew_case(document, actor)


def _replace_canonical(document: Document, translated: Translated, attempt: Attempt) -> None:
    CanonicalDocument.objects.filter(document=document, is_current=True).update(is_current=False)
    canonical = canonical_row(document, translated, document.attempt, attempt.started_at)
    if canonical is not None:
        canonical.save(force_insert=True)


def _claim(document: Document, translated: Translated, policies: Policies) -> tuple[DocumentOutcome, str]:
    """The outcome, and what the document claims. An accepted one must hold its number, as at the first time."""
    if policies.duplicate_document == "process":
        return translated.outcome, ""
    digest = claim_digest(document.partner_id, document.environment, document.kind, translated.promoted)
    if translated.outcome is not DocumentOutcome.ACCEPTED or not digest:
        return translated.outcome, digest
    windows = {digest: timedelta(days=policies.duplicate_document_window_days)}
    earlier = claim_within(ClaimScope.DOCUMENT, {digest: document.pk}, file_id=document.file_id, windows=windows)
    return (DocumentOutcome.DUPLICATE if earlier else DocumentOutcome.ACCEPTED), digest


def _renew_case(document: Document, actor: str) -> None:
    """The old case is answered by this attempt; a new failure is a new case, of the same owner and due as before."""
    opened = ExceptionCase.objects.filter(document=document, status=CaseStatus.OPEN)
    before = list(opened)
    ending = Disposition.SOLVED if document.outcome == DocumentOutcome.ACCEPTED else Disposition.FAILED_AGAIN
    for case in before:
        close_case(case, actor=actor, resolution=f"Processed again: {_message(document)}", disposition=ending)
    if document.outcome == DocumentOutcome.ACCEPTED:
        return
    open_cases(cases_of(document.file, [document]))
    for case in before:
        same = opened.filter(category=case.category, queue=case.queue)
        same.update(assignee=case.assignee_id, due_at=case.due_at)


def _message(document: Document) -> str:
    if document.outcome == DocumentOutcome.ACCEPTED:
        return "accepted."
    errors = "1 error" if document.errors == 1 else f"{document.errors} errors"
    return f"{DocumentOutcome(document.outcome).label.lower()}, with {errors}."
