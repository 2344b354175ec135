"""What we sent is known by its numbers: a partner's answer changes its state, and a refusal or silence is a case.

Documents that we send will have the same rows as the acknowledgments of today; here they stand for them.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from mappings.engine.x12.reconciliation import SentSet
from mappings.engine.x12.writer import OutboundEnvelope
from partners.models import Connection, Environment, Identity, Partner, Protocol
from partners.policies import Policies
from tests.obeyed import obeys
from tests.transactions.conftest import Send, drain
from tests.transactions.services.test_answers_of_partners import answers_of, refusal, ta1
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import Acknowledgment, Document, Event, ExceptionCase, InboundFile, SentGroup
from transactions.services.mark_overdue import mark_overdue
from transactions.services.record_sent import Sending, record_sent
from transactions.services.release import release
from transactions.services.sweep import sweep

INVOICES = (SentSet("810", "0001", "INV-1"), SentSet("810", "0002", "INV-2"))
LATER = timedelta(hours=25)


def policies(connection: Connection, **changes: object) -> None:
    connection.partner.policies = changes
    connection.partner.save()


def invoice_group(file: InboundFile, connection: Connection) -> SentGroup:
    """Two invoices of ours in group 17 of interchange 901, made by what a file said."""
    envelope = OutboundEnvelope(
        sender_qualifier="ZZ", sender_id="ONRAMP", receiver_qualifier="ZZ", receiver_id="BUYER",
        interchange_control=901, group_control=17, at=datetime(2026, 11, 21, tzinfo=UTC),
    )  # fmt: skip
    sending = Sending(file.pk, file.pk, connection.partner.pk, Environment.PRODUCTION)
    return record_sent(sending, envelope, Policies(), timezone.now(), functional_id="IN", sets=INVOICES)


@pytest.fixture
def invoices(send: Send, connection: Connection) -> SentGroup:
    policies(connection, acknowledgment="none")
    return invoice_group(send(x12(isa_of(Order(number="PO-77"), control=900))), connection)


def outcomes(group: SentGroup) -> list[str]:
    """Of the group and its sets."""
    group.refresh_from_db()
    return [group.outcome, *(one.outcome for one in group.sets.order_by("ordinal"))]


def verdict(*codes: str, whole: str, control: int = 50, kind: str = "997") -> Isa:
    """A 997 or 999 about both invoices."""
    trailer = "IK5" if kind == "999" else "AK5"
    notes = [line for n, code in enumerate(codes, 1) for line in (f"AK2*810*{n:04d}", f"{trailer}*{code}")]
    accepted = 2 - codes.count("R")
    body = ("AK1*IN*0017", *notes, f"AK9*{whole}*2*2*{accepted}")
    return answers_of(refusal(kind, segments=body), control=control)


def test_what_we_send_waits_for_its_answer(invoices: SentGroup) -> None:
    assert outcomes(invoices) == ["waiting"] * 3
    assert invoices.due_at == invoices.sent_at + timedelta(hours=24)


@pytest.mark.parametrize(
    ("kind", "codes", "whole", "expected", "cases"),
    [
        ("997", ("A", "A"), "A", ["accepted"] * 3, 0),
        ("999", ("A", "A"), "A", ["accepted"] * 3, 0),
        ("997", ("E", "A"), "E", ["with-errors", "with-errors", "accepted"], 0),
        ("997", ("R", "A"), "P", ["partly", "rejected", "accepted"], 1),
        ("999", ("R", "R"), "R", ["rejected"] * 3, 1),
        ("997", (), "A", ["accepted"] * 3, 0),
    ],
)
def test_an_acknowledgment_says_what_became_of_each_document(
    send: Send, invoices: SentGroup, kind: str, codes: tuple[str, ...], whole: str, expected: list[str], cases: int
) -> None:
    file = send(x12(verdict(*codes, whole=whole, kind=kind)))

    assert outcomes(invoices) == expected
    assert (invoices.answered_by_id, ExceptionCase.objects.filter(category="answer").count()) == (file.pk, cases)
    event = Event.objects.get(file=invoices.file, verb="answered")
    assert event.data["words"].startswith("The partner says of our group IN 17: ")


def verdict_of_one(number: int, code: str, control: int) -> Isa:
    """A 997 about one of the invoices only, as translators make them that answer set by set."""
    accepted = int(code != "R")
    body = ("AK1*IN*17", f"AK2*810*{number:04d}", f"AK5*{code}", f"AK9*{code}*1*1*{accepted}")
    return answers_of(refusal("997", segments=body), control=control)


def test_a_partner_may_answer_set_by_set(send: Send, invoices: SentGroup) -> None:
    send(x12(verdict_of_one(2, "R", 50)))
    assert outcomes(invoices) == ["waiting", "waiting", "rejected"]
    case = ExceptionCase.objects.get()
    assert (case.code, case.subject) == ("sent-rejected", invoices.pk), "a refusal does not wait for the others"
    send(x12(verdict_of_one(1, "A", 51)))
    assert outcomes(invoices) == ["partly", "accepted", "rejected"]
    send(x12(verdict_of_one(1, "A", 52)))
    assert outcomes(invoices) == ["partly", "accepted", "rejected"]
    assert ExceptionCase.objects.get() == case


def test_the_set_that_nobody_answered_is_missed(send: Send, invoices: SentGroup) -> None:
    send(x12(verdict_of_one(1, "A", 50)))
    assert mark_overdue(timezone.now() + LATER) == 1
    assert outcomes(invoices) == ["overdue", "accepted", "overdue"]
    assert ExceptionCase.objects.get().code == "sent-overdue"
    send(x12(verdict_of_one(2, "A", 51)))
    assert outcomes(invoices) == ["accepted"] * 3
    assert ExceptionCase.objects.get().status == "closed"


def test_an_answer_in_an_interchange_that_is_held_counts_when_it_is_released(
    send: Send, invoices: SentGroup, connection: Connection
) -> None:
    """The partner's 997 came from an address that nobody had registered: its verdict must not be lost."""
    held = verdict("R", "A", whole="P")
    file = send(x12(replace(held, sender="NEWID")))
    case = ExceptionCase.objects.get()
    assert outcomes(invoices) == ["waiting"] * 3
    assert not Event.objects.filter(verb="answered").exists()

    Identity.objects.create(partner=connection.partner, environment="production", qualifier="ZZ", value="NEWID")
    assert release(case, actor="ada") == (True, "Released: 1 acknowledgment read.")
    drain()

    assert outcomes(invoices) == ["partly", "rejected", "accepted"]
    assert Event.objects.filter(file=file, verb="answered").count() == 1
    assert ExceptionCase.objects.get(status="open").code == "sent-rejected"


def test_an_answer_that_was_held_as_a_duplicate_counts_once(send: Send, invoices: SentGroup) -> None:
    send(x12(verdict("A", "A", whole="A")))
    file = send(x12(verdict("A", "R", whole="P")))
    assert outcomes(invoices) == ["accepted"] * 3

    assert release(ExceptionCase.objects.get(), actor="ada").ok
    drain()

    assert outcomes(invoices) == ["partly", "accepted", "rejected"]
    assert Event.objects.filter(file=file, verb="answered").count() == 1


def test_a_ta1_that_was_held_is_read_and_not_answered(send: Send, invoices: SentGroup, connection: Connection) -> None:
    policies(connection, ta1="always", acknowledgment="none")
    sent = ta1("TA1*000000901*261121*0830*R*022", control=70).replace(b"BUYER ", b"NEWID ")
    send(sent)
    Identity.objects.create(partner=connection.partner, environment="production", qualifier="ZZ", value="NEWID")

    assert release(ExceptionCase.objects.get(), actor="ada").ok

    assert outcomes(invoices) == ["rejected"] * 3
    assert not Acknowledgment.objects.exists()


def test_a_refusal_opens_one_case_for_integration_support(send: Send, invoices: SentGroup) -> None:
    send(x12(answers_of(refusal())))
    send(x12(answers_of(refusal(), control=51)))

    case = ExceptionCase.objects.get()
    assert (case.category, case.queue, case.code) == ("answer", "integration-support", "sent-rejected")
    assert (case.file_id, case.subject, case.partner_id) == (invoices.file_id, invoices.pk, invoices.partner_id)
    assert "BIG01" in case.summary
    first, second = invoices.sets.order_by("ordinal")
    assert [(note["segment_id"], note.get("element")) for note in first.notes if note.get("element")] == [("BIG", 1)]
    assert not second.notes


def test_an_interchange_that_is_refused_refuses_all_that_is_in_it(send: Send, invoices: SentGroup) -> None:
    send(ta1("TA1*000000901*261121*0830*A*000", control=70))
    assert outcomes(invoices) == ["waiting"] * 3
    send(ta1("TA1*000000901*261121*0830*R*022"))

    assert outcomes(invoices) == ["rejected"] * 3
    assert ExceptionCase.objects.get().code == "sent-rejected"


def test_an_application_can_reject_what_was_acknowledged(send: Send, invoices: SentGroup) -> None:
    send(x12(verdict("A", "A", whole="A")))
    assert outcomes(invoices) == ["accepted"] * 3
    send(x12(advice("OTI*TR*IV*INV-2", "TED*024*Price differs")))

    assert outcomes(invoices) == ["partly", "accepted", "rejected"]
    assert ExceptionCase.objects.get().summary.startswith("The partner says of IV INV-2 in our group IN 17: rejected.")


def test_a_ta1_that_refuses_our_acknowledgment_opens_a_case(send: Send) -> None:
    asked = send(x12())
    ours = Acknowledgment.objects.get()
    assert SentGroup.objects.get(acknowledgment=ours).outcome == "none"
    send(ta1(f"TA1*{ours.control_number}*261121*0830*R*020"))

    sent = SentGroup.objects.get()
    case = ExceptionCase.objects.get()
    assert (sent.outcome, sent.functional_id, sent.group_control) == ("rejected", "FA", "1")
    assert (case.queue, case.file_id) == ("integration-support", asked.pk)
    assert case.summary.startswith(f"The partner says of our 997 {ours.control_number}: rejected.")


def test_an_answer_of_somebody_else_changes_nothing(send: Send, invoices: SentGroup) -> None:
    SentGroup.objects.filter(pk=invoices.pk).update(environment="test")
    send(x12(verdict("R", "R", whole="R")))

    assert outcomes(invoices) == ["waiting"] * 3
    assert not ExceptionCase.objects.exists()


def test_whoever_may_not_speak_for_the_partner_changes_nothing(send: Send, invoices: SentGroup) -> None:
    """Another partner's connection brings a refusal that says it comes from the receiver of our invoices."""
    other = Partner.objects.create(code="mallory", name="Mallory")
    through = Connection.objects.create(partner=other, protocol=Protocol.API, name="API")
    file = send(x12(verdict("R", "R", whole="R")), through)
    send(x12(advice("OTI*TR*IV*INV-2", control=61)), through)

    assert file.interchanges.get().partner is None
    assert outcomes(invoices) == ["waiting"] * 3
    assert not ExceptionCase.objects.filter(category="answer").exists()


def test_the_latest_of_a_number_is_meant(send: Send, invoices: SentGroup, connection: Connection) -> None:
    again = invoice_group(send(x12(isa_of(Order(number="PO-78"), control=901))), connection)
    send(x12(verdict("A", "A", whole="A")))
    send(ta1("TA1*000000901*261121*0830*R*022"))

    assert (outcomes(invoices)[0], outcomes(again)[0]) == ("waiting", "rejected")


def test_silence_opens_a_case_that_the_late_answer_closes(send: Send, invoices: SentGroup) -> None:
    assert mark_overdue(timezone.now()) == 0
    assert mark_overdue(timezone.now() + LATER) == 1
    assert mark_overdue(timezone.now() + LATER) == 0

    assert outcomes(invoices) == ["overdue"] * 3
    case = ExceptionCase.objects.get()
    assert (case.code, case.status, case.file_id) == ("sent-overdue", "open", invoices.file_id)
    send(x12(verdict("A", "A", whole="A")))
    case.refresh_from_db()
    assert (outcomes(invoices), case.status) == (["accepted"] * 3, "closed")


def test_a_late_refusal_takes_the_place_of_the_case_about_silence(send: Send, invoices: SentGroup) -> None:
    mark_overdue(timezone.now() + LATER)
    send(x12(verdict("R", "R", whole="R")))

    assert list(ExceptionCase.objects.order_by("pk").values_list("code", "status")) == [
        ("sent-overdue", "closed"),
        ("sent-rejected", "open"),
    ]


@obeys("answer_due_hours")
def test_the_sweeper_misses_a_ta1_that_we_asked_for(send: Send, connection: Connection) -> None:
    policies(connection, isa_ack_requested=True, answer_due_hours=2)
    send(x12())
    sent = SentGroup.objects.get()
    assert (sent.outcome, sent.due_at) == ("waiting", sent.sent_at + timedelta(hours=2))
    SentGroup.objects.update(due_at=timezone.now() - timedelta(seconds=1))

    assert sweep().overdue == 1
    assert ExceptionCase.objects.get().code == "sent-overdue"
    send(ta1(f"TA1*{sent.interchange_control}*261121*0830*A*000"))
    assert SentGroup.objects.get(pk=sent.pk).outcome == "accepted"


def test_nothing_is_missed_where_no_answer_is_wanted(send: Send, connection: Connection) -> None:
    policies(connection, isa_ack_requested=True, answer_due_hours=0)
    send(x12())
    assert (SentGroup.objects.get().outcome, mark_overdue(timezone.now() + LATER)) == ("none", 0)


def advice(*segments: str, control: int = 60) -> Isa:
    """An 824, which needs no agreement."""
    body = Order(set_id="824", control="0001", segments=("BGN*11*ADV-1*20261121", *segments))
    return Isa(groups=(Group(functional_id="AG", orders=(body,)),), control=control)


def test_an_824_is_taken_and_acknowledged_without_an_agreement(send: Send) -> None:
    file = send(x12(advice("OTI*TA*IV*INV-9")))

    document = Document.objects.get()
    assert (file.outcome, document.outcome, document.kind) == ("accepted", "accepted", "application-advice")
    assert (document.agreement, document.canonicals.count()) == (None, 0)
    assert Acknowledgment.objects.get().verdict == "A"
    event = Event.objects.get(verb="answered")
    assert event.document_id == document.pk
    assert event.data["words"] == "The partner says of document IV INV-9, which Onramp has not sent: accepted."
    assert not ExceptionCase.objects.exists()


def test_a_faulty_824_is_rejected_like_any_document(send: Send) -> None:
    file = send(x12(advice("OTI*TA*IV*INV-9", "QQQ*1")))

    assert (file.outcome, Acknowledgment.objects.get().verdict) == ("rejected", "R")
    assert ExceptionCase.objects.get().category == "syntax"


def test_what_it_rejects_and_nobody_knows_is_a_case_of_its_own(send: Send) -> None:
    file = send(x12(advice("OTI*TR*IV*INV-9*****17*0001*810", "TED*024*Price differs")))

    case = ExceptionCase.objects.get()
    assert (case.category, case.queue, case.file_id) == ("answer", "finance", file.pk)
    assert case.summary.endswith("IV INV-9: rejected. Price differs.")


@pytest.mark.parametrize("segments", [("OTI*TR*PO*PO-77",), ("OTI*TR*IV*INV-9", "REF*PO*PO-77")])
def test_an_order_that_it_names_tells_of_it(send: Send, segments: tuple[str, ...]) -> None:
    send(x12(isa_of(Order(number="PO-77"), control=900)))
    order = Document.objects.get()
    send(x12(advice(*segments)))

    assert Event.objects.filter(document_id=order.pk, verb="answered").count() == 1
    case = ExceptionCase.objects.get()
    assert (case.document_id, case.category, case.queue) == (order.pk, "answer", "customer-service")


def test_it_finds_a_document_of_ours_by_its_group_and_set(send: Send, invoices: SentGroup) -> None:
    send(x12(advice("OTI*TR*IV*ANOTHER*****17*0002*810")))
    assert outcomes(invoices) == ["waiting", "waiting", "rejected"]


def test_hostile_answers_change_nothing(send: Send, invoices: SentGroup) -> None:
    for control, segments in enumerate((("OTI",), ("OTI*T*" + "9" * 300,), ("TED*1",), ()), 61):
        file = send(x12(advice(*segments, control=control)))
        assert file.stage == "finished"
    assert outcomes(invoices) == ["waiting"] * 3
    assert InboundFile.objects.filter(stage="finished").count() == 5
