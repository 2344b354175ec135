"""Who sees which exception cases, and who works on them: finance has its own queue, and nobody else decides there."""

from typing import Any

from django.db.models import QuerySet

from transactions.models import ExceptionCase
from transactions.states import Queue

VIEW = "transactions.view_exceptioncase"
WORK = "transactions.work_cases"
WORK_FINANCE = "transactions.work_finance_cases"
RELEASE = "transactions.release_held"


def sees_cases(user: Any) -> bool:
    """Whether there is any queue that the user (a User, or nobody) may look into."""
    return bool(user.has_perm(VIEW) or user.has_perm(WORK_FINANCE))


def visible_cases(user: Any, cases: QuerySet[ExceptionCase] | None = None) -> QuerySet[ExceptionCase]:
    """Those of the cases (all, without an argument) that the user may see."""
    rows = ExceptionCase.objects.all() if cases is None else cases
    if user.has_perm(VIEW):
        return rows
    return rows.filter(queue=Queue.FINANCE) if user.has_perm(WORK_FINANCE) else rows.none()


def works_on_cases(user: Any) -> bool:
    """Whether there is any queue whose cases the user may assign, comment, reprocess and close."""
    return bool(user.has_perm(WORK) or user.has_perm(WORK_FINANCE))


def may_work_on(user: Any, case: ExceptionCase) -> bool:
    """Whether the user may assign, comment, reject, reprocess and close this case."""
    return bool(user.has_perm(WORK_FINANCE if case.queue == Queue.FINANCE else WORK))


def may_release(user: Any, case: ExceptionCase) -> bool:
    """Whether the user may let go what this case holds."""
    return may_work_on(user, case) and bool(user.has_perm(RELEASE))


def workable_cases(user: Any, cases: QuerySet[ExceptionCase] | None = None) -> QuerySet[ExceptionCase]:
    """Those of the cases (all, without an argument) that the user may work on."""
    rows = ExceptionCase.objects.all() if cases is None else cases
    if not user.has_perm(WORK_FINANCE):
        rows = rows.exclude(queue=Queue.FINANCE)
    return rows if user.has_perm(WORK) else rows.filter(queue=Queue.FINANCE)


def visible_queues(user: Any) -> list[Queue]:
    """The queues that the user may look into."""
    if user.has_perm(VIEW):
        return list(Queue)
    return [Queue.FINANCE] if user.has_perm(WORK_FINANCE) else []
