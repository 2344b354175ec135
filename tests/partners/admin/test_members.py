"""Analysts invite a partner's people, send invitations again, withdraw them, and help who lost a second factor."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.core.models import AuditEntry, User
from partners.models import Invitation, Member, Partner
from tests.factories import make_user

RIGHTS = ("*.view", "partners.change_partner", "partners.add_member", "partners.change_member")


@pytest.fixture
def partner(db: None) -> Partner:
    return Partner.objects.create(code="acme", name="Acme Stores")


def staff(*rights: str) -> Client:
    client = Client()
    client.force_login(make_user(permissions=rights))
    return client


def test_an_invitation_is_sent_sent_again_and_withdrawn(partner: Partner) -> None:
    client = staff(*RIGHTS)
    url = reverse("admin:partners_partner_invite_member", args=[partner.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"email": "eve@acme.example", "name": "Eve"}).status_code == 302
    invitation = Invitation.objects.get()
    assert "http://testserver/portal/invitation/" in mail.outbox[0].body
    page = client.get(reverse("admin:partners_partner_change", args=[partner.pk])).content.decode()
    assert "eve@acme.example" in page
    listed = client.get(reverse("admin:partners_invitation_changelist") + "?state=open").content.decode()
    assert "eve@acme.example" in listed
    again = reverse("admin:partners_invitation_resend", args=[invitation.pk])
    assert client.get(again).status_code == 200
    client.post(again)
    assert len(mail.outbox) == 2
    assert mail.outbox[0].body != mail.outbox[1].body
    client.post(reverse("admin:partners_invitation_withdraw", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.state == "withdrawn"
    assert client.post(again).status_code == 403, "there is nothing to send any more"
    assert len(mail.outbox) == 2


def test_what_is_refused_is_said_at_the_field(partner: Partner) -> None:
    User.objects.create_user("boss", "boss@onramp.example", is_staff=True)
    url = reverse("admin:partners_partner_invite_member", args=[partner.pk])
    response = staff(*RIGHTS).post(url, {"email": "boss@onramp.example"})
    assert "account of our own staff" in response.content.decode()
    assert not mail.outbox


def test_who_may_only_look_invites_nobody(partner: Partner) -> None:
    client = staff("*.view")
    url = reverse("admin:partners_partner_invite_member", args=[partner.pk])
    assert client.post(url, {"email": "eve@acme.example"}).status_code == 403
    invitation = Invitation.objects.create(
        partner=partner, email="eve@acme.example", digest="0" * 64, expires_at=timezone.now()
    )
    for name in ("resend", "withdraw"):
        assert client.post(reverse(f"admin:partners_invitation_{name}", args=[invitation.pk])).status_code == 403
    member = Member.objects.create(partner=partner, user=User.objects.create_user("x"))
    url = reverse("admin:partners_partner_member_reset", args=[partner.pk, member.pk])
    assert client.post(url, {"reason": "called"}).status_code == 403


def test_a_lost_second_factor_is_reset_with_a_reason_and_never_that_of_staff(partner: Partner) -> None:
    client = staff(*RIGHTS)
    lost, boss = User.objects.create_user("lost"), make_user("boss", is_superuser=True)
    User.objects.update(second_factor_since=timezone.now())
    User.objects.filter(is_staff=True).exclude(pk=boss.pk).update(second_factor_since=None)
    for user in (lost, boss):
        Member.objects.create(partner=partner, user=user)
    url = reverse("admin:partners_partner_member_reset", args=[partner.pk, lost.memberships.get().pk])
    assert "lost" in client.get(url).content.decode()
    assert client.post(url, {"reason": ""}).status_code == 200, "without a reason it asks again"
    client.post(url, {"reason": "Called back on the known number"})
    lost.refresh_from_db()
    assert lost.second_factor_since is None
    entry = AuditEntry.objects.get(verb="second-factor.removed")
    assert (entry.subject, entry.data["reason"]) == ("user lost", "Called back on the known number")
    url = reverse("admin:partners_partner_member_reset", args=[partner.pk, boss.memberships.get().pk])
    assert client.post(url, {"reason": "please"}).status_code == 403
    boss.refresh_from_db()
    assert boss.second_factor_since is not None
