"""Nothing is lost when a worker or the broker dies, and what fails again and again reaches a person."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from partners.models import Connection
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import Order, isa_of, orders, x12
from transactions.models import Acknowledgment, Document, Event, ExceptionCase, InboundFile, WorkUnit
from transactions.pipeline import judge, units
from transactions.services import doorbell, finalise_file, process_unit
from transactions.services.admit import admit_next
from transactions.services.advance import advance_file, advance_unit
from transactions.services.receive import receive
from transactions.services.release import release
from transactions.services.split_file import split_file
from transactions.services.sweep import sweep

LONG_AGO = timedelta(hours=1)


@pytest.fixture
def received(connection: Connection, rings: list[tuple[str, UUID, str]]) -> InboundFile:
    """A file of 25 orders that nobody has touched yet."""
    content = x12(isa_of(*orders(25)))
    return receive(
        [content], connection=connection, partner=connection.partner, environment="production", channel="api",
        received_by="test",
    ).file  # fmt: skip


def age(model: type, **fields: object) -> None:
    """Make rows as old as if their worker had died an hour ago."""
    model.objects.update(**fields)  # type: ignore[attr-defined]


def test_the_sweeper_rings_for_a_file_whose_message_was_lost(
    received: InboundFile, rings: list[tuple[str, UUID, str]]
) -> None:
    rings.clear()
    assert sweep().files == 0  # it is young: its message may be under way
    age(InboundFile, received_at=timezone.now() - LONG_AGO)

    assert sweep().files == 1
    assert rings == [(doorbell.SPLIT, received.pk, "interactive")]
    assert sweep().files == 0  # rung for a moment ago


def test_a_file_is_split_once_though_two_workers_heard_the_bell(received: InboundFile) -> None:
    assert split_file(received.pk)
    assert split_file(received.pk) is None
    assert WorkUnit.objects.filter(file=received).count() == 1


def test_a_splitter_that_died_is_replaced(received: InboundFile, rings: list[tuple[str, UUID, str]]) -> None:
    age(InboundFile, lease_until=timezone.now() - LONG_AGO, received_at=timezone.now() - LONG_AGO, attempts=1)
    rings.clear()

    assert sweep().files == 1
    advance_file(received.pk)
    assert Document.objects.filter(file=received, outcome="accepted").count() == 25


def test_a_unit_whose_worker_died_is_processed_by_another(received: InboundFile) -> None:
    (unit,) = split_file(received.pk) or []
    dead = process_unit._claim(unit.pk)
    assert dead is not None
    assert process_unit.process_unit(unit.pk) is None  # its lease has not run out
    age(WorkUnit, lease_until=timezone.now() - LONG_AGO, changed_at=timezone.now() - LONG_AGO)

    assert sweep().units == 1
    advance_unit(unit.pk)
    assert Document.objects.filter(file=received).count() == 25
    assert Acknowledgment.objects.filter(file=received).count() == 1


def test_a_worker_that_lost_its_lease_writes_nothing(received: InboundFile, monkeypatch: pytest.MonkeyPatch) -> None:
    (unit,) = split_file(received.pk) or []
    translate = units.translate_set
    stolen = False

    def steal_lease(*arguments: object, **named: object) -> object:
        nonlocal stolen
        if not stolen:
            stolen = True
            age(WorkUnit, lease_until=timezone.now() - LONG_AGO)
            assert process_unit.process_unit(unit.pk) is not None  # the thief does all of it
        return translate(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(units, "translate_set", steal_lease)
    assert process_unit.process_unit(unit.pk) is None
    assert Document.objects.filter(file=received).count() == 25


def test_a_file_finalised_twice_is_acknowledged_once(received: InboundFile) -> None:
    advance_file(received.pk)

    assert finalise_file.finalise_file(received.pk) is False
    assert Acknowledgment.objects.filter(file=received).count() == 1


def test_a_unit_that_always_fails_is_given_up_and_can_be_tried_again(
    received: InboundFile, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    settings.UNIT_MAX_ATTEMPTS = 2  # type: ignore[attr-defined]
    (unit,) = split_file(received.pk) or []
    with monkeypatch.context() as broken:
        broken.setattr(process_unit, "translate_spans", _broken_mapping)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                advance_unit(unit.pk)
        age(WorkUnit, changed_at=timezone.now() - LONG_AGO)
        assert sweep().given_up == 1
    assert finalise_file.finalise_file(received.pk)
    received.refresh_from_db()
    case = ExceptionCase.objects.get()
    assert (received.stage, case.category, "the mapping is broken" in case.summary) == ("held", "internal", True)

    assert release(case, actor="ada").ok
    drain()
    received.refresh_from_db()
    assert (received.stage, received.outcome) == ("finished", "accepted")


def _broken_mapping(*arguments: object) -> None:
    raise RuntimeError("the mapping is broken")


def test_our_own_failure_on_one_document_harms_no_other(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    check = judge.check

    def fail_on_third(schema: str, body: dict[str, object]) -> object:
        if body["number"] == "PO-3":
            raise ZeroDivisionError("our fault")
        return check(schema, body)

    monkeypatch.setattr(judge, "check", fail_on_third)
    file = send(x12(isa_of(*orders(5))))

    outcomes = dict(Document.objects.filter(file=file).values_list("control_number", "outcome"))
    assert outcomes == {
        "0001": "accepted",
        "0002": "accepted",
        "0003": "failed",
        "0004": "accepted",
        "0005": "accepted",
    }
    case = ExceptionCase.objects.get()
    assert (case.category, "our fault" in case.summary) == ("internal", True)
    # Our failure never changes the acknowledgment.
    assert b"AK9*A*5*5*5~" in bytes(Acknowledgment.objects.get().content)


def test_a_failing_finalisation_reaches_a_person(received: InboundFile, monkeypatch: pytest.MonkeyPatch) -> None:
    (unit,) = split_file(received.pk) or []
    process_unit.process_unit(unit.pk)
    with monkeypatch.context() as broken:
        broken.setattr(finalise_file, "acknowledge_groups", _broken_mapping)
        with pytest.raises(RuntimeError):
            finalise_file.finalise_file(received.pk)
    assert ExceptionCase.objects.get().category == "internal"
    assert not Document.objects.filter(stage="final").exists()

    assert finalise_file.finalise_file(received.pk)
    assert Document.objects.filter(stage="final").count() == 25


def test_a_file_that_is_finalised_in_parts_ends_like_any_other(
    connection: Connection, rings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies between two parts leaves the rest to another; of what is there twice the first counts."""
    monkeypatch.setattr(finalise_file, "PART", 2)
    listed = [*orders(3), Order(number="PO-4", control="0004", se_count=9), *orders(2, first=5), Order("PO-1", "0007")]
    content = x12(isa_of(*listed))
    file = receive(
        [content], connection=connection, partner=connection.partner, environment="production", channel="api",
        received_by="test",
    ).file  # fmt: skip
    (unit,) = split_file(file.pk) or []
    process_unit.process_unit(unit.pk)
    with monkeypatch.context() as killed:
        killed.setattr(finalise_file, "supersede_late", _second_time(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            finalise_file.finalise_file(file.pk)
    assert Document.objects.filter(stage="final").count() == 2
    assert not Acknowledgment.objects.exists()

    assert finalise_file.finalise_file(file.pk)
    file.refresh_from_db()
    outcomes = list(Document.objects.order_by("ordinal").values_list("outcome", flat=True))
    assert outcomes == [*["accepted"] * 3, "rejected", *["accepted"] * 2, "duplicate"]
    assert (file.stage, file.outcome, file.documents_accepted) == ("finished", "partly", 5)
    assert sorted(ExceptionCase.objects.values_list("category", flat=True)) == ["duplicate", "syntax"]
    assert Event.objects.filter(file=file, verb="accepted").count() == 5
    assert b"AK9*P*7*7*6~" in bytes(Acknowledgment.objects.get().content)


def test_one_wrong_set_rejects_an_interchange_that_is_finalised_in_parts(
    connection: Connection, rings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finalise_file, "PART", 2)
    connection.partner.policies = {"suspension": "interchange"}
    connection.partner.save()
    content = x12(isa_of(*orders(4), Order(number="PO-5", control="0005", se_count=9)))
    file = receive(
        [content], connection=connection, partner=connection.partner, environment="production", channel="api",
        received_by="test",
    ).file  # fmt: skip
    advance_file(file.pk)
    assert set(Document.objects.values_list("stage", "outcome")) == {("final", "rejected")}
    assert Event.objects.filter(file=file, verb="rejected").count() == 5


def _second_time(error: type[BaseException]) -> object:
    """A step that is cut off when it comes the second time."""
    times: list[int] = []

    def step(failed: Iterable[UUID]) -> int:
        times.append(1)
        if len(times) == 2:
            raise error
        return 0

    return step


def test_a_partner_has_at_most_so_many_units_at_work(
    connection: Connection, rings: list[tuple[str, UUID, str]], settings: object
) -> None:
    settings.UNIT_MAX_DOCUMENTS, settings.UNITS_PER_PARTNER = 5, 3  # type: ignore[attr-defined]
    content = x12(isa_of(*orders(50)))
    file = receive(
        [content], connection=connection, partner=connection.partner, environment="production", channel="api",
        received_by="test",
    ).file  # fmt: skip
    admitted = split_file(file.pk) or []

    assert len(admitted) == 3
    assert admit_next(connection.partner_id) == []
    processed = process_unit.process_unit(admitted[0].pk)
    assert processed is not None
    assert [unit.ordinal for unit in processed.admitted] == [4]


def test_a_small_file_goes_before_the_rest_of_a_large_one(
    connection: Connection, rings: list[tuple[str, UUID, str]], settings: object
) -> None:
    settings.UNIT_MAX_DOCUMENTS, settings.UNITS_PER_PARTNER = 5, 1  # type: ignore[attr-defined]
    settings.INTERACTIVE_MAX_BYTES = 1000  # type: ignore[attr-defined]
    large, small = x12(isa_of(*orders(50))), x12(isa_of(Order(number="PO-900"), control=2))
    files = [
        receive(
            [content], connection=connection, partner=connection.partner, environment="production", channel="api",
            received_by="test",
        ).file
        for content in (large, small)
    ]  # fmt: skip
    (first,) = split_file(files[0].pk) or []
    assert split_file(files[1].pk) == []

    processed = process_unit.process_unit(first.pk)
    assert processed is not None
    assert [unit.file_id for unit in processed.admitted] == [files[1].pk]


def test_a_broker_that_is_away_loses_nothing(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: object
) -> None:
    def away(*arguments: object, **options: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(doorbell.current_app, "send_task", away)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        receipt = receive(
            [x12()], connection=connection, partner=connection.partner, environment="production", channel="api",
            received_by="test",
        )  # fmt: skip

    assert InboundFile.objects.get(pk=receipt.file.pk).stage == "received"
