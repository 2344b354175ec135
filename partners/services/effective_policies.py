"""Which policies are in force, and who set each?"""

from enum import StrEnum
from typing import Any, NamedTuple

from partners.models import Agreement, Partner
from partners.policies import Policies, resolve


class Origin(StrEnum):
    """Who set a policy."""

    DEFAULT = "default"
    PARTNER = "partner"
    AGREEMENT = "agreement"


class PolicyInForce(NamedTuple):
    name: str
    value: Any
    origin: Origin


def effective_policies(partner: Partner, agreement: Agreement | None = None) -> Policies:
    """Onramp's defaults, changed by the partner's policies and then by the agreement's."""
    return resolve(partner.policies, agreement.policies if agreement else {})


def policies_in_force(partner: Partner, agreement: Agreement | None = None) -> list[PolicyInForce]:
    """Each policy in the order of `Policies`, with its value and who set it."""
    policies = effective_policies(partner, agreement)

    def origin(name: str) -> Origin:
        if agreement is not None and name in agreement.policies:
            return Origin.AGREEMENT
        return Origin.PARTNER if name in partner.policies else Origin.DEFAULT

    return [PolicyInForce(name, getattr(policies, name), origin(name)) for name in Policies.__struct_fields__]
