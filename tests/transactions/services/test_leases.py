"""Long work and many workers, on PostgreSQL: one that lives is not taken for dead, and nobody waits for another's rows.

If these fail, a large file is worked by all workers at once and given up while it is being worked, or the sweeper
stands still until it is done.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connections, transaction
from django.utils import timezone

from partners.models import Connection, Partner
from tests.benchmarks.world import make_world
from tests.transactions.services.test_races import at_once, receive_file
from tests.transactions.x12 import isa_of, orders, x12
from transactions.models import Document, InboundFile, WorkUnit
from transactions.pipeline import units
from transactions.services import doorbell
from transactions.services import split_file as split_module
from transactions.services.finalise_file import finalise_file
from transactions.services.process_unit import process_unit
from transactions.services.split_file import split_file
from transactions.services.supersede import lock_file
from transactions.services.sweep import sweep

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

LEASE_SECONDS = 0.8
LONG_SECONDS = 2  # of a step of work, longer than the lease
LONG_AGO = timedelta(hours=1)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, UUID]]:
    heard: list[tuple[str, UUID]] = []
    monkeypatch.setattr(doorbell, "_ring", lambda task, row, lane: heard.append((task, row)))
    return heard


@pytest.fixture
def world(rung: list[tuple[str, UUID]], transactional_db: None, settings: Any) -> Connection:
    settings.SPLIT_LEASE_SECONDS = settings.UNIT_LEASE_SECONDS = LEASE_SECONDS
    return make_world()


def slow(work: Callable[..., Any]) -> Callable[..., Any]:
    """The same work, whose first call takes longer than a lease."""
    called: list[bool] = []

    def slowly(*arguments: Any, **named: Any) -> Any:
        if not called:
            called.append(True)
            time.sleep(LONG_SECONDS)
        return work(*arguments, **named)

    return slowly


def later(work: Callable[[], object]) -> Callable[[], object]:
    """The work of another worker, begun when the lease of the first would have run out."""

    def begin() -> object:
        time.sleep(LEASE_SECONDS * 1.6)
        return work()

    return begin


@contextmanager
def locked_elsewhere(lock: Callable[[], object]) -> Iterator[None]:
    """Rows are locked in a transaction of another worker until the block ends."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                lock()
                taken.set()
                done.wait(20)
        finally:
            connections.close_all()

    worker = threading.Thread(target=hold)
    worker.start()
    try:
        assert taken.wait(5)
        yield
    finally:
        done.set()
        worker.join()


def at_most_a_moment(work: Callable[[], object]) -> object:
    """The result of work that must not wait for a lock: it has two seconds."""
    result: list[object] = []

    def run() -> None:
        try:
            result.append(work())
        finally:
            connections.close_all()

    worker = threading.Thread(target=run, daemon=True)
    worker.start()
    worker.join(2)
    assert result, "it waits for a lock"
    return result[0]


def test_a_splitter_that_takes_long_keeps_its_file(world: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    file = receive_file(world, x12(isa_of(*orders(3))))
    monkeypatch.setattr(split_module, "plan_file", slow(split_module.plan_file))

    first, second = at_once(lambda: split_file(file), later(lambda: split_file(file)))

    assert first
    assert second is None
    assert InboundFile.objects.get(pk=file).attempts == 1, "a file that is being split is not begun again"


def test_a_worker_that_takes_long_for_one_document_keeps_its_unit(
    world: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = receive_file(world, x12(isa_of(*orders(3))))
    (unit,) = split_file(file) or []
    monkeypatch.setattr(units, "translate_set", slow(units.translate_set))

    first, second = at_once(lambda: process_unit(unit.pk), later(lambda: process_unit(unit.pk)))

    assert first
    assert second is None
    assert WorkUnit.objects.get(pk=unit.pk).attempts == 1
    assert Document.objects.filter(file=file).count() == 3


def test_the_lease_of_a_worker_that_died_runs_out(world: Connection) -> None:
    """Renewing ends with the work, however that ends."""
    file = receive_file(world, x12(isa_of(*orders(3))))
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(split_module, "plan_file", _broken)
        with pytest.raises(RuntimeError):
            split_file(file)
    assert threading.active_count() == 1
    assert split_file(file)


def _broken(*arguments: object) -> None:
    raise RuntimeError("broken")


def test_the_sweeper_does_not_wait_for_a_file_that_is_being_split(world: Connection, rung: list[Any]) -> None:
    """The rows of a large file take minutes to write; all others need the sweeper meanwhile."""
    busy, lost = (receive_file(world, x12(isa_of(*orders(3), control=control))) for control in (1, 2))
    InboundFile.objects.update(received_at=timezone.now() - LONG_AGO, lease_until=timezone.now() - LONG_AGO)
    InboundFile.objects.filter(pk=busy).update(attempts=99)
    rung.clear()
    with locked_elsewhere(lambda: InboundFile.objects.filter(pk=busy).update(stage="processing")):
        assert at_most_a_moment(sweep)
    assert rung == [(doorbell.SPLIT, lost)]


def test_the_sweeper_leaves_alone_what_is_being_finalised(world: Connection, rung: list[Any]) -> None:
    """Each ring would keep one more worker waiting for the file's lock."""
    file = receive_file(world, x12(isa_of(*orders(3))))
    (unit,) = split_file(file) or []
    process_unit(unit.pk)
    InboundFile.objects.update(received_at=timezone.now() - LONG_AGO)
    rung.clear()
    with locked_elsewhere(lambda: lock_file(file)):
        assert at_most_a_moment(sweep)
    assert rung == []
    assert sweep().finalisations == 1
    assert finalise_file(file)


def test_the_sweeper_does_not_wait_for_a_unit_that_is_being_written(world: Connection, rung: list[Any]) -> None:
    file = receive_file(world, x12(isa_of(*orders(3))))
    (unit,) = split_file(file) or []
    WorkUnit.objects.update(
        state="running", attempts=99, lease_until=timezone.now() - LONG_AGO, changed_at=timezone.now() - LONG_AGO
    )
    rung.clear()
    with locked_elsewhere(lambda: WorkUnit.objects.filter(pk=unit.pk).update(state="done")):
        assert at_most_a_moment(sweep)
    with locked_elsewhere(lambda: Partner.objects.select_for_update().get(pk=world.partner_id)):
        WorkUnit.objects.update(state="waiting", changed_at=timezone.now() - LONG_AGO)
        assert at_most_a_moment(sweep)
    assert rung == []


def test_two_sweepers_at_once_ring_once_for_each(world: Connection, rung: list[Any]) -> None:
    files = [receive_file(world, x12(isa_of(*orders(1), control=control))) for control in range(1, 41)]
    InboundFile.objects.update(received_at=timezone.now() - LONG_AGO)
    rung.clear()

    at_once(*[sweep] * 4)

    assert sorted(row for _, row in rung) == sorted(files)
