"""The keys of the API that a partner's people issue, rotate and revoke for their own connections."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import ApiKey, Connection
from partners.services.issue_key import IssuedKey, KeyRefused, issue_key
from partners.services.revoke_key import revoke_key
from partners.services.rotate_key import rotate_key

MOST_IN_FORCE = 10  # of one connection
LIFE = timedelta(days=366)  # at most: keys of the portal always end
OVERLAP = timedelta(days=7)


def issue_own_key(connection: Connection, label: str, days: int, scopes: list[str], *, by: User) -> IssuedKey:
    """A key that ends after so many days, with the decision in the audit chain. Raises KeyRefused."""
    if not connection.is_enabled:
        raise KeyRefused("This connection is switched off. Ask your contact with us.")
    with transaction.atomic():
        _refuse_more_than(MOST_IN_FORCE - 1, connection)
        issued = issue_key(connection, label, timezone.now() + min(timedelta(days=days), LIFE), scopes)
        _note("key.issued", issued.api_key, by, scopes=scopes)
    return issued


def rotate_own_key(api_key: ApiKey, days: int, *, by: User) -> IssuedKey:
    """A key in place of this one, which works for OVERLAP beside it. Raises KeyRefused."""
    if not api_key.connection.is_enabled:
        raise KeyRefused("This connection is switched off. Ask your contact with us.")
    with transaction.atomic():
        _refuse_more_than(MOST_IN_FORCE, api_key.connection)  # the old one gives its place to the new one
        issued = rotate_key(api_key, OVERLAP, timezone.now() + min(timedelta(days=days), LIFE))
        _note("key.rotated", api_key, by, into=issued.api_key.prefix)
    return issued


def revoke_own_key(api_key: ApiKey, *, by: User) -> bool:
    """Refuse the key from now on. Returns False when it was revoked before."""
    with transaction.atomic():
        is_new = revoke_key(api_key)
        if is_new:
            _note("key.revoked", api_key, by)
    return is_new


def in_force(connection: Connection) -> int:
    """How many keys of a connection open the API now."""
    unended = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return connection.api_keys.filter(unended, revoked_at=None).count()


def _refuse_more_than(most: int, connection: Connection) -> None:
    """Raises KeyRefused. The lock of the connection keeps others from adding to them meanwhile."""
    Connection.objects.select_for_update().get(pk=connection.pk)
    if (number := in_force(connection)) > most:
        raise KeyRefused(f"{number} keys are in force. Revoke one that is not used any more.")


def _note(verb: str, api_key: ApiKey, by: User, **said: object) -> None:
    record_decision(verb, f"API key {api_key.prefix}", by.get_username(), **said)
