"""People with access tokens, as the API sees them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.core.access_tokens import issue_token
from config.core.models import User
from config.core.roles import ANALYST, APPROVER, AUDITOR, FINANCE, SUPPORT
from config.core.vault import new_key
from tests.factories import PartnerSetup, make_partner

ROLES = {"analyst": ANALYST, "approver": APPROVER, "support": SUPPORT, "finance": FINANCE, "auditor": AUDITOR}


class Caller:
    """Somebody's program: a person's token, or a partner's key."""

    def __init__(self, secret: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: dict[str, Any] | None = None, *, match: str = "") -> Any:
        return self._send("post", path, body, match)

    def form(self, path: str, **fields: Any) -> Any:
        """Sent as multipart/form-data."""
        return self.client.post(f"/api/v1/{path}", fields)

    def patch(self, path: str, body: dict[str, Any], *, match: str = "*") -> Any:
        return self._send("patch", path, body, match)

    def delete(self, path: str, *, match: str = "*") -> Any:
        return self._send("delete", path, None, match)

    def _send(self, method: str, path: str, body: dict[str, Any] | None, match: str) -> Any:
        headers = {"If-Match": match} if match else {}
        send = getattr(self.client, method)
        return send(f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers)


@pytest.fixture(autouse=True)
def _no_rates_of_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def setup(db: None, settings: Settings) -> PartnerSetup:
    settings.SECRET_KEYS = [new_key()]
    return make_partner("acme", name="Acme Stores")


@pytest.fixture
def person(db: None) -> Callable[..., Caller]:
    """person("analyst"), person("root"), person("nobody"); the first call for a name makes the user."""

    def caller(name: str, *, is_read_only: bool = False) -> Caller:
        user, is_new = User.objects.get_or_create(
            username=name, defaults={"is_staff": True, "is_superuser": name == "root"}
        )
        if is_new and name in ROLES:
            user.groups.add(Group.objects.get(name=ROLES[name].name))
        ends = timezone.now() + timedelta(days=1)
        return Caller(issue_token(user, "tests", ends, is_read_only=is_read_only).secret)

    return caller


@pytest.fixture
def analyst(person: Callable[..., Caller]) -> Caller:
    return person("analyst")
