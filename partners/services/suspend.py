"""Suspend an agreement: what comes for it is held from now on, and nothing is lost."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement, AgreementStatus, OnboardingEvent, OnboardingVerb
from partners.services.four_eyes import DECIDED
from partners.services.locked import locked_agreement
from partners.services.recheck import recheck
from partners.services.refused import StatusRefused


def suspend(agreement: Agreement, *, by: User) -> Agreement:
    """Live → suspended, with the decision in the audit chain. Raises StatusRefused."""
    with transaction.atomic():
        stored = locked_agreement(agreement.pk)
        if stored.status != AgreementStatus.LIVE:
            raise StatusRefused(f"{stored} is {stored.get_status_display().lower()}.")
        stored.status = AgreementStatus.SUSPENDED
        stored._change_reason = DECIDED  # type: ignore[attr-defined]  # read by simple-history
        stored.save()
        record_decision("agreement.suspended", f"agreement {stored.pk}", by.get_username(), name=str(stored))
        OnboardingEvent.objects.create(agreement=stored, verb=OnboardingVerb.SUSPENDED, actor=by.get_username())
    recheck(stored)
    return stored
