"""If these fail, a stranger is let into the portal, or a person of a partner cannot be helped by a program."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.utils import timezone

from config.core.models import AuditEntry, User
from partners.models import Identity, Invitation, Member, Proposal
from tests.factories import PartnerSetup
from tests.partners.api.conftest import Caller
from tests.transactions.api.conftest import assert_problem

EVE = "eve@acme.example"


def test_a_person_is_invited_once_again_and_no_more(analyst: Caller, setup: PartnerSetup) -> None:
    made = analyst.post("invitations", {"partner": setup.partner.pk, "email": EVE.upper(), "name": "Eve"})
    assert made.status_code == 201, made.json()
    assert (made.json()["email"], made.json()["state"], made.json()["invited_by"]) == (EVE, "open", "analyst")
    assert "digest" not in made.json()
    assert mail.outbox[0].to == [EVE]
    link = mail.outbox[0].body
    path = f"invitations/{made.json()['id']}"
    assert_problem(analyst.post("invitations", {"partner": setup.partner.pk, "email": EVE}), 409, "conflict")
    before = Invitation.objects.get().digest
    assert analyst.post(f"{path}/send-again").json()["state"] == "open"
    assert Invitation.objects.get().digest != before
    assert mail.outbox[1].body != link
    assert analyst.post(f"{path}/withdraw").json()["state"] == "withdrawn"
    assert analyst.post(f"{path}/withdraw").json()["state"] == "withdrawn"
    assert_problem(analyst.post(f"{path}/send-again"), 409, "conflict")
    assert [row["state"] for row in analyst.get("invitations", partner=setup.partner.pk).json()["results"]] == [
        "withdrawn"
    ]
    assert AuditEntry.objects.filter(verb="invitation.withdrawn", actor="analyst").count() == 1


def test_our_own_staff_are_not_invited(analyst: Caller, setup: PartnerSetup) -> None:
    User.objects.create_user("ann", email="ann@house.example", is_staff=True)
    refused = analyst.post("invitations", {"partner": setup.partner.pk, "email": "ann@house.example"})
    assert "our own staff" in assert_problem(refused, 409, "conflict")["detail"]
    assert not Invitation.objects.exists()
    assert mail.outbox == []


@pytest.fixture
def member(setup: PartnerSetup) -> Member:
    user = User.objects.create_user("eve", email=EVE, first_name="Eve", last_name="Stone")
    return Member.objects.create(partner=setup.partner, user=user)


def test_a_member_is_switched_off_and_on(analyst: Caller, member: Member) -> None:
    path = f"members/{member.pk}"
    said = analyst.get(path)
    assert (said.json()["person"], said.json()["name"], said.json()["is_active"]) == ("eve", "Eve Stone", True)
    off = analyst.patch(path, {"is_active": False, "change_reason": "Left"}, match=said["ETag"])
    assert off.json()["is_active"] is False
    assert_problem(analyst.patch(path, {"is_active": True}, match=said["ETag"]), 412, "outdated")
    member.refresh_from_db()
    assert member.is_active is False
    assert analyst.get(f"{path}/versions").json()["versions"][0]["reason"] == "Left"
    for name in ("partner", "person"):
        assert_problem(analyst.patch(path, {name: 1}), 400, "invalid")


def test_who_lost_the_second_factor_is_helped_with_a_reason(analyst: Caller, member: Member) -> None:
    path = f"members/{member.pk}/reset-second-factor"
    assert_problem(analyst.post(path), 400, "invalid")
    assert analyst.post(path, {"reason": "Called her"}).json() == {"was_reset": False}
    User.objects.filter(pk=member.user_id).update(second_factor_since=timezone.now())
    assert analyst.post(path, {"reason": "Called her"}).json() == {"was_reset": True}
    assert User.objects.get(pk=member.user_id).second_factor_since is None
    entry = AuditEntry.objects.get(verb="second-factor.removed")
    assert (entry.actor, entry.data["reason"]) == ("analyst", "Called her")
    User.objects.filter(pk=member.user_id).update(is_staff=True, second_factor_since=timezone.now())
    assert_problem(analyst.post(path, {"reason": "Called her"}), 409, "conflict")


def test_what_a_partner_proposes_is_accepted_or_refused_once(
    analyst: Caller, person: Callable[..., Caller], setup: PartnerSetup
) -> None:
    name = Proposal.objects.create(partner=setup.partner, kind="name", values={"name": "Acme Group"})
    values = {"environment": "production", "kind": "isa", "qualifier": "01", "value": "012345675"}
    identity = Proposal.objects.create(partner=setup.partner, kind="new-identity", values=values)
    assert_problem(person("auditor").post(f"proposals/{name.pk}/accept"), 403, "permission-denied")
    assert analyst.get("proposals", state="open").json()["results"][0]["values"] == values
    accepted = analyst.post(f"proposals/{identity.pk}/accept")
    assert (accepted.json()["state"], accepted.json()["decided_by"]) == ("accepted", "analyst")
    assert Identity.objects.filter(partner=setup.partner, value="012345675").exists()
    assert_problem(analyst.post(f"proposals/{identity.pk}/accept"), 409, "conflict")
    assert_problem(analyst.post(f"proposals/{name.pk}/refuse"), 400, "invalid")
    assert analyst.post(f"proposals/{name.pk}/refuse", {"reason": "Not in the register"}).json()["state"] == "refused"
    setup.partner.refresh_from_db()
    assert setup.partner.name == "Acme Stores"


def test_what_another_partner_has_is_not_accepted(analyst: Caller, setup: PartnerSetup) -> None:
    values = {
        "environment": "production", "kind": "isa",
        "qualifier": setup.identity.qualifier, "value": setup.identity.value,
    }  # fmt: skip
    other = setup.partner.__class__.objects.create(code="other", name="Other")
    proposal = Proposal.objects.create(partner=other, kind="new-identity", values=values)
    refused = assert_problem(analyst.post(f"proposals/{proposal.pk}/accept"), 400, "invalid")
    assert "has this identity" in str(refused["errors"])
    proposal.refresh_from_db()
    assert proposal.state == "open"
