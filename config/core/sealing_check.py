"""A check for production: secrets can be sealed (manage.py check --deploy)."""

from typing import Any

from django.core import checks

from config.core.vault import VaultLocked, seal


def secrets_can_be_sealed(**kwargs: Any) -> list[checks.CheckMessage]:
    """core.W001 when there is no key for secrets, or one that is none."""
    try:
        seal(b"", "check")
    except VaultLocked as locked:
        lost = "Until then nobody of a partner sets up a second factor, and no connection keeps a password."
        return [checks.Warning(str(locked), hint=lost, id="core.W001")]
    return []
