"""Send the notices that wait: each to each mailbox once, and again later when the mail server is away."""

import logging
from datetime import timedelta

from django.utils import timezone

from config.core.mail import MailNotSent, deliver
from partners.models import Notice

LEASE = timedelta(minutes=10)
LONGEST_PAUSE_MINUTES = 60
MOST_ATTEMPTS = 30  # more than a day
AT_ONCE = 200
logger = logging.getLogger(__name__)


def send_notices(limit: int = AT_ONCE) -> int:
    """Send what is due, oldest first. Returns how many mails were sent.

    Several may run at once: a notice belongs to whoever claimed it, for LEASE. Who is killed between a mail and its
    note sends that one mail twice; no other way sends it at least once.
    """
    due = Notice.objects.filter(sent_at=None, try_from__lte=timezone.now(), attempts__lt=MOST_ATTEMPTS)
    return sum(_send(key) for key in due.order_by("pk").values_list("pk", flat=True)[:limit])


def _send(key: int) -> int:
    now = timezone.now()
    mine = Notice.objects.filter(pk=key, sent_at=None, try_from__lte=now)
    if not mine.update(try_from=now + LEASE):
        return 0
    notice = Notice.objects.get(pk=key)
    sent, failures = 0, []
    for mailbox in notice.to:
        if mailbox in notice.sent_to:
            continue
        try:
            deliver(mailbox, notice.subject, notice.text)
        except MailNotSent as error:
            failures.append(f"{mailbox}: {error}")
        else:
            sent += 1
            notice.sent_to.append(mailbox)
            notice.save(update_fields=["sent_to"])
    if failures:
        logger.error("notice %s was not sent to %d of %d", key, len(failures), len(notice.to))
    notice.attempts += 1
    notice.failure = "; ".join(failures)[:300]
    notice.sent_at = None if failures else timezone.now()
    notice.try_from = timezone.now() + timedelta(minutes=min(2**notice.attempts, LONGEST_PAUSE_MINUTES))
    notice.save(update_fields=["attempts", "failure", "sent_at", "try_from"])
    return sent
