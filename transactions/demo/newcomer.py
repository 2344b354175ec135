"""A partner in certification: its test agreement is live, what it will send is asked for scenario by scenario."""

from django.utils import timezone

from config.core.models import User
from mappings.models import Assignment, MappingVersion
from partners.models import (
    Agreement,
    AgreementStatus,
    Connection,
    Contact,
    Environment,
    Identity,
    OnboardingCase,
    Partner,
    Protocol,
)
from partners.services.approve_submission import approve_submission
from partners.services.begin_case import begin_case
from partners.services.put_live import put_live
from partners.services.submit_agreement import submit_agreement
from transactions.models import ScenarioDecision
from transactions.services.plan_certification import decide_scenario

CODE, NAME, ISA = "fjord-lighting", "Fjord Lighting", "FJORDLIGHT"
RELEASE = "004010"


def load_newcomer(version: MappingVersion) -> Partner:
    """Make it with its ways in and its drafts, for tests and for later; change nothing that is there.

    version: of the mapping for its orders.
    """
    defaults = {"name": NAME, "roles": ["customer"]}
    partner, is_new = Partner.objects.get_or_create(code=CODE, defaults=defaults)
    if not is_new:
        return partner
    Contact.objects.create(partner=partner, name="EDI desk", email="edi@fjord.example", purposes=["technical"])
    for environment in Environment.values:
        Identity.objects.create(environment=environment, kind="isa", qualifier="ZZ", value=ISA, partner=partner)
        agreement = Agreement.objects.create(partner=partner, environment=environment, release=RELEASE)
        Assignment.objects.create(agreement=agreement, version=version)
    for protocol, name in ((Protocol.PORTAL, "Portal"), (Protocol.DROP_FOLDER, "Drop folder")):
        Connection.objects.create(partner=partner, protocol=protocol, name=name)
    return partner


def begin_certification() -> None:
    """Put its test agreement live and lead the other one in, once."""
    partner = Partner.objects.get(code=CODE)
    if OnboardingCase.objects.filter(partner=partner).exists():
        return
    analyst, approver = User.objects.get(username="analyst"), User.objects.get(username="approver")
    partner.business_owner = analyst
    partner.save()
    for test in partner.agreements.filter(environment=Environment.TEST, status=AgreementStatus.DRAFT):
        approve_submission(submit_agreement(test, by=analyst), by=approver)
        put_live(test, by=approver)
    begin_case(partner, by=analyst, owner=analyst, target_date=timezone.now().date())
    live = partner.agreements.select_related("partner").get(environment=Environment.PRODUCTION)
    asked = ScenarioDecision.ASKED
    decide_scenario(live, "allowance", asked, by=analyst, reason="They take freight charges into their orders.")
    left_out = ScenarioDecision.LEFT_OUT
    decide_scenario(live, "cancel", left_out, by=analyst, reason="They cancel by telephone.")
