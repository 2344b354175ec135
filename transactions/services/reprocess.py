"""Process documents again, after the cause was mended: with the mapping and policies that are in force now."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.core.blobs import read_range
from mappings.engine.findings import Place
from partners.policies import Policies
from partners.services.effective_policies import effective_policies
from transactions.models import (
    Attempt,
    CanonicalDocument,
    ClaimScope,
    Document,
    ExceptionCase,
    FunctionalGroup,
    InboundFile,
    Verb,
)
from transactions.pipeline.context import context_of
from transactions.pipeline.document_rows import attempt_row, canonical_row, claim_digest
from transactions.pipeline.storable import storable_text
from transactions.pipeline.translate import Translated, translate_set
from transactions.services.cases import close_case, open_cases
from transactions.services.claims import claim
from transactions.services.document_cases import cases_of
from transactions.services.file_outcome import file_outcome
from transactions.services.trail import record
from transactions.states import REPROCESSABLE, CaseStatus, DocumentOutcome, DocumentStage, FileStage


class Reprocessed(NamedTuple):
    """ok: the document is accepted now. message: what became of it, for the one who asked."""

    document: Document
    ok: bool
    message: str


def reprocess(document_ids: Iterable[UUID], *, actor: str) -> list[Reprocessed]:
    """Process documents again, one transaction each. The acknowledgment that went out stays as it was.

    actor: who asked, for the trail. Only documents that were not accepted are taken, in the order of their arrival;
    two who ask at once do it once.
    """
    documents = Document.objects.select_related(
        "file", "partner", "agreement__partner", "agreement__assignment__version", "group__interchange"
    )
    found = documents.defer("agreement__assignment__version__declaration").in_bulk(list(document_ids))
    return [_reprocess(found[key], actor) for key in sorted(found)]


def _reprocess(document: Document, actor: str) -> Reprocessed:
    if document.stage != DocumentStage.FINAL or document.outcome not in REPROCESSABLE:
        return Reprocessed(document, False, f"Not processed again: it is {document.get_outcome_display().lower()}.")
    if document.agreement is None or not hasattr(document.agreement, "assignment"):
        return Reprocessed(document, False, "Not processed again: its agreement has no mapping.")
    policies = effective_policies(document.partner, document.agreement)
    if _is_refused(document.group, policies):
        return Reprocessed(document, False, "Not processed again: its envelope was refused, and still would be.")
    started = timezone.now()
    place = Place(
        offset=document.offset,
        interchange=document.group.interchange.ordinal,
        group=document.group.ordinal,
        set=document.set_ordinal,
    )
    raw = read_range(document.file.sha256, document.offset, document.length)
    translated = translate_set(raw, context_of(document.group, document.set_id, document.agreement), place)
    with transaction.atomic():
        # Locks are taken in one order everywhere: the file, then claims, then documents.
        file = InboundFile.objects.select_for_update(of=("self",)).get(pk=document.file_id)
        taken = Document.objects.filter(
            pk=document.pk, stage=DocumentStage.FINAL, outcome__in=REPROCESSABLE, attempt=document.attempt
        ).update(attempt=F("attempt") + 1)
        if not taken:
            return Reprocessed(document, False, "Not processed again: somebody else just did.")
        document.attempt += 1
        attempt = attempt_row(document, translated, document.attempt, document.agreement.assignment.version_id, started)
        attempt.save(force_insert=True)
        _store(document, translated, attempt, actor)
        _recount(file)
    return Reprocessed(document, document.outcome == DocumentOutcome.ACCEPTED, _message(document))


def _is_refused(group: FunctionalGroup, policies: Policies) -> bool:
    """Whether the envelope that was refused would be refused now: the sender was told that nothing of it is taken."""
    interchange = group.interchange
    for_its_number = interchange.is_refused and not interchange.has_errors
    for_faults = group.is_refused or (interchange.is_refused and interchange.has_errors)
    return (for_faults and policies.envelope_errors == "reject") or (
        for_its_number and policies.duplicate_interchange == "reject"
    )


def _store(document: Document, translated: Translated, attempt: Attempt, actor: str) -> None:
    _replace_canonical(document, translated, attempt)
    document.outcome = _claimed_outcome(document, translated)
    document.business_key = storable_text(translated.promoted.business_key, 80)
    document.errors, document.warnings = attempt.errors, attempt.warnings
    document.final_at = timezone.now()
    document.save(
        update_fields=["outcome", "business_key", "claim_digest", "errors", "warnings", "final_at"], force_update=True
    )
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


def _claimed_outcome(document: Document, translated: Translated) -> DocumentOutcome:
    """An accepted document must hold its business key, as at the first time."""
    document.claim_digest = ""
    if translated.outcome is not DocumentOutcome.ACCEPTED:
        return translated.outcome
    policies = effective_policies(document.partner, document.agreement)
    if policies.duplicate_document == "process":
        return DocumentOutcome.ACCEPTED
    digest = claim_digest(document.partner_id, document.environment, document.kind, translated.promoted)
    document.claim_digest = digest
    if not digest:
        return DocumentOutcome.ACCEPTED
    held = claim(ClaimScope.DOCUMENT, digest, file_id=document.file_id, holder=document.pk)
    return DocumentOutcome.ACCEPTED if held.holder == document.pk else DocumentOutcome.DUPLICATE


def _renew_case(document: Document, actor: str) -> None:
    """The old case is answered by this attempt; a new failure is a new case."""
    for case in ExceptionCase.objects.filter(document=document, status=CaseStatus.OPEN):
        close_case(case, actor=actor, resolution=f"Processed again: {_message(document)}")
    if document.outcome != DocumentOutcome.ACCEPTED:
        open_cases(cases_of(document.file, [document]))


def _recount(file: InboundFile) -> None:
    """The figures of a locked file follow its documents."""
    file.documents_accepted = Document.objects.filter(file=file, outcome=DocumentOutcome.ACCEPTED).count()
    if file.stage == FileStage.FINISHED:
        file.outcome = file_outcome(file, file.documents_accepted, file.documents_total)
    file.save(update_fields=["documents_accepted", "outcome"])


def _message(document: Document) -> str:
    if document.outcome == DocumentOutcome.ACCEPTED:
        return "accepted."
    return f"{DocumentOutcome(document.outcome).label.lower()}, with {document.errors} errors."
