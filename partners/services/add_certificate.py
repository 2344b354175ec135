"""Take in a certificate, and with ours its private key."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.core.exceptions import ValidationError
from django.utils import timezone

from config.core.vault import seal
from partners.models import Certificate, CertificatePurpose, Partner

LEAST_RSA_BITS = 2048
LIMIT = 100_000  # bytes of an upload


class CertificateRefused(Exception):
    """The certificate cannot be used; the text says why and what to do."""


def add_certificate(
    partner: Partner,
    environment: str,
    purposes: list[str],
    content: bytes,
    *,
    private_key: bytes = b"",
    passphrase: str = "",
    use_from: datetime | None = None,
    is_active: bool = True,
) -> Certificate:
    """Keep a certificate of a partner, or with its key one of our own.

    content: PEM, DER, or PKCS #12 with certificate and key. private_key: PEM. passphrase: of either.
    is_active: False for one that is not to be used yet.
    Raises CertificateRefused, and VaultLocked when a key cannot be sealed.
    """
    if not purposes:
        raise CertificateRefused("Say what the certificate is for.")
    certificate, key = _read(content[: LIMIT + 1], private_key, passphrase)
    _check(certificate, purposes)
    if partner.is_own and key is None:
        raise CertificateRefused("A certificate of our own needs its private key: we sign and open with it.")
    if not partner.is_own and key is not None:
        raise CertificateRefused("This is a private key. Never take one of a partner: ask for the certificate alone.")
    if key is not None and _public(key.public_key()) != _public(certificate.public_key()):
        raise CertificateRefused("The private key belongs to another certificate.")
    kept = Certificate(
        partner=partner,
        environment=environment,
        purposes=purposes,
        fingerprint=certificate.fingerprint(SHA256()).hex(),
        subject=certificate.subject.rfc4514_string()[:300],
        issuer=certificate.issuer.rfc4514_string()[:300],
        serial=f"{certificate.serial_number:x}"[:60],
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        use_from=use_from,
        is_active=is_active,
        pem=certificate.public_bytes(Encoding.PEM).decode(),
    )
    if key is not None:
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        kept.sealed_key = seal(plain, kept.context)
    try:
        kept.full_clean()
    except ValidationError as error:
        raise CertificateRefused(" ".join(error.messages)) from error
    kept.save()
    return kept


Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def _read(content: bytes, private_key: bytes, passphrase: str) -> tuple[x509.Certificate, Key | None]:
    if len(content) > LIMIT:
        raise CertificateRefused("The file is too large for a certificate.")
    secret = passphrase.encode() or None
    try:
        if b"-----BEGIN CERTIFICATE" in content:
            certificate: x509.Certificate | None = x509.load_pem_x509_certificate(content)
            key: object = load_pem_private_key(private_key, secret) if private_key else None
        else:
            certificate, key = _binary(content, private_key, secret)
    except (ValueError, TypeError) as error:
        raise CertificateRefused(
            "The certificate or its key cannot be read. Use PEM, DER or PKCS #12, and check the passphrase."
        ) from error
    if certificate is None:
        raise CertificateRefused("There is no certificate in this file, only a key.")
    if key is not None and not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise CertificateRefused("Only RSA and elliptic-curve keys are used.")
    return certificate, key


def _binary(content: bytes, private_key: bytes, secret: bytes | None) -> tuple[x509.Certificate | None, object]:
    try:
        certificate = x509.load_der_x509_certificate(content)
    except ValueError:
        bundle = load_pkcs12(content, secret)
        return bundle.cert.certificate if bundle.cert else None, bundle.key
    return certificate, load_pem_private_key(private_key, secret) if private_key else None


def _check(certificate: x509.Certificate, purposes: list[str]) -> None:
    if certificate.not_valid_after_utc <= timezone.now():
        raise CertificateRefused(
            f"It expired on {certificate.not_valid_after_utc:%Y-%m-%d}. Ask for the one that follows it."
        )
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < LEAST_RSA_BITS:
            raise CertificateRefused(f"Its key has {key.key_size} bits; at least {LEAST_RSA_BITS} are needed.")
    elif not isinstance(key, ec.EllipticCurvePublicKey):
        raise CertificateRefused("Only RSA and elliptic-curve keys are used.")
    elif CertificatePurpose.ENCRYPTION in purposes:
        raise CertificateRefused("Encryption needs an RSA key; this one is elliptic.")
    usage = _usage(certificate)
    if usage is None:
        return
    if CertificatePurpose.SIGNING in purposes and not (usage.digital_signature or usage.content_commitment):
        raise CertificateRefused("It is made for another purpose: its key usage does not allow signing.")
    if CertificatePurpose.ENCRYPTION in purposes and not usage.key_encipherment:
        raise CertificateRefused("It is made for another purpose: its key usage does not allow encryption.")


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _public(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]  # RSA or EC
