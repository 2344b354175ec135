"""Connections: typed settings, secrets that nobody sees again, tests that are kept, keys that are rotated."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.core.vault import is_current, new_key
from partners.models import ApiKey, Certificate, Connection, ConnectionSecret, ConnectionTest, Protocol
from partners.services.authenticate import authenticate
from partners.services.issue_key import KeyRefused, issue_key
from partners.services.rotate_key import rotate_key
from partners.services.secrets import UnknownSecret, keep_secret, open_secrets
from partners.services.try_connection import is_stale, try_connection
from tests.factories import PartnerSetup, make_partner, make_user
from tests.partners.protocols.certificates import make_pair
from tests.partners.protocols.http_peer import serving


@pytest.fixture
def setup(db: None, settings: Settings) -> PartnerSetup:
    settings.SECRET_KEYS = [new_key()]
    return make_partner("acme", name="Acme Stores")


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user("ann", is_superuser=True))
    return client


@pytest.fixture
def webhook(setup: PartnerSetup) -> Connection:
    return Connection.objects.create(partner=setup.partner, protocol=Protocol.WEBHOOK, name="Events")


def page(connection: Connection) -> str:
    return reverse("admin:partners_connection_change", args=[connection.pk])


def form(connection: Connection, **more: Any) -> dict[str, Any]:
    said = {"partner": connection.partner_id, "name": connection.name, "environment": "production", "is_enabled": "on"}
    defaults = {"setting_events": "all", "setting_timeout_seconds": "10", "setting_retries": "8"}
    return said | defaults | more


URL = "https://hooks.acme.example/in"


def test_settings_are_typed_and_only_what_differs_is_kept(admin: Client, webhook: Connection) -> None:
    response = admin.post(page(webhook), form(webhook, setting_url=URL, setting_retries="3"))
    assert response.status_code == 302, response.context["errors"]
    webhook.refresh_from_db()
    assert webhook.settings == {"url": URL, "retries": 3}
    assert f'value="{URL}"' in admin.get(page(webhook)).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"setting_url": "https://192.168.1.1/x"}, "not a public address"),
        ({"setting_url": "ftp://x"}, "must begin with https"),
        ({"setting_url": URL, "setting_retries": "99"}, "Retries: Expected `int` &lt;= 20"),
    ],
)
def test_wrong_settings_are_refused_in_words(
    admin: Client, webhook: Connection, changed: dict[str, str], said: str
) -> None:
    assert said in admin.post(page(webhook), form(webhook, **changed)).content.decode()
    webhook.refresh_from_db()
    assert webhook.settings == {}


def test_what_is_half_done_is_kept_while_it_is_off(admin: Client, webhook: Connection) -> None:
    half = form(webhook)
    del half["is_enabled"]
    assert admin.post(page(webhook), half).status_code == 302


def test_a_secret_is_entered_and_never_seen_again(admin: Client, webhook: Connection) -> None:
    sent = form(webhook, setting_url=URL, secret_signing_secret="correct horse")
    assert admin.post(page(webhook), sent).status_code == 302
    assert open_secrets(webhook) == {"signing_secret": "correct horse"}
    assert admin.post(page(webhook), form(webhook, setting_url=URL)).status_code == 302
    assert open_secrets(webhook) == {"signing_secret": "correct horse"}
    kept = ConnectionSecret.objects.get()
    assert "horse" not in kept.sealed
    pages = [page(webhook), reverse("admin:partners_connection_history", args=[webhook.pk])]
    pages.append(reverse("admin:partners_connection_compare_versions", args=[webhook.pk]))
    for url in pages:
        text = admin.get(url).content.decode()
        assert "horse" not in text
        assert kept.sealed not in text
    assert "Leave it empty to keep it" in admin.get(page(webhook)).content.decode()
    assert "horse" not in str(list(webhook.history.values())) + str(list(kept.history.values()))
    assert not hasattr(kept.history.first(), "sealed")


def test_without_a_key_the_form_says_so(admin: Client, webhook: Connection, settings: Settings, tmp_path: Any) -> None:
    settings.SECRET_KEYS, settings.SECRET_KEY_FILE, settings.MAKE_SECRET_KEY_FILE = [], tmp_path / "none", False
    sent = form(webhook, setting_url=URL, secret_signing_secret="x")
    assert "ONRAMP_SECRET_KEYS" in admin.post(page(webhook), sent).content.decode()
    assert not ConnectionSecret.objects.exists()


def test_rotation_seals_everything_anew_and_the_old_key_can_go(
    setup: PartnerSetup, webhook: Connection, settings: Settings
) -> None:
    keep_secret(webhook, "signing_secret", "s")
    settings.SECRET_KEYS = [new_key(), *settings.SECRET_KEYS]
    call_command("rotate_secrets")
    settings.SECRET_KEYS = settings.SECRET_KEYS[:1]
    assert open_secrets(webhook) == {"signing_secret": "s"}
    assert is_current(ConnectionSecret.objects.get().sealed)
    with pytest.raises(UnknownSecret):
        keep_secret(webhook, "password", "s")
    keep_secret(webhook, "signing_secret", "")
    assert open_secrets(webhook) == {}


def test_a_test_is_kept_and_goes_stale(admin: Client, webhook: Connection, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    url = reverse("admin:partners_connection_test_connection", args=[webhook.pk])
    assert "signed ping is posted" in admin.get(url).content.decode()
    assert not ConnectionTest.objects.exists()
    text = admin.post(url, follow=True).content.decode()
    assert "Settings: The address must begin with" in text
    Connection.objects.filter(pk=webhook.pk).update(settings={"url": "https://hooks.acme.example/x"})
    webhook.refresh_from_db()
    with serving(lambda headers, body: (200, {}, b"")) as peer, pytest.MonkeyPatch.context() as patch:
        patch.setattr("partners.protocols.webhook.url_faults", lambda url, allowed: [])
        Connection.objects.filter(pk=webhook.pk).update(settings={"url": peer})
        assert "works" in admin.post(url, follow=True).content.decode()
    newest = ConnectionTest.objects.first()
    assert newest is not None
    assert (newest.is_ok, newest.by) == (True, "ann")
    assert not is_stale(newest)
    keep_secret(webhook, "signing_secret", "new")
    assert is_stale(ConnectionTest.objects.first())  # type: ignore[arg-type]
    assert "changed since the last test" in admin.get(page(webhook)).content.decode()
    assert "Passed" in admin.get(reverse("admin:partners_connection_changelist")).content.decode()


def test_a_drop_folder_is_tested(setup: PartnerSetup, settings: Settings, tmp_path: Any) -> None:
    settings.DROP_DIR = tmp_path
    folder = Connection.objects.create(partner=setup.partner, protocol=Protocol.DROP_FOLDER, name="Folder")
    assert try_connection(folder, "ann").is_ok
    (tmp_path / "blocked").write_text("")
    settings.DROP_DIR = tmp_path / "blocked"
    assert not try_connection(folder, "ann").is_ok


def test_a_key_is_rotated_with_overlap(admin: Client, setup: PartnerSetup) -> None:
    old = issue_key(setup.connection, "ERP", scopes=["read"])
    url = reverse("admin:partners_apikey_rotate", args=[old.api_key.pk])
    response = admin.post(url, {"hours": "2"})
    fresh = authenticate(response.context["secret"])
    assert fresh is not None
    assert (fresh.label, fresh.scopes) == ("ERP", ["read"])
    assert authenticate(old.secret) is not None
    ended = ApiKey.objects.get(pk=old.api_key.pk)
    assert ended.expires_at is not None
    assert timedelta(hours=1) < ended.expires_at - timezone.now() <= timedelta(hours=2)
    rotate_key(ended, timedelta(0))
    assert authenticate(old.secret) is None
    with pytest.raises(KeyRefused):
        rotate_key(ended, timedelta(hours=1))


def test_a_key_does_what_its_scopes_say(setup: PartnerSetup) -> None:
    reader, sender = (issue_key(setup.connection, name, scopes=[name]).secret for name in ("read", "send"))
    client, files = Client(), reverse("api:files")

    def status(secret: str, method: str) -> int:
        sent: dict[str, Any] = {"headers": {"Authorization": f"Bearer {secret}"}}
        if method == "post":
            sent |= {"data": b"", "content_type": "application/edi-x12"}
        return getattr(client, method)(files, **sent).status_code

    assert [status(reader, "get"), status(reader, "post")] == [200, 403]
    assert status(sender, "get") == 403
    assert status(sender, "post") != 403
    assert status("onr_unknown", "get") == 401


def test_a_connection_may_be_used_from_its_networks_only(setup: PartnerSetup) -> None:
    secret = issue_key(setup.connection, "ERP").secret
    setup.connection.settings = {"allowed_networks": "203.0.113.0/24\n2001:db8::/32"}
    setup.connection.save()
    assert authenticate(secret, "203.0.113.7") is not None
    assert authenticate(secret, "2001:db8::1") is not None
    assert authenticate(secret, "198.51.100.1") is None
    assert authenticate(secret) is None


def test_a_certificate_is_added_on_the_page_of_its_partner(admin: Client, setup: PartnerSetup) -> None:
    url = reverse("admin:partners_partner_add_certificate", args=[setup.partner.pk])
    file = SimpleUploadedFile("acme.pem", make_pair(ends=12).certificate.encode())
    sent = {"file": file, "purposes": ["signing"], "environment": "production"}
    assert "11 days left" in admin.post(url, sent, follow=True).content.decode()
    kept = Certificate.objects.get()
    listed = admin.get(reverse("admin:partners_certificate_changelist"), {"validity": "ending"}).content.decode()
    assert kept.subject in listed
    again = {**sent, "file": SimpleUploadedFile("acme.pem", kept.pem.encode())}
    assert "has this certificate already" in admin.post(url, again).content.decode()
    text = admin.get(reverse("admin:partners_certificate_change", args=[kept.pk])).content.decode()
    assert kept.fingerprint in text
