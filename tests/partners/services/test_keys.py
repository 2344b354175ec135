"""If these fail, a partner is locked out, or a key works that should not."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from partners.models import ApiKey, Connection, Partner, Protocol
from partners.services.authenticate import USE_IS_NOTED_EVERY, authenticate
from partners.services.issue_key import IssuedKey, KeyRefused, issue_key
from partners.services.revoke_key import revoke_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    partner = Partner.objects.create(code="acme", name="Acme")
    return Connection.objects.create(partner=partner, protocol=Protocol.API, name="ERP")


@pytest.fixture
def issued(connection: Connection) -> IssuedKey:
    return issue_key(connection, "ERP in Ohio")


def test_an_issued_key_opens_the_door(issued: IssuedKey) -> None:
    api_key = authenticate(issued.secret)
    assert api_key == issued.api_key
    assert api_key.connection.partner.code == "acme"


def test_the_secret_is_stored_nowhere(issued: IssuedKey) -> None:
    stored = ApiKey.objects.values().get()
    assert issued.secret not in str(stored)
    assert issued.secret.rpartition("_")[2] not in str(stored)
    assert issued.secret.startswith(f"onr_{issued.api_key.prefix}_")


def test_two_keys_are_never_alike(connection: Connection) -> None:
    assert len({issue_key(connection, "same label").secret for _ in range(20)}) == 20


@pytest.mark.parametrize(
    "spoil",
    [
        lambda secret: "",
        lambda secret: "onr_",
        lambda secret: "onr__",
        lambda secret: secret[:-1],
        lambda secret: secret + "x",
        lambda secret: secret.replace("onr_", "abc_"),
        lambda secret: secret.rpartition("_")[0] + "_" + "a" * 40,
        lambda secret: "onr_" + "a" * 10 + "_" + secret.rpartition("_")[2],
        lambda secret: secret + "é",
        lambda secret: secret + "\udce9",
        lambda secret: "\x00" + secret,
        lambda secret: "onr_abcdefghi\x00_" + "a" * 40,
    ],
)
def test_a_wrong_secret_opens_nothing(issued: IssuedKey, spoil) -> None:
    assert authenticate(spoil(issued.secret)) is None


def test_a_revoked_key_opens_nothing_and_keeps_its_time(issued: IssuedKey) -> None:
    assert revoke_key(issued.api_key)
    first = ApiKey.objects.get().revoked_at
    assert authenticate(issued.secret) is None
    assert not revoke_key(issued.api_key)
    assert ApiKey.objects.get().revoked_at == first


def test_revoking_is_on_record(issued: IssuedKey) -> None:
    revoke_key(issued.api_key)
    assert [row.revoked_at is None for row in issued.api_key.history.order_by("history_id")] == [True, False]


def test_a_key_ends_at_its_instant(connection: Connection) -> None:
    past = issue_key(connection, "old", expires_at=timezone.now() - timedelta(seconds=1))
    future = issue_key(connection, "new", expires_at=timezone.now() + timedelta(hours=1))
    assert authenticate(past.secret) is None
    assert authenticate(future.secret) == future.api_key


def test_a_disabled_connection_shuts_its_keys_out(issued: IssuedKey, connection: Connection) -> None:
    connection.is_enabled = False
    connection.save()
    assert authenticate(issued.secret) is None


def test_an_inactive_partner_may_still_send(issued: IssuedKey, connection: Connection) -> None:
    connection.partner.is_active = False
    connection.partner.save()
    assert authenticate(issued.secret) == issued.api_key


def test_a_drop_folder_has_no_keys(connection: Connection) -> None:
    folder = Connection.objects.create(partner=connection.partner, protocol=Protocol.DROP_FOLDER, name="Folder")
    with pytest.raises(KeyRefused, match="Drop folder"):
        issue_key(folder, "no")


def test_use_is_noted_once_a_minute(issued: IssuedKey, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        authenticate(issued.secret)
    noted = ApiKey.objects.get().last_used_at
    assert noted is not None
    with django_assert_num_queries(1):
        authenticate(issued.secret)
    assert ApiKey.objects.get().last_used_at == noted
    ApiKey.objects.update(last_used_at=noted - USE_IS_NOTED_EVERY)
    authenticate(issued.secret)
    assert ApiKey.objects.filter(last_used_at__gt=noted - USE_IS_NOTED_EVERY).exists()
