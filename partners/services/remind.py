"""Remind whoever has to do a task that it is due."""

import logging
from collections import defaultdict
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from config.core.mail import MailNotSent, send_mail
from partners.models import Contact, OnboardingTask, Side

logger = logging.getLogger(__name__)
AGAIN = timedelta(days=3)
AHEAD = timedelta(days=1)
AT_ONCE = 500


def remind_of_tasks() -> int:
    """One mail to each person with tasks that are due tomorrow or late, and again after some days.

    Ours go to the owner of the case, the partner's to its contacts. Returns how many mails were sent; what could not be
    sent is tried again by the next round.
    """
    now = timezone.now()
    due = OnboardingTask.objects.filter(
        Q(reminded_at=None) | Q(reminded_at__lt=now - AGAIN),
        done_at=None,
        due__lte=now.date() + AHEAD,
        case__closed_at=None,
    ).select_related("case__partner", "case__owner")
    tasks = list(due.order_by("due", "pk")[:AT_ONCE])
    mailboxes = _mailboxes(tasks)
    by_mailbox: dict[str, list[OnboardingTask]] = defaultdict(list)
    for task in tasks:
        for mailbox in mailboxes[task.pk]:
            by_mailbox[mailbox].append(task)
    sent, told = 0, set()
    for mailbox, theirs in sorted(by_mailbox.items()):
        try:
            send_mail(mailbox, "tasks_due", tasks=theirs, today=now.date())
        except MailNotSent as error:
            logger.error("reminder of %d tasks could not be sent: %s", len(theirs), error)
        else:
            sent += 1
            told |= {task.pk for task in theirs}
    OnboardingTask.objects.filter(pk__in=told).update(reminded_at=now)  # a note of ours, not of its history
    return sent


def _mailboxes(tasks: list[OnboardingTask]) -> dict[int, list[str]]:
    partners = {task.case.partner_id for task in tasks if task.side == Side.THEIRS}
    contacts: dict[int, list[str]] = defaultdict(list)
    rows = Contact.objects.filter(partner__in=partners, is_active=True).exclude(email="")
    for partner, email in rows.values_list("partner", "email"):
        contacts[partner].append(email)
    found = {}
    for task in tasks:
        owner = task.case.owner
        ours = [owner.email] if owner is not None and owner.email else []
        found[task.pk] = ours if task.side == Side.OURS else contacts[task.case.partner_id]
    return found
