"""Invite a person of a partner to the portal by e-mail, send the invitation again, or withdraw it."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from config.core.audit import record_decision
from config.core.keys import digest_of_secret
from config.core.mail import MailNotSent, send_mail
from config.core.models import User
from partners.models import Invitation, InvitationState, Partner

LONGEST = 150  # letters of a user name, which the address becomes


class InviteRefused(Exception):
    """Why this person cannot be invited, in words for the one who asked."""


def accounts_of(email: str) -> QuerySet[User]:
    """Who has this address, or logs in with it."""
    return User.objects.filter(Q(email__iexact=email) | Q(username__iexact=email))


def invite(partner: Partner, *, email: str, name: str = "", by: User, site: str) -> Invitation:
    """Send a link that makes its reader a member of the partner, once, within INVITATION_DAYS.

    site: the address that links begin with ("https://onramp.example/"). When the mail server does not take the mail,
    the invitation says so (`failure`) and can be sent again. Raises InviteRefused.
    """
    email = email.strip().lower()
    _refuse_unfit(partner, email)
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                partner=partner,
                email=email,
                name=name.strip(),
                digest=digest_of_secret(token),
                invited_by=by,
                expires_at=_end(),
            )
            record_decision("invitation.made", f"partner {partner.code}", by.get_username(), email=email)
    except IntegrityError as error:
        raise InviteRefused("This address is invited already. Send that invitation again.") from error
    return _send(invitation, token, site)


def send_again(invitation: Invitation, *, by: User, site: str) -> Invitation:
    """Send a new link, which holds for as long as a first one. The old link does not work any more.

    Raises InviteRefused for one that was used or withdrawn.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        stored = Invitation.objects.select_for_update().select_related("partner").get(pk=invitation.pk)
        if stored.state in (InvitationState.USED, InvitationState.WITHDRAWN):
            raise InviteRefused("It was used or withdrawn. Invite the person anew.")
        _refuse_unfit(stored.partner, stored.email)
        stored.digest, stored.expires_at = digest_of_secret(token), _end()
        stored.sent_at = None
        stored.save()
        record_decision(
            "invitation.sent-again", f"partner {stored.partner.code}", by.get_username(), email=stored.email
        )
    return _send(stored, token, site)


def withdraw(invitation: Invitation, *, by: User) -> bool:
    """The link does not work from now on. Returns False when it was used or withdrawn before."""
    with transaction.atomic():
        stored = Invitation.objects.select_for_update().select_related("partner").get(pk=invitation.pk)
        if stored.state in (InvitationState.USED, InvitationState.WITHDRAWN):
            return False
        stored.withdrawn_at = timezone.now()
        stored.save()
        record_decision("invitation.withdrawn", f"partner {stored.partner.code}", by.get_username(), email=stored.email)
    return True


def _end() -> datetime:
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)


def _refuse_unfit(partner: Partner, email: str) -> None:
    if partner.is_own or not partner.is_active:
        raise InviteRefused("Only people of an active partner use the portal.")
    if len(email) > LONGEST:
        raise InviteRefused(f"People log in with their address, which may have at most {LONGEST} characters.")
    for user in accounts_of(email):
        if user.is_staff or user.is_superuser:
            raise InviteRefused("This is an account of our own staff. They use the admin.")
        if not user.is_active:
            raise InviteRefused("The account with this address is switched off. An administrator can switch it on.")
        if user.memberships.filter(partner=partner, is_active=True).exists():
            raise InviteRefused(f"{user} is a member of {partner} already.")


def _send(invitation: Invitation, token: str, site: str) -> Invitation:
    by = invitation.invited_by
    try:
        send_mail(
            invitation.email,
            "invitation",
            partner=invitation.partner.name,
            name=invitation.name,
            by=(by.get_full_name() or by.get_username()) if by else "",
            link=urljoin(site, reverse("portal:invitation", args=[token])),
            until=invitation.expires_at,
        )
        invitation.sent_at, invitation.failure = timezone.now(), ""
    except MailNotSent as error:
        invitation.failure = str(error)[:300] or "The mail server refused it."
    invitation.save(update_fields=["sent_at", "failure"])  # it may have been used meanwhile
    return invitation
