"""Keys and certificates in the partner's own hands: shown once, limited, used for live traffic when accepted."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.core.models import AuditEntry, User
from partners.models import ApiKey, Certificate, CertificatePurpose, Connection, Partner, Proposal
from partners.services.authenticate import authenticate
from partners.services.certificates_in_force import valid_certificates
from partners.services.decide_proposal import accept, refuse
from partners.services.own_keys import MOST_IN_FORCE
from tests.partners.portal.people import Own
from tests.partners.protocols.certificates import KeyPair, make_pair

SECRET = re.compile(r"onr_[A-Za-z0-9]{10}_[A-Za-z0-9]{40}")
CONNECTIONS, CERTIFICATES = reverse("portal:connections"), reverse("portal:certificates")


def issue(member: Client, own: Own, **said: Any) -> Any:
    return member.post(
        reverse("portal:key-add", args=[own.api.pk]), {"label": "ERP", "scopes": ["read"], "days": "90", **said}
    )


def secret_in(response: Any) -> str:
    found = SECRET.search(response.content.decode())
    assert found
    return found[0]


def test_a_key_is_shown_once_scoped_and_ends(member: Client, own: Own) -> None:
    secret = secret_in(issue(member, own))
    key = authenticate(secret)
    assert key is not None
    assert key.connection == own.api
    assert key.scopes == ["read"]
    assert key.expires_at is not None
    assert timedelta(days=89) < key.expires_at - timezone.now() <= timedelta(days=90)
    page = member.get(CONNECTIONS).content.decode()
    assert key.prefix in page
    assert secret not in page
    entry = AuditEntry.objects.get(verb="key.issued")
    assert (entry.actor, entry.subject) == ("ada", f"API key {key.prefix}")


@pytest.mark.parametrize("said", [{"days": "9999"}, {"scopes": []}, {"scopes": ["admin"]}, {"label": ""}])
def test_no_key_without_an_end_a_scope_and_a_name(member: Client, own: Own, said: dict[str, Any]) -> None:
    assert issue(member, own, **said).status_code == 200
    assert ApiKey.objects.count() == 1


def test_a_key_is_rotated_and_revoked(member: Client, own: Own) -> None:
    old = secret_in(issue(member, own))
    key = authenticate(old)
    assert key is not None
    new = secret_in(member.post(reverse("portal:key-rotate", args=[key.pk]), {"days": "30"}))
    assert (authenticate(old) is not None, authenticate(new) is not None) == (True, True)
    key.refresh_from_db()
    assert key.expires_at is not None
    assert key.expires_at <= timezone.now() + timedelta(days=7)
    member.post(reverse("portal:key-revoke", args=[key.pk]))
    assert (authenticate(old) is None, authenticate(new) is None) == (True, False)
    again = member.post(reverse("portal:key-rotate", args=[key.pk]), {"days": "30"})
    assert "does not hold any more" in again.content.decode()
    assert "revoked before" in member.post(reverse("portal:key-revoke", args=[key.pk]), follow=True).content.decode()


def test_keys_do_not_pile_up(member: Client, own: Own) -> None:
    for _ in range(MOST_IN_FORCE + 1):
        answer = issue(member, own)
    assert "keys are in force" in answer.content.decode()
    assert own.api.api_keys.count() == MOST_IN_FORCE
    for key in own.api.api_keys.all()[:2]:
        answer = member.post(reverse("portal:key-rotate", args=[key.pk]), {"days": "30"})
    assert "keys are in force" in answer.content.decode()
    assert own.api.api_keys.count() == MOST_IN_FORCE + 1, "one is rotated while all places are taken"


def test_a_connection_that_is_off_gets_no_key(member: Client, own: Own) -> None:
    Connection.objects.update(is_enabled=False)
    assert "switched off" in issue(member, own).content.decode()
    url = reverse("portal:key-rotate", args=[own.key.pk])
    assert "switched off" in member.post(url, {"days": "30"}).content.decode()
    assert ApiKey.objects.count() == 1


def test_only_connections_of_the_api_have_keys(member: Client, own: Own) -> None:
    sftp = own.partner.connections.get(protocol="sftp")
    assert member.get(reverse("portal:key-add", args=[sftp.pk])).status_code == 404


def test_tests_of_connections_are_told_in_words(member: Client, own: Own) -> None:
    page = member.get(CONNECTIONS).content.decode()
    assert "Failed" in page
    assert "ACME does not answer." in page


@pytest.fixture(scope="module")
def pair() -> KeyPair:
    return make_pair()


def upload(member: Client, pem: str, **said: Any) -> Any:
    sent = {"file": SimpleUploadedFile("c.pem", pem.encode()), "purposes": ["signing"], "environment": "production"}
    return member.post(reverse("portal:certificate-add"), {**sent, **said}, follow=True)


def in_force(partner: Partner, environment: str) -> list[Certificate]:
    return valid_certificates(partner, environment, CertificatePurpose.SIGNING)


def test_a_certificate_for_live_documents_waits_until_we_accept_it(
    member: Client, partner: Partner, analyst: User, pair: KeyPair
) -> None:
    assert "when we have accepted it" in upload(member, pair.certificate).content.decode()
    assert in_force(partner, "production") == []
    assert "Waiting for us" in member.get(CERTIFICATES).content.decode()
    accept(Proposal.objects.get(), by=analyst)
    assert len(in_force(partner, "production")) == 1
    assert "In use" in member.get(CERTIFICATES).content.decode()


def test_a_certificate_for_tests_is_used_at_once(member: Client, partner: Partner, pair: KeyPair) -> None:
    assert "It is in use." in upload(member, pair.certificate, environment="test").content.decode()
    assert len(in_force(partner, "test")) == 1
    assert not Proposal.objects.exists()


def test_a_refused_certificate_is_gone_and_its_refusal_is_told(
    member: Client, partner: Partner, analyst: User, pair: KeyPair
) -> None:
    upload(member, pair.certificate)
    refuse(Proposal.objects.get(), "Its fingerprint is another one", by=analyst)
    assert not Certificate.objects.exists()
    assert "Its fingerprint is another one" in member.get(reverse("portal:company")).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [("rubbish", "cannot be read"), ("x" * 200_000, "too large"), ("private key", "cannot be read")],
)
def test_what_is_no_certificate_is_refused(
    member: Client, partner: Partner, pair: KeyPair, content: str, words: str
) -> None:
    sent = pair.private_key if content == "private key" else content
    assert words in upload(member, sent).content.decode()
    assert not Certificate.objects.exists()
    assert not Proposal.objects.exists()


def test_pages_without_rows_say_what_to_do(member: Client, partner: Partner, user: User) -> None:
    for name, words in {
        "connections": "No connection is set up yet",
        "certificates": "There is none yet",
        "guides": "We have put no guide here yet",
        "company": "There is nobody to write to yet",
    }.items():
        assert words in member.get(reverse(f"portal:{name}")).content.decode()
