"""How often something may be tried: counted in Django's default cache, as the rates of the API are.

With the cache in local memory each web process counts for itself; with a shared cache (CACHE_URL) limits are exact.
"""

import hashlib
from contextlib import suppress

from django.core.cache import cache


def take(kind: str, *parts: str, limit: int, seconds: int) -> bool:
    """Count one try of this kind by these parts (a name, an address). False when there were `limit` before it.

    The count begins again `seconds` after its first try.
    """
    return count(kind, *parts, seconds=seconds) <= limit


def count(kind: str, *parts: str, seconds: int) -> int:
    """Count one try; returns how many there are now with this one."""
    key = _key(kind, parts)
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two
        cache.set(key, 1, seconds)
        return 1


def give_back(kind: str, *parts: str) -> None:
    """One try less than was counted."""
    with suppress(ValueError):  # it ran out meanwhile
        cache.decr(_key(kind, parts))


def forget(kind: str, *parts: str) -> None:
    """The count of these begins again."""
    cache.delete(_key(kind, parts))


def _key(kind: str, parts: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"rate-{kind}-{digest}"
