"""Forgotten passwords and new addresses: nothing tells who has an account, and links open what they are for, once."""

import re
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from kombu.exceptions import OperationalError

from config.core.models import AuditEntry, User
from partners.models import Member, Partner
from partners.services import own_account
from partners.services.own_account import BY_EMAIL, send_reset
from tests.factories import PASSWORD, make_user
from tests.partners.portal.people import make_person

FORGOTTEN, LOGIN, HOME = reverse("portal:forgotten"), reverse("portal:login"), reverse("portal:home")
NEW = {"new_password1": "seven brave otters swim", "new_password2": "seven brave otters swim"}
EVE = "eve@acme.example"


@pytest.fixture
def eve(partner: Partner) -> User:
    return make_person(partner, EVE, EVE)


class Broker:
    """In place of Celery's: keeps what a worker is asked for."""

    def __init__(self) -> None:
        self.asked: list[list[Any]] = []

    def send_task(self, name: str, args: list[Any], queue: str) -> None:
        self.asked.append(args)


class BrokerThatIsAway(Broker):
    def send_task(self, name: str, args: list[Any], queue: str) -> None:
        raise OperationalError("away")


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[list[Any]]:
    broker = Broker()
    monkeypatch.setattr(own_account, "current_app", broker)
    return broker.asked


def path_in(message: Any) -> str:
    found = re.search(r"https?://[^/\s]+(/portal/\S+)", str(message.body))
    assert found
    return found[1]


def set_password(path: str) -> Any:
    client = Client()
    page = client.get(path, follow=True)
    return client.post(page.redirect_chain[-1][0], NEW) if page.redirect_chain else page


def test_a_forgotten_password_is_set_anew_once_and_ends_all_sessions(eve: User, rung: list[Any]) -> None:
    session = Client()
    session.force_login(eve)
    assert session.get(HOME).status_code == 200
    Client().post(FORGOTTEN, {"email": "EVE@acme.example"})
    assert [user_id for user_id, _ in rung] == [eve.pk]
    send_reset(*rung[0])
    path = path_in(mail.outbox[0])
    assert set_password(path)["Location"] == LOGIN
    assert session.get(HOME).status_code == 302, "who was logged in with the old password is out"
    client = Client()
    assert client.post(LOGIN, {"username": EVE, "password": NEW["new_password1"]})["Location"] == HOME
    assert "does not work any more" in Client().get(path, follow=True).content.decode()
    assert AuditEntry.objects.get(verb="password.set").subject == f"user {EVE}"


def test_the_answer_is_the_same_for_a_stranger(eve: User, rung: list[Any]) -> None:
    known = Client().post(FORGOTTEN, {"email": EVE})
    stranger = Client().post(FORGOTTEN, {"email": "nobody@acme.example"})
    assert known.content == stranger.content
    assert len(rung) == 1


@pytest.mark.parametrize("who", ["staff", "switched off", "former member", "without address"])
def test_no_mail_goes_to_whom_the_portal_is_closed(eve: User, rung: list[Any], who: str) -> None:
    User.objects.filter(pk=eve.pk).update(
        is_staff=who == "staff", is_active=who != "switched off", email="" if who == "without address" else EVE
    )
    Member.objects.update(is_active=who != "former member")
    Client().post(FORGOTTEN, {"email": EVE})
    for asked in rung:
        send_reset(*asked)
    assert mail.outbox == []


def test_no_link_opens_an_account_of_ours(client: Client, db: None) -> None:
    """Whoever can make tokens could otherwise take over an administrator."""
    boss = make_user("boss", is_superuser=True)
    User.objects.update(email="boss@onramp.example")
    boss.refresh_from_db()
    uid = urlsafe_base64_encode(force_bytes(boss.pk))
    path = reverse("portal:set-password", args=[uid, default_token_generator.make_token(boss)])
    assert "does not work any more" in client.get(path, follow=True).content.decode()


def test_mails_cannot_be_sent_without_end(eve: User, rung: list[Any]) -> None:
    for _ in range(BY_EMAIL + 2):
        answer = Client().post(FORGOTTEN, {"email": EVE}).content.decode()
    assert "Too many attempts" in answer
    assert len(rung) == BY_EMAIL


def test_a_broker_that_is_away_does_not_keep_the_mail(eve: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_account, "current_app", BrokerThatIsAway())
    Client().post(FORGOTTEN, {"email": EVE})
    assert mail.outbox[0].to == [EVE]


def test_an_address_is_changed_when_its_mailbox_confirms_it(eve: User) -> None:
    client = Client()
    client.force_login(eve)
    url = reverse("portal:change-email")
    assert "not your password" in client.post(url, {"email": "e@new.example", "password": "guess"}).content.decode()
    client.post(url, {"email": "E@new.example", "password": PASSWORD})
    eve.refresh_from_db()
    assert eve.email == EVE, "nothing changes before the link is opened"
    assert mail.outbox[0].to == ["e@new.example"]
    path = path_in(mail.outbox[0])
    assert "e@new.example" in client.get(path).content.decode()
    eve.refresh_from_db()
    assert eve.email == EVE, "mail scanners open links; the button decides"
    client.post(path)
    eve.refresh_from_db()
    assert (eve.email, eve.username) == ("e@new.example", "e@new.example")
    assert mail.outbox[1].to == [EVE], "the old mailbox is told"
    assert "does not work any more" in client.post(path, follow=True).content.decode()


def test_a_link_for_an_address_is_its_askers_alone(eve: User, member: Client, user: User) -> None:
    client = Client()
    client.force_login(eve)
    client.post(reverse("portal:change-email"), {"email": "e@new.example", "password": PASSWORD})
    path = path_in(mail.outbox[0])
    assert "is not yours" in member.post(path, follow=True).content.decode()
    assert Client().get(path)["Location"].startswith(LOGIN)
    eve.refresh_from_db()
    user.refresh_from_db()
    assert (eve.email, user.email) == (EVE, "")


def test_nobody_takes_the_address_of_another_account(eve: User, member: Client, user: User) -> None:
    member.post(reverse("portal:change-email"), {"email": EVE, "password": PASSWORD})
    assert len(mail.outbox) == 1, "the asker is not told that it is taken"
    assert "cannot be used" in member.post(path_in(mail.outbox[0]), follow=True).content.decode()
    user.refresh_from_db()
    assert user.email == ""


def test_a_person_is_called_as_they_say_and_colleagues_see_it(eve: User, member: Client) -> None:
    client = Client()
    client.force_login(eve)
    url = reverse("portal:change-name")
    assert url in client.get(reverse("portal:profile")).content.decode()
    assert "This field is required" in client.post(url, {"name": "  "}).content.decode()
    for _ in range(2):
        assert client.post(url, {"name": " Eve  van <b>Dam "})["Location"] == reverse("portal:profile")
    eve.refresh_from_db()
    assert (eve.first_name, eve.last_name, eve.username) == ("Eve", "van <b>Dam", EVE)
    assert "Eve van &lt;b&gt;Dam" in member.get(reverse("portal:company")).content.decode()
    entry = AuditEntry.objects.get(verb="name.changed")
    assert (entry.subject, entry.actor, entry.data) == (
        f"user {EVE}", EVE, {"before": "", "name": "Eve van <b>Dam"},
    )  # fmt: skip


def test_nobody_is_called_otherwise_by_somebody_else(eve: User, member: Client, user: User) -> None:
    member.post(reverse("portal:change-name"), {"name": "Grace", "user": eve.pk, "username": EVE})
    eve.refresh_from_db()
    user.refresh_from_db()
    assert (eve.first_name, user.first_name) == ("", "Grace")
