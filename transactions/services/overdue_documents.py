"""What is due and has not come becomes overdue, with a case for whoever must ask for it."""

from datetime import datetime

from django.db import transaction

from mappings.engine.findings import Code, finding
from partners.models import AgreementStatus
from transactions.models import AwaitedDocument, ExceptionCase
from transactions.services.cases import NewCase, Subject, close_case, open_cases
from transactions.services.settle_awaited import waive
from transactions.services.take_row import take_row
from transactions.states import AWAITED_FROM, AwaitedState, CaseCategory, CaseStatus, Disposition, Queue

AT_ONCE = 500


def mark_missing(now: datetime) -> int:
    """Turn what is due overdue, oldest first; what no rule in force awaits any more is waived. Returns how many."""
    _close_forgotten()
    due = AwaitedDocument.objects.filter(state=AwaitedState.AWAITED, due_at__lt=now).order_by("due_at")
    rows = due.select_related("expected__agreement__partner", "expected__after_partner", "trigger", "partner")
    return sum(_mark(row) for row in rows[:AT_ONCE])


def _close_forgotten() -> None:
    """Cases of rules that were removed, and what they awaited with them."""
    forgotten = ExceptionCase.objects.filter(category=CaseCategory.MISSING, status=CaseStatus.OPEN, awaited=None)
    for case in forgotten[:AT_ONCE]:
        close_case(
            case, actor="", resolution="The rule that awaited it was removed.", disposition=Disposition.NO_ACTION
        )


def _mark(awaited: AwaitedDocument) -> bool:
    expected = awaited.expected
    if not expected.is_active or expected.agreement.status != AgreementStatus.LIVE:
        waive(awaited, actor="", reason="No agreement in force awaits it.")
        return False
    with transaction.atomic():
        due = AwaitedDocument.objects.filter(pk=awaited.pk, state__in=AWAITED_FROM[AwaitedState.OVERDUE])
        marked = take_row(due) and due.update(state=AwaitedState.OVERDUE)
        if marked:
            reason = finding(Code.DOCUMENT_OVERDUE, _words(awaited), value=awaited.reference)
            subject = Subject.of_awaited(awaited)
            open_cases([NewCase(subject, CaseCategory.MISSING, Queue.CUSTOMER_SERVICE, reason, total=awaited.trigger)])
            case = ExceptionCase.objects.get(subject=awaited.pk, category=CaseCategory.MISSING, status=CaseStatus.OPEN)
            AwaitedDocument.objects.filter(pk=awaited.pk).update(case=case)
    return bool(marked)


def _words(awaited: AwaitedDocument) -> str:
    due = f"{awaited.due_at:%Y-%m-%d %H:%M} UTC"
    return f"{awaited.expected}: nothing for {awaited.reference} came by {due}."
