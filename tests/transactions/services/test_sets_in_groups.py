"""What only its group tells of a set reaches its verdict, its findings and what the sender is told."""

import pytest

from partners.models import Agreement, Connection
from tests.obeyed import obeys
from tests.transactions.conftest import Send
from tests.transactions.services.test_acknowledgment_rules import answer
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import Attempt, Document, WorkUnit
from transactions.services.explain import explain


def codes(document: Document) -> list[str]:
    return [found["code"] for found in Attempt.objects.get(document=document, number=1).findings]


def test_a_number_that_a_set_before_it_has_is_noted(send: Send) -> None:
    file = send(x12(isa_of(*orders(2), Order(number="PO-3", control="0001"))))

    first, second, third = Document.objects.filter(file=file).order_by("ordinal")
    assert (first.verdict, second.verdict, third.verdict) == ("A", "A", "E")
    assert (codes(first), codes(third)) == ([], ["set-control-duplicate"])
    verdict, text = answer(file)
    assert (verdict, text.count("AK5*A~"), "AK2*850*0001~AK5*E*23~AK9*E*3*3*3~" in text) == ("E", 2, True)
    place = Attempt.objects.get(document=third, number=1).findings[0]["place"]
    assert (place["offset"], place["set"], place["segment"], place["element"]) == (third.offset, 3, 1, 2)
    assert explain(third).rows


def test_clean_sets_take_no_more_room(send: Send) -> None:
    send(x12(isa_of(*orders(2), Order(number="PO-3", control="0001"))))

    assert [len(span) for span in WorkUnit.objects.get().spans] == [3, 3, 4]


def test_a_number_may_come_again_in_another_group(send: Send) -> None:
    file = send(x12(Isa(groups=(Group(), Group(orders=(Order(number="PO-2"),), control="2")))))

    assert {document.verdict for document in Document.objects.filter(file=file)} == {"A"}


def test_a_set_in_a_group_of_another_kind_is_rejected(send: Send) -> None:
    file = send(x12(Isa(groups=(Group(functional_id="IN"),))))

    document = Document.objects.get(file=file)
    assert (document.outcome, document.verdict, codes(document)) == ("rejected", "R", ["set-not-in-group"])
    verdict, text = answer(file)
    assert (verdict, "AK5*R*" in text, "AK9*R*1*1*0~" in text) == ("R", True, True)


@obeys("sets_in_groups")
def test_a_partner_may_be_put_up_with_whose_groups_say_another_kind(send: Send, connection: Connection) -> None:
    Agreement.objects.filter(partner=connection.partner).update(policies={"sets_in_groups": "warn"})
    file = send(x12(Isa(groups=(Group(functional_id="IN"),))))

    document = Document.objects.get(file=file)
    assert (document.outcome, document.verdict, codes(document)) == ("accepted", "E", ["set-not-in-group"])
    assert "AK5*E*6~" in answer(file)[1]


REPEATED = Isa(
    groups=(Group(version="005010", orders=(Order(segments=(
        "BEG*00*SA*PO-9**20261121", "REF*DP*100^200", "PO1*1*1*EA*2.50**VP*ITEM-1", "CTT*1",
    )),)),),
)  # fmt: skip


@obeys("repeated_elements")
@pytest.mark.parametrize(("value", "verdict"), [("reject", "R"), ("warn", "E"), ("off", "A")])
def test_an_element_that_is_repeated(send: Send, connection: Connection, value: str, verdict: str) -> None:
    Agreement.objects.filter(partner=connection.partner).update(policies={"repeated_elements": value}, release="")
    content = x12(REPEATED).replace(b"*U*00401*", b"*^*00501*")
    file = send(content)

    assert Document.objects.get(file=file).verdict == verdict
    text = answer(file)[1]
    assert ("AK4*2>>2*127*12*200~" in text) == (value != "off")
