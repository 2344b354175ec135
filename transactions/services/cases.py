"""Open and close exception cases."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mappings.engine.findings import Finding
from transactions.models import Document, Event, ExceptionCase, FunctionalGroup, InboundFile, Interchange, Verb
from transactions.pipeline.storable import storable_json, storable_text
from transactions.services.trail import record
from transactions.states import CaseCategory, CaseStatus, Queue


class Subject(NamedTuple):
    """What a case is about: a file, or an interchange, group or document of it."""

    id: UUID
    file: InboundFile
    interchange: Interchange | None = None
    group: FunctionalGroup | None = None
    document: Document | None = None
    partner_id: int | None = None
    environment: str = ""

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
        partner_id = interchange.partner_id or interchange.file.partner_id
        return cls(group.pk, interchange.file, interchange, group, None, partner_id, interchange.environment)

    @classmethod
    def of_document(cls, document: Document) -> "Subject":
        group = document.group
        return cls(
            document.pk, document.file, group.interchange, group, document, document.partner_id, document.environment
        )


class NewCase(NamedTuple):
    subject: Subject
    category: CaseCategory
    queue: Queue
    reason: Finding


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
        ],
        batch_size=500,
    )
    return len(rows)


def open_case(subject: Subject, category: CaseCategory, queue: Queue, reason: Finding) -> None:
    """Open one case; see `open_cases`."""
    open_cases([NewCase(subject, category, queue, reason)])


def _row(case: NewCase, now: datetime) -> ExceptionCase:
    subject = case.subject
    return ExceptionCase(
        subject=subject.id,
        file=subject.file,
        interchange=subject.interchange,
        group=subject.group,
        document=subject.document,
        partner_id=subject.partner_id,
        environment=subject.environment,
        category=case.category,
        queue=case.queue,
        code=case.reason.code,
        summary=storable_text(case.reason.message, 300),
        finding=storable_json(case.reason),
        opened_at=now,
    )


def close_case(case: ExceptionCase, *, actor: str, resolution: str) -> bool:
    """Close an open case with the reason that people will read later. False when it was closed already."""
    with transaction.atomic():
        closed = ExceptionCase.objects.filter(pk=case.pk, status=CaseStatus.OPEN).update(
            status=CaseStatus.CLOSED,
            closed_at=timezone.now(),
            closed_by=actor,
            resolution=storable_text(resolution, 300),
        )
        if closed:
            record(
                case.file_id,
                Verb.CASE_CLOSED,
                document_id=case.document_id,
                actor=actor,
                category=str(case.category),
                resolution=resolution,
            )
    return bool(closed)
