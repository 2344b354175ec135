"""What comes for an agreement that its approval does not cover any more is stored and held, never dropped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.core.blobs import open_blob
from partners.models import Agreement, Connection, Coverage
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import Document, ExceptionCase
from transactions.services.release import release
from transactions.states import CaseStatus, DocumentOutcome

pytestmark = pytest.mark.django_db
LOST = [{"name": "mapping", "title": "Mapping", "stage": "mapping", "reason": "version: 1 → 2"}]


def test_held_after_the_grace_period_and_let_go_when_it_is_covered_again(send: Send, connection: Connection) -> None:
    agreement = Agreement.objects.get(partner=connection.partner, environment="production")
    now = timezone.now()
    coverage = Coverage.objects.create(agreement=agreement, lost=LOST, hold_from=now + timedelta(hours=1))
    assert (
        Document.objects.get(file=send(x12(isa_of(Order(number="PO-1"), control=1)))).outcome
        == DocumentOutcome.ACCEPTED
    ), "in the grace period"
    coverage.hold_from = now - timedelta(minutes=1)
    coverage.save()
    content = x12(isa_of(Order(number="PO-2"), control=2))
    held = send(content)
    case = ExceptionCase.objects.get(file=held)
    assert "does not cover it any more (Mapping)" in case.summary
    assert not Document.objects.filter(file=held).exists()
    with open_blob(held.sha256) as stored:
        assert stored.read() == content
    assert not release(case, actor="ann").ok
    coverage.hold_from = None
    coverage.save()
    assert release(case, actor="ann").ok
    drain()
    assert Document.objects.filter(file=held).count() == 1
    case.refresh_from_db()
    assert case.status == CaseStatus.CLOSED
