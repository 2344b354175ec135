"""Help a member of the portal who lost the app and the recovery codes."""

from config.core import second_factor
from config.core.models import User
from partners.models import Member
from partners.services.invite import InviteRefused


def reset_second_factor(member: Member, *, by: User, reason: str) -> bool:
    """The password alone opens the account until another app is set up. Returns False when there was no second factor.

    reason: how it was made sure who asks; it is in the chain of decisions. Raises InviteRefused for our own staff.
    """
    if is_ours(member.user):
        raise InviteRefused("An administrator resets the second factor of our own staff.")
    return second_factor.remove(member.user, by=by, reason=reason)


def is_ours(user: User) -> bool:
    """Whether an account belongs to our own staff."""
    return user.is_staff or user.is_superuser
