"""Write down what people have to be told about an agreement; a worker sends it."""

import logging
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.core.mail import address_of, compose
from config.core.models import User
from partners.models import Agreement, Notice, NoticeKind, OnboardingCase

SEND = "partners.send_notices"
logger = logging.getLogger(__name__)


def notify(
    agreement: Agreement, kind: NoticeKind, event: object, *, and_approvers: bool = False, **context: Any
) -> bool:
    """Tell those who answer for an agreement; inside the transaction of what happened, so that both are kept or none.

    event: what makes this one different from others of its kind, such as its time; told once. and_approvers: tell all
    approvers as well. context: for the template mail/notice_<kind>.txt. Returns False when it was told before.
    """
    key = f"{kind}:{agreement.pk}:{event.isoformat() if isinstance(event, datetime) else event}"
    path = reverse("admin:partners_agreement_change", args=[agreement.pk])
    subject, text = compose(
        f"notice_{kind.replace('-', '_')}", agreement=str(agreement), link=address_of(path), **context
    )
    return keep_notice(key, kind, subject, text, owners_of(agreement, and_approvers=and_approvers), agreement)


def keep_notice(
    key: str, kind: NoticeKind, subject: str, text: str, to: list[str], agreement: Agreement | None = None
) -> bool:
    """Keep one notice for a worker to send after the commit. Returns False when its key is taken: it was told."""
    now = timezone.now()
    if Notice.objects.filter(key=key).exists():
        return False
    try:
        with transaction.atomic():
            Notice.objects.create(
                key=key, kind=kind, agreement=agreement, subject=subject[:200], text=text, to=to, try_from=now,
                sent_at=None if to else now,
            )  # fmt: skip
    except IntegrityError:
        return False
    if to:
        transaction.on_commit(_ring, robust=True)
    return True


def owners_of(agreement: Agreement, *, and_approvers: bool = False) -> list[str]:
    """Mailboxes of our own people who answer for an agreement: its owners, its partner's, and those of open cases.

    Where none of them has an address, all approvers stand in for them.
    """
    partner = agreement.partner
    keys = {agreement.business_owner_id, agreement.technical_owner_id}
    keys |= {partner.business_owner_id, partner.technical_owner_id}
    keys |= set(OnboardingCase.objects.filter(partner=partner, closed_at=None).values_list("owner", flat=True))
    owners, approving = Q(pk__in=keys - {None}), Q(groups__permissions__codename="approve_submission")
    return _mailboxes(owners | approving if and_approvers else owners) or _mailboxes(approving)


def _mailboxes(who: Q) -> list[str]:
    people = User.objects.filter(who, is_active=True, is_staff=True).exclude(email="")
    return sorted(set(people.values_list("email", flat=True)))


def _ring() -> None:
    try:
        current_app.send_task(SEND, queue="housekeeping")
    except OperationalError as error:
        logger.warning("broker is away, the next round sends notices: %s", error)
