"""Two files answer the same group at once, on PostgreSQL: the worst that was said holds, and one case tells of it."""

from functools import partial

import pytest
from django.utils import timezone

from partners.models import Connection
from tests.transactions.services.test_races import at_once, receive_file, world
from tests.transactions.services.test_reconciliation import LATER, invoice_group, outcomes, verdict
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import ExceptionCase, InboundFile
from transactions.services.mark_overdue import mark_overdue
from transactions.services.split_file import split_file

__all__ = ["world"]
pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def test_answers_that_come_at_once_are_taken_one_after_the_other(world: Connection) -> None:
    order = InboundFile.objects.get(pk=receive_file(world, x12(isa_of(Order(), control=900))))
    group = invoice_group(order, world)
    good = receive_file(world, x12(verdict("A", "A", whole="A", control=51)))
    bad = receive_file(world, x12(verdict("R", "A", whole="P", control=52)))
    late = timezone.now() + LATER
    at_once(
        partial(split_file, good), partial(split_file, bad), partial(mark_overdue, late), partial(mark_overdue, late)
    )

    assert outcomes(group) == ["partly", "rejected", "accepted"]
    assert ExceptionCase.objects.filter(category="answer", status="open", code="sent-rejected").count() == 1
