"""Which exception case a document's outcome calls for."""

from collections.abc import Iterator, Sequence

from mappings.engine.findings import Code, Finding, Severity, finding
from partners.models import Agreement
from partners.services.effective_policies import effective_policies
from transactions.models import Attempt, Document, FunctionalGroup, InboundFile
from transactions.pipeline.storable import read_findings
from transactions.services.cases import NewCase, Subject
from transactions.services.triage import QUEUE_OF_CODE, triage
from transactions.states import CaseCategory, DocumentOutcome, Queue


def cases_of(file: InboundFile, documents: Sequence[Document]) -> Iterator[NewCase]:
    """The cases for documents of one file that were not accepted; three queries however many there are.

    None for a document that has one by its envelope (a refused group rejects all its documents; an interchange that is
    taken as a whole or not at all), and none for a
    duplicate where the policy only records it.
    """
    if not documents:
        return
    attempts = {
        (attempt.document_id, attempt.number): attempt for attempt in Attempt.objects.filter(document__in=documents)
    }
    groups = FunctionalGroup.objects.select_related("interchange").in_bulk({d.group_id for d in documents})
    silent = _agreements_that_only_record({d.agreement_id for d in documents if d.agreement_id is not None})
    for document in documents:
        document.file, document.group = file, groups[document.group_id]
        case = _case(document, attempts[document.pk, document.attempt], document.agreement_id in silent)
        if case is not None:
            yield case


def _agreements_that_only_record(ids: set[int]) -> set[int]:
    agreements = Agreement.objects.select_related("partner").filter(pk__in=ids)
    return {a.pk for a in agreements if effective_policies(a.partner, a).duplicate_document == "reject"}


def _case(document: Document, attempt: Attempt, only_record: bool) -> NewCase | None:
    subject = Subject.of_document(document)
    if document.outcome == DocumentOutcome.DUPLICATE:
        reason = finding(Code.DOCUMENT_DUPLICATE, f"Number {document.business_key} was accepted before.")
        return None if only_record else NewCase(subject, CaseCategory.DUPLICATE, QUEUE_OF_CODE[reason.code], reason)
    if attempt.internal_error:
        reason = finding(Code.INTERNAL_FAILURE, f"Onramp failed on this document: {attempt.internal_error}")
        return NewCase(subject, CaseCategory.INTERNAL, Queue.INTEGRATION, reason)
    if document.group.is_shut:
        return None
    worst = next((f for f in read_findings(attempt.findings) if f.severity is Severity.ERROR), None)
    if worst is None or worst.code is Code.INTERCHANGE_SUSPENDED:
        return None
    category, queue = triage(worst)
    return NewCase(subject, category, queue, worst, _with_place(worst))


def _with_place(found: Finding) -> str:
    """What the lists say: where, and what."""
    label = found.place.label()
    return f"{label}: {found.message}" if label else found.message
