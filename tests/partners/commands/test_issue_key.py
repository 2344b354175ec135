"""If these fail, an operator cannot give a partner a key, or gives it for the wrong connection."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from partners.models import ApiKey, Connection, Partner, Protocol
from partners.services.authenticate import authenticate

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    partner = Partner.objects.create(code="acme", name="Acme")
    Connection.objects.create(partner=partner, protocol=Protocol.DROP_FOLDER, name="Folder")
    return Connection.objects.create(partner=partner, protocol=Protocol.API, name="ERP")


def issue(*arguments: str) -> str:
    printed = io.StringIO()
    call_command("issue_key", "--label", "tests", *arguments, stdout=printed)
    return printed.getvalue().strip()


def test_the_printed_key_works(connection: Connection) -> None:
    api_key = authenticate(issue("--partner", "acme"))
    assert api_key is not None
    assert (api_key.connection, api_key.label, api_key.expires_at) == (connection, "tests", None)


def test_a_key_for_some_days(connection: Connection) -> None:
    issue("--partner", "acme", "--days", "30")
    expires_at = ApiKey.objects.get().expires_at
    assert expires_at is not None
    assert abs(expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_no_connection_is_guessed(connection: Connection) -> None:
    with pytest.raises(CommandError, match="no such connection"):
        issue("--partner", "nobody")
    shop = Connection.objects.create(partner=connection.partner, protocol=Protocol.API, name="Shop")
    with pytest.raises(CommandError, match="'ERP', 'Shop'"):
        issue("--partner", "acme")
    assert authenticate(issue("--partner", "acme", "--connection", "Shop")).connection == shop  # type: ignore[union-attr]
