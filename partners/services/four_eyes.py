"""Is it the same person? An account, or another account with the same mailbox."""

from typing import Any

from config.core.models import User

DECIDED = "Status decided"
"""The reason that put_live, suspend and retire leave in the history: deciding is not drafting."""


def mailbox(user: User) -> str:
    """The e-mail address by which a person is known: lower case, without what stands behind a "+"; "" for none."""
    name, at, domain = user.email.strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}{at}{domain}"


def is_same_person(user: User, account: User, email: str) -> bool:
    """Whether a user is the person of an account, whose mailbox was `email` then."""
    return user.pk == account.pk or bool(email and mailbox(user) == email)


def is_one_of(user: User, keys: Any) -> bool:
    """Whether a user is the person of one of these accounts. keys: of users, or a query of them."""
    return any(is_same_person(user, account, mailbox(account)) for account in User.objects.filter(pk__in=keys))
