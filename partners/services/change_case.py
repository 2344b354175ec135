"""Change who leads a case and by when it shall be live, or close it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import OnboardingCase, OnboardingEvent, OnboardingTask, OnboardingVerb
from partners.services.begin_case import CaseRefused
from partners.services.recheck import recheck
from partners.services.revisions import refuse_outdated

NAMED = 5  # open tasks in one sentence


def change_case(
    case: OnboardingCase, *, owner: User | None, target_date: date | None, revision: str | None = None
) -> OnboardingCase:
    """Another owner or day. Its agreements are judged again: certificates must last beyond that day.

    revision: which one it was decided on; None = whichever. Raises CaseRefused and Outdated.
    """
    with transaction.atomic():
        stored = _open_case(case)
        refuse_outdated(stored, revision)
        stored.owner, stored.target_date = owner, target_date
        stored.save()
    for agreement in stored.agreements.select_related("partner"):
        recheck(agreement)
    return stored


def close_case(case: OnboardingCase, *, by: User, reason: str, leaves_tasks: bool = False) -> OnboardingCase:
    """The case is over, whether it went live or not; its agreements stay as they are.

    leaves_tasks: close it although tasks are open; they are kept as left undone. Raises CaseRefused.
    """
    with transaction.atomic():
        stored = _open_case(case)
        open_tasks = list(stored.tasks.select_for_update(of=("self",), no_key=True).filter(done_at=None))
        if open_tasks and not leaves_tasks:
            raise CaseRefused(f"{open_words(open_tasks)} Say first that they are done, or leave them undone.")
        for task in open_tasks:
            task.done_at = timezone.now()  # and by nobody: a closed case awaits nothing
            task.save()
        stored.closed_at, stored.closed_for = timezone.now(), reason[:300]
        stored.save()
        subject, left = f"partner {stored.partner.code}", len(open_tasks)
        record_decision("onboarding.closed", subject, by.get_username(), reason=reason, tasks_left=left)
        data = {"reason": reason, "stage": stored.stage, "left": [task.title for task in open_tasks]}
        OnboardingEvent.objects.create(case=stored, verb=OnboardingVerb.CLOSED, actor=by.get_username(), data=data)
    return stored


def open_words(tasks: list[OnboardingTask]) -> str:
    """Such as “2 tasks are open: Send our guide; Ring them.”"""
    named = "; ".join(task.title for task in tasks[:NAMED]) + ("; …" if len(tasks) > NAMED else "")
    return f"{len(tasks)} task{' is' if len(tasks) == 1 else 's are'} open: {named}."


def _open_case(case: OnboardingCase) -> OnboardingCase:
    rows = OnboardingCase.objects.select_for_update(of=("self",), no_key=True).select_related("partner")
    stored = rows.get(pk=case.pk)
    if stored.closed_at is not None:
        raise CaseRefused("The case is closed.")
    return stored
