"""Logging in, and what browsers are told about scripts."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories import PASSWORD, make_user


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
