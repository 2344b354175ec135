"""Use an invitation, once: with a new account, or with the one that the person has."""

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.keys import digest_of_secret
from config.core.models import User
from config.core.rate_limits import take
from config.core.roles import PARTNER_USER
from partners.models import Invitation, InvitationState, Member
from partners.services.invite import accounts_of
from partners.services.own_account import first_and_last

WINDOW_SECONDS = 15 * 60
OPENED_BY_ADDRESS, TRIED_BY_TOKEN, TRIED_BY_ADDRESS = 60, 8, 30
ASK = "Ask whoever invited you for a new one."
WORDS = {
    InvitationState.USED: f"This invitation was used already. Log in, or if it was not you: {ASK.lower()}",
    InvitationState.EXPIRED: f"This invitation is too old. {ASK}",
    InvitationState.WITHDRAWN: f"This invitation does not hold any more. {ASK}",
}
UNKNOWN = f"This link is not one of ours. Copy it whole from the e-mail, on one line. {ASK}"
ANOTHER_ADDRESS = "This invitation was sent to another address. Type that one, or ask for an invitation of your own."
HAS_ACCOUNT = "There is an account with this address. Log in with it to use the invitation."
TOO_OFTEN = f"Too many attempts. Wait {WINDOW_SECONDS // 60} minutes, then try again."


class InvitationRefused(Exception):
    """Why it cannot be used, in words for whoever holds the link."""


class WrongAddress(InvitationRefused):
    """It was sent to somebody else."""


def open_invitation(token: str, address: str) -> Invitation:
    """The invitation that a link leads to, as long as it holds. address: where the request came from.

    Raises InvitationRefused; what is said tells nothing about the partner or the person.
    """
    if not take("invitation-open", address, limit=OPENED_BY_ADDRESS, seconds=WINDOW_SECONDS):
        raise InvitationRefused(TOO_OFTEN)
    digest = digest_of_secret(token)
    invitation = Invitation.objects.select_related("partner").filter(digest=digest).first()
    if invitation is None:
        raise InvitationRefused(UNKNOWN)
    return _holding(invitation)


def register(invitation: Invitation, *, email: str, name: str, password: str, address: str) -> User:
    """Make an account that logs in with the invited address, and a member of it.

    email: as the person wrote it: who was only forwarded the link does not know where it was sent. password: checked
    by the validators before. Raises WrongAddress and InvitationRefused, with nothing changed.
    """
    in_time = take("invitation-token", invitation.digest, limit=TRIED_BY_TOKEN, seconds=WINDOW_SECONDS)
    if not (take("invitation-try", address, limit=TRIED_BY_ADDRESS, seconds=WINDOW_SECONDS) and in_time):
        raise InvitationRefused(TOO_OFTEN)
    if email.strip().casefold() != invitation.email.casefold():
        raise WrongAddress(ANOTHER_ADDRESS)
    with transaction.atomic():
        held = _held(invitation)
        if accounts_of(held.email).exists():
            raise InvitationRefused(HAS_ACCOUNT)
        try:
            with transaction.atomic():
                user = User.objects.create_user(held.email, held.email, password, **first_and_last(name))
        except IntegrityError as error:  # by an invitation of another partner, at the same moment
            raise InvitationRefused(HAS_ACCOUNT) from error
        user.groups.add(*Group.objects.filter(name=PARTNER_USER.name))
        _use(held, user)
    return user


def join(invitation: Invitation, user: User) -> Member:
    """Make somebody who is logged in a member. Raises WrongAddress for another person, and InvitationRefused."""
    if user.is_staff or user.is_superuser:
        raise InvitationRefused("You are logged in with an account of our own staff, which has no place here.")
    if not is_for(invitation, user):
        raise WrongAddress(ANOTHER_ADDRESS)
    with transaction.atomic():
        return _use(_held(invitation), user)


def is_for(invitation: Invitation, user: User) -> bool:
    """Whether it was sent to this person's address."""
    return invitation.email.casefold() in (user.email.casefold(), user.get_username().casefold())


def is_awaited(user: User) -> bool:
    """Whether an invitation of this person is open, so that they may log in to use it."""
    addresses = {address for address in (user.email.lower(), user.get_username().lower()) if address}
    rows = Invitation.objects.filter(
        email__in=addresses, used_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    )
    return user.is_active and not user.is_staff and not user.is_superuser and rows.exists()


def _held(invitation: Invitation) -> Invitation:
    """The row, locked, as long as the link that was opened still leads to it."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("partner")
    stored = rows.filter(pk=invitation.pk, digest=invitation.digest).first()
    if stored is None:
        raise InvitationRefused(UNKNOWN)
    return _holding(stored)


def _holding(invitation: Invitation) -> Invitation:
    if said := WORDS.get(invitation.state):
        raise InvitationRefused(said)
    if not invitation.partner.is_active or invitation.partner.is_own:
        raise InvitationRefused(WORDS[InvitationState.WITHDRAWN])
    return invitation


def _use(invitation: Invitation, user: User) -> Member:
    invitation.used_at, invitation.used_by = timezone.now(), user
    invitation.save()
    member, is_new = Member.objects.get_or_create(partner=invitation.partner, user=user)
    if not is_new and not member.is_active:
        member.is_active = True
        member.save()
    subject = f"partner {invitation.partner.code}"
    record_decision("invitation.used", subject, user.get_username(), email=invitation.email)
    return member
