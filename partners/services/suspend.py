"""Suspend an agreement: what comes for it is held from now on, and nothing is lost."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement, AgreementStatus
from partners.services.put_live import StatusRefused


def suspend(agreement: Agreement, *, by: User) -> Agreement:
    """Live → suspended, with the decision in the audit chain. Raises StatusRefused."""
    with transaction.atomic():
        stored = Agreement.objects.select_for_update().select_related("partner").get(pk=agreement.pk)
        if stored.status != AgreementStatus.LIVE:
            raise StatusRefused(f"{stored} is {stored.get_status_display().lower()}.")
        stored.status = AgreementStatus.SUSPENDED
        stored.save()
        record_decision("agreement.suspended", f"agreement {stored.pk}", by.get_username(), name=str(stored))
    return stored
