"""Issue a key of the API."""

from datetime import datetime
from typing import NamedTuple

from config.core.keys import digest_of_secret, new_secret
from partners.models import ApiKey, Connection, Protocol, Scope


class KeyRefused(Exception):
    """This connection cannot have a key; the text says why."""


class IssuedKey(NamedTuple):
    """The stored key, and the secret: it exists here only and must be shown once."""

    api_key: ApiKey
    secret: str


def issue_key(
    connection: Connection, label: str, expires_at: datetime | None = None, scopes: list[str] | None = None
) -> IssuedKey:
    """Issue a key for a connection of the API. Raises KeyRefused when the connection has another protocol.

    expires_at: the instant from which the key is refused; None = never. scopes: what it may do; None = everything.
    """
    if connection.protocol != Protocol.API:
        raise KeyRefused(f"{connection} is no connection of the API: {connection.get_protocol_display()}.")
    prefix, secret = new_secret()
    api_key = ApiKey.objects.create(
        connection=connection,
        label=label,
        prefix=prefix,
        digest=digest_of_secret(secret),
        expires_at=expires_at,
        scopes=list(Scope.values) if scopes is None else scopes,
    )
    return IssuedKey(api_key, secret)
