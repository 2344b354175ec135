"""AS2 against a partner's server that the test starts: it opens, verifies and answers with a receipt of its own."""

import base64
from typing import Any

import msgspec
import pytest
from pytest_django.fixtures import Settings

from partners.protocols import cms
from partners.protocols.as2 import PROTOCOL, As2Settings, check
from partners.protocols.as2_message import (
    Entity,
    entity_bytes,
    mic_of,
    open_entity,
    same_mic,
    seal,
    sign_entity,
    verify_entity,
)
from partners.protocols.base import Peer, Step
from tests.partners.protocols.certificates import KeyPair, make_pair
from tests.partners.protocols.http_peer import Reply, serving

OURS, THEIRS, STRANGER = make_pair("ours"), make_pair("theirs"), make_pair("stranger")


class Partner:
    """What the partner's server does with a message; a test spoils one thing of it."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}
        self.payload = b""
        self.signs_with: KeyPair | None = THEIRS
        self.disposition = "automatic-action/MDN-sent-automatically; processed"
        self.mic: str | None = None
        self.message_id: str | None = None

    def answer(self, headers: dict[str, str], body: bytes) -> Reply:
        self.seen = headers
        entity = Entity(headers["content-type"], body)
        if "pkcs7-mime" in entity.content_type:
            entity = open_entity(cms.decrypt(body, *THEIRS))
        mic = ""
        if entity.content_type.startswith("multipart/signed"):
            content, digest = verify_entity(entity, [OURS.certificate])
            mic, entity = mic_of(content, digest), open_entity(content)
        self.payload = entity.body
        receipt = self.receipt(headers["message-id"], mic)
        return 200, {"Content-Type": receipt.content_type}, receipt.body

    def receipt(self, message_id: str, mic: str) -> Entity:
        said = (
            f"Original-Message-ID: {self.message_id or message_id}\r\nDisposition: {self.disposition}\r\n"
            f"Received-Content-MIC: {self.mic or mic}\r\n\r\n"
        ).encode()
        parts = [
            entity_bytes("text/plain", b"Thank you.\r\n", "7bit"),
            entity_bytes("message/disposition-notification", said, "7bit"),
        ]
        body = b"".join(b"--b1\r\n" + part + b"\r\n" for part in parts) + b"--b1--\r\n"
        kind = 'multipart/report; report-type=disposition-notification; boundary="b1"'
        if self.signs_with is None:
            return Entity(kind, body)
        return sign_entity(entity_bytes(kind, body, "7bit"), *self.signs_with, "sha256")


@pytest.fixture
def partner(settings: Settings) -> Partner:
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    return Partner()


WANTED = As2Settings(our_name="ONRAMP AS2", their_name="ACME", url="https://as2.acme.example/in", timeout_seconds=5)
CERTIFICATES = {
    "ours": OURS.certificate,
    "ours-key": OURS.private_key,
    "theirs-encryption": THEIRS.certificate,
    "theirs-signing": THEIRS.certificate,
}


def run(partner: Partner, certificates: dict[str, str] = CERTIFICATES, **changed: Any) -> list[Step]:
    assert PROTOCOL.test is not None
    with serving(partner.answer) as url:
        return PROTOCOL.test(Peer(msgspec.structs.replace(WANTED, url=url, **changed), certificates=certificates))


def test_a_signed_and_encrypted_message_with_a_signed_receipt(partner: Partner) -> None:
    steps = run(partner)
    assert [step.is_ok for step in steps] == [True, True, True], steps
    assert partner.payload == b"Onramp tests this connection.\r\n"
    assert partner.seen["as2-from"] == '"ONRAMP AS2"'
    assert partner.seen["as2-to"] == "ACME"
    assert "signed-receipt-micalg=optional, sha-256" in partner.seen["disposition-notification-options"]


@pytest.mark.parametrize("signing", ["sha256", "sha384", "sha512", "none"])
@pytest.mark.parametrize("encryption", ["aes128", "aes256", "none"])
def test_every_algorithm(partner: Partner, signing: str, encryption: str) -> None:
    steps = run(partner, signing=signing, encryption=encryption)
    assert [step.name for step in steps if not step.is_ok] == (["Content"] if signing == "none" else [])


def test_asynchronous_receipts_are_asked_for_and_not_waited_for(partner: Partner) -> None:
    steps = run(partner, mdn="async", mdn_url="https://onramp.example/mdn")
    assert all(step.is_ok for step in steps)
    assert partner.seen["receipt-delivery-option"] == "https://onramp.example/mdn"


def failed(partner: Partner, **changed: Any) -> str:
    return " ".join(step.said for step in run(partner, **changed) if not step.is_ok)


def test_a_receipt_by_a_stranger_proves_nothing(partner: Partner) -> None:
    partner.signs_with = STRANGER
    assert "none of the partner's certificates" in failed(partner)


def test_a_receipt_without_the_signature_that_we_asked_for(partner: Partner) -> None:
    partner.signs_with = None
    assert "is not signed" in failed(partner)
    assert failed(partner, mdn_signed=False) == ""


def test_a_partner_that_could_not_open_it_says_so(partner: Partner) -> None:
    partner.disposition = "automatic-action/MDN-sent-automatically; processed/error: decryption-failed"
    assert "decryption-failed" in failed(partner)


def test_a_receipt_for_something_else(partner: Partner) -> None:
    partner.mic = "AAAA, sha-256"
    assert "digest in the receipt is not ours" in failed(partner)
    partner.mic, partner.message_id = None, "<other@acme>"
    assert "another message" in failed(partner)


def test_both_certificates_of_a_rollover_are_trusted(partner: Partner) -> None:
    steps = run(
        partner, CERTIFICATES | {"theirs-signing": STRANGER.certificate, "theirs-signing-2": THEIRS.certificate}
    )
    assert all(step.is_ok for step in steps)


@pytest.mark.parametrize(
    ("without", "said"),
    [("ours-key", "Our own profile"), ("theirs-encryption", "for encryption"), ("theirs-signing", "for signing")],
)
def test_a_missing_certificate_is_said_before_anything_is_sent(partner: Partner, without: str, said: str) -> None:
    steps = run(partner, {name: pem for name, pem in CERTIFICATES.items() if name != without})
    assert said in steps[0].said
    assert partner.seen == {}


def test_a_server_that_answers_something_else(partner: Partner) -> None:
    partner.answer = lambda headers, body: (500, {}, b"oops")  # type: ignore[method-assign]
    assert "HTTP 500" in failed(partner)
    partner.answer = lambda headers, body: (200, {"Content-Type": "text/html"}, b"<html>")  # type: ignore[method-assign]
    assert "no receipt" in failed(partner)


def test_nothing_is_sent_into_our_own_network(partner: Partner, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    assert "not a public address" in failed(partner)
    assert partner.seen == {}


def test_what_is_signed_cannot_be_changed() -> None:
    sealed = seal("application/edi-x12", b"ISA*00~", sign_with=(*OURS, "sha256"), encrypt_for=None)
    changed = Entity(sealed.entity.content_type, sealed.entity.body.replace(b"ISA*00", b"ISA*01"))
    with pytest.raises(cms.CmsError, match="changed after it was signed"):
        verify_entity(changed, [OURS.certificate])
    with pytest.raises(cms.CmsError, match="none of the partner's"):
        verify_entity(sealed.entity, [THEIRS.certificate])
    with pytest.raises(cms.CmsError, match="cannot be read"):
        cms.verify(b"x", b"no signature", [OURS.certificate])


def test_only_the_receiver_opens_it() -> None:
    sealed = cms.encrypt(b"secret", THEIRS.certificate)
    assert b"secret" not in sealed
    assert cms.decrypt(sealed, *THEIRS) == b"secret"
    with pytest.raises(cms.CmsError):
        cms.decrypt(sealed, *STRANGER)


def test_digests_are_written_in_several_ways() -> None:
    digest = base64.b64encode(b"x" * 32).decode()
    assert same_mic(f"{digest}, sha256", f"{digest},SHA-256")
    assert not same_mic(f"{digest}, sha1", f"{digest}, sha-256")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"our_name": ""}, "Our AS2 name"),
        ({"their_name": 'A"B'}, "Their AS2 name"),
        ({"url": "ftp://x"}, "must begin with"),
        ({"url": "https://10.0.0.1/as2"}, "not a public address"),
        ({"url": "http://as2.acme.example", "encryption": "none"}, "must begin with https"),
        ({"mdn": "async"}, "address that asynchronous"),
    ],
)
def test_wrong_settings_are_said(changed: dict[str, str], said: str) -> None:
    assert check(WANTED) == []
    assert said in " ".join(check(msgspec.structs.replace(WANTED, **changed)))
