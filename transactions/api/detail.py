"""Everything that one answer about a file or document shows, in a fixed number of queries."""

from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import F

from transactions.models import Acknowledgment, Attempt, CanonicalDocument, Document, InboundFile
from transactions.states import CaseStatus, UnitState

DOCUMENTS_SHOWN = 100
ENVELOPES_SHOWN = 100
FINDINGS_SHOWN = 10  # of each document in a file's answer

StoredFindings = list[dict[str, Any]]


class FileDetail(NamedTuple):
    """findings: of the file, its interchanges and groups, and what holds documents of it.

    findings_of_documents: the first of each document.
    """

    findings: StoredFindings
    documents: list[Document]
    findings_of_documents: dict[UUID, StoredFindings]
    acknowledgments: list[Acknowledgment]
    open_cases: int


class DocumentDetail(NamedTuple):
    findings: StoredFindings
    has_canonical: bool


def detail_of_file(file: InboundFile) -> FileDetail:
    """Seven queries, however many documents the file has."""
    documents = list(file.documents.order_by("ordinal")[:DOCUMENTS_SHOWN])
    return FileDetail(
        findings=[*file.findings, *_findings_of_envelopes(file), *_reasons_of_holds(file)],
        documents=documents,
        findings_of_documents=_findings_of(documents),
        acknowledgments=list(file.acknowledgments.defer("content").order_by("id")[:DOCUMENTS_SHOWN]),
        open_cases=file.cases.filter(status=CaseStatus.OPEN).count(),
    )


def detail_of_document(document: Document) -> DocumentDetail:
    """Two queries."""
    current = Attempt.objects.filter(document=document, number=document.attempt)
    return DocumentDetail(
        findings=current.values_list("findings", flat=True).first() or [],
        has_canonical=CanonicalDocument.objects.filter(document=document, is_current=True).exists(),
    )


def _findings_of(documents: list[Document]) -> dict[UUID, StoredFindings]:
    current = Attempt.objects.filter(
        document__in=[document.pk for document in documents], number=F("document__attempt")
    )
    return {key: found[:FINDINGS_SHOWN] for key, found in current.values_list("document_id", "findings")}


def _findings_of_envelopes(file: InboundFile) -> StoredFindings:
    found: StoredFindings = []
    for envelopes in (file.interchanges, file.groups):
        faulty = envelopes.exclude(findings=[]).order_by("id")
        for findings in faulty.values_list("findings", flat=True)[:ENVELOPES_SHOWN]:
            found.extend(findings)
    return found[: settings.FINDINGS_PER_ATTEMPT]


def _reasons_of_holds(file: InboundFile) -> StoredFindings:
    """Why documents of the file wait for a person: each reason once, at the first place."""
    held = file.units.filter(state=UnitState.HELD, held_for__isnull=False).order_by("ordinal")
    reasons: dict[tuple[str, str], dict[str, Any]] = {}
    for reason in held.values_list("held_for", flat=True)[:ENVELOPES_SHOWN]:
        if reason is not None:
            reasons.setdefault((reason["code"], reason["message"]), reason)
    return list(reasons.values())
