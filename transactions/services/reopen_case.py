"""Open a case again that was closed by mistake."""

from django.db import IntegrityError, transaction

from transactions.models import Document, Event, ExceptionCase, InboundFile, Verb, WorkUnit
from transactions.services.case_changes import Changed, why_not
from transactions.services.trail import record
from transactions.states import (
    AwaitedState,
    CaseCategory,
    CaseStatus,
    Disposition,
    DocumentOutcome,
    InterchangeState,
    UnitState,
)

# Closing with these changed nothing else; the others changed a document, and reprocessing takes that back.
UNDONE = frozenset({Disposition.SOLVED.value, Disposition.NO_ACTION.value})


def is_reopenable(case: ExceptionCase) -> bool:
    """Whether a person closed the case and nothing else changed, so that opening it undoes the closing."""
    return (
        case.status == CaseStatus.CLOSED
        and case.disposition in UNDONE
        and bool(case.closed_by)
        and _still_stands(case)
        and not ExceptionCase.objects.filter(subject=case.subject, id__gt=case.pk).exists()
    )


def reopen_case(case: ExceptionCase, *, actor: str) -> Changed:
    """Open a closed case again, as it was. Refused when what it is about has gone on since."""
    if case.status == CaseStatus.OPEN:
        return Changed(False, "The case is open.")
    try:
        with transaction.atomic():
            # Nothing that the case is about goes on while it is looked at: the file's lock, then the document's.
            if case.file_id is not None:
                InboundFile.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=case.file_id)
            if case.document_id is not None:
                case.document = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=case.document_id)
            if not is_reopenable(case):
                return Changed(False, "Not opened again: what the case is about has changed since it was closed.")
            opened = ExceptionCase.objects.filter(
                pk=case.pk, status=CaseStatus.CLOSED, closed_at=case.closed_at
            ).update(status=CaseStatus.OPEN, closed_at=None, closed_by="", disposition="", resolution="")
            if opened:
                record(
                    case.file_id,
                    Verb.CASE_CHANGED,
                    document_id=case.document_id,
                    actor=actor,
                    reopened=True,
                    was_closed_for=case.resolution,
                )
    except IntegrityError:
        return Changed(False, "Not opened again: there is a newer case about the same.")
    return Changed(True, "The case is open again.") if opened else Changed(False, why_not(case))


def _still_stands(case: ExceptionCase) -> bool:
    """Whether what failed is as it was."""
    if case.document is not None:
        return case.document.outcome != DocumentOutcome.ACCEPTED and case.document.superseded_by_id is None
    if case.category in {CaseCategory.UNROUTABLE, CaseCategory.DUPLICATE}:
        held = WorkUnit.objects.filter(file=case.file_id, state=UnitState.HELD)
        if case.group_id is not None:
            return held.filter(group=case.group_id).exists()
        interchange = case.interchange
        is_held = interchange is not None and interchange.state == InterchangeState.HELD
        return is_held or held.filter(group__interchange=case.interchange_id).exists()
    if case.category == CaseCategory.MISSING:
        return case.awaited.filter(state=AwaitedState.OVERDUE).exists()
    if case.category == CaseCategory.INTERNAL:
        return not Event.objects.filter(
            file=case.file_id, document_id=None, verb=Verb.RETRIED, at__gte=case.opened_at
        ).exists()
    return True
