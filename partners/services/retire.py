"""Retire an agreement: it is kept for the record and covers nothing any more."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement, AgreementStatus, OnboardingEvent, OnboardingVerb
from partners.services.four_eyes import DECIDED
from partners.services.locked import locked_agreement
from partners.services.recheck import recheck
from partners.services.refused import StatusRefused


def retire(agreement: Agreement, *, by: User) -> Agreement:
    """Any status → retired, with the decision in the audit chain. Raises StatusRefused."""
    with transaction.atomic():
        stored = locked_agreement(agreement.pk)
        if stored.status == AgreementStatus.RETIRED:
            raise StatusRefused(f"{stored} is retired.")
        was, stored.status = stored.status, AgreementStatus.RETIRED
        stored._change_reason = DECIDED  # type: ignore[attr-defined]  # read by simple-history
        stored.save()
        record_decision("agreement.retired", f"agreement {stored.pk}", by.get_username(), name=str(stored), was=was)
        OnboardingEvent.objects.create(agreement=stored, verb=OnboardingVerb.RETIRED, actor=by.get_username())
    recheck(stored)
    return stored
