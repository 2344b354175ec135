"""Somebody gives a role by what the documentation says of it, so it says what is so."""

from pathlib import Path

from django.contrib.auth.models import Permission

from config.core.role_groups import declared_grants
from config.core.roles import ROLES

PAGE = Path(__file__).resolve().parents[2] / "config" / "docs" / "roles.md"


def rows() -> list[str]:
    """The table of the page: each permission that some role has, and which roles have it."""
    grants = declared_grants()
    staff = [role for role in ROLES if role.uses_admin]
    granted = {pair for pairs in grants.values() for pair in pairs}
    permissions = Permission.objects.select_related("content_type").order_by("content_type__app_label", "name")
    return [
        f"| `{app}.{permission.codename}` | {permission.name} | "
        + " | ".join("yes" if (app, permission.codename) in grants[role] else "–" for role in staff)
        + " |"
        for permission in permissions
        for app in [permission.content_type.app_label]
        if (app, permission.codename) in granted
    ]


def test_the_page_is_in_step_with_the_declarations(db: None) -> None:
    wanted = rows()
    written = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    assert len(wanted) > 40
    assert written == wanted, "The table should be:\n" + "\n".join(wanted)


def test_every_role_is_described_as_it_is_declared() -> None:
    text = " ".join(PAGE.read_text().split())
    assert [role.name for role in ROLES if f"**{role.name}**: {role.description}" not in text] == []
