"""A person decides that a document which looks like a duplicate is carried out all the same."""

from django.db import transaction
from django.utils import timezone

from transactions.models import CanonicalDocument, ClaimScope, Document, ExceptionCase, Verb
from transactions.services.case_changes import Changed, why_not
from transactions.services.cases import close_case
from transactions.services.claims import claim
from transactions.services.file_outcome import recount
from transactions.services.supersede import lock_file, supersede_corrected
from transactions.services.trail import record
from transactions.states import CaseStatus, Disposition, DocumentOutcome, DocumentStage


def accept_duplicate(case: ExceptionCase, *, actor: str, reason: str) -> Changed:
    """Accept the document of an open case that is held as a duplicate, in the form that it was translated to.

    The claim on its number stays with the document that came first, so that a third one is a duplicate again; where
    nobody holds it any more, this document does.
    """
    if case.document_id is None or case.file_id is None:
        return Changed(False, "The case is about no single document.")
    with transaction.atomic():
        # Locks are taken in one order everywhere: the file, then claims, then documents.
        file = lock_file(case.file_id)
        document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=case.document_id)
        if document.stage != DocumentStage.FINAL or document.outcome != DocumentOutcome.DUPLICATE:
            return Changed(False, f"Not held as a duplicate: it is {document.get_outcome_display().lower()}.")
        if not CanonicalDocument.objects.filter(document=document, is_current=True).exists():
            return Changed(False, "It has no canonical form. Reprocess it first.")
        if not close_case(case, actor=actor, resolution=reason, disposition=Disposition.OVERRULED):
            return Changed(False, why_not(case))
        for other in ExceptionCase.objects.filter(document=document, status=CaseStatus.OPEN):
            close_case(other, actor=actor, resolution=reason, disposition=Disposition.OVERRULED)
        Document.objects.filter(pk=document.pk, outcome=DocumentOutcome.DUPLICATE, attempt=document.attempt).update(
            outcome=DocumentOutcome.ACCEPTED, claim_digest=_claimed(document), final_at=timezone.now()
        )
        record(
            case.file_id,
            Verb.ACCEPTED,
            document_id=document.pk,
            actor=actor,
            was=str(DocumentOutcome.DUPLICATE),
            reason=reason[:300],
        )
        recount(file)
        supersede_corrected(file, file.outcome)
    return Changed(True, "Accepted, although its number came before.")


def _claimed(document: Document) -> str:
    """The digest that the document holds from now on: "" when an earlier one has it."""
    if not document.claim_digest:
        return ""
    held = claim(ClaimScope.DOCUMENT, document.claim_digest, file_id=document.file_id, holder=document.pk)
    return document.claim_digest if held.holder == document.pk else ""
