"""The rows that one translated set becomes: document, attempt, canonical form, event."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

from config.core.ids import derived_uuid7
from mappings.engine.findings import Severity
from partners.policies import Policies
from transactions.models import Attempt, CanonicalDocument, Document, Event, Verb, WorkUnit
from transactions.pipeline.answers import ADVICE_KIND, ADVICE_SET
from transactions.pipeline.digests import digest_of
from transactions.pipeline.facts import Facts
from transactions.pipeline.judge import Translated
from transactions.pipeline.storable import storable_findings, storable_text
from transactions.pipeline.units import UnitDocument
from transactions.pipeline.write import insert_rows
from transactions.states import DocumentOutcome, DocumentStage

# Documents that refer to an earlier one under the same number; they are no duplicates of it or of each other.
REPEATABLE_PURPOSES = frozenset({"change", "cancellation", "replace", "addition", "deletion"})
REPEATABLE_KINDS = frozenset({"inventory-report", "product-activity", "transport-status"})
"""Reports of how things stand: the same one again is no duplicate."""


class DocumentRows(NamedTuple):
    document: Document
    attempt: Attempt
    canonical: CanonicalDocument | None
    event: Event


class UnitFacts(NamedTuple):
    """What all documents of a unit have in common."""

    file_id: UUID
    unit_id: UUID
    group_id: UUID
    partner_id: int
    environment: str
    agreement_id: int | None
    kind: str
    format: str
    set_id: str
    version: str
    mapping_version_id: int | None
    is_refused: bool
    claims_keys: bool
    received_at: datetime

    @classmethod
    def of(cls, unit: WorkUnit, policies: Policies) -> "UnitFacts":
        agreement = unit.agreement
        if unit.partner_id is None or (agreement is None and unit.set_id != ADVICE_SET):
            raise RuntimeError(f"unit {unit.pk} was admitted without an agreement")
        return cls(
            file_id=unit.file_id,
            unit_id=unit.pk,
            group_id=unit.group_id,
            partner_id=unit.partner_id,
            environment=unit.environment,
            agreement_id=agreement.pk if agreement is not None else None,
            kind=agreement.kind if agreement is not None else ADVICE_KIND,
            format=unit.group.format,
            set_id=unit.set_id,
            version=unit.group.version,
            mapping_version_id=agreement.assignment.version_id if agreement is not None else None,
            is_refused=unit.group.is_shut,
            claims_keys=policies.duplicate_document != "process",
            received_at=unit.file.received_at,
        )


def rows_of_document(facts: UnitFacts, made: UnitDocument, ordinal: int, started: datetime) -> DocumentRows:
    """Unsaved rows of a document's first attempt.

    ordinal: of the document in its file, from 1. A document in a refused envelope is rejected whatever its own
    findings say.
    """
    offset, length, set_ordinal, *_ = made.span
    translated = made.translated
    document_id = derived_uuid7(facts.file_id, "document", ordinal)
    outcome = translated.outcome
    if facts.is_refused and outcome is DocumentOutcome.ACCEPTED:
        outcome = DocumentOutcome.REJECTED
    promoted = translated.promoted
    digest = claim_digest(facts.partner_id, facts.environment, facts.kind, promoted) if facts.claims_keys else ""
    document = Document(
        id=document_id,
        file_id=facts.file_id,
        unit_id=facts.unit_id,
        group_id=facts.group_id,
        partner_id=facts.partner_id,
        environment=facts.environment,
        agreement_id=facts.agreement_id,
        ordinal=ordinal,
        set_ordinal=set_ordinal,
        kind=facts.kind,
        format=facts.format,
        set_id=facts.set_id,
        version=facts.version,
        control_number=storable_text(translated.control_number, 80),
        convention=storable_text(translated.convention, 35),
        business_key=storable_text(promoted.business_key, 80),
        total=promoted.total,
        currency=storable_text(promoted.currency, 3),
        claim_digest=digest,
        offset=offset,
        length=length,
        stage=DocumentStage.PROCESSED,
        outcome=outcome,
        verdict=translated.verdict,
        errors=translated.count(Severity.ERROR),
        warnings=translated.count(Severity.WARNING),
        attempt=1,
        received_at=facts.received_at,
    )
    attempt = attempt_row(document, translated, 1, facts.mapping_version_id, started)
    canonical = canonical_row(document, translated, 1, started)
    event = Event(
        id=derived_uuid7(document_id, "translated", 1),
        file_id=facts.file_id,
        document_id=document_id,
        verb=Verb.TRANSLATED,
        data={"outcome": str(outcome), "errors": document.errors, "warnings": document.warnings},
        at=started,
    )
    return DocumentRows(document, attempt, canonical, event)


def claim_digest(partner_id: int, environment: str, kind: str, promoted: Facts) -> str:
    """What an accepted document claims: its business key within partner, direction, environment, kind and purpose.

    "" for a document without a key, for one that changes an earlier one, and for a report of how things stand: those
    may come again.
    """
    if not promoted.business_key or promoted.purpose in REPEATABLE_PURPOSES or kind in REPEATABLE_KINDS:
        return ""
    return digest_of(
        str(partner_id), "inbound", environment, kind, promoted.purpose, promoted.business_key, promoted.release
    )


def attempt_row(
    document: Document, translated: Translated, number: int, mapping_version_id: int | None, started: datetime
) -> Attempt:
    return Attempt(
        id=derived_uuid7(document.pk, "attempt", number),
        document_id=document.pk,
        number=number,
        mapping_version_id=mapping_version_id,
        outcome=translated.outcome,
        findings=storable_findings(translated.findings, settings.FINDINGS_PER_ATTEMPT),
        errors=translated.count(Severity.ERROR),
        warnings=translated.count(Severity.WARNING),
        internal_error=storable_text(translated.internal_error, 2000),
        started_at=started,
        microseconds=translated.microseconds,
    )


def canonical_row(document: Document, translated: Translated, revision: int, at: datetime) -> CanonicalDocument | None:
    """The canonical form, or None when the set has none."""
    if not translated.body:
        return None
    promoted = translated.promoted
    return CanonicalDocument(
        id=derived_uuid7(document.pk, "canonical", revision),
        document_id=document.pk,
        partner_id=document.partner_id,
        environment=document.environment,
        revision=revision,
        is_current=True,
        schema=translated.schema,
        body=translated.body,
        business_key=storable_text(promoted.business_key, 80),
        purpose=storable_text(promoted.purpose, 40),
        issue_date=promoted.issue_date,
        requested_date=promoted.requested_date,
        total=promoted.total,
        currency=storable_text(promoted.currency, 3),
        line_count=promoted.line_count,
        created_at=at,
    )


def failed_rows(rows: DocumentRows, internal_error: str) -> DocumentRows:
    """The same document as one that we could not write: no canonical form, and the reason for integration support.

    Verdict and findings stay: the acknowledgment is made from them.
    """
    document, attempt, _, event = rows
    document.outcome = attempt.outcome = DocumentOutcome.FAILED
    document.business_key = document.claim_digest = ""
    attempt.internal_error = storable_text(internal_error, 2000)
    event.data = {"outcome": str(DocumentOutcome.FAILED)}
    return DocumentRows(document, attempt, None, event)


def write_rows(rows: Sequence[DocumentRows]) -> None:
    """Insert all rows in the current transaction."""
    insert_rows(Document, [row.document for row in rows])
    insert_rows(Attempt, [row.attempt for row in rows])
    insert_rows(CanonicalDocument, [row.canonical for row in rows if row.canonical is not None])
    insert_rows(Event, [row.event for row in rows])
