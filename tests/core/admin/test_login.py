"""Logging in, who is kept from guessing, and what browsers are told about scripts."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from config.core.audit import verify_chain
from config.core.login_attempts import BY_ADDRESS, BY_NAME, BY_NAME_AND_ADDRESS
from config.core.models import AuditEntry
from tests.factories import PASSWORD, make_user

LOGIN = reverse("admin:login")


@pytest.fixture(autouse=True)
def _no_attempts_of_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def log_in(client: Client, name: str, password: str = PASSWORD, address: str = "10.0.0.1") -> Any:
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address)


def locked_by(**data: Any) -> int:
    return AuditEntry.objects.filter(
        verb="login.locked", **{f"data__{name}": said for name, said in data.items()}
    ).count()


@pytest.mark.django_db
def test_an_empty_password_between_guesses_makes_none_of_them_forgotten() -> None:
    user, client = make_user("root"), Client()
    for _ in range(BY_NAME_AND_ADDRESS // 2 + 1):
        log_in(client, user.username, "guess")
        log_in(client, user.username, "")
    assert "Too many attempts" in log_in(client, user.username).content.decode()


@pytest.mark.django_db
def test_a_name_that_no_database_keeps_is_counted_as_any_other() -> None:
    for _ in range(BY_NAME_AND_ADDRESS + 1):
        assert log_in(Client(), "ro\0ot", "guess").status_code == 200
    assert AuditEntry.objects.get(verb="login.locked").subject == "user root"


@pytest.mark.django_db
def test_guessing_in_the_admin_has_to_wait_and_is_told_what_to_do_and_recorded_once() -> None:
    user, client = make_user("root"), Client()
    for _ in range(BY_NAME_AND_ADDRESS):
        assert "Too many" not in log_in(client, user.username, "guess").content.decode()
    for _ in range(3):
        page = log_in(client, "ROOT ").content.decode()
        assert "Too many attempts. Wait 15 minutes" in page
        assert "tell an administrator" in page
    assert "_auth_user_id" not in client.session
    entry = AuditEntry.objects.get(verb="login.locked")
    assert (entry.subject, entry.data["address"], entry.data["counted_by"]) == ("user root", "10.0.0.1", "both")
    assert verify_chain().broken is None
    assert log_in(Client(), user.username, address="10.0.0.2").status_code == 302, "its owner elsewhere gets in"


@pytest.mark.django_db
def test_the_portal_and_the_admin_count_together() -> None:
    user, client = make_user("root"), Client()
    for number in range(BY_NAME_AND_ADDRESS):
        page = LOGIN if number % 2 else reverse("portal:login")
        client.post(page, {"username": "root", "password": "guess"}, REMOTE_ADDR="10.0.0.1")
    assert "Too many attempts" in log_in(client, user.username).content.decode()


@pytest.mark.django_db
def test_who_gets_in_is_never_counted() -> None:
    user = make_user("root")
    for _ in range(max(BY_NAME, BY_ADDRESS) + 2):
        assert log_in(Client(), user.username).status_code == 302
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_many_names_from_one_address_are_stopped_and_a_name_that_nobody_has_is_no_different() -> None:
    client = Client()
    for number in range(BY_ADDRESS):
        log_in(client, f"name-{number}", "guess")
    assert "Too many attempts" in log_in(client, "nobody").content.decode()
    assert locked_by(counted_by="address") == 1


@pytest.mark.django_db
def test_behind_our_proxy_callers_are_told_apart(settings: Any) -> None:
    """Otherwise one guesser keeps everybody out; and a header that did not come from the proxy is nobody's word."""
    settings.TRUSTED_PROXIES = ["127.0.0.1/32"]
    user, client = make_user("root"), Client()
    for number in range(BY_NAME_AND_ADDRESS + 1):
        sent = {"X-Forwarded-For": f"1.1.1.{number}, 9.9.9.9"}
        client.post(LOGIN, {"username": user.username, "password": "guess"}, headers=sent)
    assert locked_by(address="9.9.9.9") == 1
    other = {"X-Forwarded-For": "8.8.8.8"}
    right = client.post(LOGIN, {"username": user.username, "password": PASSWORD}, headers=other)
    assert right.status_code == 302


def test_logging_in_leads_home(db: None, client: Client) -> None:
    user = make_user()
    response = client.post(reverse("admin:login"), {"username": user.username, "password": PASSWORD})
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("admin:index")


@pytest.mark.django_db
def test_no_page_may_run_scripts_from_elsewhere_or_inside_it(client: Client) -> None:
    policy = client.get(reverse("admin:login"))["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["script-src"] == "'self' 'unsafe-eval'"
    assert directives["default-src"] == "'self'"
    assert directives["object-src"] == "'none'"


@pytest.mark.django_db
def test_no_page_loads_anything_from_elsewhere() -> None:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    text = client.get(reverse("admin:index")).content.decode()
    for attribute in ('src="http', 'href="http', "src='http", '="//'):
        assert attribute not in text
    assert f'href="{settings.STATIC_URL}onramp/admin.css"' in text
