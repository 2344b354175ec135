"""CMS (RFC 5652) as AS2 uses it: detached signatures and encryption for one receiver. DER in, DER out."""

import hashlib
import hmac
from collections.abc import Sequence

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.ciphers.algorithms import AES128, AES256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7

HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
CIPHERS: dict[str, type[AES128] | type[AES256]] = {"aes128": AES128, "aes256": AES256}


class CmsError(Exception):
    """What came cannot be opened or trusted; the text says why."""


def sign(data: bytes, certificate: str, private_key: str, digest: str = "sha256") -> bytes:
    """A detached signature over the bytes as they are. certificate, private_key: PEM; digest: a name of HASHES."""
    key = _private(private_key)
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise CmsError("Only RSA and elliptic-curve keys sign.")
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data)
    signer = builder.add_signer(_certificate(certificate), key, HASHES[digest]())  # type: ignore[arg-type]  # one of HASHES
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return signer.sign(Encoding.DER, options)


def verify(data: bytes, signature: bytes, trusted: Sequence[str]) -> str:
    """Check a detached signature by one of the trusted certificates (PEM). Returns the name of the digest.

    Certificates inside the signature are not trusted: only those that the partner gave us. Raises CmsError.
    """
    try:
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        signer = signed["signer_infos"][0]
        name = signer["digest_algorithm"]["algorithm"].native
        digest = HASHES[name]()
        attributes = signer["signed_attrs"]
        signed_bytes = data
        if attributes.native is not None and len(attributes):
            stated = next(a["values"][0].native for a in attributes if a["type"].native == "message_digest")
            if not hmac.compare_digest(stated, hashlib.new(name, data).digest()):
                raise CmsError("The content was changed after it was signed.")
            signed_bytes = attributes.untag().dump()
        sealed = signer["signature"].native
    except (ValueError, TypeError, KeyError, IndexError, StopIteration) as error:
        raise CmsError(f"The signature cannot be read: {error}") from error
    for pem in trusted:
        if _is_signed_by(_certificate(pem), sealed, signed_bytes, digest):
            return str(name)
    raise CmsError("The signature is by none of the partner's certificates for signing.")


def encrypt(data: bytes, certificate: str, cipher: str = "aes256") -> bytes:
    """Enveloped data that only the owner of the certificate (PEM, RSA) opens. cipher: a name of CIPHERS."""
    envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(data).set_content_encryption_algorithm(CIPHERS[cipher])
    return envelope.add_recipient(_certificate(certificate)).encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


def decrypt(data: bytes, certificate: str, private_key: str) -> bytes:
    """What was encrypted for this certificate. Raises CmsError."""
    key = _private(private_key)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise CmsError("Only RSA keys open what is encrypted.")
    try:
        return pkcs7.pkcs7_decrypt_der(data, _certificate(certificate), key, [])
    except ValueError as error:
        raise CmsError(f"It is not encrypted for this certificate, or damaged: {error}") from error


def _is_signed_by(certificate: x509.Certificate, signature: bytes, data: bytes, digest: hashes.HashAlgorithm) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _private(pem: str) -> PrivateKeyTypes:
    """A key of our own. `add_certificate` has checked its primes, which takes longer than to sign and encrypt."""
    return load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)


def _certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())
