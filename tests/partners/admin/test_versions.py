"""If these fail, one analyst overwrites another unnoticed, or anybody restores what was given up."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.core.audit import record_decision, verify_chain
from config.core.models import AuditEntry
from partners.models import AgreementStatus, Partner, ServiceLevel
from partners.services.restore import restore
from tests.factories import make_partner, make_user


def client_of(**options: Any) -> Client:
    client = Client()
    client.force_login(make_user(**options))
    return client


@pytest.fixture
def level(db: None) -> ServiceLevel:
    level = ServiceLevel.objects.create(name="Gold", acknowledge_minutes=15)
    level.acknowledge_minutes = 30
    level.save()
    return level


def url(level: ServiceLevel, name: str, *args: Any) -> str:
    return reverse(f"admin:partners_servicelevel_{name}", args=[level.pk, *args])


def form(level: ServiceLevel, **changed: str) -> dict[str, str]:
    values = {"name": level.name, "acknowledge_minutes": "30", "accept_minutes": "240", "resolve_hours": "24"}
    return values | {"seen_version": str(level.history.first().history_id)} | changed


def test_two_analysts_save_the_same_record_the_second_is_told(level: ServiceLevel) -> None:
    ann, bob = client_of(name="ann", is_superuser=True), client_of(name="bob", is_superuser=True)
    opened = form(level)
    assert ann.post(url(level, "change"), opened | {"resolve_hours": "8"}).status_code == 302
    late = bob.post(url(level, "change"), opened | {"accept_minutes": "60"})
    assert late.status_code == 200
    assert "ann saved this" in late.content.decode()
    assert "Resolve hours: 24 → 8" in late.content.decode()
    level.refresh_from_db()
    assert (level.resolve_hours, level.accept_minutes) == (8, 240)


def test_the_page_carries_the_version_that_was_seen(level: ServiceLevel) -> None:
    text = client_of(is_superuser=True).get(url(level, "change")).content.decode()
    assert f'name="seen_version" value="{level.history.first().history_id}"' in text


def test_the_reason_is_kept_and_shown(level: ServiceLevel) -> None:
    client = client_of(is_superuser=True)
    client.post(url(level, "change"), form(level, resolve_hours="8", change_reason="Contract of May"))
    assert level.history.first().history_change_reason == "Contract of May"
    assert "Contract of May" in client.get(url(level, "history")).content.decode()


def test_any_two_versions_are_compared(level: ServiceLevel) -> None:
    newest, oldest = level.history.all()
    client = client_of(permissions=("partners.view_servicelevel",))
    text = client.get(url(level, "compare_versions")).content.decode()
    row = text.split("Acknowledge minutes")[1].split("</tr>")[0]
    assert "<del>15</del>" in row
    assert "<ins>30</ins>" in row
    assert "Restore" not in text
    same = client.get(url(level, "compare_versions"), {"left": newest.pk, "right": newest.pk}).content.decode()
    assert "No setting differs" in same
    assert client.get(url(level, "compare_versions"), {"left": "999999"}).status_code == 404
    assert client.get(url(level, "compare_versions"), {"left": oldest.pk}).status_code == 200


def test_a_version_is_restored_by_who_may_change_and_on_record(level: ServiceLevel) -> None:
    oldest = level.history.last()
    restore = url(level, "restore", oldest.pk)
    for refused in (client_of(permissions=("partners.view_servicelevel",)), client_of()):
        assert refused.get(restore).status_code == 403
        assert refused.post(restore).status_code == 403
    client = client_of(name="ann", is_superuser=True)
    assert "<ins>15</ins>" in client.get(restore).content.decode()
    level.refresh_from_db()
    assert level.acknowledge_minutes == 30
    assert client.post(restore).status_code == 302
    level.refresh_from_db()
    assert level.acknowledge_minutes == 15
    assert "Restored the version of" in level.history.first().history_change_reason
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor) == ("servicelevel.restored", "ann")
    assert verify_chain().broken is None


def test_who_restored_a_name_is_told_of_that_name(level: ServiceLevel) -> None:
    first = level.history.first()
    level.name = "Renamed"
    level.save()
    done = client_of(is_superuser=True).post(url(level, "restore", first.pk), follow=True).content.decode()
    assert f"{first.name} is as it was on" in done
    assert "Renamed is as it was" not in done


def test_a_version_that_no_longer_fits_is_not_restored(level: ServiceLevel) -> None:
    oldest = level.history.last()
    level.name = "Silver"
    level.save()
    ServiceLevel.objects.create(name="Gold")
    text = client_of(is_superuser=True).post(url(level, "restore", oldest.pk), follow=True).content.decode()
    assert "Not restored" in text
    level.refresh_from_db()
    assert level.name == "Silver"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_kept_version_is_never_written_to(level: ServiceLevel, method: str) -> None:
    kept = reverse("admin:partners_servicelevel_simple_history", args=[level.pk, level.history.last().pk])
    client = client_of(permissions=("partners.view_servicelevel",))
    assert getattr(client, method)(kept, form(level)).status_code == 403
    assert level.history.count() == 2


def test_policies_are_compared_one_by_one(db: None) -> None:
    partner = Partner.objects.create(code="acme", name="Acme", policies={"ta1": "always"})
    partner.policies = {"ta1": "never", "duplicate_window_days": 30}
    partner.save()
    page = reverse("admin:partners_partner_compare_versions", args=[partner.pk])
    text = client_of(is_superuser=True).get(page).content.decode()
    assert "<del>Always</del>" in text
    assert "<ins>Never</ins>" in text
    assert "<del>inherited</del>" in text
    assert "<ins>30 days</ins>" in text


def test_restoring_neither_puts_live_nor_moves_what_is_live(db: None) -> None:
    agreement = make_partner("acme").agreement
    agreement.status, agreement.policies = AgreementStatus.SUSPENDED, {}
    agreement.save()
    live = agreement.history.last()
    assert live.status == AgreementStatus.LIVE
    analyst = client_of(permissions=("partners.view_agreement", "partners.change_agreement"))
    url = reverse("admin:partners_agreement_restore", args=[agreement.pk, live.pk])
    assert analyst.post(url).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.status, agreement.policies) == (AgreementStatus.SUSPENDED, {"unknown_codes": "reject"})
    agreement.status, agreement.release = AgreementStatus.LIVE, "005010"
    agreement.save()
    assert "keeps what it is about" in analyst.post(url, follow=True).content.decode()
    agreement.refresh_from_db()
    assert agreement.release == "005010"


def test_a_decision_names_what_it_is_about(db: None) -> None:
    setup = make_partner("acme")
    record_decision("agreement.suspended", f"agreement {setup.agreement.pk}", "ann", name="as it was called")
    record_decision("agreement.retired", "agreement 987654", "ann", name="one that is gone")
    record_decision("partner.merged", f"partner {setup.partner.code}", "ann")
    record_decision("user.changed", "user nobody", "ann")
    decisions = reverse("admin:core_auditentry_changelist")
    one = reverse("admin:core_auditentry_change", args=[AuditEntry.objects.get(verb="agreement.suspended").pk])
    agreement = reverse("admin:partners_agreement_change", args=[setup.agreement.pk])
    partner = reverse("admin:partners_partner_change", args=[setup.partner.pk])
    reader = client_of(permissions=("core.view_auditentry", "partners.view_agreement", "partners.view_partner"))
    for text in (listed := reader.get(decisions).content.decode(), reader.get(one).content.decode()):
        assert f'<a class="or-link" href="{agreement}">{setup.agreement}</a>' in text
    assert f'<a class="or-link" href="{partner}">{setup.partner}</a>' in listed
    assert 'one that is gone <span class="or-quiet">agreement 987654</span>' in listed
    assert "user nobody" in listed
    auditor = client_of(name="other", permissions=("core.view_auditentry",))
    closed = auditor.get(decisions).content.decode()
    assert "as it was called" in closed
    assert agreement not in closed
    with CaptureQueriesContext(connection) as few:
        reader.get(decisions)
    for number in range(10):
        record_decision("agreement.suspended", f"agreement {setup.agreement.pk}", f"bob{number}")
    with CaptureQueriesContext(connection) as many:
        reader.get(decisions)
    assert len(many) == len(few)


def test_decisions_are_read_and_never_written(level: ServiceLevel) -> None:
    restore(level.history.last(), "ann")
    auditor = client_of(permissions=("core.view_auditentry",))
    listed = auditor.get(reverse("admin:core_auditentry_changelist"), {"q": "ann"}).content.decode()
    assert "servicelevel.restored" in listed
    page = reverse("admin:core_auditentry_change", args=[AuditEntry.objects.get().pk])
    assert AuditEntry.objects.get().digest in auditor.get(page).content.decode()
    assert auditor.post(page, {"actor": "bob"}).status_code == 403
    assert client_of(is_superuser=True).post(page, {"actor": "bob"}).status_code == 403
