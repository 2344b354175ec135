"""The reference of settings is made from the settings: an analyst must not read there what no longer holds."""

from pathlib import Path

from partners.reference import reference

PAGE = Path(__file__).resolve().parents[2] / "config" / "docs" / "guides" / "settings.md"


def test_the_page_is_in_step_with_the_settings() -> None:
    wanted = reference()
    assert PAGE.read_text() == wanted, "manage.py write_reference writes it anew."
    assert wanted.count("\n| ") > 80
