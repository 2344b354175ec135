"""The main job: what a partner sends becomes canonical orders and an acknowledgment, each with its own fate."""

import json
from uuid import UUID

from tests.transactions.conftest import Send
from tests.transactions.x12 import Group, Isa, Order, isa_of, orders, x12
from transactions.models import Acknowledgment, CanonicalDocument, Document, Event, ExceptionCase, Interchange


def acknowledgment_of(file_id: UUID, kind: str = "997") -> str:
    return bytes(Acknowledgment.objects.get(file_id=file_id, kind=kind).content).decode()


def test_a_clean_order_becomes_a_canonical_order_and_a_997(send: Send) -> None:
    file = send(x12(isa_of(Order(number="PO-77", lines=2))))

    assert (file.stage, file.outcome) == ("finished", "accepted")
    document = Document.objects.get(file=file)
    assert (document.business_key, document.outcome, document.verdict) == ("PO-77", "accepted", "A")
    canonical = CanonicalDocument.objects.get(document=document, is_current=True)
    body = json.loads(canonical.body)
    assert body["number"] == "PO-77"
    assert [line["quantity"]["value"] for line in body["lines"]] == ["1", "2"]
    assert (canonical.currency, str(canonical.total), canonical.line_count) == ("USD", "7.50", 2)
    acknowledgment = acknowledgment_of(file.pk)
    assert "AK1*PO*1~" in acknowledgment
    assert "AK5*A~" in acknowledgment
    assert "AK9*A*1*1*1~" in acknowledgment
    verbs = list(Event.objects.filter(file=file).order_by("at", "id").values_list("verb", flat=True))
    assert set(verbs) == {"received", "split", "translated", "accepted", "acknowledged", "finished"}
    assert not ExceptionCase.objects.exists()


def test_several_interchanges_groups_and_sets_each_have_their_own_fate(send: Send) -> None:
    bad = Order(number="PO-3", control="0003", se_count=99)
    first = Isa(groups=(Group(orders=orders(2)), Group(orders=(bad,), control="2")))
    second = isa_of(Order(number="PO-4", control="0004"), control=2, element="|", terminator="'")
    file = send(x12(first, second))

    assert (file.outcome, file.documents_total, file.documents_accepted) == ("partly", 4, 3)
    outcomes = dict(Document.objects.filter(file=file).values_list("control_number", "outcome"))
    assert outcomes == {"0001": "accepted", "0002": "accepted", "0003": "rejected", "0004": "accepted"}
    assert Acknowledgment.objects.filter(file=file, kind="997").count() == 3
    assert sorted(Acknowledgment.objects.values_list("verdict", flat=True)) == ["A", "A", "R"]
    case = ExceptionCase.objects.get()
    assert (case.category, case.code) == ("syntax", "set-count-mismatch")
    assert case.document == Document.objects.get(file=file, control_number="0003")


def test_a_large_file_makes_many_units_and_one_acknowledgment(send: Send, settings: object) -> None:
    settings.UNIT_MAX_DOCUMENTS = 10  # type: ignore[attr-defined]
    file = send(x12(isa_of(*orders(95))))

    assert file.units.count() == 10
    assert file.documents_accepted == 95
    assert list(file.documents.order_by("ordinal").values_list("ordinal", flat=True)) == list(range(1, 96))
    assert "AK9*A*95*95*95~" in acknowledgment_of(file.pk)


def test_same_bytes_twice_are_one_file(send: Send) -> None:
    content = x12()
    first, second = send(content), send(content)

    assert first.pk == second.pk
    assert Document.objects.count() == 1
    assert Event.objects.filter(verb="received-again").count() == 1


def test_the_same_order_in_another_interchange_is_a_duplicate(send: Send) -> None:
    send(x12(isa_of(Order(number="PO-1"), control=1)))
    again = send(x12(isa_of(Order(number="PO-1", lines=3), control=2)))

    assert again.outcome == "rejected"
    assert Document.objects.get(file=again).outcome == "duplicate"
    assert ExceptionCase.objects.get(file=again).category == "duplicate"
    # Acknowledgments come from syntax only: the set was read without fault.
    assert "AK5*A~" in acknowledgment_of(again.pk)


def test_the_first_of_two_equal_orders_in_one_file_wins(send: Send) -> None:
    file = send(x12(isa_of(Order(control="0001"), Order(control="0002"))))

    outcomes = dict(Document.objects.filter(file=file).values_list("control_number", "outcome"))
    assert outcomes == {"0001": "accepted", "0002": "duplicate"}


def test_a_change_of_an_order_is_no_duplicate(send: Send) -> None:
    send(x12(isa_of(Order(number="PO-1"), control=1)))
    change = send(x12(isa_of(Order(number="PO-1", purpose="04"), control=2)))

    assert change.outcome == "accepted"


def test_a_rejected_order_does_not_block_its_corrected_resend(send: Send) -> None:
    send(x12(isa_of(Order(number="PO-1", se_count=3), control=1)))
    corrected = send(x12(isa_of(Order(number="PO-1"), control=2)))

    assert corrected.outcome == "accepted"


def test_a_control_number_used_before_holds_the_interchange(send: Send) -> None:
    send(x12(isa_of(Order(number="PO-1"), control=7)))
    file = send(x12(isa_of(Order(number="PO-2"), control=7)))

    assert file.stage == "held"
    assert not Document.objects.filter(file=file).exists()
    assert Interchange.objects.get(file=file).state == "held"
    case = ExceptionCase.objects.get()
    assert (case.category, case.code) == ("duplicate", "interchange-duplicate")
    assert not Acknowledgment.objects.filter(file=file).exists()
