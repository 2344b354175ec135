"""Which certificates an AS2 connection needs and does not have, and what became of those that it had."""

import msgspec
from django.utils import timezone

from partners.models import Certificate, CertificatePurpose, Connection, Partner
from partners.protocols.as2 import As2Settings
from partners.services.try_connection import certificates_used

WHOSE = {
    "ours": ("ours", CertificatePurpose.SIGNING),
    "theirs-encryption": ("the partner's", CertificatePurpose.ENCRYPTION),
    "theirs-signing": ("the partner's", CertificatePurpose.SIGNING),
}


def certificates_missing(connection: Connection) -> list[str]:
    """A sentence for each certificate that its settings ask for and that is not valid now; [] when all are there."""
    used = certificates_used(connection)
    return [_said(connection, name) for name in _needed(connection) if name not in used]


def _needed(connection: Connection) -> list[str]:
    try:
        wanted = msgspec.convert(connection.settings, As2Settings)
    except msgspec.ValidationError:
        wanted = As2Settings()  # what is wrong with them is the connection's fault, told by its own check
    asked = {
        "ours": wanted.signing != "none",
        "theirs-encryption": wanted.encryption != "none",
        "theirs-signing": wanted.mdn != "none" and wanted.mdn_signed,
    }
    return [name for name, is_asked in asked.items() if is_asked]


def _said(connection: Connection, name: str) -> str:
    whose, purpose = WHOSE[name]
    holders = Partner.objects.filter(is_own=True) if name == "ours" else [connection.partner_id]
    ended = Certificate.objects.filter(
        partner__in=holders, environment=connection.environment, is_active=True, not_after__lte=timezone.now()
    )
    last = next((one for one in ended.order_by("-not_after") if purpose in one.purposes), None)
    if last is not None:
        return f"{last} ended on {last.not_after:%Y-%m-%d %H:%M} UTC, and no other follows it for {purpose.value}."
    return f"{connection.name} needs a certificate of {whose} for {purpose.value} in {connection.environment}."
