"""Invitations: a link opens one partner, to one person, once; whatever else is tried is refused in plain words."""

import re
import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.core.models import AuditEntry, User
from partners.models import Invitation, Member, Partner
from partners.services.accept_invitation import OPENED_BY_ADDRESS, TRIED_BY_TOKEN
from partners.services.invite import InviteRefused, invite, send_again, withdraw
from tests.factories import PASSWORD, make_user
from tests.partners.portal.people import make_person

SITE = "https://onramp.example/"
HOME = reverse("portal:home")
EVE = "eve@acme.example"
RIGHT = {"email": EVE, "name": "Eve Example", "password": "seven brave otters", "again": "seven brave otters"}


def link_of(message: Any = None) -> str:
    """The path of the link in a mail, the last one when none is named."""
    found = re.search(r"https?://[^/\s]+(/portal/invitation/\S+)", str((message or mail.outbox[-1]).body))
    assert found
    return found[1]


@pytest.fixture
def link(partner: Partner, analyst: User) -> str:
    invite(partner, email="Eve@Acme.example ", name="Eve", by=analyst, site=SITE)
    return link_of()


def test_an_invited_person_makes_an_account_and_is_in(client: Client, partner: Partner, link: str) -> None:
    message = mail.outbox[0]
    assert message.to == [EVE]
    assert "Acme Stores" in message.subject
    page = client.get(link)
    assert page.status_code == 200
    assert EVE not in page.content.decode(), "who was forwarded the link does not learn where it went"
    assert client.post(link, RIGHT)["Location"] == HOME
    user = User.objects.get(username=EVE)
    assert (user.email, user.first_name, user.is_staff, user.check_password(RIGHT["password"])) == (
        EVE, "Eve", False, True,
    )  # fmt: skip
    assert [member.partner for member in user.memberships.all()] == [partner]
    assert client.get(HOME).status_code == 200
    assert list(AuditEntry.objects.order_by("number").values_list("verb", flat=True)) == [
        "invitation.made", "invitation.used",
    ]  # fmt: skip


def test_the_database_does_not_hold_the_token(link: str) -> None:
    token = link.rstrip("/").rsplit("/", 1)[1]
    row = Invitation.objects.values().get()
    assert token not in str(row)
    assert len(row["digest"]) == 64


@pytest.mark.parametrize("why", ["used", "expired", "withdrawn", "old link", "inactive partner", "made up"])
def test_a_link_that_does_not_hold_opens_nothing(partner: Partner, link: str, analyst: User, why: str) -> None:
    words = {"used": "used already", "expired": "too old", "old link": "not one of ours", "made up": "not one of ours"}
    if why == "used":
        Client().post(link, RIGHT)
    elif why == "expired":
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif why == "withdrawn":
        assert withdraw(Invitation.objects.get(), by=analyst)
    elif why == "old link":
        send_again(Invitation.objects.get(), by=analyst, site=SITE)
    elif why == "inactive partner":
        Partner.objects.update(is_active=False)
    else:
        link = reverse("portal:invitation", args=["x" * 43])
    before = User.objects.count()
    for response in (Client().get(link), Client().post(link, {**RIGHT, "email": "mal@evil.example"})):
        text = response.content.decode()
        assert response.status_code == 404
        assert words.get(why, "does not hold any more") in text
        assert "Acme" not in text
        assert EVE not in text
    assert User.objects.count() == before


def test_a_used_link_gives_nothing_to_another_account_either(partner: Partner, link: str) -> None:
    Client().post(link, RIGHT)
    other = make_person(Partner.objects.create(code="zenith", name="Zenith"), "zoe", "zoe@zenith.example")
    client = Client()
    client.force_login(other)
    assert client.post(link).status_code == 404
    assert not other.memberships.filter(partner=partner).exists()


def test_a_forwarded_link_is_of_no_use(client: Client, link: str) -> None:
    text = client.post(link, {**RIGHT, "email": "mal@evil.example"}).content.decode()
    assert "sent to another address" in text
    assert EVE not in text
    assert not User.objects.filter(username__in=[EVE, "mal@evil.example"]).exists()


def test_somebody_else_who_is_logged_in_does_not_join(partner: Partner, link: str) -> None:
    other = make_person(Partner.objects.create(code="zenith", name="Zenith"), "zoe", "zoe@zenith.example")
    client = Client()
    client.force_login(other)
    assert client.get(link).status_code == 200
    response = client.post(link, {"partner": partner.pk, "email": EVE})
    assert response.status_code == 403
    assert "sent to another address" in response.content.decode()
    assert [member.partner.code for member in other.memberships.all()] == ["zenith"]
    assert Client().post(link, RIGHT).status_code == 302, "whom it is for can still use it"


def test_who_has_an_account_joins_after_logging_in(partner: Partner, link: str) -> None:
    zenith = Partner.objects.create(code="zenith", name="Zenith")
    eve = make_person(zenith, "eve-of-zenith", EVE)
    client = Client()
    assert "There is an account with this address" in client.post(link, RIGHT).content.decode()
    assert Member.objects.count() == 1
    login = client.post(reverse("portal:login"), {"username": eve.username, "password": PASSWORD, "next": link})
    assert login["Location"] == link
    assert client.post(link)["Location"] == HOME
    assert {member.partner.code for member in eve.memberships.all()} == {"acme", "zenith"}
    assert client.session["portal-partner"] == partner.pk


def test_a_former_member_may_log_in_again_to_use_an_invitation(partner: Partner, analyst: User) -> None:
    eve = make_person(partner, EVE, EVE)
    Member.objects.filter(user=eve).update(is_active=False)
    said = {"username": EVE, "password": PASSWORD}
    assert "no access to the portal" in Client().post(reverse("portal:login"), said).content.decode()
    invite(partner, email=EVE, by=analyst, site=SITE)
    client = Client()
    assert client.post(reverse("portal:login"), said).status_code == 302
    client.post(link_of())
    assert eve.memberships.get().is_active


def test_our_own_staff_do_not_join(link: str) -> None:
    boss = make_user("boss", is_superuser=True)
    User.objects.filter(pk=boss.pk).update(email=EVE)
    client = Client()
    client.force_login(boss)
    assert client.post(link).status_code == 403
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"again": "another one entirely"}, "two passwords differ"),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": EVE, "again": EVE}, "too similar"),
        ({"name": ""}, "required"),
    ],
)
def test_a_bad_form_makes_no_account(client: Client, link: str, said: dict[str, str], words: str) -> None:
    assert words in client.post(link, {**RIGHT, **said}).content.decode()
    assert not User.objects.filter(username=EVE).exists()


def test_addresses_cannot_be_guessed_at_a_link(client: Client, link: str) -> None:
    for number in range(TRIED_BY_TOKEN):
        client.post(link, {**RIGHT, "email": f"guess{number}@acme.example"})
    assert "Too many attempts" in client.post(link, RIGHT).content.decode()
    assert not User.objects.filter(username=EVE).exists()


def test_links_cannot_be_guessed(client: Client, db: None) -> None:
    for _ in range(OPENED_BY_ADDRESS):
        client.get(reverse("portal:invitation", args=["guess"]))
    assert "Too many attempts" in client.get(reverse("portal:invitation", args=["guess"])).content.decode()


def test_who_cannot_be_invited(partner: Partner, analyst: User) -> None:
    make_person(partner, "in", "in@acme.example")
    User.objects.create_user("off", "off@acme.example", is_active=False)
    User.objects.create_user("our", "our@onramp.example", is_staff=True)
    invite(partner, email=EVE, by=analyst, site=SITE)
    for email, words in {
        "in@acme.example": "member",
        "OFF@acme.example": "switched off",
        "our@onramp.example": "own staff",
        "EVE@acme.example": "invited already",
        f"{'e' * 60}@{'acme-stores.' * 10}example": "at most 150 characters",
    }.items():
        with pytest.raises(InviteRefused, match=words):
            invite(partner, email=email, by=analyst, site=SITE)
    assert len(mail.outbox) == 1
    house = Partner.objects.create(code="us", name="Us", is_own=True)
    with pytest.raises(InviteRefused):
        invite(house, email="x@x.example", by=analyst, site=SITE)


class RefusingBackend(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({EVE: (550, b"No such user")})


def test_a_mail_that_is_refused_is_seen_and_sent_again(partner: Partner, analyst: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    invitation = invite(partner, email=EVE, by=analyst, site=SITE)
    assert "No such user" in invitation.failure
    assert invitation.sent_at is None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    again = send_again(invitation, by=analyst, site=SITE)
    assert (again.failure, again.sent_at is not None) == ("", True)
    assert Client().post(link_of(), RIGHT).status_code == 302
