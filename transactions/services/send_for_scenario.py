"""A file that the partner sends for a scenario: received as any other, and kept with what it is for."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from partners.models import Agreement
from transactions.models import CertificationUpload
from transactions.services.certification_state import round_of
from transactions.services.doorbell import ring_certify
from transactions.services.receive import Receipt


def send_for_scenario(agreement: Agreement, code: str, receive: Callable[[], Receipt], *, by: str) -> Receipt:
    """Receive a file for a scenario of an agreement. Whatever `receive` raises passes through.

    The file is received first: should we stop before the scenario is noted, it is judged like one that came another
    way. The same bytes may be sent for several scenarios.
    """
    receipt = receive()
    with transaction.atomic():
        CertificationUpload.objects.create(
            agreement=agreement,
            scenario=code,
            round=round_of(agreement),
            file=receipt.file,
            came_again=not receipt.is_new,
            by=by[:150],
            at=timezone.now(),
        )
        transaction.on_commit(lambda: ring_certify(receipt.file.pk))
    return receipt
