"""Access tokens: a person's own program calls the API with what the person may do, and no more."""

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from config.core.audit import record_decision
from config.core.keys import PERSON, digest_of_secret, new_secret, prefix_of
from config.core.models import AccessToken, User

LONGEST_LIFE = timedelta(days=366)
USE_IS_NOTED_EVERY = timedelta(minutes=1)
_NO_DIGEST = "0" * 64


class TokenRefused(Exception):
    """This person cannot have such a token; the text says why."""


class IssuedToken(NamedTuple):
    """The stored token, and the secret: it exists here only and must be shown once."""

    token: AccessToken
    secret: str


def issue_token(user: User, label: str, expires_at: datetime, *, is_read_only: bool = False) -> IssuedToken:
    """Issue a token to its own holder, with the decision in the audit chain. Raises TokenRefused."""
    if not (user.is_active and user.is_staff):
        raise TokenRefused("Access tokens are for our own staff. A partner's program uses a key of its connection.")
    now = timezone.now()
    if not now < expires_at <= now + LONGEST_LIFE:
        raise TokenRefused(f"A token ends within {LONGEST_LIFE.days} days, and not before it begins.")
    prefix, secret = new_secret(PERSON)
    with transaction.atomic():
        token = AccessToken.objects.create(
            user=user,
            label=label,
            prefix=prefix,
            digest=digest_of_secret(secret),
            expires_at=expires_at,
            is_read_only=is_read_only,
        )
        record_decision("token.issued", f"access token {prefix}", user.get_username(), until=expires_at.isoformat())
    return IssuedToken(token, secret)


def revoke_token(token: AccessToken, *, by: User) -> bool:
    """Refuse the token from now on. Returns False when it was revoked before."""
    with transaction.atomic():
        stored = AccessToken.objects.select_for_update().select_related("user").get(pk=token.pk)
        if stored.revoked_at is not None:
            return False
        stored.revoked_at = timezone.now()
        stored.save(update_fields=["revoked_at"])
        holder = stored.user.get_username()
        record_decision("token.revoked", f"access token {stored.prefix}", by.get_username(), holder=holder)
    return True


def holder_of(secret: str) -> AccessToken | None:
    """The token that this secret belongs to, with its user; None for one that does not hold, or whose holder left.

    Takes the same time whether the prefix or the rest is wrong.
    """
    now = timezone.now()
    prefix = prefix_of(secret, PERSON) if secret.isascii() else ""
    token = AccessToken.objects.select_related("user").filter(prefix=prefix).first()
    is_right = secrets.compare_digest(token.digest if token else _NO_DIGEST, digest_of_secret(secret))
    if token is None or not is_right or token.revoked_at is not None or token.expires_at <= now:
        return None
    if not (token.user.is_active and token.user.is_staff):
        return None
    if token.last_used_at is None or token.last_used_at <= now - USE_IS_NOTED_EVERY:
        unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED_EVERY)
        AccessToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    return token
