"""Digests of what must not come twice."""

import hashlib


def digest_of(*parts: str) -> str:
    """SHA-256 over the parts, each with its length, so that no two lists of parts give the same digest."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.hexdigest()
