"""A person decides that a document is not carried out."""

from django.db import transaction
from django.utils import timezone

from transactions.models import Document, ExceptionCase, InboundFile, Verb
from transactions.services.case_changes import Changed, why_not
from transactions.services.cases import close_case
from transactions.services.trail import record
from transactions.states import REPROCESSABLE, CaseStatus, Disposition, DocumentOutcome, DocumentStage


def reject_document(case: ExceptionCase, *, actor: str, reason: str) -> Changed:
    """Reject the document of an open case and close what is open about it.

    One that failed or is held as a duplicate becomes rejected; one that was rejected stays so. The acknowledgment
    that was sent is never changed. It may still be reprocessed, which takes the rejection back.
    """
    if case.document_id is None or case.file_id is None:
        return Changed(False, "The case is about no single document. Close it with a reason.")
    with transaction.atomic():
        # The file's lock keeps reprocessing away: locks are taken in one order everywhere.
        InboundFile.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=case.file_id)
        # And the document's, taken before its cases, keeps a correction away that would supersede it.
        document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=case.document_id)
        if document.stage != DocumentStage.FINAL or document.outcome not in REPROCESSABLE:
            return Changed(False, f"Not rejected: the document is {document.get_outcome_display().lower()} by now.")
        if document.superseded_by_id is not None:
            return Changed(False, "Not rejected: a corrected document was accepted in its place.")
        if not close_case(case, actor=actor, resolution=reason, disposition=Disposition.REJECTED):
            return Changed(False, why_not(case))
        for other in ExceptionCase.objects.filter(document=document, status=CaseStatus.OPEN):
            close_case(other, actor=actor, resolution=reason, disposition=Disposition.REJECTED)
        was = document.outcome
        if was != DocumentOutcome.REJECTED:
            Document.objects.filter(pk=document.pk, outcome=was, attempt=document.attempt).update(
                outcome=DocumentOutcome.REJECTED, final_at=timezone.now()
            )
            record(case.file_id, Verb.REJECTED, document_id=document.pk, actor=actor, was=was, reason=reason[:300])
    return Changed(
        True, "Rejected." if was != DocumentOutcome.REJECTED else "It stays rejected, and its case is closed."
    )
