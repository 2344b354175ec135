"""Put an agreement live: documents are accepted by it from now on."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement, AgreementStatus

CAN_GO_LIVE = (AgreementStatus.DRAFT, AgreementStatus.SUSPENDED)


class StatusRefused(Exception):
    """The agreement is not in a status that allows this; the text says which it is in."""


def put_live(agreement: Agreement, *, by: User) -> Agreement:
    """Draft or suspended → live, with the decision in the audit chain. Raises StatusRefused."""
    with transaction.atomic():
        stored = Agreement.objects.select_for_update().select_related("partner").get(pk=agreement.pk)
        if stored.status not in CAN_GO_LIVE:
            raise StatusRefused(f"{stored} is {stored.get_status_display().lower()}.")
        was = stored.status
        stored.status = AgreementStatus.LIVE
        stored.save()
        record_decision("agreement.put_live", f"agreement {stored.pk}", by.get_username(), name=str(stored), was=was)
    return stored
