"""If these fail, passwords of partners lie open in the database or its backups, or cannot be opened any more."""

import stat
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings

from config.core import vault
from config.core.sealing_check import secrets_can_be_sealed
from config.core.vault import VaultLocked, new_key, seal, unseal


@pytest.fixture
def keys(settings: Settings) -> Settings:
    settings.SECRET_KEYS = [new_key()]
    return settings


def test_what_is_sealed_is_opened_again_and_is_not_to_be_read(keys: Settings) -> None:
    sealed = seal(b"correct horse", "connection 1 password")
    assert "horse" not in sealed
    assert unseal(sealed, "connection 1 password") == b"correct horse"
    assert sealed != seal(b"correct horse", "connection 1 password")


def test_a_row_cannot_be_opened_as_another_ones(keys: Settings) -> None:
    sealed = seal(b"x", "connection 1 password")
    with pytest.raises(VaultLocked, match="belongs to something else"):
        unseal(sealed, "connection 2 password")


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-6] + "AAAA==", lambda s: s[:-3], lambda s: s[:20] + "AAAA" + s[24:], lambda s: "v1.."]
)
def test_a_changed_secret_is_not_opened(keys: Settings, spoil) -> None:
    with pytest.raises(VaultLocked):
        unseal(spoil(seal(b"some secret that is long enough", "c")), "c")


def test_rotation_old_keys_open_and_the_first_one_seals(keys: Settings) -> None:
    old = seal(b"x", "c")
    keys.SECRET_KEYS = [new_key(), *keys.SECRET_KEYS]
    assert not vault.is_current(old)
    new = seal(unseal(old, "c"), "c")
    assert vault.is_current(new)
    keys.SECRET_KEYS = keys.SECRET_KEYS[:1]
    assert unseal(new, "c") == b"x"
    with pytest.raises(VaultLocked, match="is not among"):
        unseal(old, "c")


def test_another_secret_key_of_django_changes_nothing(keys: Settings) -> None:
    sealed = seal(b"x", "c")
    keys.SECRET_KEY = "another"
    assert unseal(sealed, "c") == b"x"


def test_a_trial_makes_a_key_file_that_only_its_owner_reads(settings: Settings, tmp_path: Path) -> None:
    settings.SECRET_KEYS, settings.SECRET_KEY_FILE = [], tmp_path / "new" / "secret.keys"
    settings.MAKE_SECRET_KEY_FILE = True
    sealed = seal(b"x", "c")
    assert unseal(sealed, "c") == b"x"
    assert stat.S_IMODE(settings.SECRET_KEY_FILE.stat().st_mode) == 0o600
    assert [path.name for path in settings.SECRET_KEY_FILE.parent.iterdir()] == ["secret.keys"]


def test_in_production_a_missing_key_is_said_and_none_is_made(settings: Settings, tmp_path: Path) -> None:
    settings.SECRET_KEYS, settings.SECRET_KEY_FILE = [], tmp_path / "secret.keys"
    settings.MAKE_SECRET_KEY_FILE = False
    with pytest.raises(VaultLocked, match="ONRAMP_SECRET_KEYS"):
        seal(b"x", "c")
    assert not settings.SECRET_KEY_FILE.exists()
    assert [warning.id for warning in secrets_can_be_sealed()] == ["core.W001"]


def test_the_check_of_production_has_nothing_against_a_key(keys: Settings) -> None:
    assert secrets_can_be_sealed() == []
    assert "core.W001" not in {said.id for said in run_checks(include_deployment_checks=True)}


@pytest.mark.parametrize(("key", "said"), [("short", "bytes instead of 32|not base64"), ("é", "not base64|bytes")])
def test_a_wrong_key_is_refused(settings: Settings, key: str, said: str) -> None:
    settings.SECRET_KEYS = [key]
    with pytest.raises(VaultLocked, match=said):
        seal(b"x", "c")
