"""Policies that are secrets: sealed wherever they are kept, opened by whoever writes the envelope.

A layer holds the sealed text in place of the value, so that histories, copies and restored versions need no care. It is
bound to the policy, not to the row: layers are copied (ADR 0005).
"""

import re
from typing import Any

from config.core.vault import VaultLocked, is_current, seal, unseal

SECRETS = frozenset({"isa_authorization", "isa_security"})
"""ISA02 and ISA04: partners put passwords there."""
MASK = "••••••"
"""What is shown in place of a secret; sent back, it stands for the one that is kept."""
_SEALED = re.compile(r"v1\.[0-9a-f]{8}\.[A-Za-z0-9_=-]{38,}\Z")


def is_sealed(text: str) -> bool:
    """Whether a value is a sealed text. No clear one is as long."""
    return _SEALED.match(text) is not None


def seal_layer(layer: dict[str, Any]) -> dict[str, Any]:
    """The layer with its secrets sealed; those that are sealed already stay as they are. Raises VaultLocked."""
    clear = [name for name in SECRETS & layer.keys() if _is_clear(layer[name])]
    return {**layer, **{name: seal(layer[name].encode(), _context(name)) for name in clear}} if clear else layer


def seal_again(layer: dict[str, Any]) -> dict[str, Any]:
    """The layer with each secret that another key sealed sealed by the first one. Raises VaultLocked."""
    old = [name for name in SECRETS & layer.keys() if is_sealed(layer[name]) and not is_current(layer[name])]
    return {**layer, **{name: seal(opened(name, layer[name]).encode(), _context(name)) for name in old}}


def opened(name: str, value: str) -> str:
    """The secret in clear, for those who use it. Raises VaultLocked when its key is gone."""
    return unseal(value, _context(name)).decode() if is_sealed(value) else value


def masked(name: str, value: Any) -> Any:
    """The value of a policy as it may be shown."""
    return MASK if name in SECRETS and value else value


def masked_layer(layer: dict[str, Any]) -> dict[str, Any]:
    """A layer as it may be shown."""
    return {name: masked(name, value) for name, value in layer.items()}


def unmasked(layer: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """A layer that was sent back, with the secrets that it does not change from the one that is kept."""
    same = {name for name in SECRETS & layer.keys() & kept.keys() if layer[name] == MASK}
    return {**layer, **{name: kept[name] for name in same}}


def is_same(name: str, left: Any, right: Any) -> bool:
    """Whether two values of a secret policy are the same secret. What cannot be opened is not."""
    if left == right:
        return True
    try:
        return opened(name, left) == opened(name, right)
    except VaultLocked:
        return False


def _is_clear(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and value != MASK and not is_sealed(value)


def _context(name: str) -> str:
    return f"policy {name}"
