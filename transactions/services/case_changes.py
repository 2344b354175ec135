"""What every change of an open case has in common: it is conditional, it leaves an event, and the loser is told."""

from typing import Any, NamedTuple

from django.db import transaction

from transactions.models import ExceptionCase, Verb
from transactions.services.trail import EventValue, record
from transactions.states import CaseStatus


class Changed(NamedTuple):
    """ok: it was done. message: what was done, or why it was not, for the one who asked."""

    ok: bool
    message: str


def change_case(
    case: ExceptionCase, *, actor: str, seen: dict[str, Any], changes: dict[str, Any], **told: EventValue
) -> bool:
    """Change columns of a case that is still open and as the asker saw it. False when it is not.

    seen, changes: column → value. told: what the event says.
    """
    with transaction.atomic():
        changed = ExceptionCase.objects.filter(pk=case.pk, status=CaseStatus.OPEN, **seen).update(**changes)
        if changed:
            record(case.file_id, Verb.CASE_CHANGED, document_id=case.document_id, actor=actor, at=None, **told)
    return bool(changed)


def why_not(case: ExceptionCase) -> str:
    """What somebody else did to a case meanwhile."""
    now = ExceptionCase.objects.select_related("assignee").filter(pk=case.pk).first()
    if now is None:
        return "The case is gone."
    if now.status == CaseStatus.CLOSED:
        return f"The case was closed{f' by {now.closed_by}' if now.closed_by else ''} meanwhile: {now.resolution}"
    if now.assignee_id != case.assignee_id:
        owner = f"is {now.assignee.get_username()}'s now" if now.assignee else "is nobody's now"
        return f"Somebody was faster: the case {owner}."
    return "Somebody changed the case meanwhile. Look at it again."
