"""Work that a person must be able to get going again: no state without a way out, no decision taken twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from mappings.models import Assignment
from partners.models import Agreement, AgreementStatus, Connection
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


def test_what_a_person_let_pass_is_not_held_again(send: Send, connection: Connection) -> None:
    """A used control number was let pass; releasing a group of it later must not hold the interchange once more."""
    send(x12(isa_of(Order(number="PO-9"), control=7)))
    groups = (Group(orders=orders(2)), Group(orders=orders(2, first=5), control="2", version=VERSION))
    file = send(x12(Isa(groups=groups, control=7)))
    assert release(open_case_of(file, "duplicate"), actor="ada").ok
    drain()
    cover(connection)

    assert release(open_case_of(file, "unroutable"), actor="ada").ok
    drain()
    file.refresh_from_db()
    assert (file.stage, file.outcome, file.documents_accepted) == ("finished", "accepted", 4)


def test_a_refused_interchange_stays_refused_when_a_group_of_it_is_released(send: Send, connection: Connection) -> None:
    """Its TA1 said R: nothing of it may be accepted afterwards."""
    connection.partner.policies = {"duplicate_interchange": "reject"}
    connection.partner.save()
    send(x12(isa_of(Order(number="PO-9"), control=7)))
    groups = (Group(orders=orders(2)), Group(orders=orders(2, first=5), control="2", version=VERSION))
    file = send(x12(Isa(groups=groups, control=7)))
    cover(connection)
    assert release(open_case_of(file, "unroutable"), actor="ada").ok
    drain()

    assert not Document.objects.filter(file=file, outcome="accepted").exists()
    assert [a.verdict for a in Acknowledgment.objects.filter(file=file)] == ["R"]
    results = reprocess(Document.objects.filter(file=file).values_list("pk", flat=True), actor="ada")
    assert not any(result.ok for result in results)


def test_an_envelope_fault_of_a_held_interchange_gets_its_case_when_it_is_released(send: Send) -> None:
    send(x12(isa_of(Order(number="PO-9"), control=7)))
    file = send(x12(isa_of(*orders(2), control=7, iea_count=5)))
    assert release(open_case_of(file, "duplicate"), actor="ada").ok
    drain()

    assert Document.objects.filter(file=file, outcome="rejected").count() == 2
    assert open_case_of(file, "envelope").code == "interchange-count-mismatch"


def test_dead_and_held_units_of_one_group_are_both_let_go(
    send: Send, connection: Connection, monkeypatch: pytest.MonkeyPatch, settings: pytest.FixtureRequest
) -> None:
    settings.UNIT_MAX_ATTEMPTS = 1  # type: ignore[attr-defined]
    file = receive_file(connection, x12(isa_of(Order(number="PO-1"), Order(set_id="810", control="2"))))
    (unit,) = split_file(file.pk) or []
    with monkeypatch.context() as broken:
        broken.setattr(process_unit, "translate_spans", _broken)
        with pytest.raises(RuntimeError):
            advance_unit(unit.pk)
        WorkUnit.objects.update(changed_at=timezone.now() - LONG_AGO)
        assert sweep().given_up == 1
    drain()
    assert sorted(file.cases.values_list("category", flat=True)) == ["internal", "unroutable"]

    assert release(open_case_of(file, "internal"), actor="ada").ok
    drain()
    assert Document.objects.get(file=file).outcome == "accepted"
    assert list(WorkUnit.objects.filter(file=file).values_list("state", flat=True)) == ["done", "held"]
    file.refresh_from_db()
    assert file.stage == "held"


def test_a_file_that_was_split_is_never_split_again(
    connection: Connection, rings: list[tuple[str, UUID, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its finalisation failed once; trying again finalises it, and held groups of it stay where they are."""
    groups = (Group(orders=orders(2)), Group(orders=orders(2, first=5), control="2", version=VERSION))
    file = receive_file(connection, x12(Isa(groups=groups)))
    (unit,) = split_file(file.pk) or []
    process_unit.process_unit(unit.pk)
    with monkeypatch.context() as broken:
        broken.setattr(finalise_file, "acknowledge_groups", _broken)
        with pytest.raises(RuntimeError):
            finalise_file.finalise_file(file.pk)
    case = open_case_of(file, "internal")
    finalise_file.finalise_file(file.pk)
    file.refresh_from_db()
    assert file.stage == "held"

    assert release(case, actor="ada").ok
    drain()
    file.refresh_from_db()
    assert (file.stage, file.attempts) == ("held", 1)
    assert Document.objects.filter(file=file, outcome="accepted").count() == 2


def test_a_finalisation_that_the_sweeper_made_good_needs_nobody(
    connection: Connection, rings: list[tuple[str, UUID, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = receive_file(connection, x12())
    (unit,) = split_file(file.pk) or []
    process_unit.process_unit(unit.pk)
    with monkeypatch.context() as broken:
        broken.setattr(finalise_file, "acknowledge_groups", _broken)
        with pytest.raises(RuntimeError):
            finalise_file.finalise_file(file.pk)
    InboundFile.objects.update(received_at=timezone.now() - LONG_AGO)
    assert sweep().finalisations == 1
    assert finalise_file.finalise_file(file.pk)

    assert not ExceptionCase.objects.filter(status="open").exists()


def receive_file(connection: Connection, content: bytes) -> InboundFile:
    return receive(
        [content], connection=connection, partner=connection.partner, environment="production", channel="api",
        received_by="test",
    ).file  # fmt: skip


def _broken(*arguments: object) -> None:
    raise RuntimeError("broken")
