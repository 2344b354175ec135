"""If these fail, a partner floods us, or a file that had to wait is lost or worked at the wrong time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from partners.models import BusinessCalendar, Connection
from tests.obeyed import obeys
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import isa_of, orders, x12
from transactions.models import Event, InboundFile, Verb
from transactions.services.pace import RateExceeded, refuse_beyond_rate
from transactions.services.split_file import split_file
from transactions.services.sweep import sweep
from transactions.services.work_now import work_now

Rings = list[tuple[str, Any, str]]
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)


def agree(connection: Connection, **policies: Any) -> None:
    connection.partner.policies = policies
    connection.partner.save()


def order(number: int, count: int = 1) -> bytes:
    return x12(isa_of(*orders(count, first=100 * number), control=number))


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


@obeys("max_files_per_hour")
@pytest.mark.parametrize(("limit", "third"), [(2, "received"), (3, "finished")])
def test_files_an_hour(send: Send, connection: Connection, limit: int, third: str) -> None:
    agree(connection, max_files_per_hour=limit)
    files = [send(order(number)) for number in (1, 2, 3)]
    assert [file.stage for file in files] == ["finished", "finished", third]


@obeys("max_documents_per_hour")
@pytest.mark.parametrize(("limit", "third"), [(4, "received"), (5, "finished")])
def test_documents_an_hour(send: Send, connection: Connection, limit: int, third: str) -> None:
    agree(connection, max_documents_per_hour=limit)
    files = [send(order(number, 2)) for number in (1, 2, 3)]
    assert [file.stage for file in files] == ["finished", "finished", third]


@obeys("work_begins", "work_ends")
@pytest.mark.parametrize(
    ("begins", "ends", "stage"),
    [("08:00", "18:00", "finished"), ("13:00", "18:00", "received"), ("08:00", "11:00", "received")],
)
def test_hours(
    send: Send, connection: Connection, monkeypatch: pytest.MonkeyPatch, begins: str, ends: str, stage: str
) -> None:
    agree(connection, work_begins=begins, work_ends=ends)
    at(monkeypatch, MONDAY)
    assert send(order(1)).stage == stage


@obeys("work_days")
@pytest.mark.parametrize(
    ("days", "stage"), [("every-day", "finished"), ("monday-to-friday", "received"), ("business-calendar", "received")]
)
def test_days(send: Send, connection: Connection, monkeypatch: pytest.MonkeyPatch, days: str, stage: str) -> None:
    connection.partner.calendar = BusinessCalendar.objects.create(name="Office", weekdays=[0, 1, 2, 3, 4])
    agree(connection, work_days=days)
    at(monkeypatch, SUNDAY)
    assert send(order(1)).stage == stage


def test_a_postponed_file_says_until_when_and_goes_on_then(
    send: Send, connection: Connection, rings: Rings, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(connection, work_days="monday-to-friday")
    at(monkeypatch, SUNDAY)
    file = send(order(1))
    assert (file.waits_until, file.waits_for) == (datetime(2026, 11, 23, tzinfo=UTC), "hours")
    assert Event.objects.filter(file=file, verb=Verb.POSTPONED).count() == 1

    rings.clear()
    at(monkeypatch, SUNDAY + timedelta(hours=1))
    sweep()
    assert (rings, split_file(file.pk)) == ([], None)

    at(monkeypatch, MONDAY)
    sweep()
    assert [ring[1] for ring in rings] == [file.pk]
    assert split_file(file.pk)
    drain()
    file.refresh_from_db()
    assert (file.stage, file.waits_until, file.waits_for, file.attempts) == ("finished", None, "", 1)


def test_what_exceeds_the_rate_goes_on_in_the_order_of_arrival(
    send: Send, connection: Connection, rings: Rings, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(connection, max_files_per_hour=1)
    at(monkeypatch, MONDAY)
    first, second, third = [send(order(number)) for number in (1, 2, 3)]
    assert second.waits_until == third.waits_until == MONDAY + timedelta(hours=1)

    at(monkeypatch, MONDAY + timedelta(hours=1))
    rings.clear()
    sweep()
    assert [ring[1] for ring in rings] == [second.pk, third.pk]
    for file in (second, third):
        split_file(file.pk)
    third.refresh_from_db()
    assert third.waits_until == MONDAY + timedelta(hours=2)
    assert Event.objects.filter(file=third, verb=Verb.POSTPONED).count() == 1
    assert InboundFile.objects.filter(begun_at__isnull=False).count() == 2


def test_a_person_has_a_file_worked_now(send: Send, connection: Connection) -> None:
    agree(connection, max_files_per_hour=1)
    _, file = send(order(1)), send(order(2))
    assert work_now(file, actor="ada")
    drain()
    file.refresh_from_db()
    assert file.stage == "finished"
    assert not work_now(file, actor="ada")


def test_who_can_be_told_is_refused(send: Send, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(connection, max_files_per_hour=2, max_documents_per_hour=3)
    at(monkeypatch, MONDAY)
    send(order(1))
    refuse_beyond_rate(connection.partner)
    at(monkeypatch, MONDAY + timedelta(minutes=10))
    send(order(2, 2))
    with pytest.raises(RateExceeded, match="At most 2 files an hour") as refused:
        refuse_beyond_rate(connection.partner)
    assert refused.value.seconds == 50 * 60

    agree(connection, max_documents_per_hour=3)
    with pytest.raises(RateExceeded, match="At most 3 documents an hour") as refused:
        refuse_beyond_rate(connection.partner)
    assert refused.value.until == MONDAY + timedelta(hours=1)
    at(monkeypatch, MONDAY + timedelta(hours=1))
    refuse_beyond_rate(connection.partner)
