"""Two workers at once, on PostgreSQL: whoever is second does no harm. SQLite has one writer and cannot show it."""

import threading
from collections.abc import Callable
from copy import copy
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from partners.models import Agreement, Connection, Partner
from partners.services.suspend import suspend
from tests.benchmarks.world import make_world
from tests.factories import make_user
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import (
    Acknowledgment,
    Attempt,
    Document,
    ExceptionCase,
    FunctionalGroup,
    InboundFile,
    WorkUnit,
)
from transactions.services import doorbell
from transactions.services import split_file as split_module
from transactions.services.accept_duplicate import accept_duplicate
from transactions.services.admit import admit_next
from transactions.services.advance import advance_file, advance_unit
from transactions.services.assign_case import assign_case
from transactions.services.cases import close_case
from transactions.services.finalise_file import finalise_file
from transactions.services.hold_stopped import hold_stopped
from transactions.services.process_unit import process_unit
from transactions.services.receive import receive
from transactions.services.reject_document import reject_document
from transactions.services.release_resumed import release_resumed
from transactions.services.reprocess import reprocess
from transactions.services.split_file import split_file

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

WORKERS = 4


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> Connection:
    monkeypatch.setattr(doorbell, "_ring", lambda *arguments: None)
    return make_world()


def receive_file(connection: Connection, content: bytes) -> UUID:
    return receive(
        [content],
        connection=connection,
        partner=connection.partner,
        environment="production",
        channel="api",
        received_by="test",
    ).file.pk


def at_once(*work: Callable[[], object]) -> list[object]:
    """Run all at the same moment, each on a connection of its own. Their results; an error of one fails the test."""
    gate = threading.Barrier(len(work))
    results: list[object] = [None] * len(work)
    errors: list[BaseException] = []

    def run(index: int) -> None:
        try:
            gate.wait()
            results[index] = work[index]()
        except BaseException as error:  # noqa: BLE001  # it is raised again in the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return results


def test_one_file_split_by_four(world: Connection) -> None:
    file = receive_file(world, x12(isa_of(*orders(20))))
    results = at_once(*[lambda: split_file(file)] * WORKERS)

    assert sum(result is not None for result in results) == 1
    assert WorkUnit.objects.filter(file=file).count() == 1


def test_one_unit_processed_by_four(world: Connection) -> None:
    file = receive_file(world, x12(isa_of(*orders(50))))
    (unit,) = split_file(file) or []
    results = at_once(*[lambda: process_unit(unit.pk)] * WORKERS)

    assert sum(result is not None for result in results) == 1
    assert Document.objects.filter(file=file).count() == 50


def test_one_file_finalised_by_four(world: Connection) -> None:
    file = receive_file(world, x12(isa_of(*orders(50))))
    (unit,) = split_file(file) or []
    process_unit(unit.pk)
    results = at_once(*[lambda: finalise_file(file)] * WORKERS)

    assert results.count(True) == 1
    assert Acknowledgment.objects.filter(file=file).count() == 1


def test_the_same_orders_in_four_files_are_accepted_once(world: Connection) -> None:
    """Each file lists them in another order, so that their claims would wait for each other in a circle."""
    files = []
    for control in range(1, WORKERS + 1):
        listed = list(orders(60))
        listed = listed[control * 10 :] + listed[: control * 10]
        files.append(receive_file(world, x12(isa_of(*listed, control=control))))
    at_once(*[lambda file=file: advance_file(file) for file in files])
    for pk in WorkUnit.objects.filter(state="admitted").values_list("pk", flat=True):
        advance_unit(pk)

    accepted = Document.objects.filter(outcome="accepted")
    assert accepted.count() == 60
    assert accepted.values("business_key").distinct().count() == 60
    assert Document.objects.filter(outcome="duplicate").count() == 60 * (WORKERS - 1)
    assert not InboundFile.objects.exclude(stage="finished").exists()


def test_acknowledgments_written_at_once_have_numbers_of_their_own(world: Connection) -> None:
    files = [
        receive_file(world, x12(isa_of(Order(number=f"PO-{control}"), control=control))) for control in range(1, 9)
    ]
    at_once(*[lambda file=file: advance_file(file) for file in files])
    for pk in WorkUnit.objects.filter(state="admitted").values_list("pk", flat=True):
        advance_unit(pk)

    numbers = sorted(Acknowledgment.objects.values_list("control_number", flat=True))
    assert numbers == [f"{number:09d}" for number in range(1, 9)]


def test_admission_is_not_exceeded_by_those_who_admit_at_once(
    world: Connection, settings: pytest.FixtureRequest
) -> None:
    settings.UNIT_MAX_DOCUMENTS, settings.UNITS_PER_PARTNER = 1, 3  # type: ignore[attr-defined]
    file = receive_file(world, x12(isa_of(*orders(30))))
    split_file(file)
    WorkUnit.objects.update(state="waiting")
    results = at_once(*[lambda: admit_next(world.partner_id)] * WORKERS)

    assert [len(result) for result in results if isinstance(result, list) and result] == [3]
    assert WorkUnit.objects.filter(state="admitted").count() == 3


def test_a_document_processed_again_by_four_has_one_more_attempt(world: Connection) -> None:
    file = receive_file(world, x12(isa_of(Order(se_count=99))))
    advance_file(file)
    document = Document.objects.get(file=file)
    at_once(*[lambda: reprocess([document.pk], actor="ada")] * WORKERS)

    # Later ones find it as it was left and may try again, but never twice under one number.
    numbers = list(Attempt.objects.filter(document=document).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert ExceptionCase.objects.filter(document=document, status="open").count() == 1


def test_a_case_closed_by_four_is_closed_once(world: Connection) -> None:
    file = receive_file(world, b"no x12 at all")
    advance_file(file)
    case = ExceptionCase.objects.get()
    results = at_once(*[lambda: close_case(case, actor="ada", resolution="done")] * WORKERS)

    assert results.count(True) == 1


def test_files_of_the_same_senders_in_another_order_do_not_wait_in_a_circle(world: Connection) -> None:
    """Each brings interchanges of two partners, with TA1s and 997s whose numbers both of them take."""
    other = make_world("other", "OTHER").partner
    world.carries.add(other)
    Partner.objects.update(policies={"ta1": "always"})
    senders = ("BUYER", "OTHER")
    files = []
    for control in range(1, 9):
        listed = senders if control % 2 else senders[::-1]
        parts = [isa_of(*orders(3, first=control * 10), sender=sender, control=control) for sender in listed]
        files.append(receive_file(world, x12(*parts)))
    at_once(*[lambda file=file: advance_file(file) for file in files])
    while units := list(WorkUnit.objects.filter(state="admitted").values_list("pk", flat=True)):
        at_once(*[lambda unit=unit: advance_unit(unit) for unit in units])

    assert not InboundFile.objects.exclude(stage="finished", outcome="accepted").exists()
    assert not ExceptionCase.objects.exists()
    assert Acknowledgment.objects.count() == 2 * 2 * len(files)


def test_files_with_the_same_group_numbers_in_another_order_do_not_wait_in_a_circle(world: Connection) -> None:
    """Each number of a group comes in an interchange of each file, and is used before in all but the first of them."""
    Partner.objects.update(policies={"duplicate_group": "reject"})
    count = 40
    files = []
    for number in range(1, WORKERS + 1):
        numbers = list(range(1, count + 1))[:: 1 if number % 2 else -1]
        parts = [
            Isa((Group(orders(1, first=number * 100 + place), control=str(of_group)),), control=number * 100 + place)
            for place, of_group in enumerate(numbers)
        ]
        files.append(receive_file(world, x12(*parts)))
    at_once(*[lambda file=file: split_file(file) for file in files])

    groups = FunctionalGroup.objects.filter(file__in=files)
    taken = groups.filter(is_refused=False).values_list("control_number", flat=True)
    assert sorted(taken) == sorted(str(number) for number in range(1, count + 1))
    assert groups.filter(is_refused=True).count() == count * (WORKERS - 1)


def test_a_place_that_became_free_while_a_file_was_split_is_taken(
    world: Connection, monkeypatch: pytest.MonkeyPatch, settings: pytest.FixtureRequest
) -> None:
    """The last unit at work ends when the new file's units are written and not yet committed."""
    settings.UNITS_PER_PARTNER = 1  # type: ignore[attr-defined]
    first, second = (receive_file(world, x12(isa_of(Order(number=f"R-{n}"), control=n))) for n in (1, 2))
    (unit,) = split_file(first) or []
    write = split_module._write

    def write_and_let_the_other_end(*arguments: Any) -> list[WorkUnit]:
        admitted = write(*arguments)
        at_once(lambda: advance_unit(unit.pk))
        return admitted

    monkeypatch.setattr(split_module, "_write", write_and_let_the_other_end)
    advance_file(second)

    assert InboundFile.objects.get(pk=second).stage == "finished"


def test_a_case_taken_by_four_has_one_owner_and_the_others_are_told(world: Connection) -> None:
    advance_file(receive_file(world, b"no x12 at all"))
    people = [make_user(f"w{n}", permissions=("transactions.work_cases",)) for n in range(WORKERS)]
    case = ExceptionCase.objects.get()
    seen = [copy(case) for _ in people]
    results = at_once(
        *[
            lambda person=person, mine=mine: assign_case(mine, to=person, actor=person)
            for person, mine in zip(people, seen, strict=True)
        ]
    )

    case.refresh_from_db()
    owners = [person for person, result in zip(people, results, strict=True) if result.ok]  # type: ignore[attr-defined]
    assert owners == [case.assignee]
    assert sum("Somebody was faster" in result.message for result in results) == WORKERS - 1  # type: ignore[attr-defined]


def test_a_duplicate_accepted_and_rejected_at_once_is_one_of_both(world: Connection) -> None:
    for control in (1, 2):
        advance_file(receive_file(world, x12(isa_of(Order(number="PO-1", lines=control), control=control))))
    case = ExceptionCase.objects.get()
    accepted, rejected = at_once(
        lambda: accept_duplicate(copy(case), actor="ada", reason="new"),
        lambda: reject_document(copy(case), actor="bob", reason="twice"),
    )

    assert {accepted.ok, rejected.ok} == {True, False}  # type: ignore[attr-defined]
    case.refresh_from_db()
    document = Document.objects.get(cases=case)
    assert (document.outcome, case.disposition) == (
        ("accepted", "overruled") if accepted.ok else ("rejected", "rejected")  # type: ignore[attr-defined]
    )


@pytest.mark.parametrize("orders_of_file", [8, 16, 24])
def test_a_suspension_while_workers_claim_units(world: Connection, settings: Any, orders_of_file: int) -> None:
    """A unit is begun or held, never both and never neither; when the agreement is live again, all of it goes on."""
    settings.UNIT_MAX_DOCUMENTS, settings.UNITS_PER_PARTNER = 1, 100
    agreement = Agreement.objects.get(partner=world.partner, environment="production")
    ann = make_user("ann")
    file_id = receive_file(world, x12(isa_of(*orders(orders_of_file))))
    split_file(file_id)
    keys = list(WorkUnit.objects.filter(file=file_id).values_list("pk", flat=True))
    units = WorkUnit.objects.filter(file=file_id)

    def work(part: list[UUID]) -> None:
        for key in part:
            advance_unit(key)

    def stop() -> None:
        suspend(agreement, by=ann)
        hold_stopped(agreement.pk)
        assert not units.filter(state__in=["waiting", "admitted"]).exists(), "after it is suspended nothing begins"

    at_once(lambda: work(keys), lambda: work(keys[::-1]), stop)
    assert set(units.values_list("state", flat=True)) <= {"done", "held"}
    assert Document.objects.filter(file=file_id).count() == units.filter(state="done").count()
    Agreement.objects.filter(pk=agreement.pk).update(status="live")
    release_resumed(agreement.pk)
    work(keys)
    finalise_file(file_id)
    assert Document.objects.filter(file=file_id, outcome="accepted").count() == orders_of_file
    assert not ExceptionCase.objects.filter(status="open").exists()
