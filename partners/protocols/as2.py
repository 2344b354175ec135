"""AS2 (RFC 4130): we post signed and encrypted messages, and a receipt proves that they arrived unchanged."""

import uuid
from email.utils import formatdate
from typing import Annotated, Literal

import msgspec
from django.conf import settings as django_settings

from partners.protocols.addresses import AddressRefused, post, url_faults
from partners.protocols.as2_message import MICALG, Entity, read_receipt, same_mic, seal
from partners.protocols.base import Peer, Protocol, SettingWords, Step
from partners.protocols.cms import CmsError


class As2Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """mdn_url: ours, where the partner sends asynchronous receipts to."""

    our_name: str = ""
    their_name: str = ""
    url: str = ""
    subject: Annotated[str, msgspec.Meta(pattern=r"^[ -~]*$")] = "EDI message"
    signing: Literal["sha256", "sha384", "sha512", "none"] = "sha256"
    encryption: Literal["aes256", "aes128", "none"] = "aes256"
    mdn: Literal["sync", "async", "none"] = "sync"
    mdn_signed: bool = True
    mdn_url: str = ""
    mdn_wait_minutes: Annotated[int, msgspec.Meta(ge=1, le=10_080)] = 60
    timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=300)] = 60


def check(settings: As2Settings) -> list[str]:
    """What is missing or cannot be."""
    said = []
    for name in ("our_name", "their_name"):
        value = getattr(settings, name)
        if not value or len(value) > 128 or not value.isascii() or not value.isprintable() or '"' in value:
            said.append(f"{WORDS[name].label}: 1 to 128 plain characters without quotes (RFC 4130, 6.2).")
    said += url_faults(settings.url, allowed=django_settings.OUTBOUND_ALLOWED_NETWORKS, schemes=("https", "http"))
    if settings.url.startswith("http:") and settings.encryption == "none":
        said.append("Without encryption the address must begin with https://.")
    if settings.mdn == "async" and not settings.mdn_url:
        said.append("Enter the address that asynchronous receipts are sent to.")
    return said


def test(peer: Peer) -> list[Step]:
    """Send a short text as a real message, and check the receipt when it comes with the answer."""
    wanted: As2Settings = peer.settings
    missing = _missing(peer)
    if missing:
        return [Step("Certificates", False, missing)]
    message_id = f"<{uuid.uuid4()}@onramp>"
    ours = peer.certificates.get("ours", ""), peer.certificates.get("ours-key", "")
    try:
        sealed = seal(
            "text/plain",
            b"Onramp tests this connection.\r\n",
            sign_with=None if wanted.signing == "none" else (*ours, wanted.signing),
            encrypt_for=None
            if wanted.encryption == "none"
            else (peer.certificates["theirs-encryption"], wanted.encryption),
        )
        answer = post(
            wanted.url,
            sealed.entity.body,
            headers(wanted, message_id, sealed.entity.content_type),
            allowed=django_settings.OUTBOUND_ALLOWED_NETWORKS,
            timeout=wanted.timeout_seconds,
        )
    except AddressRefused as refused:
        return [Step("Address", False, str(refused))]
    except (CmsError, ValueError) as error:
        return [Step("Certificates", False, str(error))]
    except OSError as error:
        return [Step("Connect", False, f"{type(error).__name__}: {error}")]
    taken = 200 <= answer.status < 300
    steps = [Step("Message", taken, f"The partner's server answered HTTP {answer.status}.")]
    if not taken or wanted.mdn == "none":
        return steps
    if wanted.mdn == "async":
        return [*steps, Step("Receipt", True, "It comes later, to our address; this test does not wait for it.")]
    return steps + _receipt(peer, Entity(answer.headers.get("content-type", ""), answer.body), message_id, sealed.mic)


def headers(settings: As2Settings, message_id: str, content_type: str) -> dict[str, str]:
    """The HTTP headers of a message (RFC 4130, 6 and 7.3)."""
    said = {
        "AS2-Version": "1.2",
        "AS2-From": _name(settings.our_name),
        "AS2-To": _name(settings.their_name),
        "Message-ID": message_id,
        "Subject": settings.subject,
        "Date": formatdate(usegmt=True),
        "MIME-Version": "1.0",
        "Content-Type": content_type,
    }
    if settings.mdn != "none":
        said["Disposition-Notification-To"] = settings.mdn_url or "onramp@localhost"
        if settings.mdn_signed:
            micalg = MICALG.get(settings.signing, MICALG["sha256"])
            said["Disposition-Notification-Options"] = (
                f"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, {micalg}"
            )
    if settings.mdn == "async":
        said["Receipt-Delivery-Option"] = settings.mdn_url
    return said


def _name(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _missing(peer: Peer) -> str:
    wanted = peer.settings
    if wanted.signing != "none" and not (peer.certificates.get("ours") and peer.certificates.get("ours-key")):
        return "Our own profile has no certificate with a private key for signing in this environment."
    if wanted.encryption != "none" and not peer.certificates.get("theirs-encryption"):
        return "The partner has no valid certificate for encryption in this environment."
    if wanted.mdn != "none" and wanted.mdn_signed and not peer.certificates.get("theirs-signing"):
        return "The partner has no valid certificate for signing in this environment."
    return ""


def _receipt(peer: Peer, entity: Entity, message_id: str, mic: str) -> list[Step]:
    trusted = [pem for name, pem in peer.certificates.items() if name.startswith("theirs-signing")]
    try:
        receipt = read_receipt(entity, trusted)
    except CmsError as error:
        return [Step("Receipt", False, str(error))]
    if peer.settings.mdn_signed and not receipt.is_signed:
        return [Step("Receipt", False, "The receipt is not signed, though we asked for that.")]
    said = "signed by the partner" if receipt.is_signed else "not signed"
    steps = [Step("Receipt", receipt.is_processed, f"{said}; disposition: {receipt.disposition}")]
    if receipt.original_message_id != message_id:
        steps.append(Step("Message id", False, "The receipt is about another message."))
    if receipt.is_processed:
        right = same_mic(receipt.mic, mic)
        steps.append(
            Step("Content", right, "It arrived unchanged." if right else "The digest in the receipt is not ours.")
        )
    return steps


WORDS = {
    "our_name": SettingWords("Our AS2 name", "AS2-From of what we send; capital and small letters differ."),
    "their_name": SettingWords("Their AS2 name", "AS2-To of what we send."),
    "url": SettingWords("Address", "Where messages are posted to."),
    "subject": SettingWords("Subject"),
    "signing": SettingWords(
        "Signature", values={"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512", "none": "None"}
    ),
    "encryption": SettingWords("Encryption", values={"aes256": "AES-256", "aes128": "AES-128", "none": "None"}),
    "mdn": SettingWords(
        "Receipt (MDN)", values={"sync": "With the answer", "async": "Later, to our address", "none": "None"}
    ),
    "mdn_signed": SettingWords("Signed receipt", "Only a signed receipt proves anything."),
    "mdn_url": SettingWords("Our address for receipts", "Needed when they come later."),
    "mdn_wait_minutes": SettingWords("Wait for a receipt", "Minutes, after which it counts as missing."),
    "timeout_seconds": SettingWords("Time-out", "Seconds."),
}
PROTOCOL = Protocol(
    "as2",
    "AS2",
    As2Settings,
    WORDS,
    {},
    check,
    test,
    "A short text is sent as a real message, signed and encrypted as set, and its receipt is checked.",
)
