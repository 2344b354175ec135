"""Secrets at rest: sealed with keys of their own, which are neither in the database nor derived from SECRET_KEY.

A sealed text is "v1.<key id>.<data>": AES-256-GCM under one of the keys, bound to a context (whose secret it is), so
that a row cannot be opened as another one's. Keys come from ONRAMP_SECRET_KEYS or a key file; the first one seals, all
open.
"""

import base64
import binascii
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = "v1"
KEY_BYTES = 32
NONCE_BYTES = 12


class VaultLocked(Exception):
    """There is no key that seals or opens this; the text says what to set."""


def seal(plain: bytes, context: str) -> str:
    """The bytes, sealed by the first key for this context. Raises VaultLocked when there is no key."""
    key = _keys()[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    data = nonce + AESGCM(key).encrypt(nonce, plain, context.encode())
    return f"{VERSION}.{_key_id(key)}.{base64.urlsafe_b64encode(data).decode()}"


def unseal(sealed: str, context: str) -> bytes:
    """What was sealed for this context. Raises VaultLocked when its key is gone or the text was tampered with."""
    version, _, rest = sealed.partition(".")
    key_id, _, encoded = rest.partition(".")
    key = next((key for key in _keys() if _key_id(key) == key_id), None)
    if version != VERSION or key is None:
        raise VaultLocked(f"The key {key_id or 'of this secret'} is not among ONRAMP_SECRET_KEYS or in the key file.")
    try:
        data = base64.urlsafe_b64decode(encoded)
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], context.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise VaultLocked("This secret was changed or belongs to something else; enter it again.") from error


def is_current(sealed: str) -> bool:
    """Whether the first key sealed it; what others sealed is to be sealed again (manage.py rotate_secrets)."""
    return sealed.startswith(f"{VERSION}.{_key_id(_keys()[0])}.")


def new_key() -> str:
    """A new random key as it is written in ONRAMP_SECRET_KEYS or the key file."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _keys() -> list[bytes]:
    texts = settings.SECRET_KEYS or _keys_of_file(Path(settings.SECRET_KEY_FILE))
    if not texts:
        raise VaultLocked(
            "No key for secrets: set ONRAMP_SECRET_KEYS or ONRAMP_SECRET_KEY_FILE (manage.py new_secret_key makes one)."
        )
    return [_decoded(text) for text in texts]


def _keys_of_file(path: Path) -> list[str]:
    if not path.exists() and settings.MAKE_SECRET_KEY_FILE:
        _make(path)
    if not path.exists():
        return []
    return [line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def _make(path: Path) -> None:
    """A key file of the embedded default, readable by its owner only; whoever comes second reads the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# Opens the secrets of this Onramp. Keep a copy apart from the database.\n{new_key()}\n")
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()


def _decoded(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise VaultLocked("A key for secrets is not base64; manage.py new_secret_key makes one.") from error
    if len(key) != KEY_BYTES:
        raise VaultLocked(f"A key for secrets has {len(key)} bytes instead of {KEY_BYTES}.")
    return key


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"onramp key id" + key).hexdigest()[:8]
