"""Codes beside the password: nothing opens without them, each works once, guessing is slow, and help is on record."""

import re
from base64 import b32decode
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from config.core import second_factor as factor
from config.core.models import AuditEntry, Authenticator, RecoveryCode, User
from config.core.vault import new_key
from partners.services.secrets import rotate_secrets
from tests.factories import PASSWORD, make_user

HOME, CODE, SET_UP = reverse("portal:home"), reverse("portal:code"), reverse("portal:second-factor")


class App:
    """What runs on the phone. `ahead`: later codes, since each works once."""

    def __init__(self, secret: str) -> None:
        self.key = b32decode(secret.replace(" ", ""))
        self.ahead = 0

    def code(self) -> str:
        code = totp(self.key, drift=self.ahead)
        self.ahead = 1
        return f"{code:06}"


def set_up(client: Client, **said: str) -> tuple[App, list[str]]:
    """Through the pages, as a person does. Returns the app and the recovery codes. said: beside the code."""
    page = client.get(SET_UP).content.decode()
    found = re.search(r'id="key"[^>]*>([A-Z2-7 ]+)<', page)
    assert found
    assert "<svg" in page
    app = App(found[1])
    shown = client.post(SET_UP, {"code": app.code(), **said}).content.decode()
    codes = re.findall(r"\b[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\b", shown)
    assert len(codes) == factor.RECOVERY_CODES
    return app, codes


def log_in(username: str = "ada") -> Client:
    client = Client()
    client.post(reverse("portal:login"), {"username": username, "password": PASSWORD})
    return client


def test_the_password_alone_opens_nothing_any_more(member: Client, user: User) -> None:
    app, _ = set_up(member)
    assert member.get(HOME).status_code == 200, "who set it up is in"
    client = log_in()
    documents = reverse("portal:documents")
    for url in (HOME, documents, SET_UP, reverse("portal:profile"), reverse("portal:without-second-factor")):
        assert client.get(url)["Location"].startswith(CODE), url
    assert client.post(reverse("portal:upload"))["Location"] == CODE
    state = client.get(HOME, headers={"Accept": "application/json"})
    assert state.status_code == 403
    assert client.post(CODE + f"?next={documents}", {"code": app.code()})["Location"] == documents
    assert client.get(documents).status_code == 200


def test_the_code_leads_nowhere_else(member: Client, user: User) -> None:
    app, _ = set_up(member)
    assert log_in().post(CODE + "?next=//evil.example/", {"code": app.code()})["Location"] == HOME


def test_a_session_from_before_is_asked_too(member: Client, user: User) -> None:
    earlier = log_in()
    assert earlier.get(HOME).status_code == 200
    set_up(member)
    assert earlier.get(HOME)["Location"].startswith(CODE)


def test_a_code_works_once(member: Client, user: User) -> None:
    app, _ = set_up(member)
    code = app.code()
    assert log_in().post(CODE, {"code": code}).status_code == 302
    assert "not right, or was used already" in log_in().post(CODE, {"code": code}).content.decode()


def test_a_recovery_code_works_once(member: Client, user: User) -> None:
    _, codes = set_up(member)
    client = log_in()
    assert client.post(CODE, {"code": codes[0].upper()})["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert "used already" in log_in().post(CODE, {"code": codes[0]}).content.decode()
    assert factor.codes_left(user) == factor.RECOVERY_CODES - 1
    assert AuditEntry.objects.filter(verb="second-factor.code-used", actor="ada").exists()


def test_recovery_codes_are_those_of_one_person(member: Client, user: User) -> None:
    _, codes = set_up(member)
    with pytest.raises(factor.CodeRefused):
        factor.verify(None, make_user("bob"), codes[1])  # type: ignore[arg-type]  # refused before it is used


def test_guessing_codes_is_slow_and_the_wait_ends(member: Client, user: User) -> None:
    app, codes = set_up(member)
    client = log_in()
    for _ in range(3):
        client.post(CODE, {"code": "000000"})
        Authenticator.objects.update(throttling_failure_timestamp="2020-01-01T00:00:00Z")
    client.post(CODE, {"code": "000000"})
    for code in (app.code(), codes[0]):
        assert "Too many wrong codes" in client.post(CODE, {"code": code}).content.decode()
    Authenticator.objects.update(throttling_failure_timestamp="2020-01-01T00:00:00Z")
    app.ahead = 1
    assert client.post(CODE, {"code": app.code()}).status_code == 302


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６", "-12345", "1e5000", "9" * 40])
def test_what_is_no_code_is_refused(member: Client, user: User, code: str) -> None:
    set_up(member)
    assert log_in().post(CODE, {"code": code}).status_code == 200


def test_nothing_is_kept_that_opens_an_account(member: Client, user: User) -> None:
    app, codes = set_up(member)
    kept = str(list(Authenticator.objects.values())) + str(list(RecoveryCode.objects.values()))
    assert app.key.hex() not in kept
    assert not any(code.replace("-", "") in kept for code in codes)


def test_where_it_is_demanded_nothing_opens_before_it_is_set_up(member: Client, user: User, settings: Any) -> None:
    settings.PORTAL_SECOND_FACTOR = True
    for name in ("home", "documents", "company", "connections", "profile"):
        assert member.get(reverse(f"portal:{name}"))["Location"] == SET_UP
    set_up(member)
    assert member.get(HOME).status_code == 200
    member.post(reverse("portal:without-second-factor"), {"password": PASSWORD})
    user.refresh_from_db()
    assert user.second_factor_since is not None, "it cannot be switched off"


def test_it_is_switched_off_with_the_password(member: Client, user: User) -> None:
    set_up(member)
    url = reverse("portal:without-second-factor")
    assert "not your password" in member.post(url, {"password": "guess"}).content.decode()
    assert member.post(url, {"password": PASSWORD}).status_code == 302
    assert log_in().get(HOME).status_code == 200
    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()


def test_new_recovery_codes_end_the_earlier_ones(member: Client, user: User) -> None:
    _, codes = set_up(member)
    url = reverse("portal:recovery-codes")
    assert "not your password" in member.post(url, {"password": "guess"}).content.decode()
    assert "recovery codes" in member.post(url, {"password": PASSWORD}).content.decode()
    assert "not right" in log_in().post(CODE, {"code": codes[0]}).content.decode()


def test_another_app_takes_the_place_of_the_first(member: Client, user: User) -> None:
    first, _ = set_up(member)
    assert "required" in member.post(SET_UP, {"code": "123456"}).content.decode(), "an open browser is not enough"
    assert "not your password" in member.post(SET_UP, {"code": "123456", "password": "guess"}).content.decode()
    second, _ = set_up(member, password=PASSWORD)
    assert first.key != second.key
    assert "not right" in log_in().post(CODE, {"code": first.code()}).content.decode()
    Authenticator.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert log_in().post(CODE, {"code": second.code()}).status_code == 302


def test_after_a_reset_the_password_opens_the_way_to_a_new_app(member: Client, user: User, settings: Any) -> None:
    settings.PORTAL_SECOND_FACTOR = True
    set_up(member)
    assert factor.remove(user, by=make_user("anna"), reason="Called back")
    assert log_in().get(HOME)["Location"] == SET_UP
    assert not factor.remove(user, by=user)


def test_staff_who_set_it_up_are_asked_in_the_admin(db: None) -> None:
    boss = make_user("boss", is_superuser=True)
    client = Client()
    client.force_login(boss)
    page = client.get(reverse("second-factor")).content.decode()
    found = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', page)
    assert found
    app = App(found[1])
    assert "recovery codes" in client.post(reverse("second-factor"), {"code": app.code()}).content.decode()
    assert client.get(reverse("admin:index")).status_code == 200
    other = Client()
    other.post(reverse("admin:login"), {"username": "boss", "password": PASSWORD})
    wanted = reverse("admin:partners_partner_changelist")
    page_of_code = reverse("second-factor-code")
    assert other.get(wanted)["Location"].startswith(page_of_code)
    assert other.get(page_of_code).status_code == 200
    assert "not right" in other.post(page_of_code, {"code": "000000"}).content.decode()
    Authenticator.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert other.post(f"{page_of_code}?next={wanted}", {"code": app.code()})["Location"] == wanted
    assert other.get(wanted).status_code == 200
    for name, words in (("second-factor-codes", "recovery codes"), ("second-factor-off", "")):
        assert "not your password" in other.post(reverse(name), {"password": "guess"}).content.decode()
        assert words in other.post(reverse(name), {"password": PASSWORD}).content.decode()
    boss.refresh_from_db()
    assert boss.second_factor_since is None


def test_an_administrator_resets_that_of_staff(db: None) -> None:
    boss, lost = make_user("boss", is_superuser=True), make_user("lost", permissions=("*.view",))
    User.objects.filter(pk=lost.pk).update(second_factor_since="2026-01-01T00:00:00Z")
    client = Client()
    client.force_login(boss)
    client.post(reverse("admin:core_user_reset_second_factor", args=[lost.pk]), {"reason": "Showed a passport"})
    lost.refresh_from_db()
    assert lost.second_factor_since is None


def test_a_key_that_was_shown_long_ago_is_never_put_in_use(member: Client, user: User) -> None:
    seen = re.search(r'id="key"[^>]*>([A-Z2-7 ]+)<', member.get(SET_UP).content.decode())
    Authenticator.objects.update(created_at=timezone.now() - factor.SHOWN_FOR - timedelta(seconds=1))
    assert seen
    answer = member.post(SET_UP, {"code": App(seen[1]).code()}).content.decode()
    assert "recovery codes" not in answer
    assert seen[1] not in answer


def test_keys_of_apps_are_sealed_anew_with_all_secrets(member: Client, user: User, settings: Any) -> None:
    settings.SECRET_KEYS = [new_key()]
    app, _ = set_up(member)
    before = Authenticator.objects.get().sealed_key
    settings.SECRET_KEYS = [new_key(), *settings.SECRET_KEYS]
    assert rotate_secrets() == 1
    assert Authenticator.objects.get().sealed_key != before
    settings.SECRET_KEYS = settings.SECRET_KEYS[:1]
    assert log_in().post(CODE, {"code": app.code()}).status_code == 302


def test_where_no_key_seals_the_partner_is_told_to_ask_and_the_log_says_what_to_set(
    member: Client, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SECRET_KEYS, settings.SECRET_KEY_FILE, settings.MAKE_SECRET_KEY_FILE = [], tmp_path / "none", False
    response = member.get(SET_UP)
    said = response.content.decode()
    assert (response.status_code, "Tell your contact with us" in said) == (503, True)
    assert "Set up your second factor" in said
    assert "ONRAMP_SECRET_KEYS" in caplog.text
