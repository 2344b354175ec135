"""Work that a person must be able to get going again: no state without a way out, no decision taken twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from mappings.models import Assignment
from partners.models import Agreement, AgreementStatus, Connection, Identity
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import Acknowledgment, Document, Event, ExceptionCase, InboundFile, WorkUnit
from transactions.services import finalise_file, process_unit
from transactions.services.advance import advance_unit
from transactions.services.receive import receive
from transactions.services.release import release
from transactions.services.reprocess import reprocess
from transactions.services.split_file import split_file
from transactions.services.sweep import sweep

LONG_AGO = timedelta(hours=1)
VERSION = "005010"


def cover(connection: Connection, release: str = VERSION) -> None:
    """Make the agreement that was missing."""
    agreement = Agreement.objects.create(
        partner=connection.partner, environment="production", release=release, status=AgreementStatus.LIVE
    )
    first = Assignment.objects.first()
    assert first is not None
    Assignment.objects.create(agreement=agreement, version=first.version)


def open_case_of(file: InboundFile, category: str) -> ExceptionCase:
    return ExceptionCase.objects.get(file=file, category=category, status="open")


def test_a_group_that_is_faulty_and_not_covered_can_be_released(send: Send, connection: Connection) -> None:
    """Two failures of one group are two cases: the one about its trailer must not hide the one that lets it go."""
    file = send(x12(Isa(groups=(Group(orders=orders(2), version=VERSION, ge_count=9),))))
    assert sorted(file.cases.values_list("category", flat=True)) == ["envelope", "unroutable"]
    cover(connection)

    assert release(open_case_of(file, "unroutable"), actor="ada").ok
    drain()
    file.refresh_from_db()
    assert (file.stage, file.outcome) == ("finished", "rejected")
    assert list(file.cases.filter(status="open").values_list("category", flat=True)) == ["envelope"]


def test_a_case_that_is_open_already_is_not_said_to_be_opened_again(send: Send) -> None:
    file = send(x12(isa_of(sender="STRANGER")))
    for _ in range(3):
        assert not release(ExceptionCase.objects.get(), actor="ada").ok

    assert Event.objects.filter(file=file, verb="case-opened").count() == 1
