"""Write to our own people who answer for an agreement."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Q

from config.core.models import User
from partners.models import Agreement, OnboardingCase

logger = logging.getLogger(__name__)


def alert(agreement: Agreement, subject: str, text: str) -> int:
    """An e-mail to the owners of the agreement, of its partner and of its open case, and to all approvers.

    A mail server that is away is logged: the alert stands in the timeline and on the board as well. Returns how many
    it was sent to.
    """
    partner = agreement.partner
    keys = {agreement.business_owner_id, agreement.technical_owner_id}
    keys |= {partner.business_owner_id, partner.technical_owner_id}
    keys |= set(OnboardingCase.objects.filter(partner=partner, closed_at=None).values_list("owner", flat=True))
    approving = Q(groups__permissions__codename="approve_submission")
    people = User.objects.filter(Q(pk__in=keys - {None}) | approving, is_active=True, is_staff=True).exclude(email="")
    mailboxes = sorted(set(people.values_list("email", flat=True)))
    if not mailboxes:
        return 0
    try:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, mailboxes)
    except (OSError, SMTPException) as error:
        logger.error("alert %r could not be sent: %s", subject, error)
        return 0
    return len(mailboxes)
