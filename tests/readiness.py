"""An agreement that passes every readiness check, and its approval by the services."""

from config.core.models import User
from partners.models import Agreement, Contact, Submission
from partners.services.approve_submission import approve_submission
from partners.services.submit_agreement import submit_agreement
from tests.factories import PartnerSetup, make_partner, make_user

SUBMITTER = ("partners.submit_agreement",)
APPROVER = ("partners.approve_submission", "partners.activate_agreement", "partners.override_approval")


def make_ready(setup: PartnerSetup | None = None, *, status: str = "draft") -> PartnerSetup:
    """Give a partner all that its agreement needs. Its mapping counts as one of the library; no scenario is asked."""
    setup = setup or make_partner()
    setup.partner.roles = ["customer"]
    setup.partner.business_owner = make_user()
    setup.partner.save()
    Contact.objects.create(partner=setup.partner, name="Eve", email="eve@acme.example", purposes=["technical"])
    setup.mapping.is_library = True
    setup.mapping.save()
    setup.agreement.status = status
    setup.agreement.policies |= {"certification": "chosen"}
    setup.agreement.save()
    return setup


def submitted(agreement: Agreement, by: User | None = None) -> Submission:
    return submit_agreement(agreement, by=by or make_user(permissions=SUBMITTER))


def approved(agreement: Agreement) -> Submission:
    """Submitted by one person and approved by another."""
    return approve_submission(submitted(agreement), by=make_user(permissions=APPROVER))
