"""What a partner answers to what we sent is read and told, and is neither a document nor a riddle for onboarding."""

import pytest

from partners.models import Connection
from tests.transactions.conftest import Send
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.admin.timeline import timeline
from transactions.models import Acknowledgment, Document, Event, ExceptionCase, InboundFile, WorkUnit
from transactions.pipeline import answers, plan

REFUSAL = (
    "AK1*IN*17", "AK2*810*0001", "AK3*BIG*2**8", "AK4*1*373*8*20261341", "AK5*R*5", "AK2*810*0002", "AK5*A",
    "AK9*P*2*2*1",
)  # fmt: skip


def answers_of(*sets: Order, control: int = 50) -> Isa:
    return Isa(groups=(Group(functional_id="FA", orders=sets),), control=control)


def refusal(kind: str = "997", control: str = "0001", segments: tuple[str, ...] = REFUSAL) -> Order:
    return Order(set_id=kind, control=control, segments=segments)


def told(file: InboundFile) -> list[str]:
    return [event.data["words"] for event in Event.objects.filter(file=file, verb="answered").order_by("pk")]


def ta1(text: str, control: int = 60) -> bytes:
    """An interchange with nothing in it but a TA1."""
    return x12(Isa(groups=(), control=control)).replace(b"IEA*", f"{text}~\nIEA*".encode())


@pytest.mark.parametrize("kind", ["997", "999"])
def test_an_answer_is_told_in_words_and_opens_no_case(send: Send, kind: str) -> None:
    file = send(x12(answers_of(refusal(kind))))

    assert (file.stage, file.outcome, file.documents_total) == ("finished", "accepted", 0)
    assert not ExceptionCase.objects.exists()
    assert not WorkUnit.objects.exists()
    assert not Acknowledgment.objects.exists()
    (words,) = told(file)
    assert timeline(Event.objects.filter(file=file, verb="answered"))[0].facts == [words]
    assert words.startswith(
        "The partner says of group IN 17, which Onramp has not sent: partly accepted, 1 of 2 documents. BIG01: "
    )


def test_orders_beside_answers_are_orders(send: Send) -> None:
    orders = Group(orders=(Order(),), control="2")
    file = send(x12(Isa(groups=(Group(functional_id="FA", orders=(refusal(), refusal(control="0002"))), orders))))

    assert (file.outcome, Document.objects.get().ordinal, len(told(file))) == ("accepted", 1, 2)
    assert Acknowledgment.objects.get().group.control_number == "2"  # type: ignore[union-attr]


def test_a_ta1_is_put_together_with_our_acknowledgment(send: Send) -> None:
    send(x12())
    ours = Acknowledgment.objects.get()
    number = ours.control_number
    file = send(ta1(f"TA1*{number}*261121*0830*R*020"))

    event = Event.objects.get(file=file, verb="answered")
    assert event.data["words"].startswith(f"The partner says of interchange {number}, our 997 {number}: rejected.")
    assert (event.data["acknowledgment"], event.data["file"]) == (str(ours.pk), str(ours.file_id))
    assert file.outcome == "accepted"


def test_a_ta1_about_what_we_never_sent_says_so(send: Send) -> None:
    file = send(ta1("TA1*000099999*261121*0830*A*000"))

    assert told(file) == ["The partner says of interchange 000099999, which Onramp has not sent: accepted."]


def test_a_ta1_is_never_answered_by_another(send: Send, connection: Connection) -> None:
    connection.partner.policies = {"ta1": "always"}
    connection.partner.save()
    send(ta1("TA1*000000001*261121*0830*A*000"))
    assert not Acknowledgment.objects.exists()

    send(x12(isa_of(control=2)))
    assert Acknowledgment.objects.filter(kind="TA1").count() == 1


@pytest.mark.parametrize("segments", [("BEG*00",), (), ("AK1",), ("AK1*PO*x", "AK9*Q*y*z")])
def test_what_makes_no_sense_is_told_too(send: Send, segments: tuple[str, ...]) -> None:
    file = send(x12(answers_of(refusal(segments=segments))))

    assert (file.stage, len(told(file))) == ("finished", 1)
    assert not ExceptionCase.objects.filter(category__in=("internal", "unroutable")).exists()


def test_a_faulty_envelope_of_answers_is_refused_with_a_case(send: Send) -> None:
    file = send(x12(Isa(groups=(Group(functional_id="FA", orders=(refusal(),), ge_count=5),))))

    assert (file.outcome, ExceptionCase.objects.get().category) == ("rejected", "envelope")


def test_very_many_answers_are_counted(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MOST_ANSWERS", 2)
    file = send(x12(answers_of(*(refusal(control=f"{n:04d}") for n in range(1, 6)))))

    assert told(file)[-1] == "3 more acknowledgments in the file were not read."
    assert len(told(file)) == 3


def test_an_answer_too_large_is_told(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_BYTES", 50)
    assert told(send(x12(answers_of(refusal())))) == ["An acknowledgment that cannot be understood."]
