"""If these fail, we encrypt for nobody, trust a stranger, or notice the end of a certificate when traffic stops."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from django.utils import timezone

from config.core.vault import unseal
from partners.models import Certificate, CertificatePurpose, Partner
from partners.services.add_certificate import CertificateRefused, add_certificate
from partners.services.certificates_in_force import certificate_in_use, expiring_certificates, valid_certificates
from tests.partners.protocols.certificates import KeyPair, make_pair

pytestmark = pytest.mark.django_db
SIGNING = CertificatePurpose.SIGNING
PAIR = make_pair()


@pytest.fixture
def acme() -> Partner:
    return Partner.objects.create(code="acme", name="Acme")


@pytest.fixture
def own() -> Partner:
    return Partner.objects.create(code="own", name="We", is_own=True)


def add(partner: Partner, pair: KeyPair, *purposes: str, key: bytes = b"", **more: object) -> Certificate:
    content = pair.certificate.encode()
    return add_certificate(partner, "production", list(purposes or ["signing"]), content, private_key=key, **more)  # type: ignore[arg-type]


def test_what_is_known_of_a_certificate(acme: Partner) -> None:
    kept = add(acme, PAIR, "signing", "encryption")
    read = x509.load_pem_x509_certificate(PAIR.certificate.encode())
    assert kept.subject == "CN=acme"
    assert kept.serial == f"{read.serial_number:x}"
    assert (kept.not_before, kept.not_after) == (read.not_valid_before_utc, read.not_valid_after_utc)
    assert kept.sealed_key == ""


def test_der_and_pkcs12_are_read_too(acme: Partner, own: Partner) -> None:
    read = x509.load_pem_x509_certificate(PAIR.certificate.encode())
    der = add_certificate(acme, "production", ["signing"], read.public_bytes(Encoding.DER))
    bundle = serialize_key_and_certificates(
        b"ours",
        load_pem_private_key(PAIR.private_key.encode(), None),  # type: ignore[arg-type]
        read,
        None,
        BestAvailableEncryption(b"pass"),
    )
    ours = add_certificate(own, "production", ["signing"], bundle, passphrase="pass")
    assert ours.fingerprint == der.fingerprint
    assert "PRIVATE KEY" in unseal(ours.sealed_key, ours.context).decode()
    with pytest.raises(CertificateRefused, match="passphrase"):
        add_certificate(own, "test", ["signing"], bundle, passphrase="wrong")


def test_our_own_needs_its_key_and_a_partners_never_brings_one(acme: Partner, own: Partner) -> None:
    with pytest.raises(CertificateRefused, match="needs its private key"):
        add(own, PAIR)
    with pytest.raises(CertificateRefused, match="Never take one"):
        add(acme, PAIR, key=PAIR.private_key.encode())
    with pytest.raises(CertificateRefused, match="belongs to another"):
        add(own, PAIR, key=make_pair().private_key.encode())
    assert not Certificate.objects.exists()
    kept = add(own, PAIR, key=PAIR.private_key.encode())
    assert "PRIVATE" not in kept.sealed_key
    assert "sealed_key" not in {field.name for field in kept.history.model._meta.fields}


@pytest.mark.parametrize(
    ("pair", "purposes", "said"),
    [
        (make_pair(begins=-10, ends=-1), ["signing"], "expired on"),
        (make_pair(usage=("key_encipherment",)), ["signing"], "does not allow signing"),
        (make_pair(usage=("digital_signature",)), ["encryption"], "does not allow encryption"),
        (make_pair(bits=1024), ["signing"], "1024 bits"),
        (KeyPair("nonsense", ""), ["signing"], "cannot be read"),
        (PAIR, [], "Say what the certificate is for"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(acme: Partner, pair: KeyPair, purposes: list[str], said: str) -> None:
    with pytest.raises(CertificateRefused, match=said):
        add_certificate(acme, "production", purposes, pair.certificate.encode())


def test_the_same_one_twice(acme: Partner) -> None:
    add(acme, PAIR)
    with pytest.raises(CertificateRefused, match="has this certificate already"):
        add(acme, PAIR)


def test_two_are_valid_at_once_and_one_is_used(acme: Partner) -> None:
    old = add(acme, make_pair(ends=20))
    new = add(acme, make_pair(ends=400), use_from=timezone.now() + timedelta(days=5))
    assert set(valid_certificates(acme, "production", SIGNING)) == {old, new}
    assert certificate_in_use(acme, "production", SIGNING) == old
    later = timezone.now() + timedelta(days=6)
    assert certificate_in_use(acme, "production", SIGNING, later) == new
    assert certificate_in_use(acme, "test", SIGNING) is None
    assert certificate_in_use(acme, "production", CertificatePurpose.ENCRYPTION) is None
    new.is_active = False
    new.save()
    assert valid_certificates(acme, "production", SIGNING) == [old]


def test_an_end_is_announced_until_something_follows(acme: Partner) -> None:
    old = add(acme, make_pair(ends=20))
    add(acme, make_pair(ends=400), "encryption")
    assert list(expiring_certificates()) == [old]
    assert list(expiring_certificates(timedelta(days=10))) == []
    add(acme, make_pair(ends=400), "signing")
    assert list(expiring_certificates()) == []
