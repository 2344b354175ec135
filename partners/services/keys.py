"""The shape of an API key: onr_<prefix>_<random>. Only its SHA-256 is kept."""

import hashlib
import secrets
import string

SCHEME = "onr"
PREFIX_LENGTH = 10
RANDOM_LENGTH = 40  # of 62 characters: 238 bits

_ALPHABET = string.ascii_letters + string.digits


def new_secret() -> tuple[str, str]:
    """A new prefix (to find the key by) and the whole secret that begins with it."""
    prefix = _random(PREFIX_LENGTH)
    return prefix, f"{SCHEME}_{prefix}_{_random(RANDOM_LENGTH)}"


def prefix_of(secret: str) -> str:
    """The prefix of a secret, or "" when it is not of our shape."""
    scheme, _, rest = secret.partition("_")
    prefix, separator, random = rest.partition("_")
    is_ours = scheme == SCHEME and separator and random and len(prefix) == PREFIX_LENGTH and prefix.isalnum()
    return prefix if is_ours else ""


def digest_of_secret(secret: str) -> str:
    """SHA-256 in hexadecimal. A plain digest is enough: the secret is random, so there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
