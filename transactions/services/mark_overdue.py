"""What we sent and nobody answered in time is overdue: a case says so, once."""

from datetime import datetime

from django.db import transaction

from mappings.engine.findings import Code, finding
from transactions.models import SentGroup, SentSet, Verb
from transactions.services.cases import open_case
from transactions.services.reconcile import subject_of
from transactions.services.take_row import take_row
from transactions.services.trail import record
from transactions.states import AnswerState, CaseCategory, Queue

AT_ONCE = 500


def mark_overdue(now: datetime) -> int:
    """Turn what waits beyond its time overdue, with a case for each. Safe to run by several at once, and while answers
    come: what another has locked is left to it.

    Returns how many; what is left is for the next run.
    """
    late = SentGroup.objects.filter(outcome=AnswerState.WAITING, due_at__lt=now).select_related(
        "acknowledgment", "file"
    )
    rows = late.defer("acknowledgment__content", "file__findings").order_by("due_at")[:AT_ONCE]
    return sum(_mark(group) for group in rows)


def _mark(group: SentGroup) -> bool:
    with transaction.atomic():
        waiting = SentGroup.objects.filter(pk=group.pk, outcome=AnswerState.WAITING)
        marked = take_row(waiting) and waiting.update(outcome=AnswerState.OVERDUE)
        if marked:
            SentSet.objects.filter(group=group, outcome=AnswerState.WAITING).update(outcome=AnswerState.OVERDUE)
            words = f"No answer to {group} by {group.due_at:%Y-%m-%d %H:%M} UTC."
            record(group.file_id, Verb.ANSWER_OVERDUE, words=words)
            reason = finding(Code.SENT_OVERDUE, words)
            open_case(subject_of(group), CaseCategory.ANSWER, Queue.INTEGRATION, reason)
    return bool(marked)
