"""If these fail, a partner's answers to our test documents are lost, or compared with what it never got."""

from collections.abc import Callable

import pytest

from config.core.models import AuditEntry
from mappings.models import Assignment
from partners.models import Agreement, AgreementStatus, Connection, Direction, Environment
from tests.benchmarks.world import published
from tests.factories import make_user
from tests.transactions.conftest import Send
from tests.transactions.x12 import Group, Isa, Order, x12
from transactions.models import CertificationRun, OurTestDocument, SentGroup
from transactions.services.certification_state import states
from transactions.services.certify_due import certify_due
from transactions.services.record_our_test import NotRecorded, record_our_test

NOTICE = (
    "BSN*00*SN-1*20261121*0830*0001", "HL*1**S", "TD1*CTN*1", "HL*2*1*O", "PRF*OUR-1",
    "HL*3*2*I", "LIN*1*VP*ITEM-1", "SN1*1*1*EA", "HL*4*2*I", "LIN*2*VP*ITEM-2", "SN1*2*{}*EA", "CTT*4",
)  # fmt: skip


def ours(*orders: Order, receiver: str = "BUYER", usage: str = "T", control: int = 77) -> bytes:
    """What our ERP sent: the partner is the receiver."""
    group = Group(orders=orders or (Order("OUR-1", lines=2),), control=str(control), sender="ONRAMP", receiver=receiver)
    return x12(Isa(groups=(group,), sender="ONRAMP", receiver=receiver, usage=usage, control=control))


Agree = Callable[..., Agreement]


@pytest.fixture
def agree(connection: Connection) -> Agree:
    def make(set_id: str, kind: str, mapping: str, direction: str = Direction.INBOUND) -> Agreement:
        """An agreement for live documents that is a draft, and the live one for tests beside it."""
        made = {}
        for environment in Environment.values:
            made[environment] = Agreement.objects.create(
                partner=connection.partner, direction=direction, kind=kind, set_id=set_id, environment=environment,
                status=AgreementStatus.LIVE if environment == "test" else AgreementStatus.DRAFT,
                policies={"certification": "always"},
            )  # fmt: skip
            Assignment.objects.create(agreement=made[environment], version=published(mapping))
        return made[Environment.PRODUCTION]

    return make


def word(agreement: Agreement, scenario: str) -> str:
    return next(one.word for one in states(agreement) if one.scenario.code == scenario)


def test_what_was_sent_is_kept_with_what_it_says_and_awaits_its_answer(connection: Connection) -> None:
    (made,) = record_our_test(connection.partner, ours(), by=make_user("ann"))
    assert (made.kind, made.set_id, made.number, str(made)) == ("order", "850", "OUR-1", "850 OUR-1")
    assert len(made.body["lines"]) == 2
    group = SentGroup.objects.get()
    assert (group.file, group.environment, group.outcome, group.receiver) == (None, "test", "waiting", "ZZ:BUYER")
    assert group.due_at is not None
    assert AuditEntry.objects.filter(verb="certification.sent", actor="ann").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (ours(usage="P"), "live"),
        (ours(receiver="SOMEBODY"), "ZZ:SOMEBODY"),
        (b"hello", "no X12 document"),
        (b"", "no X12 document"),
        (b"x" * 1_000_001, "1 MB"),
    ],
)
def test_what_is_no_test_for_this_partner_is_refused(connection: Connection, content: bytes, words: str) -> None:
    with pytest.raises(NotRecorded, match=words):
        record_our_test(connection.partner, content, by=make_user())
    assert not SentGroup.objects.exists()
    assert not OurTestDocument.objects.exists()


def test_the_same_file_is_recorded_once(connection: Connection) -> None:
    record_our_test(connection.partner, ours(), by=make_user())
    with pytest.raises(NotRecorded, match="recorded already"):
        record_our_test(connection.partner, ours(), by=make_user())


def test_a_997_on_it_is_found_and_passes_the_agreement_that_we_send_by(
    connection: Connection, agree: Agree, send: Send
) -> None:
    orders = agree("850", "order", "x12-850-order", Direction.OUTBOUND)
    record_our_test(connection.partner, ours(), by=make_user())
    said = Order(set_id="997", segments=("AK1*PO*77", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"))
    send(x12(Isa(groups=(Group(orders=(said,), functional_id="FA"),), usage="T", control=5)))
    certify_due()
    assert SentGroup.objects.get(file=None).outcome == "accepted"
    assert word(orders, "acknowledged") == "passed"


@pytest.mark.parametrize(("quantity", "state"), [("2", "passed"), ("3", "failed")])
def test_a_ship_notice_is_compared_with_the_order_that_we_sent(
    connection: Connection, agree: Agree, send: Send, quantity: str, state: str
) -> None:
    notices = agree("856", "despatch-advice", "x12-856-despatch-advice")
    record_our_test(connection.partner, ours(), by=make_user())
    body = tuple(segment.format(quantity) for segment in NOTICE)
    sets = [
        Order(set_id="856", control=f"{n:04d}", segments=(body[0].replace("SN-1", f"SN-{n}"), *body[1:]))
        for n in (1, 2)
    ]
    send(x12(Isa(groups=(Group(orders=sets, functional_id="SH"),), usage="T", control=5)))
    certify_due()
    assert word(notices, "valid") == "passed"
    assert word(notices, "matches-order") == state
    if state == "failed":
        run = CertificationRun.objects.get(scenario="matches-order")
        assert run.results[1]["words"] == "Line 2 (ITEM-2) has 3; 2 were ordered."
