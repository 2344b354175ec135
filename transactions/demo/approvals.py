"""The demo agreements go the way of all agreements: submitted by the analyst, decided on by the approver."""

from config.core.models import User
from partners.models import Agreement, AgreementStatus, Partner
from partners.services.approve_submission import approve_submission
from partners.services.put_live import put_live
from partners.services.submit_agreement import submit_agreement
from transactions.demo.partners import PARTNERS


def put_agreements_live() -> int:
    """Submit, approve and put live what the demo drafted and nobody looked at since. Returns how many."""
    analyst, approver = User.objects.get(username="analyst"), User.objects.get(username="approver")
    partners = Partner.objects.filter(code__in=[demo.code for demo in PARTNERS])
    for partner in partners.filter(business_owner=None, technical_owner=None):
        partner.business_owner = analyst
        partner.save()
    drafts = Agreement.objects.filter(partner__in=partners, status=AgreementStatus.DRAFT, coverage=None)
    agreements = list(drafts.select_related("partner"))
    for agreement in agreements:
        approve_submission(submit_agreement(agreement, by=analyst), by=approver)
        put_live(agreement, by=approver)
    return len(agreements)
