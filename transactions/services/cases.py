"""Open and close exception cases."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mappings.engine.findings import Finding
from transactions.models import (
    AwaitedDocument,
    Document,
    Event,
    ExceptionCase,
    FunctionalGroup,
    InboundFile,
    Interchange,
    Verb,
)
from transactions.pipeline.storable import storable_json, storable_text
from transactions.services.case_cause import cause_of
from transactions.services.trail import record
from transactions.services.triage import due_at
from transactions.states import CaseCategory, CaseStatus, Disposition, Queue


class Subject(NamedTuple):
    """What a case is about: a file, or an interchange, group or document of it; or a document that has not come."""

    id: UUID
    file: InboundFile | None
    interchange: Interchange | None = None
    group: FunctionalGroup | None = None
    document: Document | None = None
    partner_id: int | None = None
    environment: str = ""
    kind: str = ""

    @classmethod
    def of_awaited(cls, awaited: AwaitedDocument) -> "Subject":
        kind = awaited.expected.agreement.kind
        return cls(awaited.pk, None, partner_id=awaited.partner_id, environment=awaited.environment, kind=kind)

    @classmethod
    def of_file(cls, file: InboundFile) -> "Subject":
        return cls(file.pk, file, partner_id=file.partner_id, environment=file.environment)

    @classmethod
    def of_interchange(cls, interchange: Interchange) -> "Subject":
        partner_id = interchange.partner_id or interchange.file.partner_id
        return cls(interchange.pk, interchange.file, interchange, None, None, partner_id, interchange.environment)

    @classmethod
    def of_group(cls, group: FunctionalGroup) -> "Subject":
        interchange = group.interchange
        partner_id = (interchange.partner_id if interchange is not None else None) or group.file.partner_id
        return cls(group.pk, group.file, interchange, group, None, partner_id, group.environment)

    @classmethod
    def of_document(cls, document: Document) -> "Subject":
        group = document.group
        return cls(
            document.pk, document.file, group.interchange, group, document, document.partner_id, document.environment
        )


class NewCase(NamedTuple):
    """summary: the line that lists show; the finding's message when it is empty.

    total: of what is at stake, where that is another document than the one that it is about.
    """

    subject: Subject
    category: CaseCategory
    queue: Queue
    reason: Finding
    summary: str = ""
    total: Document | None = None


def open_cases(new: Iterable[NewCase]) -> int:
    """Open cases, in the current transaction. A subject with an open case of the same category keeps that one.

    Returns how many were opened.
    """
    now = timezone.now()
    wanted = [_row(case, now) for case in new]
    if not wanted:
        return 0
    ExceptionCase.objects.bulk_create(wanted, batch_size=200, ignore_conflicts=True)
    opened = ExceptionCase.objects.only("pk").in_bulk([row.pk for row in wanted])
    rows = [row for row in wanted if row.pk in opened]
    Event.objects.bulk_create(
        [
            Event(
                file_id=row.file_id,
                document_id=row.document_id,
                verb=Verb.CASE_OPENED,
                data={"category": str(row.category), "queue": str(row.queue), "reason": row.summary},
                at=now,
            )
            for row in rows
            if row.file_id is not None
        ],
        batch_size=500,
    )
    return len(rows)


def open_case(subject: Subject, category: CaseCategory, queue: Queue, reason: Finding) -> None:
    """Open one case; see `open_cases`."""
    open_cases([NewCase(subject, category, queue, reason)])


def _row(case: NewCase, now: datetime) -> ExceptionCase:
    subject, document = case.subject, case.subject.document
    stake = case.total or document
    return ExceptionCase(
        subject=subject.id,
        file=subject.file,
        interchange=subject.interchange,
        group=subject.group,
        document=document,
        partner_id=subject.partner_id,
        environment=subject.environment,
        category=case.category,
        queue=case.queue,
        code=case.reason.code,
        cause=cause_of(
            case.reason,
            partner_id=subject.partner_id,
            environment=subject.environment,
            kind=document.kind if document is not None else subject.kind,
        ),
        amount=stake.total if stake is not None else None,
        currency=stake.currency if stake is not None and stake.total is not None else "",
        due_at=due_at(case.queue, case.category, now),
        summary=storable_text(case.summary or case.reason.message, 300),
        finding=storable_json(case.reason),
        opened_at=now,
    )


def close_case(
    case: ExceptionCase, *, actor: str, resolution: str, disposition: Disposition = Disposition.SOLVED
) -> bool:
    """Close an open case with the reason that people will read later. False when it was closed already.

    actor: a user's name, or "" for Onramp itself. disposition: how it ended, for figures.
    """
    with transaction.atomic():
        closed = ExceptionCase.objects.filter(pk=case.pk, status=CaseStatus.OPEN).update(
            status=CaseStatus.CLOSED,
            closed_at=timezone.now(),
            closed_by=actor,
            disposition=disposition,
            resolution=storable_text(resolution, 300),
        )
        if closed:
            record(
                case.file_id,
                Verb.CASE_CLOSED,
                document_id=case.document_id,
                actor=actor,
                category=str(case.category),
                disposition=str(disposition),
                resolution=storable_text(resolution, 300),
            )
    return bool(closed)


def close_cases(ids: Sequence[UUID], *, actor: str, resolution: str, disposition: Disposition) -> int:
    """Close those of these cases that are open, in the current transaction, with one ending for all; see `close_case`.

    Four statements however many there are. Returns how many were closed.
    """
    open_rows = ExceptionCase.objects.filter(pk__in=ids, status=CaseStatus.OPEN)
    rows = list(
        open_rows.select_for_update(of=("self",), no_key=True)
        .only("pk", "file_id", "document_id", "category")
        .order_by("pk")
    )
    now, reason = timezone.now(), storable_text(resolution, 300)
    closed = ExceptionCase.objects.filter(pk__in=[row.pk for row in rows], status=CaseStatus.OPEN).update(
        status=CaseStatus.CLOSED, closed_at=now, closed_by=actor, disposition=disposition, resolution=reason
    )
    Event.objects.bulk_create(
        [
            Event(
                file_id=row.file_id,
                document_id=row.document_id,
                verb=Verb.CASE_CLOSED,
                actor=actor,
                data={"category": str(row.category), "disposition": str(disposition), "resolution": reason},
                at=now,
            )
            for row in rows
            if row.file_id is not None
        ],
        batch_size=500,
    )
    return closed
