"""The same is sent once more, by mistake or because no answer came: it is done once, and nobody has to look at it."""

import pytest

from partners.models import Connection
from tests.transactions.conftest import Send, drain
from tests.transactions.formats import LINES, UBL, agree, identify, sample
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import Acknowledgment, CanonicalDocument, Document, Event, ExceptionCase, InboundFile
from transactions.services.advance import advance_file
from transactions.services.finalise_file import finalise_file
from transactions.services.process_unit import process_unit
from transactions.services.receive import receive
from transactions.services.release import release
from transactions.services.split_file import split_file

OPEN = {"status": "open"}


def accepted() -> int:
    return Document.objects.filter(outcome="accepted").count()


def faulty(number: str = "PO-1", control: str = "0001") -> Order:
    return Order(number=number, control=control, se_count=99)


def test_a_whole_file_under_new_control_numbers(send: Send) -> None:
    first = send(x12(isa_of(*orders(3), control=1)))
    again = send(x12(isa_of(*orders(3), control=2)))

    assert accepted() == 3
    assert (again.outcome, again.documents_accepted, again.documents_total) == ("accepted", 0, 3)
    repeats = Document.objects.filter(file=again)
    assert {(one.outcome, one.superseded_by.file_id) for one in repeats} == {("duplicate", first.pk)}  # type: ignore[union-attr]
    assert not ExceptionCase.objects.exists()


def test_an_order_that_says_something_else_is_looked_at(send: Send) -> None:
    send(x12(isa_of(*orders(3), control=1)))
    one, two, three = orders(3)
    other = Order(number="PO-2", control="0002", segments=("BEG*00*SA*PO-2**20261121", "PO1*1*9*EA*1**VP*A", "CTT*1"))
    again = send(x12(isa_of(one, other, three, control=2)))

    assert two.number == other.number
    assert again.outcome == "partly"
    assert [case.document.business_key for case in ExceptionCase.objects.filter(**OPEN)] == ["PO-2"]  # type: ignore[union-attr]


def test_the_same_interchange_in_other_lines(send: Send) -> None:
    """A gateway breaks the lines anew: other bytes, the same transmission. The sender gets its answer again."""
    content = x12(isa_of(*orders(3), control=7))
    first = send(content)
    again = send(content.replace(b"~", b"~\r\n"))

    assert again.pk != first.pk
    assert (again.stage, again.outcome, accepted()) == ("finished", "accepted", 3)
    assert not ExceptionCase.objects.exists()
    assert CanonicalDocument.objects.filter(document__outcome="accepted").count() == 3
    assert b"AK9*A*3*3*3~" in bytes(Acknowledgment.objects.get(file=again).content)
    words = "interchange 000000007 was sent again as it was before"
    assert Event.objects.filter(file=again, verb="released", data={"words": words}).count() == 1


def test_the_same_interchange_beside_a_new_one(send: Send) -> None:
    """A mailbox that is sent whole every night."""
    old = isa_of(*orders(2), control=1)
    send(x12(old))
    whole = send(x12(old, isa_of(*orders(2, first=3), control=2)))

    assert (whole.outcome, whole.documents_accepted, whole.documents_total, accepted()) == ("accepted", 2, 4, 4)
    assert not ExceptionCase.objects.exists()


def test_a_number_used_for_something_else_is_held(send: Send) -> None:
    content = x12(isa_of(*orders(3), control=7))
    send(content)
    assert send(content.replace(b"PO-2", b"PO-9").replace(b"~", b"~\n")).stage == "held"
    assert ExceptionCase.objects.get().code == "interchange-duplicate"


def test_by_policy_a_used_number_is_refused_all_the_same(send: Send, connection: Connection) -> None:
    connection.partner.policies = {"duplicate_interchange": "reject"}
    connection.partner.save()
    content = x12(isa_of(*orders(3), control=7))
    send(content)
    assert send(content.replace(b"~", b"~\n")).outcome == "rejected"


@pytest.mark.parametrize("format_", ["text", "xml"])
def test_other_formats_are_sent_again_too(send: Send, connection: Connection, format_: str) -> None:
    agree(connection, LINES if format_ == "text" else UBL)
    identify(connection, "gln", "7300010000001")
    content = sample(LINES, "one-row-per-line") if format_ == "text" else sample(UBL, "peppol")
    first = send(content)
    again = send(content.rstrip() + b"\n\n")

    assert again.pk != first.pk
    assert accepted() == first.documents_total
    assert (again.outcome, again.documents_accepted) == ("accepted", 0)
    assert not ExceptionCase.objects.exists()


def receive_file(connection: Connection, content: bytes) -> InboundFile:
    return receive(
        [content], connection=connection, partner=connection.partner, environment="production", channel="api",
        received_by="test",
    ).file  # fmt: skip


def test_a_failure_that_its_correction_overtook_needs_nobody(connection: Connection, rings: object) -> None:
    """The worker of the first file was slower than the person who mended it."""
    slow = receive_file(connection, x12(isa_of(faulty(), control=1)))
    (unit,) = split_file(slow.pk) or []
    mended = receive_file(connection, x12(isa_of(Order(), control=2)))
    advance_file(mended.pk)
    process_unit(unit.pk)
    assert finalise_file(slow.pk)

    late = Document.objects.get(file=slow)
    assert (late.outcome, late.superseded_by) == ("rejected", Document.objects.get(file=mended))
    assert not ExceptionCase.objects.filter(**OPEN).exists()
    assert ExceptionCase.objects.get().disposition == "superseded"


def test_what_a_person_lets_go_late_is_overtaken_alike(send: Send, connection: Connection) -> None:
    send(x12(isa_of(Order(number="PO-9"), control=7)))
    held = send(x12(Isa(groups=(Group(orders=(faulty(),)),), control=7)))
    assert held.stage == "held"
    mended = send(x12(isa_of(Order(), control=8)))
    assert release(ExceptionCase.objects.get(**OPEN), actor="ada").ok
    drain()

    assert Document.objects.get(file=held).superseded_by == Document.objects.get(file=mended)
    assert not ExceptionCase.objects.filter(**OPEN).exists()
