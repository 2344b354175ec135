"""Who gets into the portal, and who is kept from guessing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.core.login_attempts import BY_ADDRESS, BY_NAME, BY_NAME_AND_ADDRESS, LoginAttempts
from config.core.models import User
from partners.models import Member, Partner
from tests.factories import PASSWORD, make_user

LOGIN = reverse("portal:login")
HOME = reverse("portal:home")
NEW_PASSWORD = "seven brave otters swim"


def log_in(client: Client, username: str = "ada", password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"username": username, "password": password, **extra})


def test_a_member_logs_in_and_out(client: Client, user: User) -> None:
    assert log_in(client)["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert client.post(reverse("portal:logout"))["Location"] == LOGIN
    assert client.get(HOME).status_code == 302


def test_logging_in_leads_where_one_wanted_to_go_and_nowhere_else(client: Client, user: User) -> None:
    wanted = reverse("portal:documents")
    assert log_in(client, next=wanted)["Location"] == wanted
    assert log_in(Client(), next="https://evil.example/")["Location"] == HOME


@pytest.mark.parametrize("who", ["staff", "former member", "member of an inactive partner", "switched off"])
def test_others_do_not_get_in(client: Client, partner: Partner, user: User, who: str) -> None:
    if who == "staff":
        user = make_user("boss", is_superuser=True)
    Member.objects.filter(user=user).update(is_active=who != "former member")
    Partner.objects.update(is_active=who != "member of an inactive partner")
    User.objects.filter(pk=user.pk).update(is_active=who != "switched off")
    response = log_in(client, user.username)
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_members_do_not_get_into_the_admin(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get(reverse("admin:index")).status_code == 302


def test_an_empty_password_between_guesses_makes_none_of_them_forgotten(client: Client, user: User) -> None:
    for _ in range(BY_NAME_AND_ADDRESS // 2 + 1):
        log_in(client, password="guess")
        log_in(client, password="")
    assert "Too many attempts" in log_in(client).content.decode()


def test_after_a_few_failures_even_the_right_password_has_to_wait(client: Client, user: User) -> None:
    for _ in range(BY_NAME_AND_ADDRESS):
        assert "do not match" in log_in(client, password="guess").content.decode()
    assert "Too many attempts" in log_in(client).content.decode()
    assert "Too many attempts" in log_in(client, "ADA ").content.decode(), "the name is one, however it is written"
    assert "set a new one by the link below" in log_in(client).content.decode()
    assert "_auth_user_id" not in client.session


def test_a_right_password_begins_the_count_again(client: Client, user: User) -> None:
    for _ in range(3):
        for _ in range(BY_NAME_AND_ADDRESS - 1):
            log_in(client, password="guess")
        assert log_in(client).status_code == 302


def test_many_addresses_together_cannot_guess_forever(db: None) -> None:
    allowed = [LoginAttempts("ada", f"10.0.0.{n}").take() for n in range(BY_NAME + 3)]
    assert allowed == [True] * BY_NAME + [False] * 3
    assert LoginAttempts("bob", "10.0.0.1").take()


def test_one_address_cannot_try_all_names(db: None) -> None:
    allowed = [LoginAttempts(f"name-{n}", "10.9.9.9").take() for n in range(BY_ADDRESS + 2)]
    assert allowed == [True] * BY_ADDRESS + [False] * 2


def test_behind_our_proxy_the_address_is_what_the_proxy_saw(client: Client, user: User, settings: Any) -> None:
    """What a client writes itself stands before it and is not believed."""
    settings.TRUSTED_PROXIES = ["127.0.0.1/32"]
    for n in range(BY_NAME_AND_ADDRESS):
        client.post(LOGIN, {"username": "ada", "password": "guess"}, headers={"X-Forwarded-For": f"1.1.1.{n}, 9.9.9.9"})
    said = client.post(
        LOGIN, {"username": "ada", "password": PASSWORD}, headers={"X-Forwarded-For": "2.2.2.2, 9.9.9.9"}
    )
    assert "Too many attempts" in said.content.decode()
    free = client.post(LOGIN, {"username": "ada", "password": PASSWORD}, headers={"X-Forwarded-For": "8.8.8.8"})
    assert free.status_code == 302


def test_the_password_is_changed_by_who_knows_the_old_one(client: Client, user: User) -> None:
    client.force_login(user)
    url = reverse("portal:change-password")
    wanted = {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD}
    assert client.post(url, {"old_password": "wrong", **wanted}).status_code == 200
    assert client.post(url, {"old_password": PASSWORD, **wanted})["Location"] == reverse("portal:profile")
    assert client.get(HOME).status_code == 200, "who changed it stays logged in"
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
