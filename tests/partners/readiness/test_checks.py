"""If these fail, something goes live that nobody looked at."""

from datetime import timedelta

import pytest
from django.utils import timezone

from partners.apps import required_checks_are_registered
from partners.models import (
    Agreement,
    Certificate,
    Connection,
    ConnectionTest,
    Guide,
    Identity,
    Invitation,
    Member,
    Partner,
    Stage,
)
from partners.readiness.registry import CHECKS, REQUIRED, Check, Verdict, judge, register_check, temporarily
from partners.services.try_connection import certificates_used, digest_of
from tests.factories import PartnerSetup, make_user
from tests.obeyed import obeys
from tests.readiness import make_ready


@pytest.fixture
def ready(db: None) -> PartnerSetup:
    return make_ready()


def reasons(agreement: Agreement) -> dict[str, str]:
    """What fails, by name."""
    return {one.name: one.reason for one in judge(Agreement.objects.get(pk=agreement.pk)) if not one.is_ok}


def test_a_ready_agreement_passes_every_required_check(ready: PartnerSetup) -> None:
    judged = judge(ready.agreement)
    assert [one.reason for one in judged if not one.is_ok] == []
    assert [one.name for one in judged] == [name for names in REQUIRED.values() for name in names]


def test_what_is_missing_is_named(ready: PartnerSetup) -> None:
    partner = ready.partner
    partner.roles, partner.business_owner = [], None
    partner.save()
    partner.contacts.update(is_active=False)
    Identity.objects.all().delete()
    ready.api_key.revoked_at = timezone.now()
    ready.api_key.save()
    ready.assignment.delete()
    assert reasons(ready.agreement) == {
        "profile-complete": "The profile lacks what the partner is to us (a role), a contact with an e-mail address "
        "and an owner of ours.",
        "identity-known": "The partner has no ISA or GS identity in production.",
        "connection-ready": "API: it has no API key.",
        "mapping-published": "No mapping is chosen for it.",
        "mapping-tested": "No mapping is chosen for it.",
    }


def test_a_check_that_is_missing_or_raises_blocks(ready: PartnerSetup, caplog: pytest.LogCaptureFixture) -> None:
    def broken(agreement: Agreement) -> Verdict:
        raise KeyError("none")

    with temporarily(Check("guide-present", "Guide", broken), without=("mapping-tested",)):
        assert reasons(ready.agreement) == {
            "guide-present": "The check itself failed (KeyError), so nobody looked.",
            "mapping-tested": "This check is not installed, so nobody looked.",
        }
        [error] = required_checks_are_registered()
        assert "mapping-tested" in error.msg
    assert required_checks_are_registered() == []
    assert "readiness check guide-present" in caplog.text


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="already"):
        register_check(Check("guide-present", "Another", lambda _: Verdict(True, "")))
    assert CHECKS["guide-present"].title == "Guide"


def test_the_portal_needs_somebody_and_a_test_connection_carries_no_production(ready: PartnerSetup) -> None:
    connection = ready.connection
    connection.protocol, connection.name = "portal", "Portal"
    connection.save()
    assert reasons(ready.agreement)["connection-ready"] == "Portal: nobody of the partner's is invited to the portal."
    soon = timezone.now() + timedelta(days=1)
    Invitation.objects.create(partner=ready.partner, email="eve@acme.example", digest="0" * 64, expires_at=soon)
    assert "is invited, and has not come to the portal yet" in reasons(ready.agreement)["connection-ready"]
    Member.objects.create(partner=ready.partner, user=make_user())
    assert reasons(ready.agreement) == {}
    connection.environment = "test"
    connection.save()
    assert "no enabled connection" in reasons(ready.agreement)["connection-ready"]


def test_a_connection_is_tested_with_the_settings_as_they_are_now(ready: PartnerSetup) -> None:
    webhook = Connection.objects.create(
        partner=ready.partner, protocol="webhook", name="Hook", settings={"url": "https://acme.example/in"}
    )
    assert reasons(ready.agreement)["connection-ready"] == "Hook: it was never tested."
    digest = digest_of(webhook, certificates_used(webhook))
    told = {"connection": webhook, "milliseconds": 1, "settings_digest": digest, "by": "ada"}
    test = ConnectionTest.objects.create(**told, is_ok=True)
    assert reasons(ready.agreement) == {}
    webhook.settings = {"url": "https://acme.example/other"}
    webhook.save()
    assert "changed since it was tested" in reasons(ready.agreement)["connection-ready"]
    webhook.settings = {"url": "https://acme.example/in"}
    webhook.save()
    ConnectionTest.objects.create(**told, is_ok=False)
    assert f"test of {test.at:%Y-%m-%d}" in reasons(ready.agreement)["connection-ready"]


@obeys("certificate_days")
def test_a_certificate_lasts_beyond_going_live(ready: PartnerSetup) -> None:
    """One that expires during certification would stop the partner on its first days."""
    as2 = Connection.objects.create(partner=ready.partner, protocol="as2", name="AS2")
    said = "AS2 needs a certificate of ours for signing in production."
    assert reasons(ready.agreement)["certificates-last"].startswith(said)
    own = Partner.objects.create(code="own", name="We", is_own=True)
    lasting = {"not_before": timezone.now(), "not_after": timezone.now() + timedelta(days=900)}
    Certificate.objects.create(partner=own, purposes=["signing"], fingerprint="c" * 64, subject="CN=we", **lasting)
    now = timezone.now()
    kept = {"partner": ready.partner, "purposes": ["signing", "encryption"], "not_before": now - timedelta(days=300)}
    Certificate.objects.create(**kept, fingerprint="a" * 64, subject="CN=old", not_after=now + timedelta(days=20))
    assert certificates_used(as2)
    said = reasons(ready.agreement)["certificates-last"]
    assert said.startswith("CN=old (aaaaaaaa…) ends on")
    ready.agreement.policies = {"certificate_days": 10}
    ready.agreement.save()
    assert "certificates-last" not in reasons(ready.agreement)
    ready.agreement.policies = {}
    ready.agreement.save()
    Certificate.objects.create(
        **kept, fingerprint="b" * 64, subject="CN=new", not_after=now + timedelta(days=400),
        use_from=now + timedelta(days=10),
    )  # fmt: skip
    assert "certificates-last" not in reasons(ready.agreement), "another follows it"


@obeys("guide")
def test_a_guide_is_wanted_where_policy_asks_for_one(ready: PartnerSetup) -> None:
    assert reasons(ready.agreement) == {}
    ready.agreement.policies = {"guide": "required"}
    ready.agreement.save()
    assert "guide is not here" in reasons(ready.agreement)["guide-present"]
    Guide.objects.create(partner=ready.partner, title="850", version=1, file_name="g", sha256="0" * 64, size=1)
    assert reasons(ready.agreement) == {}


def test_the_stages_come_in_their_order() -> None:
    assert list(REQUIRED) == list(Stage)[: len(REQUIRED)]
