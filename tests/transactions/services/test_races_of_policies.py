"""What policies and agreements allow once happens once, also when two do it at the same moment; on PostgreSQL."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db.models import F
from django.utils import timezone

from partners.models import Agreement, Connection, ExpectedDocument
from partners.services.change import Refused, change
from tests.factories import make_user
from tests.transactions.services.test_races import at_once, receive_file, world
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import AwaitedDocument, Document, ExceptionCase, InboundFile
from transactions.services.advance import advance_file
from transactions.services.expect_documents import expect_documents
from transactions.services.split_file import split_file

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
__all__ = ["world"]


def test_of_two_overlapping_agreements_one_is_made(world: Connection) -> None:
    user = make_user(is_superuser=True)

    def draft(begins: date) -> str:
        values = {"partner": world.partner, "release": "005010", "effective_from": begins}
        try:
            change(Agreement(), values, by=user)
        except Refused as refused:
            return str(refused)
        return "made"

    said = at_once(*(partial(draft, date(2026, month, 1)) for month in (1, 2, 3, 4)))
    assert said.count("made") == 1
    assert all(one == "made" or "overlaps with another agreement" in str(one) for one in said)


def test_the_hours_share_is_given_out_once(world: Connection) -> None:
    world.partner.policies = {"max_files_per_hour": 2}
    world.partner.save()
    files = [receive_file(world, x12(isa_of(Order(number=f"PO-{n}"), control=n))) for n in range(1, 5)]
    at_once(*(partial(split_file, pk) for pk in files))
    assert InboundFile.objects.filter(begun_at__isnull=False).count() == 2
    assert InboundFile.objects.filter(waits_until__isnull=False, waits_for="rate", attempts=0).count() == 2


def test_two_watches_make_one_row_and_one_case(world: Connection) -> None:
    agreement = Agreement.objects.create(partner=world.partner, kind="order-response", set_id="855", status="live")
    ExpectedDocument.objects.create(agreement=agreement, hours=1)
    ExpectedDocument.objects.update(created_at=timezone.now() - timedelta(days=1))
    advance_file(receive_file(world, x12()))
    Document.objects.update(received_at=F("received_at") - timedelta(hours=2))
    at_once(*[expect_documents] * 4)
    assert (AwaitedDocument.objects.get().state, ExceptionCase.objects.count()) == ("overdue", 1)
