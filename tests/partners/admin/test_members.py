"""Analysts invite a partner's people on the partner's page and switch them off there."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from partners.models import Member, Partner
from tests.factories import make_user

RIGHTS = ("*.view", "partners.change_partner", "partners.add_member", "partners.change_member")


@pytest.fixture
def partner(db: None) -> Partner:
    return Partner.objects.create(code="acme", name="Acme Stores")


def staff(*rights: str) -> Client:
    client = Client()
    client.force_login(make_user(permissions=rights))
    return client


def test_a_person_is_invited_with_a_link_that_is_shown(partner: Partner) -> None:
    client = staff(*RIGHTS)
    url = reverse("admin:partners_partner_invite_member", args=[partner.pk])
    assert client.get(url).status_code == 200
    assert not Member.objects.exists()
    response = client.post(url, {"username": "eve", "name": "Eve Example", "email": "eve@acme.example"})
    member = Member.objects.get()
    assert (member.user.username, member.user.first_name, member.user.is_staff) == ("eve", "Eve", False)
    link = re.search(r"http://testserver(/portal/set-password/[^\s<]+/)", response.content.decode())
    assert link
    assert "no-store" in response["Cache-Control"]
    assert Client().get(link[1]).status_code == 302
    page = client.get(reverse("admin:partners_partner_change", args=[partner.pk])).content.decode()
    assert "Eve Example (eve)" in page
    again = client.get(reverse("admin:partners_partner_member_link", args=[partner.pk, member.pk]))
    assert "/portal/set-password/" in again.content.decode()


def test_who_may_only_look_invites_nobody(partner: Partner) -> None:
    client = staff("*.view")
    url = reverse("admin:partners_partner_invite_member", args=[partner.pk])
    assert client.post(url, {"username": "eve"}).status_code == 403
    assert not Member.objects.exists()
    member = Member.objects.create(partner=partner, user=make_user("x"))
    assert client.get(reverse("admin:partners_partner_member_link", args=[partner.pk, member.pk])).status_code == 403


def test_our_own_staff_are_no_members(partner: Partner) -> None:
    make_user("boss", is_superuser=True)
    url = reverse("admin:partners_partner_invite_member", args=[partner.pk])
    response = staff(*RIGHTS).post(url, {"username": "boss"})
    assert "account of our own staff" in response.content.decode()
    assert not Member.objects.exists()
