"""API keys of the demo partners, kept in a file that only its owner can read, since Onramp itself keeps none."""

import os
from pathlib import Path

from django.conf import settings

from partners.models import Connection
from partners.services.authenticate import authenticate
from partners.services.issue_key import issue_key
from partners.services.revoke_key import revoke_key

FILE = "demo-credentials.txt"
LABEL = "Demo key"


def credentials_path() -> Path:
    return Path(settings.DATA_DIR) / FILE


def load_credentials(connections: list[Connection]) -> dict[str, str]:
    """A working key for each connection: the one in the file, or a new one. Returns partner code → new secret."""
    kept = _read()
    fresh = {
        connection.partner.code: _renew(connection)
        for connection in connections
        if not _works(kept.get(connection.partner.code, ""), connection)
    }
    if fresh:
        codes = [connection.partner.code for connection in connections]
        _write({code: fresh.get(code) or kept[code] for code in codes})
    return fresh


def _works(secret: str, connection: Connection) -> bool:
    api_key = authenticate(secret) if secret else None
    return api_key is not None and api_key.connection_id == connection.pk


def _renew(connection: Connection) -> str:
    for lost in connection.api_keys.filter(label=LABEL, revoked_at=None):
        revoke_key(lost)
    return issue_key(connection, LABEL).secret


def _read() -> dict[str, str]:
    try:
        lines = credentials_path().read_text().splitlines()
    except FileNotFoundError:
        return {}
    return {code: secret for code, _, secret in (line.partition(" ") for line in lines)}


def _write(secrets: dict[str, str]) -> None:
    path = credentials_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{code} {secret}\n" for code, secret in secrets.items())
