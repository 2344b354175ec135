"""Whether the partner can reach us or we it, and for how long yet."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from partners.models import (
    Agreement,
    ApiKey,
    Certificate,
    Connection,
    ConnectionTest,
    Environment,
    Invitation,
    Member,
    OnboardingCase,
    Protocol,
)
from partners.protocols import settings_faults
from partners.readiness.registry import Verdict
from partners.services.certificates_needed import certificates_missing
from partners.services.effective_policies import effective_policies
from partners.services.try_connection import certificates_used, is_rotated, is_stale

# Ways out, whose other end we see by a test only. Of our own ways in we know at any time whether they can be used.
TESTED = (Protocol.SFTP, Protocol.AS2, Protocol.WEBHOOK)
RETEST_WITHIN = timedelta(minutes=15)
"""So long an approval waits for the test that follows a rotation by itself."""


def connections_for(agreement: Agreement) -> list[Connection]:
    """The enabled connections that carry documents of the agreement: its partner's own, and those that carry it."""
    found = Connection.objects.filter(
        Q(partner=agreement.partner_id) | Q(carries=agreement.partner_id), is_enabled=True
    ).select_related("partner")
    if agreement.environment == Environment.PRODUCTION:
        found = found.filter(environment=Environment.PRODUCTION)  # a production connection also carries tests
    return list(found.distinct().order_by("pk"))


def connection_ready(agreement: Agreement) -> Verdict:
    """At least one way, each as it is set now: usable, and tested where there is something to test."""
    connections = connections_for(agreement)
    if not connections:
        return Verdict(False, f"There is no enabled connection for {agreement.environment}.")
    faults = {connection.pk: _fault_of(connection) for connection in connections}
    evidence: dict[str, Any] = {
        "connections": [
            {"connection": str(one), "protocol": one.protocol, "test": _test_of(one), "fault": faults[one.pk]}
            for one in connections
        ]
    }
    usable = [one for one in connections if not faults[one.pk]]
    tested = [one for one in connections if one.protocol in TESTED]
    wrong = [one for one in tested if faults[one.pk]] or ([] if usable else connections)
    if wrong:
        said = " ".join(f"{one.name}: {faults[one.pk]}" for one in wrong)
        return Verdict(False, said, evidence, is_pending=all(is_retested_soon(one) for one in wrong))
    return Verdict(True, f"{', '.join(one.name for one in usable)}: ready.", evidence)


def certificates_last(agreement: Agreement) -> Verdict:
    """Every certificate that its connections use is valid on the day of going live and some days after."""
    connections = [one for one in connections_for(agreement) if one.protocol == Protocol.AS2]
    used = {one.pk: one for connection in connections for one in certificates_used(connection).values()}
    if missing := [said for connection in connections for said in certificates_missing(connection)]:
        kept = {"certificates": [_certificate(one) for one in used.values()]}
        return Verdict(False, " ".join(dict.fromkeys(missing)), kept)
    if not used:
        return Verdict(True, "No connection of it uses certificates.")
    days = effective_policies(agreement.partner, agreement).certificate_days
    wanted = datetime.combine(_go_live(agreement), time.max, UTC) + timedelta(days=days)
    evidence = {"certificates": [_certificate(one) for one in used.values()], "valid until": wanted.date().isoformat()}
    short = [one for one in used.values() if one.not_after < wanted and not _followed(one, wanted)]
    if short:
        said = ", ".join(f"{one} ends on {one.not_after:%Y-%m-%d}" for one in short)
        return Verdict(False, f"{said}; it must be valid until {wanted:%Y-%m-%d}, or another follow it.", evidence)
    return Verdict(True, f"All are valid until {wanted:%Y-%m-%d} or followed by others.", evidence)


def _go_live(agreement: Agreement) -> date:
    """The day on which the case wants it live; today when there is none or it is over."""
    today = timezone.now().date()
    wanted = (
        OnboardingCase.objects.filter(agreements=agreement, closed_at=None)
        .order_by("target_date")
        .values_list("target_date", flat=True)
        .first()
    )
    return max(today, wanted) if wanted else today


def _followed(certificate: Certificate, until: datetime) -> bool:
    """Whether certificates of the same place and purposes take over without a gap and last until then."""
    others = Certificate.objects.filter(
        partner=certificate.partner_id,
        environment=certificate.environment,
        is_active=True,
        not_before__lte=certificate.not_after,
        not_after__gte=until,
    ).exclude(pk=certificate.pk)
    return any(set(certificate.purposes) <= set(other.purposes) for other in others)


def _fault_of(connection: Connection) -> str:
    if faults := settings_faults(connection.protocol, connection.settings):
        return " ".join(faults)
    if connection.protocol in TESTED:
        return _fault_of_test(connection)
    if connection.protocol == Protocol.API and not _has_key(connection):
        return "it has no API key."
    if connection.protocol == Protocol.PORTAL and not _has_member(connection):
        waiting = Invitation.objects.filter(
            partner=connection.partner_id, used_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
        )
        if waiting.exists():
            return "somebody of the partner's is invited, and has not come to the portal yet."
        return "nobody of the partner's is invited to the portal."
    return ""


def _fault_of_test(connection: Connection) -> str:
    newest = connection.tests.first()
    if newest is None:
        return "it was never tested."
    newest.connection = connection
    if not newest.is_ok:
        return f"its test of {newest.at:%Y-%m-%d %H:%M} UTC failed{_why(newest)}."
    if not is_stale(newest):
        return ""
    if is_retested_soon(connection):
        return "its certificates changed; it is being tested with the new ones."
    return "settings, secrets or certificates changed since it was tested."


def is_retested_soon(connection: Connection) -> bool:
    """Whether only certificates changed since it passed its last test, and the test with the new ones is on its way."""
    since, newest = connection.retest_since, connection.tests.first()
    if since is None or newest is None or timezone.now() - since > RETEST_WITHIN:
        return False
    newest.connection = connection
    return newest.is_ok and is_rotated(newest)


def _why(test: ConnectionTest) -> str:
    """What the first step that failed said."""
    failed = next((step for step in test.steps if not step["is_ok"]), None)
    return f" ({failed['name']}: {failed['said'].rstrip('.')})" if failed else ""


def _has_key(connection: Connection) -> bool:
    lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return ApiKey.objects.filter(lasting, connection=connection, revoked_at=None).exists()


def _has_member(connection: Connection) -> bool:
    return Member.objects.filter(partner=connection.partner_id, is_active=True, user__is_active=True).exists()


def _test_of(connection: Connection) -> dict[str, Any] | None:
    newest: ConnectionTest | None = connection.tests.first()
    if newest is None:
        return None
    return {
        "id": newest.pk,
        "at": newest.at.isoformat(),
        "by": newest.by,
        "passed": newest.is_ok,
        "steps": newest.steps,
    }


def _certificate(certificate: Certificate) -> dict[str, str]:
    return {
        "subject": certificate.subject,
        "fingerprint": certificate.fingerprint,
        "until": certificate.not_after.isoformat(),
    }
