"""Which policies are in force, and who set each?"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from typing import Any, NamedTuple

from partners.models import Agreement, HousePolicies, Partner
from partners.policies import NARROW_ONLY, Policies, resolve
from partners.policies.sealed import masked


class Origin(StrEnum):
    """Who set a policy."""

    DEFAULT = "default"
    HOUSE = "house"
    PARTNER = "partner"
    AGREEMENT = "agreement"


class PolicyInForce(NamedTuple):
    name: str
    value: Any
    origin: Origin


_read: ContextVar[list[dict[str, Any]] | None] = ContextVar("house_policies_read", default=None)


@contextmanager
def house_read_once() -> Iterator[None]:
    """Inside, the policies of the house are read once at most: for one task, which sees them as they were then."""
    outer = _read.get()
    token = _read.set([] if outer is None else outer)
    try:
        yield
    finally:
        _read.reset(token)


def house_policies() -> dict[str, Any]:
    """What the house sets for all partners. One query; inside `house_read_once` only the first time."""
    read = _read.get()
    if read:
        return read[0]
    house = HousePolicies.objects.filter(pk=HousePolicies.ONLY).values_list("policies", flat=True).first() or {}
    if read is not None:
        read.append(house)
    return house


def effective_policies(partner: Partner | None, agreement: Agreement | None = None) -> Policies:
    """Onramp's defaults, changed by the house, then by the partner, then by the agreement. At most one query.

    partner: None where it is not known whose a file is; then the house decides.
    """
    own = partner.policies if partner is not None else {}
    return resolve(house_policies(), own, agreement.policies if agreement else {})


def policies_in_force(partner: Partner | None = None, agreement: Agreement | None = None) -> list[PolicyInForce]:
    """Each policy in the order of `Policies`, with its value and who set it. Without a partner: what the house says.

    Secrets are masked: this is for showing.
    """
    layers = [(Origin.HOUSE, house_policies())]
    if partner is not None:
        layers.append((Origin.PARTNER, partner.policies))
    if agreement is not None:
        layers.append((Origin.AGREEMENT, agreement.policies))
    policies = resolve(*(layer for _, layer in layers))

    def origin(name: str, value: Any) -> Origin:
        setters = [origin for origin, layer in layers if name in layer and layer[name] == value]
        if not setters:
            return Origin.DEFAULT
        # Of those that only narrow the strictest holds, whoever said it first; of the others the last word.
        return setters[0] if name in NARROW_ONLY else setters[-1]

    values = ((name, getattr(policies, name)) for name in Policies.__struct_fields__)
    return [PolicyInForce(name, masked(name, value), origin(name, value)) for name, value in values]
