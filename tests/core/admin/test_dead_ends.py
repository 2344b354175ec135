"""Whoever runs into a wall reads why, and finds a way back."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from tests.factories import make_user


def test_an_address_that_is_none_leads_back(db: None) -> None:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    for path in ("/nothing-here", "/admin/transactions/document/00000000-0000-0000-0000-000000000000/change/"):
        response = client.get(path)
        assert response.status_code == 404
        assert 'href="/admin/"' in response.content.decode()


def test_what_a_role_forbids_is_said(db: None) -> None:
    client = Client()
    client.force_login(make_user("guest"))
    response = client.get("/admin/transactions/document/")
    assert response.status_code == 403
    assert "Your role does not allow it" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_the_pages_need_nothing_that_may_be_broken(name: str) -> None:
    assert "To the start page" in render_to_string(name, {})


def test_a_partner_is_led_back_to_the_portal_and_not_to_the_admin(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_user("ada"))
    missing = client.get("/portal/nothing-here/")

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("partners.portal.access.partners_of", fail)
    failed = client.get("/portal/")
    assert (missing.status_code, failed.status_code) == (404, 500)
    for response in (missing, failed):
        text = response.content.decode()
        assert 'href="/portal/"' in text
        assert "/admin/" not in text
        assert "broken" not in text
