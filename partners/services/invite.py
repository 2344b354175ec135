"""Give a person of a partner access to the portal: an account without a password, and a link to set one."""

from typing import NamedTuple

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from config.core.models import User
from partners.models import Member, Partner


class InviteRefused(Exception):
    """Why this person cannot be invited, in words for the one who asked."""


class Invited(NamedTuple):
    """path: of the page where the person sets a password; it works once and for PASSWORD_RESET_TIMEOUT. "" for
    somebody who logs in already.
    """

    member: Member
    path: str


def invite(partner: Partner, *, username: str, email: str = "", name: str = "") -> Invited:
    """Make the person a member of the partner, with an account when there is none of this name.

    Raises InviteRefused for our own staff, for an account that is switched off, and for one of another partner's
    people, whom only an administrator may add.
    """
    with transaction.atomic():
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            first, _, last = name.strip().partition(" ")
            user = User.objects.create_user(username, email, first_name=first, last_name=last)
        elif user.is_staff or user.is_superuser:
            raise InviteRefused("This is an account of our own staff. Choose another user name.")
        elif not user.is_active:
            raise InviteRefused("This account is switched off. An administrator can switch it on.")
        elif user.memberships.exclude(partner=partner).exists():
            raise InviteRefused(
                "This person belongs to another partner already. An administrator can add the membership."
            )
        member, is_new = Member.objects.get_or_create(partner=partner, user=user)
        if not is_new and not member.is_active:
            member.is_active = True
            member.save()
    return Invited(member, set_password_path(user) if may_be_sent_a_link(user) else "")


def may_be_sent_a_link(user: User) -> bool:
    """Whoever has the link owns the account, so that there is one only for those who have not begun to use theirs."""
    return user.is_active and not user.is_staff and not user.is_superuser and user.last_login is None


def set_password_path(user: User) -> str:
    """The page where the user sets a password, once."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("portal:set-password", args=[uid, default_token_generator.make_token(user)])
