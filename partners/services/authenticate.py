"""Who holds this API key?"""

import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.db.models import Q
from django.utils import timezone

from config.core.keys import digest_of_secret, prefix_of
from partners.models import ApiKey, Protocol

USE_IS_NOTED_EVERY = timedelta(minutes=1)
_NO_DIGEST = "0" * 64


def authenticate(secret: str, address: str = "") -> ApiKey | None:
    """The key that this secret belongs to, with its connection and partner, or None.

    address: where the request came from, for connections that allow some networks only.
    None for an unknown, wrong, expired or revoked key, and for one whose connection is disabled. An inactive partner
    may still send: its files are stored and held (Partner.is_active). To shut a partner out, disable its connection.
    Takes the same time whether the prefix or the rest is wrong.
    """
    now = timezone.now()
    api_key = (
        ApiKey.objects.select_related("connection__partner").filter(prefix=prefix_of(secret)).first()
        if secret.isascii()
        else None
    )
    is_right = secrets.compare_digest(api_key.digest if api_key else _NO_DIGEST, digest_of_secret(secret))
    if api_key is None or not is_right or not (_in_force(api_key, now) and _may_come_from(api_key, address)):
        return None
    _note_use(api_key, now)
    return api_key


def _in_force(api_key: ApiKey, now: datetime) -> bool:
    return (
        api_key.revoked_at is None
        and (api_key.expires_at is None or now < api_key.expires_at)
        and api_key.connection.is_enabled
        and api_key.connection.protocol == Protocol.API
    )


def _may_come_from(api_key: ApiKey, address: str) -> bool:
    networks = str(api_key.connection.settings.get("allowed_networks", "")).split()
    return not networks or (bool(address) and any(ip_address(address) in ip_network(one) for one in networks))


def _note_use(api_key: ApiKey, now: datetime) -> None:
    stale = now - USE_IS_NOTED_EVERY
    if api_key.last_used_at is not None and api_key.last_used_at > stale:
        return
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=stale)
    ApiKey.objects.filter(unnoted, pk=api_key.pk).update(last_used_at=now)
