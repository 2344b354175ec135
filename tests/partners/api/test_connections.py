"""If these fail, a secret can be read again, a key cannot be taken back, or a test says what it did not see."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from partners.models import ApiKey, Certificate, Connection, ConnectionSecret
from partners.services.authenticate import authenticate
from partners.services.issue_key import issue_key
from partners.services.secrets import open_secrets
from tests.factories import PartnerSetup
from tests.partners.api.conftest import Caller
from tests.partners.protocols.certificates import make_pair
from tests.transactions.api.conftest import assert_problem

URL = "https://hooks.acme.example/in"


def make_webhook(analyst: Caller, setup: PartnerSetup, **settings: Any) -> Any:
    body = {
        "partner": setup.partner.pk, "name": "Events", "protocol": "webhook", "settings": {"url": URL, **settings},
        "secrets": {"signing_secret": "s3cret words"},
    }  # fmt: skip
    return analyst.post("connections", body)


def test_secrets_go_in_and_never_come_out(analyst: Caller, setup: PartnerSetup) -> None:
    made = make_webhook(analyst, setup)
    assert made.status_code == 201, made.json()
    path = f"connections/{made.json()['id']}"
    assert made.json()["secrets_set"] == ["signing_secret"]
    assert made.json()["settings"] == {"url": URL}
    for said in (made, analyst.get(path), analyst.get("connections"), analyst.get(f"{path}/versions")):
        assert "s3cret" not in said.content.decode()
        assert ConnectionSecret.objects.get().sealed not in said.content.decode()
    connection = Connection.objects.get(pk=made.json()["id"])
    assert open_secrets(connection) == {"signing_secret": "s3cret words"}
    analyst.patch(path, {"name": "Renamed"})
    assert open_secrets(connection) == {"signing_secret": "s3cret words"}, "what is not named stays"
    assert analyst.patch(path, {"secrets": {"signing_secret": ""}}).json()["secrets_set"] == []
    refused = assert_problem(analyst.patch(path, {"secrets": {"pass": "x"}}), 400, "invalid")
    assert "has no secret called pass" in refused["errors"]["secrets"][0]


def test_a_test_is_made_and_kept(
    analyst: Caller, person: Callable[..., Caller], setup: PartnerSetup, settings: Settings, tmp_path: Path
) -> None:
    settings.DROP_DIR = tmp_path
    folder = {"partner": setup.partner.pk, "name": "Folder", "protocol": "drop-folder"}
    path = f"connections/{analyst.post('connections', folder).json()['id']}"
    passed = analyst.post(f"{path}/tests")
    assert (passed.status_code, passed.json()["is_ok"], passed.json()["by"]) == (201, True, "analyst")
    tmp_path.joinpath("acme").rename(tmp_path / "gone")
    tmp_path.joinpath("acme").write_text("a file where the folder should be")
    assert analyst.post(f"{path}/tests").json()["is_ok"] is False
    assert [one["is_ok"] for one in analyst.get(f"{path}/tests").json()["results"]] == [False, True]
    assert_problem(person("support").post(f"{path}/tests"), 403, "permission-denied")


def test_a_key_is_shown_once_rotated_and_revoked(
    analyst: Caller, person: Callable[..., Caller], setup: PartnerSetup
) -> None:
    keys = f"connections/{setup.connection.pk}/keys"
    made = analyst.post(keys, {"label": "ERP", "scopes": ["send"]})
    assert made.status_code == 201, made.json()
    assert made["Cache-Control"] == "no-store"
    secret = made.json()["secret"]
    assert authenticate(secret) is not None
    assert secret not in analyst.get(keys).content.decode()
    assert "secret" not in analyst.get(keys).json()["results"][0]
    rotated = analyst.post(f"keys/{made.json()['id']}/rotate", {"overlap_hours": 2})
    assert rotated.status_code == 201
    assert rotated.json()["scopes"] == ["send"]
    old = ApiKey.objects.get(pk=made.json()["id"])
    assert old.expires_at is not None
    assert 7_000 < (old.expires_at - timezone.now()).total_seconds() <= 7_200
    support = person("support")
    assert_problem(support.post(f"keys/{rotated.json()['id']}/rotate", {"overlap_hours": 1}), 403, "permission-denied")
    assert support.post(f"keys/{rotated.json()['id']}/revoke").json()["revoked_at"] is not None
    assert authenticate(rotated.json()["secret"]) is None
    assert_problem(analyst.post(f"keys/{rotated.json()['id']}/rotate", {"overlap_hours": 1}), 409, "conflict")
    folder = Connection.objects.create(partner=setup.partner, protocol="drop-folder", name="Folder")
    assert_problem(analyst.post(f"connections/{folder.pk}/keys", {"label": "x"}), 409, "conflict")


def test_certificates_are_checked_as_in_the_admin(analyst: Caller, setup: PartnerSetup) -> None:
    pem, key = make_pair("acme")
    body = {"partner": setup.partner.pk, "purposes": ["signing"], "certificate": pem}
    made = analyst.post("certificates", body)
    assert made.status_code == 201, made.json()
    assert (made.json()["has_private_key"], made.json()["is_valid_now"]) == (False, True)
    assert_problem(analyst.post("certificates", body), 400, "invalid")
    with_key = assert_problem(analyst.post("certificates", {**body, "private_key": key}), 400, "invalid")
    assert "Never take one of a partner" in with_key["errors"]["certificate"][0]
    setup.partner.is_own = True
    setup.partner.save()
    without = assert_problem(
        analyst.post("certificates", {**body, "certificate": make_pair("ours")[0]}), 400, "invalid"
    )
    assert "needs its private key" in without["errors"]["certificate"][0]
    garbage = {**body, "certificate": base64.b64encode(b"garbage").decode()}
    assert_problem(analyst.post("certificates", garbage), 400, "invalid")
    path = f"certificates/{made.json()['id']}"
    assert analyst.patch(path, {"is_active": False}).json()["is_active"] is False
    assert_problem(analyst.patch(path, {"fingerprint": "00"}), 400, "invalid")
    assert Certificate.objects.count() == 1


@pytest.mark.parametrize("path", ["connections/{}/tests", "connections/{}/keys"])
def test_what_a_connection_has_is_for_our_own_people(setup: PartnerSetup, path: str) -> None:
    program = Caller(issue_key(setup.connection, "ERP").secret)
    assert program.get(path.format(setup.connection.pk)).status_code == 403
