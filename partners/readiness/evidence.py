"""The parts of the evidence that partners know of: the agreement itself, policies, connections, certificates."""

from typing import Any

import msgspec

from partners.models import Agreement, Connection, Identity
from partners.policies import Policies
from partners.policies.sealed import masked
from partners.readiness.connectivity import connections_for, is_retested_soon
from partners.services.effective_policies import effective_policies
from partners.services.try_connection import certificates_used, is_stale

# What an agreement is about and when it holds. Owners and notes may change.
FIELDS = (
    *("direction", "kind", "standard", "set_id", "release", "environment"),
    *("effective_from", "effective_until"),
)
# How going live itself is decided: not what documents are judged by.
ABOUT_APPROVAL = ("approvals", "guide", "certification", "when_uncovered", "grace_hours", "certificate_days")


def agreement_itself(agreement: Agreement) -> dict[str, Any]:
    """Its subject and its days, with the partner's code."""
    said = {name: getattr(agreement, name) for name in FIELDS}
    return {"partner": agreement.partner.code, **{name: _plain(value) for name, value in said.items()}}


def policies_in_effect(agreement: Agreement) -> dict[str, Any]:
    """Every policy in force, whoever set it. Of secrets only whether there is one: another password is no new deal."""
    policies = msgspec.structs.asdict(effective_policies(agreement.partner, agreement))
    return {name: masked(name, policies[name]) for name in Policies.__struct_fields__ if name not in ABOUT_APPROVAL}


def identities(agreement: Agreement) -> list[str]:
    """What documents call the partner in the agreement's environment."""
    found = Identity.objects.filter(partner=agreement.partner_id, environment=agreement.environment)
    return sorted(f"{one.kind} {one}" for one in found)


def connections(agreement: Agreement) -> list[dict[str, Any]]:
    """Each enabled connection with its settings; of secrets the names only, since a new one makes its test stale."""
    return [
        {
            "connection": f"{one.name} (no. {one.pk})",
            "protocol": one.protocol,
            "environment": one.environment,
            "settings": one.settings,
            "secrets": sorted(secret.name for secret in one.secrets.all()),
        }
        for one in connections_for(agreement)
    ]


def certificates(agreement: Agreement) -> list[str]:
    """The certificates that its connections use, by fingerprint."""
    used = [certificates_used(one) for one in connections_for(agreement)]
    return sorted({f"{name}: {one.fingerprint}" for each in used for name, one in each.items()})


def rotated_and_tested(agreement: Agreement, approved: Any, now: Any) -> bool:
    """A rotation is covered when every connection that uses certificates passed a test with those of now.

    While that test is on its way, the approval carries on.
    """
    if not now:
        return False
    using = [one for one in connections_for(agreement) if certificates_used(one)]
    return all(_is_tested(one) or is_retested_soon(one) for one in using)


def _is_tested(connection: Connection) -> bool:
    newest = connection.tests.first()
    return newest is not None and newest.is_ok and not is_stale(newest)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
