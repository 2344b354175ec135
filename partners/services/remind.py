"""Remind whoever has to do a task that it is due."""

from collections import defaultdict
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from config.core.mail import compose
from partners.models import Contact, NoticeKind, OnboardingTask, Side
from partners.services.notify import keep_notice

AGAIN = timedelta(days=3)
AHEAD = timedelta(days=1)
AT_ONCE = 500


def remind_of_tasks() -> int:
    """One notice to each person with tasks that are due tomorrow or late, and again after some days.

    Ours go to the owner of the case; the partner's to its contacts, and when they are late to the owner as well.
    Returns how many notices were written; a task is marked with them, so that two rounds at once write each once.
    """
    now = timezone.now()
    today = now.date()
    with transaction.atomic():
        due = OnboardingTask.objects.select_for_update(of=("self",), no_key=True, skip_locked=True).filter(
            Q(reminded_at=None) | Q(reminded_at__lt=now - AGAIN),
            done_at=None,
            due__lte=today + AHEAD,
            case__closed_at=None,
        )
        tasks = list(due.select_related("case__partner", "case__owner").order_by("due", "pk")[:AT_ONCE])
        mailboxes = _mailboxes(tasks, today)
        by_mailbox: dict[str, list[OnboardingTask]] = defaultdict(list)
        for task in tasks:
            for mailbox in mailboxes[task.pk]:
                by_mailbox[mailbox].append(task)
        for mailbox, theirs in sorted(by_mailbox.items()):
            subject, text = compose("tasks_due", tasks=theirs, today=today)
            key = f"{NoticeKind.TASKS_DUE}:{mailbox}:{now.isoformat()}"[:200]
            keep_notice(key, NoticeKind.TASKS_DUE, subject, text, [mailbox])
        told = {task.pk for tasks_of_one in by_mailbox.values() for task in tasks_of_one}
        OnboardingTask.objects.filter(pk__in=told).update(reminded_at=now)  # a note of ours, not of its history
    return len(by_mailbox)


def _mailboxes(tasks: list[OnboardingTask], today: date) -> dict[int, list[str]]:
    partners = {task.case.partner_id for task in tasks if task.side == Side.THEIRS}
    contacts: dict[int, list[str]] = defaultdict(list)
    rows = Contact.objects.filter(partner__in=partners, is_active=True).exclude(email="")
    for partner, email in rows.values_list("partner", "email"):
        contacts[partner].append(email)
    found = {}
    for task in tasks:
        owner = task.case.owner
        ours = [owner.email] if owner is not None and owner.email else []
        is_late = task.due is not None and task.due < today
        theirs = contacts[task.case.partner_id] + (ours if is_late else [])
        found[task.pk] = ours if task.side == Side.OURS else list(dict.fromkeys(theirs))
    return found
