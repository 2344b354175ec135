"""If these fail, a partner that sends all or nothing is told one thing, and its documents are another."""

from typing import Any

import pytest

from partners.models import Agreement, Connection
from tests.obeyed import obeys
from tests.transactions.conftest import Send, drain
from tests.transactions.services.test_acknowledgment_rules import answer
from tests.transactions.x12 import Group, Isa, Order, orders, x12
from transactions.models import Acknowledgment, Document, ExceptionCase, InboundFile
from transactions.services.release import release
from transactions.services.reprocess import reprocess

WRONG = Order(number="PO-9", control="0009", se_count=99)


def agree(connection: Connection, **policies: Any) -> None:
    connection.partner.policies = policies
    connection.partner.save()


def judged(file: InboundFile) -> list[tuple[str, str]]:
    """Verdict and outcome of each document, in the order of the file."""
    return list(Document.objects.filter(file=file).order_by("ordinal").values_list("verdict", "outcome"))


@obeys("suspension")
@pytest.mark.parametrize(
    ("policy", "first", "ak9"),
    [("set", ("A", "accepted"), "AK9*P*2*2*1~"), ("interchange", ("R", "rejected"), "AK9*R*2*2*0~")],
)
def test_one_wrong_set(send: Send, connection: Connection, policy: str, first: tuple[str, str], ak9: str) -> None:
    agree(connection, suspension=policy)
    file = send(x12(Isa(groups=(Group(orders=(Order(), WRONG)),))))
    assert judged(file) == [first, ("R", "rejected")]
    assert ak9 in answer(file)[1]


def test_all_groups_of_the_interchange_and_no_other_interchange(send: Send, connection: Connection) -> None:
    agree(connection, suspension="interchange")
    groups = (Group(orders=orders(2), control="1"), Group(orders=(WRONG,), control="2"))
    clean = Group(orders=orders(1, first=5), control="3")
    file = send(x12(Isa(groups=groups, control=1), Isa(groups=(clean,), control=2)))

    assert judged(file) == [("R", "rejected")] * 3 + [("A", "accepted")]
    verdicts = Acknowledgment.objects.filter(file=file).order_by("interchange__ordinal", "group__ordinal")
    assert list(verdicts.values_list("verdict", flat=True)) == ["R", "R", "A"]
    assert "AK2*850*0001~AK5*R~AK2*850*0002~AK5*R~AK9*R*2*2*0~" in bytes(verdicts[0].content).decode()
    assert file.outcome == "partly"
    assert sorted(ExceptionCase.objects.values_list("category", flat=True)) == ["envelope", "syntax"]


def test_a_suspended_document_says_why(send: Send, connection: Connection) -> None:
    agree(connection, suspension="interchange")
    file = send(x12(Isa(groups=(Group(orders=(Order(), WRONG)),))))
    document = Document.objects.get(file=file, ordinal=1)
    (found,) = document.attempts.get().findings
    assert (found["code"], document.errors) == ("interchange-suspended", 1)
    assert found["message"] == "1 set of interchange 000000001 cannot be taken, so nothing of it is"


def test_faults_of_mapping_and_business_suspend_nobody(send: Send, connection: Connection) -> None:
    agree(connection, suspension="interchange")
    no_quantity = Order(
        number="PO-2", control="0002", segments=("BEG*00*SA*PO-2**20261121", "PO1*1*0*EA*2.50**VP*I", "CTT*1")
    )
    file = send(x12(Isa(groups=(Group(orders=(Order(), no_quantity)),))))
    assert [outcome for _, outcome in judged(file)] == ["accepted", "rejected"]


def test_nothing_is_final_before_the_whole_interchange_is_judged(send: Send, connection: Connection) -> None:
    agree(connection, suspension="interchange")
    groups = (
        Group(orders=orders(2)),
        Group(orders=(Order(set_id="855", se_count=99),), functional_id="PR", control="2"),
    )
    file = send(x12(Isa(groups=groups)))

    assert file.stage == "held"
    assert not Acknowledgment.objects.exists()
    assert set(Document.objects.values_list("stage", flat=True)) == {"processed"}

    case = ExceptionCase.objects.get()
    agreement = Agreement.objects.get(partner=connection.partner, environment=connection.environment)
    other = Agreement.objects.create(partner=agreement.partner, set_id="855", status="live", release="004010")
    version = agreement.assignment.version
    other_assignment = type(agreement.assignment)(agreement=other, version=version)
    other_assignment.save()
    assert release(case, actor="ada").ok
    drain()
    file.refresh_from_db()
    assert judged(file) == [("R", "rejected")] * 3
    assert (file.stage, file.outcome) == ("finished", "rejected")


def test_a_person_may_take_a_suspended_document_all_the_same(send: Send, connection: Connection) -> None:
    agree(connection, suspension="interchange")
    file = send(x12(Isa(groups=(Group(orders=(Order(), WRONG)),))))
    (result,) = reprocess([Document.objects.get(file=file, ordinal=1).pk], actor="ada")
    assert result.ok
