"""Corrections while people act on what they correct, on PostgreSQL: nobody waits in a circle, nothing is left open."""

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from partners.models import Connection
from tests.transactions.services.test_races import at_once, receive_file, world
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import Attempt, Document, DuplicateClaim, ExceptionCase, InboundFile
from transactions.services import finalise_file as finalise_module
from transactions.services import reject_document as reject_module
from transactions.services import reopen_case as reopen_module
from transactions.services import reprocess as reprocess_module
from transactions.services import supersede as supersede_module
from transactions.services.advance import advance_file
from transactions.services.cases import close_case
from transactions.services.finalise_file import finalise_file
from transactions.services.process_unit import process_unit
from transactions.services.reject_document import reject_document
from transactions.services.reopen_case import reopen_case
from transactions.services.reprocess import reprocess
from transactions.services.split_file import split_file
from transactions.states import Disposition

__all__ = ["world"]
pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def failed_file(connection: Connection, *numbers: str) -> UUID:
    """A file whose orders were rejected."""
    faulty = [Order(number=number, control=f"{index:04d}", se_count=99) for index, number in enumerate(numbers, 1)]
    file = receive_file(connection, x12(isa_of(*faulty, control=1)))
    advance_file(file)
    return file


def ready_file(connection: Connection, *numbers: str, control: int = 2, corrects: UUID | None = None) -> UUID:
    """A file whose orders were translated, and which is not finalised yet."""
    good = [Order(number=number, control=f"{index:04d}") for index, number in enumerate(numbers, 1)]
    file = receive_file(connection, x12(isa_of(*good, control=control)))
    InboundFile.objects.filter(pk=file).update(corrects=corrects)
    for unit in split_file(file) or []:
        process_unit(unit.pk)
    return file


def meeting(function: Callable[..., Any], gate: threading.Barrier, *, after: bool) -> Callable[..., Any]:
    """The function, in which two wait for each other; whoever a lock keeps away does not come, and that is well."""

    def wait() -> None:
        try:
            gate.wait(1.5)
        except threading.BrokenBarrierError:
            return

    def meet(*arguments: Any, **named: Any) -> Any:
        if not after:
            wait()
        result = function(*arguments, **named)
        if after:
            wait()
        return result

    return meet


def test_a_correction_that_is_accepted_while_its_predecessor_is_processed_again(
    world: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = Document.objects.get(file=failed_file(world, "PO-1"))
    mended = ready_file(world, "PO-1")
    claim = reprocess_module._claim

    def claim_after_the_other(*arguments: Any) -> Any:
        at_once(lambda: finalise_file(mended))
        return claim(*arguments)

    monkeypatch.setattr(reprocess_module, "_claim", claim_after_the_other)
    (result,) = reprocess([failed.pk], actor="ada")

    assert (result.ok, result.message) == (False, reprocess_module.CHANGED)
    failed.refresh_from_db()
    successor = Document.objects.get(file=mended)
    assert (failed.superseded_by, failed.attempt, successor.outcome) == (successor, 1, "accepted")
    assert not Attempt.objects.filter(document=failed, number=2).exists()
    assert not DuplicateClaim.objects.filter(holder=failed.pk).exists()
    assert not ExceptionCase.objects.filter(status="open").exists()


def test_two_corrections_of_one_file_that_are_accepted_at_once(
    world: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = failed_file(world, "PO-1", "PO-2")
    first = ready_file(world, "PO-1", control=2, corrects=failed)
    second = ready_file(world, "PO-2", control=3, corrects=failed)
    gate = threading.Barrier(2)
    met = meeting(finalise_module.supersede_documents, gate, after=True)
    monkeypatch.setattr(finalise_module, "supersede_documents", met)
    results = at_once(lambda: finalise_file(first), lambda: finalise_file(second))

    assert results == [True, True]
    pairs = dict(Document.objects.filter(file=failed).values_list("business_key", "superseded_by__file_id"))
    assert pairs == {"PO-1": first, "PO-2": second}
    assert not ExceptionCase.objects.filter(status="open").exists()


def test_a_rejection_and_a_correction_do_not_wait_for_each_other(
    world: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = failed_file(world, "PO-1")
    mended = ready_file(world, "PO-1")
    case = ExceptionCase.objects.get(file=failed)
    gate = threading.Barrier(2)
    monkeypatch.setattr(reject_module, "close_case", meeting(close_case, gate, after=True))
    monkeypatch.setattr(supersede_module, "close_cases", meeting(supersede_module.close_cases, gate, after=False))
    _, finalised = at_once(lambda: reject_document(case, actor="ada", reason="no"), lambda: finalise_file(mended))

    assert finalised is True
    assert Document.objects.get(file=failed).superseded_by == Document.objects.get(file=mended)
    assert not ExceptionCase.objects.filter(status="open").exists()


def test_a_case_reopened_while_its_document_is_superseded_is_not_left_open(
    world: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = failed_file(world, "PO-1")
    mended = ready_file(world, "PO-1")
    case = ExceptionCase.objects.get(file=failed)
    close_case(case, actor="ada", resolution="nothing to do", disposition=Disposition.NO_ACTION)
    case.refresh_from_db()
    is_reopenable = reopen_module.is_reopenable

    def look_and_hesitate(one: ExceptionCase) -> bool:
        found = is_reopenable(one)
        time.sleep(0.5)
        return found

    def finalise_meanwhile() -> bool:
        time.sleep(0.1)
        return finalise_file(mended)

    monkeypatch.setattr(reopen_module, "is_reopenable", look_and_hesitate)
    at_once(lambda: reopen_case(case, actor="ada"), finalise_meanwhile)

    assert Document.objects.get(file=failed).superseded_by is not None
    assert not ExceptionCase.objects.filter(status="open").exists()
