"""Retire an agreement: it is kept for the record and covers nothing any more."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement, AgreementStatus
from partners.services.put_live import StatusRefused


def retire(agreement: Agreement, *, by: User) -> Agreement:
    """Any status → retired, with the decision in the audit chain. Raises StatusRefused."""
    with transaction.atomic():
        stored = Agreement.objects.select_for_update().select_related("partner").get(pk=agreement.pk)
        if stored.status == AgreementStatus.RETIRED:
            raise StatusRefused(f"{stored} is retired.")
        was, stored.status = stored.status, AgreementStatus.RETIRED
        stored.save()
        record_decision("agreement.retired", f"agreement {stored.pk}", by.get_username(), name=str(stored), was=was)
    return stored
