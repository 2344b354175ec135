"""If these fail, somebody sees or changes what is not theirs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from config.core.access_tokens import LONGEST_LIFE, TokenRefused, holder_of, issue_token, revoke_token
from config.core.blobs import store
from config.core.models import AccessToken, AuditEntry, User
from config.core.roles import PARTNER_USER
from partners.models import Connection, Environment, Identity, Member, Partner
from partners.services.issue_key import issue_key
from tests.config.access.api_table import CONFIGURATION
from tests.config.access.urls import every_configuration_url
from tests.factories import PartnerSetup, make_partner, make_user
from tests.partners.api.conftest import ROLES, Caller
from tests.relationships import make_relationships
from tests.transactions.api.conftest import assert_problem
from transactions.models import OurTestDocument

PEOPLE = ("root", *ROLES, "nobody")


@pytest.fixture
def whole(setup: PartnerSetup) -> PartnerSetup:
    """A row of everything."""
    make_relationships(setup.partner)
    Member.objects.create(partner=setup.partner, user=User.objects.create_user("eve"))
    OurTestDocument.objects.create(
        partner=setup.partner, kind="order", set_id="850", number="T-1", sha256=store([b"x"]).sha256, by="test",
        at=timezone.now(),
    )  # fmt: skip
    return setup


@pytest.mark.parametrize("name", PEOPLE)
def test_every_address_as_every_role(whole: PartnerSetup, person: Callable[..., Caller], name: str) -> None:
    """What the table in tests/config/access says: which roles may do what."""
    caller = person(name)
    wrong = []
    for url, path in every_configuration_url(whole):
        for method, allowed in CONFIGURATION[url].items():
            response = caller.client.generic(
                method, path, "{}", content_type="application/json", headers={"If-Match": '"0"'}
            )
            is_open = response.status_code not in (401, 403)
            if is_open != (name == "root" or name in allowed.split()):
                wrong.append(f"{method} {path}: {response.status_code}")
            assert response.status_code < 500, path
    assert not wrong, "\n".join(wrong)


def test_a_body_that_is_nested_too_deeply_is_the_callers_fault(
    person: Callable[..., Caller], setup: PartnerSetup
) -> None:
    answer = person("root").client.post("/api/v1/partners", "[" * 100_000, content_type="application/json")
    assert_problem(answer, 400, "parse-error")


def test_a_read_only_token_changes_nothing(person: Callable[..., Caller], setup: PartnerSetup) -> None:
    caller = person("root", is_read_only=True)
    assert caller.get("partners").status_code == 200
    assert_problem(caller.post("partners", {"code": "x", "name": "X"}), 403, "permission-denied")
    assert_problem(caller.patch(f"partners/{setup.partner.pk}", {"name": "X"}), 403, "permission-denied")


def test_a_partners_key_reads_its_own_and_nothing_of_others(setup: PartnerSetup) -> None:
    other = make_partner("other", name="Other")
    setup.partner.notes = "Pays late."
    setup.partner.save()
    program = Caller(issue_key(setup.connection, "ERP").secret)
    for path, own, foreign in (
        ("partners", setup.partner.pk, other.partner.pk),
        ("identities", setup.identity.pk, other.identity.pk),
        ("connections", setup.connection.pk, other.connection.pk),
        ("agreements", setup.agreement.pk, other.agreement.pk),
    ):
        assert [row["id"] for row in program.get(path).json()["results"]] == [own], path
        assert program.get(f"{path}/{own}").status_code == 200
        assert_problem(program.get(f"{path}/{foreign}"), 404, "not-found")
        assert_problem(program.patch(f"{path}/{own}", {"name": "x"}), 403, "permission-denied")
    for path in (
        *("groups", "tags", "house-policies", "mapping-versions", f"partners/{setup.partner.pk}/versions"),
        *("members", "invitations", "proposals", "submissions", "onboarding-cases", "cohorts", "freeze-periods"),
        *("partners/export", "template-tasks", "notices", f"agreements/{setup.agreement.pk}/export"),
        *(f"agreements/{setup.agreement.pk}/readiness", "onboarding-cases/durations"),
    ):
        assert_problem(program.get(path), 403, "permission-denied")
    said = program.get(f"partners/{setup.partner.pk}")
    assert "Pays late" not in said.content.decode()
    assert not {"notes", "business_owner", "groups", "tags"} & set(said.json())
    assert program.get("partners", q="other").json()["results"] == []
    assert program.get("identities", partner=other.partner.pk).json()["results"] == []
    compared = {"with": str(other.agreement.pk)}
    assert_problem(program.get(f"agreements/{setup.agreement.pk}/compare", **compared), 404, "not-found")


def test_a_key_for_tests_sees_what_is_set_up_for_tests(setup: PartnerSetup) -> None:
    Identity.objects.create(partner=setup.partner, qualifier="ZZ", value="T", environment=Environment.TEST)
    testing = Connection.objects.create(
        partner=setup.partner, protocol="api", name="Tests", environment=Environment.TEST
    )
    program = Caller(issue_key(testing, "Tests").secret)
    assert [row["value"] for row in program.get("identities").json()["results"]] == ["T"]


def test_a_session_opens_nothing(setup: PartnerSetup) -> None:
    """Else a page of somebody else's could use it."""
    user = User.objects.create_user("member")
    user.groups.add(Group.objects.get(name=PARTNER_USER.name))
    Member.objects.create(partner=setup.partner, user=user)
    for logged_in in (user, make_user("boss", is_superuser=True)):
        client = Client()
        client.force_login(logged_in)
        assert client.get("/api/v1/partners").status_code == 401
        assert client.post("/api/v1/partners", {}, content_type="application/json").status_code == 401


def test_a_token_holds_while_its_holder_does(db: None) -> None:
    user = make_user("ann")
    issued = issue_token(user, "Sync", timezone.now() + timedelta(days=30))
    assert holder_of(issued.secret) == issued.token
    assert issued.secret.startswith("onp_")
    assert issued.secret not in str(AccessToken.objects.values())
    other = "y" if issued.secret.endswith("x") else "x"
    for wrong in (issued.secret[:-1] + other, issued.secret.replace("onp_", "onr_"), "onp_", "", "onp_ä_ö"):
        assert holder_of(wrong) is None
    for change in ({"is_active": False}, {"is_staff": False}):
        User.objects.filter(pk=user.pk).update(**change)
        assert holder_of(issued.secret) is None
        User.objects.filter(pk=user.pk).update(is_active=True, is_staff=True)
    assert revoke_token(issued.token, by=user) is True
    assert revoke_token(issued.token, by=user) is False
    assert holder_of(issued.secret) is None
    assert list(AuditEntry.objects.order_by("number").values_list("verb", flat=True)) == [
        "token.issued", "token.revoked",
    ]  # fmt: skip
    ended = issue_token(user, "Old", timezone.now() + timedelta(days=1))
    AccessToken.objects.filter(pk=ended.token.pk).update(expires_at=timezone.now())
    assert holder_of(ended.secret) is None


@pytest.mark.parametrize("life", [LONGEST_LIFE + timedelta(minutes=1), timedelta(0)])
def test_no_token_lives_for_ever(db: None, life: timedelta) -> None:
    with pytest.raises(TokenRefused):
        issue_token(make_user("ann"), "Sync", timezone.now() + life)


def test_a_partners_person_gets_no_token(db: None) -> None:
    with pytest.raises(TokenRefused, match="our own staff"):
        issue_token(User.objects.create_user("member"), "Sync", timezone.now() + timedelta(days=1))


def test_whoever_has_a_token_does_what_their_roles_say_now(person: Callable[..., Caller], setup: PartnerSetup) -> None:
    caller = person("analyst")
    body: dict[str, Any] = {"name": "Changed"}
    assert caller.patch(f"partners/{setup.partner.pk}", body).status_code == 200
    User.objects.get(username="analyst").groups.clear()
    assert caller.patch(f"partners/{setup.partner.pk}", body).status_code == 403
    assert Partner.objects.get(pk=setup.partner.pk).history.count() == 2
