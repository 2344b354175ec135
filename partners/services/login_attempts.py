"""Guessing passwords is made slow: after a few failures a name, or an address, has to wait.

Counted in Django's default cache, as the rates of the API are: with the cache in local memory each web process counts
for itself; with a shared cache (CACHE_URL) the limits are exact.
"""

import hashlib
from typing import NamedTuple

from django.core.cache import cache

WINDOW_SECONDS = 15 * 60
BY_NAME_AND_ADDRESS, BY_NAME, BY_ADDRESS = 5, 30, 50


class _Counter(NamedTuple):
    key: str
    limit: int


class LoginAttempts:
    """The failures of one user name from one address within WINDOW_SECONDS.

    A name alone has a higher limit, so that a stranger cannot easily keep somebody out, and many addresses together
    cannot guess forever; so has an address, behind which a whole office may sit.
    """

    def __init__(self, username: str, address: str) -> None:
        name = username.strip().casefold()
        self._own = _Counter(_key("both", name, address), BY_NAME_AND_ADDRESS)
        self._counters = (
            self._own,
            _Counter(_key("name", name), BY_NAME),
            _Counter(_key("address", address), BY_ADDRESS),
        )

    def take(self) -> bool:
        """Count an attempt, before the password is looked at. False when there have been too many."""
        allowed = True
        for counter in self._counters:
            cache.add(counter.key, 0, WINDOW_SECONDS)
            try:
                allowed &= cache.incr(counter.key) <= counter.limit
            except ValueError:  # it ran out between the two
                cache.set(counter.key, 1, WINDOW_SECONDS)
        return allowed

    def succeeded(self) -> None:
        """The password was right: this name begins again at this address."""
        cache.delete(self._own.key)


def _key(kind: str, *parts: str) -> str:
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"portal-login-{kind}-{digest}"
