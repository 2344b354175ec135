"""What was held or failed goes on after the cause was mended, without being sent again and without a second 997."""

import pytest

from mappings.models import Assignment
from partners.models import Agreement, AgreementStatus, Connection, Identity
from tests.benchmarks.world import make_world
from tests.obeyed import obeys
from tests.transactions.conftest import Send, drain
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import (
    Acknowledgment,
    CanonicalDocument,
    Document,
    Event,
    ExceptionCase,
    InboundFile,
    Interchange,
)
from transactions.services.cases import close_case
from transactions.services.release import release
from transactions.services.reprocess import reprocess
from transactions.states import Disposition


def test_an_unknown_sender_is_registered_and_its_file_goes_on(send: Send, connection: Connection) -> None:
    file = send(x12(isa_of(*orders(3), sender="NEWID")))
    case = ExceptionCase.objects.get()
    assert release(case, actor="ada") == (
        False,
        "Still held: No partner has the interchange id ZZ:NEWID in production.",
    )

    Identity.objects.create(partner=connection.partner, environment="production", qualifier="ZZ", value="NEWID")
    assert release(case, actor="ada").ok
    drain()

    file.refresh_from_db()
    assert (file.stage, file.outcome, file.documents_accepted) == ("finished", "accepted", 3)
    assert Acknowledgment.objects.filter(file=file, kind="997").count() == 1
    assert not ExceptionCase.objects.filter(status="open").exists()
    assert Event.objects.get(file=file, verb="released").actor == "ada"


def test_a_missing_agreement_holds_only_its_group(send: Send, connection: Connection) -> None:
    file = send(
        x12(Isa(groups=(Group(orders=orders(2)), Group(orders=orders(2, first=8), control="2", version="005010"))))
    )
    assert (file.stage, file.documents_accepted) == ("held", 2)
    assert Acknowledgment.objects.filter(file=file).count() == 1

    agreement = Agreement.objects.create(
        partner=connection.partner, environment="production", release="005010", status=AgreementStatus.LIVE
    )
    version = Assignment.objects.first().version  # type: ignore[union-attr]
    Assignment.objects.create(agreement=agreement, version=version)
    assert release(ExceptionCase.objects.get(), actor="ada").ok
    drain()

    file.refresh_from_db()
    assert (file.stage, file.documents_accepted) == ("finished", 4)
    assert Acknowledgment.objects.filter(file=file).count() == 2


def test_a_held_duplicate_interchange_is_processed_when_a_person_says_so(send: Send) -> None:
    send(x12(isa_of(Order(number="PO-1"), control=7)))
    file = send(x12(isa_of(Order(number="PO-2"), control=7)))

    assert release(ExceptionCase.objects.get(), actor="ada").ok
    drain()
    file.refresh_from_db()
    assert file.outcome == "accepted"


def test_a_closed_case_releases_nothing(send: Send) -> None:
    send(x12(isa_of(sender="STRANGER")))
    case = ExceptionCase.objects.get()
    assert close_case(case, actor="ada", resolution="not ours")
    assert not close_case(case, actor="bob", resolution="again", disposition=Disposition.REJECTED)
    case.refresh_from_db()
    assert (case.disposition, case.closed_by, case.resolution) == ("solved", "ada", "not ours")

    assert release(case, actor="ada") == (False, "The case is closed already.")


def test_reprocessing_uses_the_policies_of_now_and_never_acknowledges_again(send: Send, connection: Connection) -> None:
    agreement = Agreement.objects.get(environment="production")
    agreement.policies = {"unknown_codes": "reject"}
    agreement.save()
    segments = ("BEG*00*SA*PO-1**20261121", "N1*BY*Buyer*92*1001", "PO1*1*1*QQ*1**VP*A", "CTT*1")
    file = send(x12(isa_of(Order(segments=segments))))
    document = Document.objects.get(file=file)
    sent = bytes(Acknowledgment.objects.get(file=file).content)
    assert (document.outcome, document.verdict) == ("rejected", "R")

    agreement.policies = {}
    agreement.save()
    (result,) = reprocess([document.pk], actor="ada")

    assert result.ok, result.message
    document.refresh_from_db()
    file.refresh_from_db()
    assert (document.outcome, document.verdict, document.attempt) == ("accepted", "R", 2)
    assert (file.outcome, file.documents_accepted) == ("accepted", 1)
    assert bytes(Acknowledgment.objects.get(file=file).content) == sent
    assert not ExceptionCase.objects.filter(status="open").exists()
    assert list(document.attempts.values_list("number", flat=True)) == [2, 1]
    assert CanonicalDocument.objects.get(document=document, is_current=True).revision == 2


def test_an_accepted_document_is_not_processed_again(send: Send) -> None:
    file = send(x12())
    (result,) = reprocess(file.documents.values_list("pk", flat=True), actor="ada")

    assert not result.ok
    assert Document.objects.get(file=file).attempt == 1


def test_a_duplicate_stays_a_duplicate_when_processed_again(send: Send) -> None:
    send(x12(isa_of(Order(number="PO-1"), control=1)))
    again = send(x12(isa_of(Order(number="PO-1", lines=2), control=2)))
    (result,) = reprocess(again.documents.values_list("pk", flat=True), actor="ada")

    assert not result.ok
    assert Document.objects.get(file=again).outcome == "duplicate"
    assert ExceptionCase.objects.filter(file=again, status="open").count() == 1
    before = ExceptionCase.objects.get(file=again, status="closed")
    assert before.disposition == Disposition.FAILED_AGAIN, "nothing was solved"


@obeys("ta1")
@pytest.mark.parametrize(
    ("ta1", "requested", "faulty", "expected"),
    [
        ("never", "1", True, ""),
        ("error", "1", False, ""),
        ("error", "0", True, "R"),
        ("requested", "1", False, "A"),
        ("requested", "0", False, ""),
        ("always", "0", False, "A"),
    ],
)
def test_the_policy_for_ta1(
    send: Send, connection: Connection, ta1: str, requested: str, faulty: bool, expected: str
) -> None:
    connection.partner.policies = {"ta1": ta1}
    connection.partner.save()
    file = send(x12(isa_of(ack_requested=requested, iea_count=5 if faulty else None)))

    verdicts = "".join(Acknowledgment.objects.filter(file=file, kind="TA1").values_list("verdict", flat=True))
    assert verdicts == expected


def test_acknowledgments_can_be_switched_off_or_shortened(send: Send, connection: Connection) -> None:
    connection.partner.policies = {"acknowledge_accepted": False}
    connection.partner.save()
    first = send(x12(isa_of(*orders(2), control=1)))
    content = bytes(Acknowledgment.objects.get(file=first).content)
    assert b"AK2" not in content
    assert b"AK9*A*2*2*2~" in content

    connection.partner.policies = {"acknowledgment": "none"}
    connection.partner.save()
    second = send(x12(isa_of(*orders(2, first=5), control=2)))
    assert not Acknowledgment.objects.filter(file=second).exists()


def test_control_numbers_of_acknowledgments_ascend_without_gaps_per_pair(send: Send) -> None:
    make_world("other", "OTHER")
    for control in (1, 2, 3):
        send(x12(isa_of(Order(number=f"PO-{control}"), control=control)))

    numbers = list(Acknowledgment.objects.order_by("created_at").values_list("control_number", flat=True))
    assert numbers == ["000000001", "000000002", "000000003"]


def test_an_unwritable_acknowledgment_is_a_case_and_the_document_goes_on(send: Send, connection: Connection) -> None:
    Identity.objects.create(partner=connection.partner, environment="production", qualifier="ZZ", value="BU>ER")
    file = send(x12(isa_of(sender="BU>ER")))

    assert Document.objects.get(file=file).outcome == "accepted"
    assert ExceptionCase.objects.get().category == "internal"
    assert Interchange.objects.get(file=file).partner == connection.partner
    assert InboundFile.objects.get(pk=file.pk).stage == "finished"
