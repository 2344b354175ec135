"""An agreement stops while files of it are at work. If these fail, what was routed goes on behind everybody's back, or
is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.core.models import User
from partners.models import Agreement, Connection, Coverage
from partners.services.retire import retire
from partners.services.suspend import suspend
from tests.factories import make_user
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import Group, Isa, orders, x12
from transactions import receivers
from transactions.models import Acknowledgment, Document, Event, ExceptionCase, InboundFile, WorkUnit
from transactions.services.advance import advance_file, advance_unit
from transactions.services.hold_stopped import hold_stopped
from transactions.services.receive import receive
from transactions.services.release_resumed import release_resumed
from transactions.services.sweep import sweep
from transactions.states import CaseStatus, FileStage, UnitState

pytestmark = pytest.mark.django_db
Rings = list[tuple[str, UUID, str]]


@pytest.fixture
def ann(connection: Connection) -> User:
    return make_user("ann")


@pytest.fixture
def agreement(connection: Connection) -> Agreement:
    return Agreement.objects.get(partner=connection.partner, environment="production")


@pytest.fixture
def half(settings: Settings, connection: Connection, rings: Rings) -> InboundFile:
    """A file of four units: one is done, and three are let in or wait."""
    settings.UNIT_MAX_DOCUMENTS, settings.UNITS_PER_PARTNER = 2, 2
    content = x12(Isa(groups=(Group(orders=orders(8)),)))
    file = receive(
        [content], connection=connection, partner=connection.partner, environment="production", channel="api",
        received_by="test",
    ).file  # fmt: skip
    advance_file(file.pk)
    first = WorkUnit.objects.filter(state=UnitState.ADMITTED).order_by("ordinal")[0]
    advance_unit(first.pk)
    assert states() == ["done", "admitted", "admitted", "waiting"]
    return file


def states() -> list[str]:
    return list(WorkUnit.objects.order_by("ordinal").values_list("state", flat=True))


def live_again(agreement: Agreement) -> None:
    """As put_live leaves it; whether it may is tested with approvals."""
    Agreement.objects.filter(pk=agreement.pk).update(status="live")


def test_what_is_not_begun_is_held_at_once_and_goes_on_when_it_is_resumed(
    half: InboundFile, agreement: Agreement, ann: User
) -> None:
    suspend(agreement, by=ann)
    assert hold_stopped(agreement.pk) == 3
    assert states() == ["done", "held", "held", "held"]
    assert hold_stopped(agreement.pk) == 0, "a task that comes twice does nothing"
    drain()
    half.refresh_from_db()
    assert (half.stage, Document.objects.count()) == (FileStage.HELD, 2)
    case = ExceptionCase.objects.get()
    assert "is suspended; what comes for it is held" in case.summary
    assert not Acknowledgment.objects.exists(), "nothing is said of a group that is half done"
    assert release_resumed(agreement.pk) == 0, "it is suspended still"
    live_again(agreement)
    assert release_resumed(agreement.pk) == 1
    drain()
    half.refresh_from_db()
    case.refresh_from_db()
    assert (half.stage, half.outcome, case.status) == (FileStage.FINISHED, "accepted", CaseStatus.CLOSED)
    assert list(Document.objects.order_by("ordinal").values_list("business_key", flat=True)) == [
        f"PO-{number}" for number in range(1, 9)
    ]
    assert b"AK9*A*8*8*8" in bytes(Acknowledgment.objects.get().content)
    verbs = Event.objects.filter(file=half, verb__in=["held", "released"]).values_list("verb", "data")
    assert ("held", {"units": 3, "reason": case.summary}) in list(verbs)


def test_without_a_task_a_unit_is_held_when_its_turn_comes(half: InboundFile, agreement: Agreement, ann: User) -> None:
    suspend(agreement, by=ann)
    admitted = WorkUnit.objects.filter(state=UnitState.ADMITTED).order_by("ordinal")[0]
    advance_unit(admitted.pk)
    assert states() == ["done", "held", "held", "held"]


def test_what_a_worker_has_begun_is_brought_to_its_end(half: InboundFile, agreement: Agreement, ann: User) -> None:
    running = WorkUnit.objects.filter(state=UnitState.ADMITTED).order_by("ordinal")[0]
    WorkUnit.objects.filter(pk=running.pk).update(
        state=UnitState.RUNNING, lease_until=timezone.now() + timedelta(seconds=30)
    )
    suspend(agreement, by=ann)
    assert hold_stopped(agreement.pk) == 2
    assert states() == ["done", "running", "held", "held"]
    WorkUnit.objects.filter(pk=running.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert hold_stopped(agreement.pk) == 1, "that of a worker that died is not begun"


def test_the_end_of_a_grace_period_and_a_retirement_hold_too(
    half: InboundFile, agreement: Agreement, ann: User
) -> None:
    lost = [{"name": "mapping", "title": "Mapping", "stage": "mapping", "reason": "version: 1 → 2"}]
    ended = timezone.now() - timedelta(seconds=1)
    Coverage.objects.create(agreement=agreement, lost=lost, hold_from=ended)
    assert hold_stopped(agreement.pk) == 3
    assert "does not cover it any more (Mapping)" in ExceptionCase.objects.get().summary
    Coverage.objects.update(hold_from=None)
    assert release_resumed(agreement.pk) == 1
    retire(agreement, by=ann)
    assert hold_stopped(agreement.pk) == 3


def test_a_file_that_came_while_it_was_suspended_goes_on_too(send: Send, agreement: Agreement, ann: User) -> None:
    suspend(agreement, by=ann)
    held = send(x12(Isa(groups=(Group(orders=orders(2)),))))
    assert held.stage == FileStage.HELD
    live_again(agreement)
    assert release_resumed(agreement.pk) == 1
    drain()
    assert Document.objects.filter(file=held, outcome="accepted").count() == 2


def test_another_agreement_is_left_alone(half: InboundFile, agreement: Agreement, ann: User) -> None:
    other = Agreement.objects.get(pk=agreement.pk)
    other.pk, other.set_id = None, "875"
    other.save()
    suspend(other, by=ann)
    assert hold_stopped(other.pk) == 0
    assert hold_stopped(agreement.pk) == 0, "nothing is held of one that is live"
    assert states() == ["done", "admitted", "admitted", "waiting"]


def test_suspending_and_resuming_ring_for_it(
    agreement: Agreement, ann: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[tuple[str, list[int]]] = []
    ring: Callable[..., None] = lambda task, args, **options: sent.append((task, args))  # noqa: E731
    monkeypatch.setattr(receivers.current_app, "send_task", ring)
    with django_capture_on_commit_callbacks(execute=True):
        suspend(agreement, by=ann)
    assert (receivers.CARRYING, [agreement.pk]) in sent


def test_the_sweeper_brings_stopped_units_to_where_they_are_held(
    half: InboundFile, agreement: Agreement, ann: User, rings: Rings
) -> None:
    suspend(agreement, by=ann)
    WorkUnit.objects.update(changed_at=timezone.now() - timedelta(minutes=1))
    rings.clear()
    sweep()
    for task, row, _ in list(rings):
        if task == "transactions.process_unit":
            advance_unit(row)
    assert states() == ["done", "held", "held", "held"]
