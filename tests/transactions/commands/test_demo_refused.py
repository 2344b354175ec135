"""If these fail, known passwords get into a real database, or a start that cannot work does not say what is missing."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.core.models import User


def test_demo_data_with_known_passwords_is_for_debug_only(db: None, settings: Any) -> None:
    settings.DEBUG = False
    for command in ("load_demo", "demo_traffic"):
        with pytest.raises(CommandError, match="DEBUG"):
            call_command(command)
    assert not User.objects.exists()


def test_without_the_library_it_says_what_to_do(db: None, settings: Any) -> None:
    settings.DEBUG = True
    with pytest.raises(CommandError, match="load_library"):
        call_command("load_demo")
    with pytest.raises(CommandError, match="load_demo"):
        call_command("demo_traffic")
