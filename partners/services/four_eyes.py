"""Is it the same person? An account, or another account with the same mailbox."""

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
