"""What a partner has to do on its way to live."""

from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from partners.models import OnboardingTask, Partner, Side
from partners.portal.access import Visit, for_members
from partners.services.begin_case import CaseRefused
from partners.services.work_on_case import set_done

SHOWN = 50


class TaskRow(NamedTuple):
    task: OnboardingTask
    is_late: bool


class Tasks(NamedTuple):
    """Of the open case: what is to be done, by due date, and what is done. target: the day to be live."""

    open: list[TaskRow]
    done: list[OnboardingTask]
    target: date | None


def tasks_of(partner: Partner) -> Tasks | None:
    """None when there is no open case with tasks of the partner's. One query."""
    rows = list(
        OnboardingTask.objects.filter(case__partner=partner, case__closed_at=None, side=Side.THEIRS)
        .select_related("case")
        .order_by("due", "pk")[:SHOWN]
    )
    if not rows:
        return None
    today = timezone.now().date()
    open_ones = [TaskRow(task, task.due is not None and task.due < today) for task in rows if task.done_at is None]
    # Some databases put those without a date first.
    open_ones.sort(key=lambda row: (row.task.due is None, row.task.due or today, row.task.pk))
    return Tasks(open_ones, [task for task in rows if task.done_at is not None], rows[0].case.target_date)


@require_POST
@for_members
def done(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """The partner says that one of its tasks is done. Who said so may take it back; what others did, only we open."""
    own = OnboardingTask.objects.filter(case__partner=visit.partner, case__closed_at=None, side=Side.THEIRS)
    task, is_undone = get_object_or_404(own, pk=pk), "undo" in request.POST
    if is_undone and task.done_by not in ("", visit.user.get_username()):
        messages.error(request, f"“{task}” was done by {task.done_by}. Ask them, or us, to open it again.")
        return redirect("portal:home")
    try:
        set_done(task, is_done=not is_undone, by=visit.user)
    except CaseRefused:  # closed since this page was opened
        messages.info(request, f"“{task}” is not needed any more.")
    else:
        messages.success(request, f"“{task}” is open again." if is_undone else f"“{task}” is done.")
    return redirect("portal:home")
