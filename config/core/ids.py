"""Identifiers of traffic rows: UUIDv7 (RFC 9562, section 5.7), ordered by time."""

import hashlib
import os
import time
from datetime import datetime
from uuid import UUID

_VERSION = 7 << 76
_VARIANT = 2 << 62
_TIME_MASK = ((1 << 48) - 1) << 80
_RANDOM_MASK = (1 << 62) - 1


def uuid7() -> UUID:
    """A new UUIDv7: milliseconds since 1970, their fraction in 12 bits (RFC 9562, 6.2, method 3), 62 random bits.

    Events of one millisecond stay in the order in which they happened.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = (nanoseconds << 12) // 1_000_000
    noise = int.from_bytes(os.urandom(8), "big")
    return UUID(int=milliseconds << 80 | _VERSION | fraction << 64 | _VARIANT | noise & _RANDOM_MASK)


def derived_uuid7(parent: UUID, kind: str, ordinal: int) -> UUID:
    """The id of the `ordinal`th thing of `kind` that comes of `parent`: the same for the same arguments.

    It keeps the time of its parent, so rows of one file lie together, and orders by ordinal (modulo 4,096); the rest
    is a digest, so that a rerun collides with what the first run wrote instead of doubling it.
    """
    digest = hashlib.blake2b(f"{kind}:{ordinal}".encode(), key=parent.bytes, digest_size=8).digest()
    return UUID(
        int=parent.int & _TIME_MASK
        | _VERSION
        | (ordinal & 0xFFF) << 64
        | _VARIANT
        | int.from_bytes(digest, "big") & _RANDOM_MASK
    )


def earliest_uuid7(at: datetime) -> UUID:
    """The lowest UUIDv7 of an instant (aware datetime): rows with ids from here on are not older than that.

    Instants before 1970 have none; they give the lowest of all.
    """
    return UUID(int=max(int(at.timestamp() * 1000), 0) << 80 | _VERSION | _VARIANT)
