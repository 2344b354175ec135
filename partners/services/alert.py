"""Write to our own people who answer for an agreement."""

import logging

from django.db.models import Q

from config.core.mail import MailNotSent, send_mail
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
    sent = 0
    for mailbox in mailboxes:
        try:
            send_mail(mailbox, "alert", subject=subject, text=text)
        except MailNotSent as error:
            logger.error("alert %r could not be sent: %s", subject, error)
        else:
            sent += 1
    return sent
