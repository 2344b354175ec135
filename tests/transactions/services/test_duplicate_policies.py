"""If these fail, a partner's number counts as used when it does not, or is used twice when it must not be."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F

from partners.models import Connection
from tests.obeyed import obeys
from tests.transactions.conftest import Send, drain
from tests.transactions.services.test_acknowledgment_rules import answer
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import ClaimScope, Document, DuplicateClaim, ExceptionCase, InboundFile
from transactions.services.release import release


def agree(connection: Connection, **policies: Any) -> None:
    connection.partner.policies = policies
    connection.partner.save()


def age(scope: ClaimScope, days: int) -> None:
    DuplicateClaim.objects.filter(scope=scope).update(at=F("at") - timedelta(days=days))


def group(number: int, control: str = "7", **changes: Any) -> Group:
    return Group(orders=(Order(number=f"PO-{number}"),), control=control, **changes)


def isa(number: int, *groups: Group) -> bytes:
    return x12(Isa(groups=groups or (group(number),), control=number))


@obeys("duplicate_interchange")
@pytest.mark.parametrize(
    ("policy", "stage", "outcome", "cases"),
    [("hold", "held", "", 1), ("reject", "finished", "rejected", 0), ("process", "finished", "accepted", 0)],
)
def test_interchange_numbers(
    send: Send, connection: Connection, policy: str, stage: str, outcome: str, cases: int
) -> None:
    agree(connection, duplicate_interchange=policy)
    send(x12(isa_of(Order(number="PO-1"), control=7)))
    file = send(x12(isa_of(Order(number="PO-2"), control=7)))

    assert (file.stage, file.outcome, ExceptionCase.objects.count()) == (stage, outcome, cases)


@obeys("duplicate_group")
@pytest.mark.parametrize(
    ("policy", "stage", "outcome", "cases"),
    [("hold", "held", "", 1), ("reject", "finished", "rejected", 0), ("process", "finished", "accepted", 0)],
)
def test_group_numbers(send: Send, connection: Connection, policy: str, stage: str, outcome: str, cases: int) -> None:
    agree(connection, duplicate_group=policy)
    send(isa(1))
    file = send(isa(2))

    assert (file.stage, file.outcome, ExceptionCase.objects.count()) == (stage, outcome, cases)


@obeys("duplicate_document")
@pytest.mark.parametrize(
    ("policy", "outcome", "cases"), [("hold", "duplicate", 1), ("reject", "duplicate", 0), ("process", "accepted", 0)]
)
def test_business_keys(send: Send, connection: Connection, policy: str, outcome: str, cases: int) -> None:
    agree(connection, duplicate_document=policy)
    send(x12(isa_of(Order(number="PO-1"), control=1)))
    file = send(x12(isa_of(Order(number="PO-1", lines=2), control=2)))

    assert (Document.objects.get(file=file).outcome, ExceptionCase.objects.count()) == (outcome, cases)


@obeys("duplicate_window_days")
@pytest.mark.parametrize(("days", "outcome"), [(30, "accepted"), (40, "rejected")])
def test_the_window_of_interchange_numbers(send: Send, connection: Connection, days: int, outcome: str) -> None:
    agree(connection, duplicate_interchange="reject", duplicate_window_days=days)
    send(x12(isa_of(Order(number="PO-1"), control=7)))
    age(ClaimScope.INTERCHANGE, 35)
    assert send(x12(isa_of(Order(number="PO-2"), control=7))).outcome == outcome


@obeys("duplicate_group_window_days")
@pytest.mark.parametrize(("days", "outcome"), [(30, "accepted"), (40, "rejected")])
def test_the_window_of_group_numbers(send: Send, connection: Connection, days: int, outcome: str) -> None:
    agree(connection, duplicate_group="reject", duplicate_group_window_days=days)
    send(isa(1))
    age(ClaimScope.GROUP, 35)
    assert send(isa(2)).outcome == outcome


@obeys("duplicate_document_window_days")
@pytest.mark.parametrize(("days", "outcomes"), [(30, ["accepted", "duplicate"]), (40, ["duplicate", "duplicate"])])
def test_the_window_of_business_keys(send: Send, connection: Connection, days: int, outcomes: list[str]) -> None:
    agree(connection, duplicate_document_window_days=days)
    send(x12(isa_of(Order(number="PO-1"), control=1)))
    age(ClaimScope.DOCUMENT, 35)
    files = [send(x12(isa_of(Order(number="PO-1", lines=lines), control=lines))) for lines in (2, 3)]
    assert [Document.objects.get(file=file).outcome for file in files] == outcomes


def test_a_group_is_told_that_its_number_came_before(send: Send, connection: Connection) -> None:
    agree(connection, duplicate_group="reject")
    send(isa(1))
    verdict, text = answer(send(isa(2)))
    assert (verdict, "AK9*R*1*1*0*19~" in text) == ("R", True)


@pytest.mark.parametrize("other", [{"sender": "OTHER-GS"}, {"receiver": "OTHER-GS"}, {"control": "8"}])
def test_other_parties_or_numbers_are_other_groups(send: Send, connection: Connection, other: dict[str, Any]) -> None:
    agree(connection, duplicate_group="reject")
    send(isa(1))
    assert send(isa(2, group(2, **other))).outcome == "accepted"


def test_leading_zeros_make_no_other_number_and_one_interchange_may_not_repeat_it(
    send: Send, connection: Connection
) -> None:
    agree(connection, duplicate_group="reject")
    file = send(isa(1, group(1, "7"), group(2, "0007"), group(3, "9")))
    assert [one.outcome for one in file.documents.order_by("ordinal")] == ["accepted", "rejected", "accepted"]


def test_a_person_releases_one_group_and_the_others_wait(send: Send, connection: Connection) -> None:
    agree(connection, duplicate_group="hold")
    send(isa(1, group(1, "7"), group(2, "8")))
    file = send(isa(2, group(3, "7"), group(4, "8"), group(5, "9")))
    assert file.stage == "held"
    assert [one.outcome for one in Document.objects.filter(file=file)] == ["accepted"]

    first, second = ExceptionCase.objects.filter(status="open").order_by("group__ordinal")
    assert release(first, actor="ada").ok
    drain()
    assert InboundFile.objects.get(pk=file.pk).stage == "held"
    second.refresh_from_db()
    assert second.status == "open"

    assert release(second, actor="ada").ok
    drain()
    assert InboundFile.objects.get(pk=file.pk).outcome == "accepted"
    assert not ExceptionCase.objects.filter(status="open").exists()
