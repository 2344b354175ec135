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


@pytest.mark.parametrize("name", ["403.html", "404.html", "500.html"])
def test_the_pages_need_nothing_that_may_be_broken(name: str) -> None:
    assert "To the start page" in render_to_string(name, {})
