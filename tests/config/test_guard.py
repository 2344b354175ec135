"""A production server that starts with settings meant for a trial gives its data away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.guard import unsafe_settings

ROOT = Path(__file__).resolve().parents[2]
GOOD_SECRET = "k3Jx9-".join("abcdefghijklmn")


@pytest.mark.parametrize(
    ("debug", "secret_key", "allowed_hosts", "complaint"),
    [
        (False, "", ["onramp.example"], "SECRET_KEY"),
        (False, "short", ["onramp.example"], "SECRET_KEY"),
        (False, "ab" * 40, ["onramp.example"], "SECRET_KEY"),
        (False, "django-insecure-" + GOOD_SECRET, ["onramp.example"], "SECRET_KEY"),
        (False, GOOD_SECRET, [], "ALLOWED_HOSTS"),
        (False, GOOD_SECRET, ["*"], "ALLOWED_HOSTS"),
        (True, GOOD_SECRET, ["localhost", "onramp.example"], "DEBUG"),
        (True, GOOD_SECRET, ["*"], "DEBUG"),
    ],
)
def test_unsafe_settings_are_named(debug: bool, secret_key: str, allowed_hosts: list[str], complaint: str) -> None:
    problems = unsafe_settings(debug=debug, secret_key=secret_key, allowed_hosts=allowed_hosts)
    assert len(problems) == 1
    assert complaint in problems[0]


@pytest.mark.parametrize(
    ("debug", "secret_key", "allowed_hosts"),
    [(False, GOOD_SECRET, ["onramp.example"]), (True, "", ["localhost", "127.0.0.1"]), (True, "", [])],
)
def test_safe_settings_pass(debug: bool, secret_key: str, allowed_hosts: list[str]) -> None:
    assert unsafe_settings(debug=debug, secret_key=secret_key, allowed_hosts=allowed_hosts) == []


def start_django(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the real settings in a process of its own, with nothing but this environment."""
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.DEBUG)"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "ONRAMP_ENV_FILE": os.devnull,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_any_configuration_it_refuses_and_says_what_to_set() -> None:
    result = start_django()
    assert result.returncode != 0
    for word in ("SECRET_KEY", "ALLOWED_HOSTS", "make setup"):
        assert word in result.stderr


def test_with_production_settings_it_starts() -> None:
    result = start_django(SECRET_KEY=GOOD_SECRET, ALLOWED_HOSTS="onramp.example")
    assert (result.returncode, result.stdout.strip()) == (0, "False"), result.stderr


def test_an_environment_file_can_be_named(tmp_path: Path) -> None:
    """Otherwise two installations could not share one checkout."""
    (tmp_path / "other.env").write_text("DEBUG=true\n")
    result = start_django(ONRAMP_ENV_FILE=str(tmp_path / "other.env"))
    assert (result.returncode, result.stdout.strip()) == (0, "True"), result.stderr
