"""Pages of partners: identities, connections, agreements, and keys that are shown once."""

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Agreement, ApiKey, Connection, Identity, Protocol
from tests.factories import PartnerSetup, make_partner, make_user


@pytest.fixture
def setup(db: None) -> PartnerSetup:
    return make_partner("acme", name="Acme Stores")


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    return client


def issue_url(connection: Connection) -> str:
    return reverse("admin:partners_connection_issue_key", args=[connection.pk])


def test_a_key_is_shown_once_and_kept_nowhere(admin: Client, setup: PartnerSetup) -> None:
    response = admin.post(
        issue_url(setup.connection), {"label": "ERP", "expires_at_0": "", "expires_at_1": "", "scopes": ["send"]}
    )
    secret = response.context["secret"]
    assert secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    api_key = ApiKey.objects.latest("pk")
    assert (api_key.connection, api_key.label) == (setup.connection, "ERP")
    for name, args in (("apikey_change", [api_key.pk]), ("apikey_changelist", []), ("apikey_history", [api_key.pk])):
        assert secret not in admin.get(reverse(f"admin:partners_{name}", args=args)).content.decode()
    assert api_key.history.first().history_user.is_superuser


def test_asking_for_the_form_issues_nothing(admin: Client, setup: PartnerSetup) -> None:
    assert "shown once" in admin.get(issue_url(setup.connection)).content.decode()
    assert "This field is required" in admin.post(issue_url(setup.connection), {"label": ""}).content.decode()
    assert ApiKey.objects.count() == 1


def test_only_connections_of_the_api_offer_keys(admin: Client, setup: PartnerSetup) -> None:
    folder = Connection.objects.create(partner=setup.partner, protocol=Protocol.DROP_FOLDER, name="Folder")
    page = reverse("admin:partners_connection_change", args=[folder.pk])
    assert issue_url(folder) not in admin.get(page).content.decode()
    assert admin.post(issue_url(folder), {"label": "x"}).status_code == 403


def test_revoking_asks_first_and_is_told_once(admin: Client, setup: PartnerSetup) -> None:
    url = reverse("admin:partners_apikey_revoke", args=[setup.api_key.pk])
    assert "refused at once" in admin.get(url).content.decode()
    assert ApiKey.objects.get().revoked_at is None
    assert "is revoked" in admin.post(url, follow=True).content.decode()
    assert ApiKey.objects.get().revoked_at is not None
    assert "was revoked before" in admin.post(url, follow=True).content.decode()
    assert "Revoked" in admin.get(reverse("admin:partners_apikey_changelist")).content.decode()


def test_a_partner_is_set_up_on_one_page(admin: Client) -> None:
    form = {
        "name": "New Stores",
        "code": "new-stores",
        "is_active": "on",
        "time_zone": "America/Chicago",
        "language": "en",
        "roles": ["customer"],
        "contacts-TOTAL_FORMS": "0",
        "contacts-INITIAL_FORMS": "0",
        "guides-TOTAL_FORMS": "0",
        "certificates-TOTAL_FORMS": "0",
        "certificates-INITIAL_FORMS": "0",
        "guides-INITIAL_FORMS": "0",
        "identities-TOTAL_FORMS": "1",
        "identities-INITIAL_FORMS": "0",
        "identities-0-kind": "isa",
        "identities-0-qualifier": "zz",
        "identities-0-value": " newstores ",
        "identities-0-environment": "production",
        "connections-TOTAL_FORMS": "1",
        "connections-INITIAL_FORMS": "0",
        "connections-0-name": "API",
        "connections-0-protocol": "api",
        "connections-0-environment": "production",
        "connections-0-is_enabled": "on",
        "agreements-TOTAL_FORMS": "1",
        "agreements-INITIAL_FORMS": "0",
        "agreements-0-kind": "order",
        "agreements-0-direction": "inbound",
        "agreements-0-standard": "X12",
        "agreements-0-set_id": "850",
        "agreements-0-release": "004010",
        "agreements-0-environment": "production",
        "agreements-0-status": "live",
    }
    response = admin.post(reverse("admin:partners_partner_add"), form)
    assert response.status_code == 302, response.context["errors"]
    identity = Identity.objects.get()
    assert (identity.qualifier, identity.value) == ("ZZ", "NEWSTORES")
    assert Agreement.objects.get().history.first().history_user.is_superuser


def test_the_code_of_a_partner_stays(admin: Client, setup: PartnerSetup) -> None:
    text = admin.get(reverse("admin:partners_partner_change", args=[setup.partner.pk])).content.decode()
    assert 'name="code"' not in text


def test_partners_are_found_by_name_or_code(admin: Client, setup: PartnerSetup) -> None:
    make_partner("zenith", name="Zenith")
    url = reverse("admin:partners_partner_changelist")
    assert [row.code for row in admin.get(url, {"q": "acm"}).context["cl"].result_list] == ["acme"]
