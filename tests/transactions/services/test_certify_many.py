"""If these fail, a partner that sends many tests waits for ever for the verdict on those that count."""

import pytest
from django.utils import timezone

from partners.models import Agreement, AgreementStatus, Connection, Environment
from tests.transactions.conftest import Send
from tests.transactions.x12 import Group, Isa, Order, isa_of, x12
from transactions.models import Certification, CertificationRun
from transactions.services import certify as certify_service
from transactions.services.certify import certify


@pytest.fixture
def agreement(connection: Connection) -> Agreement:
    """The agreement for live orders, whose scenarios are asked."""
    found = Agreement.objects.select_related("partner").get(environment=Environment.PRODUCTION)
    found.status, found.policies = AgreementStatus.DRAFT, {"certification": "always"}
    found.save()
    return found


@pytest.mark.parametrize("version", ["004010", "004010VICS"])
def test_however_many_tests_of_another_release_came_first_those_of_this_one_are_judged(
    agreement: Agreement, send: Send, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(certify_service, "AT_ONCE", 2)
    Agreement.objects.filter(environment=Environment.TEST).update(release="")
    for control, release in enumerate(("005010", "005010", "003060", version), 5):
        group = Group([Order(f"PO-{control}")], version=release, control=str(control))
        send(x12(Isa([group], usage="T", control=control)))
    assert certify(agreement) == 1
    assert CertificationRun.objects.get().name == "850 PO-8"


def test_when_all_is_shown_what_came_besides_is_looked_at_once(
    agreement: Agreement, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    for control, order in enumerate((Order("PO-1"), Order("PO-2", lines=3), Order("PO-1")), 1):
        send(x12(isa_of(order, usage="T", control=control)))
        certify(agreement)
    monkeypatch.setattr(certify_service, "AT_ONCE", 2)
    for control in (5, 6):
        send(x12(isa_of(Order(f"MORE-{control}"), usage="T", control=control)))
    before = timezone.now()
    assert certify(agreement) == 0
    assert Certification.objects.get().seen_until >= before  # type: ignore[operator]  # it was looked at
