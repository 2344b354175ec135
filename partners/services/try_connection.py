"""Try a connection and keep what was seen."""

import hashlib
import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.core.vault import VaultLocked, unseal
from partners.models import Certificate, CertificatePurpose, Connection, ConnectionTest, Partner
from partners.models import Protocol as Kind
from partners.protocols import PROTOCOLS, Caller, Peer, Step, settings_faults
from partners.services.certificates_in_force import certificate_in_use, valid_certificates
from partners.services.portal_channels import portal_channels
from partners.services.secrets import open_secrets
from partners.signals import configuration_changed


def try_connection(connection: Connection, by: str) -> ConnectionTest:
    """Try the connection as it is set now, without a transaction around it. by: who asked.

    What fails is kept as a step, in words and without secrets.
    """
    protocol = PROTOCOLS[connection.protocol]
    begun = time.monotonic()
    certificates = certificates_used(connection)
    if faults := settings_faults(connection.protocol, connection.settings):
        steps = [Step("Settings", False, said) for said in faults]
    else:
        try:
            steps = protocol.test(_peer(connection, certificates))
        except VaultLocked as locked:
            steps = [Step("Secrets", False, str(locked))]
    test = ConnectionTest.objects.create(
        connection=connection,
        by=by,
        is_ok=bool(steps) and all(step.is_ok for step in steps),
        steps=[step._asdict() for step in steps],
        milliseconds=int((time.monotonic() - begun) * 1000),
        settings_digest=digest_of(connection, certificates),
        certificates=fingerprints_of(certificates),
    )
    Connection.objects.filter(pk=connection.pk).update(retest_since=None)  # a note, not of its history
    concerned = {connection.partner_id, *connection.carries.values_list("pk", flat=True)}
    transaction.on_commit(lambda: configuration_changed.send(sender=None, partners=concerned), robust=True)
    return test


def is_stale(test: ConnectionTest) -> bool:
    """Whether settings, secrets or certificates changed since the test."""
    return test.settings_digest != digest_of(test.connection, certificates_used(test.connection))


def is_rotated(test: ConnectionTest) -> bool:
    """Whether nothing but certificates changed since the test."""
    if test.certificates is None:
        return False
    now = fingerprints_of(certificates_used(test.connection))
    return test.certificates != now and _digest(test.connection, test.certificates) == test.settings_digest


def fingerprints_of(certificates: dict[str, Certificate]) -> dict[str, str]:
    """By use."""
    return {name: one.fingerprint for name, one in certificates.items()}


def digest_of(connection: Connection, certificates: dict[str, Certificate]) -> str:
    """What a test holds for: protocol, settings, when secrets were entered, and which certificates are used."""
    return _digest(connection, fingerprints_of(certificates))


def _digest(connection: Connection, fingerprints: dict[str, str]) -> str:
    said: list[Any] = [connection.protocol, connection.settings, connection.environment]
    said.append(sorted((s.name, s.changed_at.isoformat()) for s in connection.secrets.all()))
    said.append(sorted(fingerprints.items()))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _peer(connection: Connection, certificates: dict[str, Certificate]) -> Peer:
    pems = {name: certificate.pem for name, certificate in certificates.items()}
    if ours := certificates.get("ours"):
        pems["ours-key"] = unseal(ours.sealed_key, ours.context).decode()
    return Peer(
        msgspec.convert(connection.settings, PROTOCOLS[connection.protocol].settings),
        open_secrets(connection),
        pems,
        str(Path(settings.DROP_DIR) / connection.partner.code / "in"),
        _callers(connection),
        _refused(connection),
    )


def _callers(connection: Connection) -> list[Caller]:
    now = timezone.now()
    if connection.protocol == Kind.API:
        keys = connection.api_keys.order_by("pk")
        return [
            Caller(
                key.label, not key.revoked_at and (not key.expires_at or key.expires_at > now), _at(key.last_used_at)
            )
            for key in keys
        ]
    if connection.protocol == Kind.PORTAL:
        members = connection.partner.members.select_related("user").order_by("pk")
        return [
            Caller(str(member.user), member.is_active and member.user.is_active, _at(member.user.last_login))
            for member in members
        ]
    return []


def _refused(connection: Connection) -> list[str]:
    """Why nothing that comes by it is taken, or not at once."""
    partner = connection.partner
    said = [] if connection.is_enabled else ["The connection is switched off."]
    if not partner.is_active:
        said.append(f"{partner} is not active: what comes is stored and held.")
    if connection.protocol == Kind.PORTAL and connection.is_enabled:
        takes = portal_channels(partner).of(connection.environment)
        if takes is not None and takes.pk != connection.pk:
            said.append(f"Uploads are taken by “{takes.name}”, which was there first.")
    return said


def _at(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M}" if when else ""


def certificates_used(connection: Connection) -> dict[str, Certificate]:
    """Which certificates a connection uses now, by use: "ours", "theirs-encryption", "theirs-signing" …"""
    if connection.protocol != Kind.AS2:
        return {}
    found: dict[str, Certificate] = {}
    signing, encryption = CertificatePurpose.SIGNING, CertificatePurpose.ENCRYPTION
    for own in Partner.objects.filter(is_own=True).order_by("pk"):
        if ours := certificate_in_use(own, connection.environment, signing):
            found["ours"] = ours
            break
    if theirs := certificate_in_use(connection.partner, connection.environment, encryption):
        found["theirs-encryption"] = theirs
    for number, one in enumerate(valid_certificates(connection.partner, connection.environment, signing), 1):
        found["theirs-signing" if number == 1 else f"theirs-signing-{number}"] = one
    return found
