"""If these fail, documents are booked to the wrong partner or translated by the wrong agreement."""

from typing import Any

import pytest

from partners.models import (
    Agreement,
    AgreementStatus,
    Connection,
    Direction,
    Environment,
    Identity,
    IdentityKind,
    Partner,
    Protocol,
)
from partners.services.effective_policies import effective_policies
from partners.services.recognise import find_agreement, find_partner, may_carry, releases_covering

pytestmark = pytest.mark.django_db
LIVE, SUSPENDED = AgreementStatus.LIVE, AgreementStatus.SUSPENDED
PRODUCTION, TEST = Environment.PRODUCTION, Environment.TEST


@pytest.fixture
def acme() -> Partner:
    return Partner.objects.create(code="acme", name="Acme")


@pytest.fixture
def identity(acme: Partner) -> Identity:
    return Identity.objects.create(partner=acme, qualifier="01", value="acme001")


def agree(partner: Partner, release: str, status: str = LIVE, **fields: Any) -> Agreement:
    return Agreement.objects.create(partner=partner, release=release, status=status, **fields)


def found(partner: Partner, version: str, set_id: str = "850", environment: str = PRODUCTION) -> Agreement | None:
    return find_agreement(partner, Direction.INBOUND, environment, set_id, version)


@pytest.mark.parametrize(("qualifier", "value"), [("01", "ACME001"), ("01 ", "acme001        "), ("01", " Acme001")])
def test_padding_and_case_do_not_matter(acme: Partner, identity: Identity, qualifier: str, value: str) -> None:
    assert find_partner(IdentityKind.ISA, qualifier, value, PRODUCTION) == acme


@pytest.mark.parametrize(
    ("kind", "qualifier", "value", "environment"),
    [
        (IdentityKind.ISA, "ZZ", "ACME001", PRODUCTION),
        (IdentityKind.ISA, "01", "ACME002", PRODUCTION),
        (IdentityKind.ISA, "01", "ACME001", TEST),
        (IdentityKind.GS, "01", "ACME001", PRODUCTION),
        (IdentityKind.ISA, "", "", PRODUCTION),
    ],
)
def test_another_identity_is_another_partner(
    acme: Partner, identity: Identity, kind: IdentityKind, qualifier: str, value: str, environment: str
) -> None:
    assert find_partner(kind, qualifier, value, environment) is None


def test_an_inactive_partner_is_still_recognised(acme: Partner, identity: Identity) -> None:
    acme.is_active = False
    acme.save()
    assert find_partner(IdentityKind.ISA, "01", "ACME001", PRODUCTION) == acme


def test_the_most_specific_agreement_decides(acme: Partner) -> None:
    every, release, vics = agree(acme, ""), agree(acme, "004010"), agree(acme, "004010VICS")
    assert found(acme, "004010VICS") == vics
    assert found(acme, "004010vics ") == vics
    assert found(acme, "004010UCS") == release
    assert found(acme, "004010") == release
    assert found(acme, "005010") == every


def test_a_suspended_agreement_is_not_stood_in_for(acme: Partner) -> None:
    agree(acme, "004010")
    agree(acme, "004010VICS", SUSPENDED)
    assert found(acme, "004010VICS") is None
    assert found(acme, "004010") is not None


def test_drafts_retired_ones_and_others_do_not_count(acme: Partner) -> None:
    other = Partner.objects.create(code="other", name="Other")
    agree(other, "004010")
    agree(acme, "004010", AgreementStatus.DRAFT)
    agree(acme, "004010", AgreementStatus.RETIRED)
    agree(acme, "004010", direction=Direction.OUTBOUND)
    agree(acme, "004010", environment=TEST)
    agree(acme, "004010", set_id="860")
    assert found(acme, "004010") is None


def test_releases_from_exact_to_any() -> None:
    assert releases_covering("004010VICS") == ["004010VICS", "004010", ""]
    assert releases_covering("004010") == ["004010", ""]
    assert releases_covering("") == [""]


def test_a_channel_authorises_its_partner_and_those_it_carries(acme: Partner) -> None:
    van = Partner.objects.create(code="van", name="VAN")
    stranger = Partner.objects.create(code="stranger", name="Stranger")
    connection = Connection.objects.create(partner=van, protocol=Protocol.API, name="VAN")
    connection.carries.add(acme)
    assert [may_carry(connection, partner) for partner in (van, acme, stranger)] == [True, True, False]


def test_the_agreement_overrides_the_partner_and_the_partner_the_default(acme: Partner) -> None:
    acme.policies = {"ta1": "always", "acknowledgment": "none"}
    agreement = agree(acme, "004010", policies={"acknowledgment": "997"})
    assert effective_policies(acme, agreement).ta1 == "always"
    assert effective_policies(acme, agreement).acknowledgment == "997"
    assert effective_policies(acme).acknowledgment == "none"
    assert effective_policies(acme).envelope_errors == "reject"
