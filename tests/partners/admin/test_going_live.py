"""Who drafts an agreement does not put it live."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from config.core.models import AuditEntry
from config.core.roles import ANALYST, APPROVER, Role
from partners.models import Agreement, AgreementStatus
from tests.factories import make_user
from tests.readiness import approved, make_ready


def client_of(role: Role) -> Client:
    user = make_user()
    user.groups.add(Group.objects.get(name=role.name))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def agreement(db: None) -> Agreement:
    return make_ready().agreement


def post_form(client: Client, agreement: Agreement, **changes: str) -> object:
    """Save the form of the page as it was shown, but for `changes`."""
    url = reverse("admin:partners_agreement_change", args=[agreement.pk])
    page = client.get(url)
    form = page.context["adminform"].form
    data = {name: value for name in form.fields if isinstance(value := form.initial.get(name, ""), str | int)}
    for formset in page.context["inline_admin_formsets"]:
        prefix = formset.formset.prefix
        data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return client.post(url, data | changes)


def test_the_approver_puts_it_live_and_the_decision_is_recorded(agreement: Agreement) -> None:
    client = client_of(APPROVER)
    url = reverse("admin:partners_agreement_put_live", args=[agreement.pk])
    assert url in client.get(reverse("admin:partners_agreement_change", args=[agreement.pk])).content.decode()
    client.get(url)
    agreement.refresh_from_db()
    assert agreement.status == AgreementStatus.DRAFT
    assert "is not approved" in client.post(url, follow=True).content.decode()
    approved(agreement)
    client.post(url)
    agreement.refresh_from_db()
    assert agreement.status == AgreementStatus.LIVE
    assert AuditEntry.objects.latest("number").verb == "agreement.put_live"
    assert url not in client.get(reverse("admin:partners_agreement_change", args=[agreement.pk])).content.decode()
    client.post(url)
    assert AuditEntry.objects.count() == 3


def test_the_analyst_drafts_and_stops_but_does_not_start(agreement: Agreement) -> None:
    client = client_of(ANALYST)
    assert client.post(reverse("admin:partners_agreement_put_live", args=[agreement.pk])).status_code == 403
    post_form(client, agreement, status="live")
    agreement.refresh_from_db()
    assert agreement.status == AgreementStatus.DRAFT
    post_form(client, agreement, release="005010")
    agreement.refresh_from_db()
    assert agreement.release == "005010"
    agreement.status = AgreementStatus.LIVE
    agreement.save()
    client.post(reverse("admin:partners_agreement_suspend", args=[agreement.pk]))
    agreement.refresh_from_db()
    assert agreement.status == AgreementStatus.SUSPENDED


def test_a_live_agreement_is_not_turned_into_another_one(agreement: Agreement) -> None:
    """Else a test agreement, once approved, would carry whatever its drafter likes."""
    agreement.status = AgreementStatus.LIVE
    agreement.save()
    post_form(client_of(ANALYST), agreement, set_id="875")
    agreement.refresh_from_db()
    assert agreement.set_id == "850"


def test_the_partners_page_is_no_way_round(agreement: Agreement) -> None:
    page = client_of(ANALYST).get(reverse("admin:partners_partner_change", args=[agreement.partner_id]))
    [formset] = [f.formset for f in page.context["inline_admin_formsets"] if f.formset.prefix == "agreements"]
    offered = [value for form in formset.forms for value, _ in form.fields["status"].choices]
    assert "draft" in offered
    assert "live" not in offered


def test_the_list_of_what_waits_is_called_as_the_menu_calls_it(db: None) -> None:
    page = client_of(APPROVER).get(reverse("admin:partners_submission_changelist"))
    assert page.context["title"] == "Approvals"
    assert "No approvals yet" in page.content.decode()
