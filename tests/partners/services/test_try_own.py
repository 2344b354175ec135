"""Tests of ways in that are ours: if these fail, "works" is said of a way that nobody can come by."""

from pathlib import Path
from typing import Any

import asyncssh
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.core.models import User
from config.core.vault import new_key
from partners.models import Connection, Member, Protocol
from partners.services.change import Refused, change
from partners.services.issue_key import issue_key
from partners.services.revoke_key import revoke_key
from partners.services.secrets import keep_secret
from partners.services.try_connection import try_connection
from tests.factories import PartnerSetup, make_partner, make_user

KEY = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
WEAK = asyncssh.generate_private_key("ssh-rsa", key_size=1024).export_public_key().decode()


@pytest.fixture
def setup(db: None, settings: Settings, tmp_path: Path) -> PartnerSetup:
    settings.SECRET_KEYS = [new_key()]
    settings.DROP_DIR = tmp_path
    return make_partner("acme", name="Acme Stores")


def seen(connection: Connection) -> dict[str, tuple[bool, str]]:
    return {step["name"]: (step["is_ok"], step["said"]) for step in try_connection(connection, "ann").steps}


def make(setup: PartnerSetup, protocol: Protocol, **more: Any) -> Connection:
    return Connection.objects.create(partner=setup.partner, protocol=protocol, **{"name": str(protocol), **more})


def test_the_api_is_reached_with_a_key_that_holds(setup: PartnerSetup) -> None:
    setup.api_key.delete()
    assert seen(setup.connection)["Keys"] == (False, "No key holds. Issue one.")
    key = issue_key(setup.connection, "ERP").api_key
    assert seen(setup.connection)["Keys"] == (True, "1 may come: ERP. None has come yet.")
    key.last_used_at = timezone.now()
    key.save()
    assert f"Last seen {key.last_used_at:%Y-%m-%d %H:%M} UTC." in seen(setup.connection)["Keys"][1]
    revoke_key(key)
    issue_key(setup.connection, "Old", expires_at=timezone.now())
    assert seen(setup.connection)["Keys"][0] is False


def test_what_would_not_be_taken_is_said(setup: PartnerSetup) -> None:
    assert seen(setup.connection)["Files"] == (True, "What comes by it is taken.")
    setup.partner.is_active = False
    setup.connection.is_enabled = False
    assert seen(setup.connection)["Files"][0] is False
    said = [step["said"] for step in try_connection(setup.connection, "ann").steps if step["name"] == "Files"]
    assert said == ["The connection is switched off.", "Acme Stores is not active: what comes is stored and held."]


def test_the_portal_is_reached_by_a_member_who_may_log_in(setup: PartnerSetup) -> None:
    portal = make(setup, Protocol.PORTAL, name="First")
    assert seen(portal)["People"][0] is False
    user = User.objects.create_user("ada")
    member = Member.objects.create(partner=setup.partner, user=user)
    assert seen(portal) == {
        "People": (True, "1 may come: ada. None has come yet."), "Files": (True, "What comes by it is taken."),
    }  # fmt: skip
    second = make(setup, Protocol.PORTAL, name="Second")
    assert seen(second)["Files"] == (False, "Uploads are taken by “First”, which was there first.")
    user.is_active = False
    user.save()
    assert seen(portal)["People"][0] is False
    member.delete()
    assert seen(portal)["People"][0] is False


def test_sftp_hosted_by_us_needs_strong_keys_a_password_and_a_folder(setup: PartnerSetup, tmp_path: Path) -> None:
    settings = {"user": "acme", "login": "both", "authorized_keys": f"{KEY}{WEAK}"}
    hosted = make(setup, Protocol.SFTP_HOSTED, settings=settings)
    first = seen(hosted)
    assert first["Key 1"][0] is True
    assert "ssh-ed25519, SHA256:" in first["Key 1"][1]
    assert first["Key 2"][0] is False
    assert "RSA needs 2048 bits" in first["Key 2"][1]
    assert first["Password"] == (False, "It is missing: enter it.")
    assert first["Folder"][0] is True
    keep_secret(hosted, "password", "s3cret")
    assert seen(hosted)["Password"] == (True, "It is kept, sealed.")
    (tmp_path / "acme" / "in").rmdir()
    (tmp_path / "acme" / "in").write_text("in the way")
    assert seen(hosted)["Folder"][0] is False


def test_two_partners_do_not_log_in_by_one_name(setup: PartnerSetup) -> None:
    settings = {"user": "acme", "authorized_keys": KEY}
    make(setup, Protocol.SFTP_HOSTED, settings=settings, name="SFTP")
    values = {"partner": make_partner("other").partner, "name": "x", "protocol": "sftp-hosted", "settings": settings}
    with pytest.raises(Refused, match="Acme Stores: SFTP logs in as acme already"):
        change(Connection(), values, by=make_user())
