"""The shape of keys that programs carry: <scheme>_<prefix>_<random>. Only their SHA-256 is kept."""

import hashlib
import secrets
import string

PARTNER = "onr"  # a key of a partner's connection
PERSON = "onp"  # an access token of one of our own people
PREFIX_LENGTH = 10
RANDOM_LENGTH = 40  # of 62 characters: 238 bits

_ALPHABET = string.ascii_letters + string.digits


def new_secret(scheme: str = PARTNER) -> tuple[str, str]:
    """A new prefix (to find the key by) and the whole secret that begins with its scheme."""
    prefix = _random(PREFIX_LENGTH)
    return prefix, f"{scheme}_{prefix}_{_random(RANDOM_LENGTH)}"


def prefix_of(secret: str, scheme: str = PARTNER) -> str:
    """The prefix of a secret of this scheme, or "" when it is not of our shape."""
    found, _, rest = secret.partition("_")
    prefix, separator, random = rest.partition("_")
    is_ours = found == scheme and separator and random and len(prefix) == PREFIX_LENGTH and prefix.isalnum()
    return prefix if is_ours else ""


def digest_of_secret(secret: str) -> str:
    """SHA-256 in hexadecimal. A plain digest is enough: the secret is random, so there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
