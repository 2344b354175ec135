"""Partners' own checks and material, by name."""

from typing import Any

import msgspec

from partners.models import (
    Agreement,
    ApiKey,
    Certificate,
    Connection,
    ConnectionSecret,
    Contact,
    Guide,
    HousePolicies,
    Identity,
    Invitation,
    Member,
    Partner,
    Stage,
)
from partners.policies import Policies
from partners.readiness import connectivity, evidence, profile
from partners.readiness.registry import EVERYBODY, Check, Material, register_check, register_material, watch


def only_new_policies(agreement: Agreement, approved: Any, now: Any) -> bool:
    """Policies that a newer Onramp brought, at their defaults, change nothing."""
    defaults = msgspec.structs.asdict(Policies())
    return {**defaults, **(approved or {})} == {**defaults, **now}


def partner_or_all(row: Any) -> set[int] | None:
    """Our own certificates are used with everybody."""
    return EVERYBODY if row.partner.is_own else {row.partner_id}


def of_connection(connection: Connection) -> set[int]:
    """Whose documents come through it."""
    return {connection.partner_id, *connection.carries.values_list("pk", flat=True)}


for check in (
    Check("profile-complete", "Profile", profile.profile_complete, is_lasting=False),
    Check("identity-known", "Identity", profile.identity_known),
    Check("connection-ready", "Connection", connectivity.connection_ready),
    Check("certificates-last", "Certificates", connectivity.certificates_last),
    Check("guide-present", "Guide", profile.guide_present, is_lasting=False),
    Check("policies-agree", "Policies", profile.policies_agree),
):
    register_check(check)
for material in (
    Material("agreement", "What it is about", Stage.SPECIFICATION, evidence.agreement_itself),
    Material("policies", "Policies in force", Stage.SPECIFICATION, evidence.policies_in_effect, only_new_policies),
    Material("identities", "Identities", Stage.PROFILE, evidence.identities),
    Material("connections", "Connections", Stage.CONNECTIVITY, evidence.connections),
    Material("certificates", "Certificates", Stage.CONNECTIVITY, evidence.certificates, evidence.rotated_and_tested),
):
    register_material(material)
for model in (Agreement, Contact, Guide, Identity, Invitation, Member):
    watch(model, lambda row: {row.partner_id})
watch(Partner, lambda partner: {partner.pk})
watch(Certificate, partner_or_all)
watch(Connection, of_connection)
for part in (ApiKey, ConnectionSecret):
    watch(part, lambda row: of_connection(row.connection))
watch(HousePolicies, lambda row: EVERYBODY)
