"""What the sender is told: from envelope and syntax only, of everything that came, and never wrongly."""

import pytest

from partners.models import Connection
from tests.obeyed import obeys
from tests.transactions.conftest import Send
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import Acknowledgment, ExceptionCase, InboundFile


def answer(file: InboundFile, kind: str = "997") -> tuple[str, str]:
    """Verdict and text of the only acknowledgment of this kind."""
    acknowledgment = Acknowledgment.objects.get(file=file, kind=kind)
    return acknowledgment.verdict, bytes(acknowledgment.content).decode().replace("\n", "")


def test_a_group_without_sets_is_answered(send: Send) -> None:
    """GE01 promises three sets and none came: the sender must learn that they are lost."""
    file = send(x12(Isa(groups=(Group(orders=(), ge_count=3),))))

    verdict, text = answer(file)
    assert (verdict, "AK9*R*3*0*0*5~" in text) == ("R", True)
    assert (file.stage, file.outcome) == ("finished", "rejected")


@obeys("envelope_errors")
def test_faults_that_the_partner_is_allowed_are_noted(send: Send, connection: Connection) -> None:
    connection.partner.policies = {"envelope_errors": "warn", "ta1": "always"}
    connection.partner.save()
    file = send(x12(Isa(groups=(Group(ge_count=2),), iea_count=5)))

    assert file.outcome == "accepted"
    verdict, text = answer(file)
    assert (verdict, "AK9*E*2*1*1*5~" in text) == ("E", True)
    verdict, text = answer(file, "TA1")
    assert (verdict, "*E*021~" in text) == ("E", True)


def test_a_ta1_takes_no_number_of_a_group(send: Send, connection: Connection) -> None:
    connection.partner.policies = {"ta1": "always"}
    connection.partner.save()
    file = send(x12(isa_of(Order())))

    _, text = answer(file)
    assert "GS*FA*ONRAMP*BUYER*" in text
    assert "*1*X*004010~" in text


def test_an_interchange_without_groups_is_finished(send: Send) -> None:
    file = send(x12(Isa(groups=())))

    assert (file.stage, file.outcome) == ("finished", "accepted")
    assert not Acknowledgment.objects.exists()


def test_an_unknown_sender_without_documents_is_held_too(send: Send) -> None:
    file = send(x12(Isa(groups=(), sender="STRANGER")))

    assert (file.stage, file.outcome) == ("held", "")


def test_acknowledgments_are_not_acknowledged(send: Send, connection: Connection) -> None:
    body = ("AK1*PO*1", "AK9*A*1*1*1")
    file = send(x12(Isa(groups=(Group(functional_id="FA", orders=(Order(set_id="997", segments=body),)),))))

    assert not Acknowledgment.objects.filter(file=file).exists()


@pytest.mark.thorough
def test_thousands_of_groups_are_each_answered_once(send: Send, settings: pytest.FixtureRequest) -> None:
    settings.UNITS_PER_PARTNER = 100  # type: ignore[attr-defined]
    groups = [Group(orders=(Order(number=f"G-{n}"),), control=str(n)) for n in range(1, 151)]
    file = send(x12(Isa(groups=groups)))

    answers = Acknowledgment.objects.filter(file=file)
    assert (file.outcome, answers.count(), answers.values("group").distinct().count()) == ("accepted", 150, 150)


def test_a_part_that_cannot_be_read_is_shown_to_a_person(send: Send) -> None:
    """Between two good interchanges one has a header that cannot be read: its orders are lost if nobody looks."""
    broken = b"ISA*00*" + x12(isa_of(*orders(2, first=50)))[40:]
    content = x12(isa_of(Order(number="A"))) + broken + x12(isa_of(Order(number="B"), control=2))
    file = send(content)

    assert (file.outcome, file.documents_accepted) == ("partly", 2)
    assert ExceptionCase.objects.get(file=file).category == "unreadable"
