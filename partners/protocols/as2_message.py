"""Messages and receipts of AS2 (RFC 4130): MIME entities to the byte, since signatures are over bytes."""

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Sequence
from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple

from partners.protocols import cms

MICALG = {"sha256": "sha-256", "sha384": "sha-384", "sha512": "sha-512"}
_CRLF = b"\r\n"


class Entity(NamedTuple):
    """One MIME entity: the value of its Content-Type, and its body."""

    content_type: str
    body: bytes


class Sealed(NamedTuple):
    """A message as it goes out. mic: digest of the content that a receipt must state ("base64, algorithm")."""

    entity: Entity
    mic: str


class Receipt(NamedTuple):
    """What an MDN says. disposition: such as "automatic-action/MDN-sent-automatically; processed"."""

    disposition: str
    original_message_id: str
    mic: str
    is_signed: bool

    @property
    def is_processed(self) -> bool:
        return bool(re.search(r";\s*processed\s*$", self.disposition))


def entity_bytes(content_type: str, body: bytes, encoding: str = "binary") -> bytes:
    """An entity with its headers, as it is signed."""
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body


def mic_of(content: bytes, digest: str) -> str:
    """The digest of signed content as a receipt states it (RFC 4130, 7.3.1)."""
    return f"{base64.b64encode(hashlib.new(digest, content).digest()).decode()}, {MICALG[digest]}"


def sign_entity(content: bytes, certificate: str, private_key: str, digest: str) -> Entity:
    """multipart/signed (RFC 1847) around an entity with its headers."""
    boundary = f"onramp-{secrets.token_hex(12)}"
    signature = base64.encodebytes(cms.sign(content, certificate, private_key, digest)).replace(b"\n", _CRLF)
    part = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    mark = f"--{boundary}".encode()
    body = _CRLF.join([mark, content, mark, part + signature + mark + b"--", b""])
    kind = f'multipart/signed; protocol="application/pkcs7-signature"; micalg={MICALG[digest]}; boundary="{boundary}"'
    return Entity(kind, body)


def seal(
    content_type: str, payload: bytes, *, sign_with: tuple[str, str, str] | None, encrypt_for: tuple[str, str] | None
) -> Sealed:
    """A payload, signed and then encrypted. sign_with: certificate, key, digest; encrypt_for: certificate, cipher."""
    content = entity_bytes(content_type, payload)
    digest = sign_with[2] if sign_with else "sha256"
    entity = sign_entity(content, *sign_with) if sign_with else Entity(content_type, payload)
    if encrypt_for:
        inner = entity_bytes(entity.content_type, entity.body)
        kind = "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"
        entity = Entity(kind, cms.encrypt(inner, *encrypt_for))
    return Sealed(entity, mic_of(content, digest))


def open_entity(raw: bytes) -> Entity:
    """An entity with its headers, taken apart."""
    head, _, body = raw.partition(b"\r\n\r\n")
    headers = BytesHeaderParser().parsebytes(head + b"\r\n\r\n")
    if headers.get("Content-Transfer-Encoding", "").strip().lower() == "base64":
        try:
            body = base64.b64decode(body)
        except binascii.Error as error:
            raise cms.CmsError("A part is not base64.") from error
    return Entity(headers.get("Content-Type", "application/octet-stream"), body)


def verify_entity(entity: Entity, trusted: Sequence[str]) -> tuple[bytes, str]:
    """The signed content of multipart/signed with its headers, and the digest. Raises CmsError."""
    content, signature, *_ = [*parts_of(entity), b"", b""]
    digest = cms.verify(content, open_entity(signature).body, trusted)
    return content, digest


def parts_of(entity: Entity) -> list[bytes]:
    """The parts of a multipart body with their headers, to the byte. Raises CmsError without a boundary."""
    boundary = _message(entity.content_type).get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise cms.CmsError("A multipart body has no boundary.")
    mark = b"--" + boundary.encode()
    pieces = (_CRLF + entity.body).split(_CRLF + mark)
    return [piece.removeprefix(_CRLF) for piece in pieces[1:] if not piece.startswith(b"--")]


def read_receipt(entity: Entity, trusted: Sequence[str]) -> Receipt:
    """An MDN, with its signature checked where it has one. Raises CmsError when it is none or not the partner's."""
    is_signed = _message(entity.content_type).get_content_type() == "multipart/signed"
    if is_signed:
        entity = open_entity(verify_entity(entity, trusted)[0])
    if _message(entity.content_type).get_content_type() != "multipart/report":
        raise cms.CmsError(f"The answer is no receipt but {entity.content_type.partition(';')[0]}.")
    for raw in parts_of(entity):
        part = open_entity(raw)
        if _message(part.content_type).get_content_type() == "message/disposition-notification":
            fields = BytesHeaderParser().parsebytes(part.body)
            return Receipt(
                " ".join(fields.get("Disposition", "").split()),
                fields.get("Original-Message-ID", ""),
                fields.get("Received-Content-MIC", ""),
                is_signed,
            )
    raise cms.CmsError("The receipt has no disposition.")


def same_mic(stated: str, expected: str) -> bool:
    """Whether two digests are the same; algorithms are written in several ways (sha256, sha-256)."""

    def plain(text: str) -> tuple[str, str]:
        value, _, algorithm = text.partition(",")
        return value.strip(), algorithm.strip().lower().replace("-", "")

    return plain(stated) == plain(expected)


def _message(content_type: str) -> Message:
    message = Message()
    message["Content-Type"] = content_type
    return message
