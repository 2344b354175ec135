"""If these fail, a program approves what nobody saw, or what its own holder made."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone

from config.core.models import AuditEntry, User
from partners.models import Agreement, AgreementStatus, FreezePeriod, Submission
from tests.factories import PartnerSetup
from tests.partners.api.conftest import Caller
from tests.readiness import make_ready
from tests.transactions.api.conftest import assert_problem


@pytest.fixture
def ready(setup: PartnerSetup) -> Agreement:
    return make_ready(setup).agreement


def test_an_agreement_is_submitted_read_and_approved_by_another(
    analyst: Caller, person: Callable[..., Caller], ready: Agreement
) -> None:
    approver = person("approver")
    submitted = analyst.post(f"agreements/{ready.pk}/submit", {"note": "Pilot went well"})
    assert submitted.status_code == 201, submitted.json()
    path = f"submissions/{submitted.json()['submission']}"
    assert analyst.get(f"agreements/{ready.pk}/readiness").json()["waiting"] == submitted.json()["submission"]
    read = approver.get(path).json()
    assert (read["state"], read["note"], read["why_not"], read["is_intact"]) == ("open", "Pilot went well", "", True)
    assert read["evidence"]["agreement"]["id"] == ready.pk
    assert (read["since_approval"], read["since_submission"]) == ([], [])
    assert "evidence" not in approver.get("submissions", agreement=ready.pk).json()["results"][0]

    assert_problem(analyst.post(f"{path}/approve", {"digest": read["digest"]}), 403, "permission-denied")
    assert_problem(approver.post(f"{path}/approve"), 400, "invalid")
    for verb, digest in (("approve", "0" * 64), ("reject", "0" * 64), ("approve", read["digest"][:16])):
        refused = approver.post(f"{path}/{verb}", {"digest": digest, "reason": "x"})
        assert "not the checksum" in assert_problem(refused, 409, "conflict")["detail"]
    assert Submission.objects.get().state == "open"

    done = approver.post(f"{path}/approve", {"digest": read["digest"], "reason": "Seen"})
    assert (done.json()["state"], done.json()["approved_by"]) == ("approved", "approver")
    assert_problem(approver.post(f"{path}/approve", {"digest": read["digest"]}), 409, "conflict")
    entry = AuditEntry.objects.get(verb="agreement.approved")
    assert (entry.actor, entry.data["digest"]) == ("approver", read["digest"])
    assert approver.post(f"agreements/{ready.pk}/activate").json()["status"] == "live"
    readiness = analyst.get(f"agreements/{ready.pk}/readiness").json()
    assert (readiness["stage"], readiness["approval"], readiness["waiting"]) == ("live", read["id"], None)


def test_nobody_decides_on_their_own_work(analyst: Caller, person: Callable[..., Caller], ready: Agreement) -> None:
    root = person("root")
    path = f"submissions/{root.post(f'agreements/{ready.pk}/submit').json()['submission']}"
    read = root.get(path).json()
    assert "You submitted it" in read["why_not"]
    for verb in ("approve", "reject"):
        refused = root.post(f"{path}/{verb}", {"digest": read["digest"], "reason": "mine"})
        assert "You submitted it" in assert_problem(refused, 409, "conflict")["detail"]
    assert analyst.post(f"{path}/withdraw", {"reason": "Too early"}).json()["state"] == "withdrawn"


def test_the_second_approval_is_another_roles(analyst: Caller, person: Callable[..., Caller], ready: Agreement) -> None:
    Agreement.objects.filter(pk=ready.pk).update(policies={**ready.policies, "approvals": "two"})
    submitted = analyst.post(f"agreements/{ready.pk}/submit").json()
    assert submitted["needs_second"] is True
    path, seen = f"submissions/{submitted['submission']}/approve", {"digest": submitted["digest"]}
    support = person("support")
    assert "waits for an approver" in assert_problem(support.post(path, seen), 409, "conflict")["detail"]
    assert person("approver").post(path, seen).json()["state"] == "half"
    done = support.post(path, seen).json()
    assert (done["state"], done["seconded_by"]) == ("approved", "support")


def test_what_changed_after_it_was_submitted_is_shown_and_not_approved(
    analyst: Caller, person: Callable[..., Caller], ready: Agreement
) -> None:
    submitted = analyst.post(f"agreements/{ready.pk}/submit").json()
    approver, path = person("approver"), f"submissions/{submitted['submission']}"
    assert analyst.patch(f"agreements/{ready.pk}", {"policies": {"unknown_codes": "off"}}).status_code == 200
    [change] = approver.get(path).json()["since_submission"]
    label = "Code that the standard does not list"
    assert change["rows"] == [{"place": label, "before": "Reject the document", "after": "Do not check"}]
    refused = assert_problem(approver.post(f"{path}/approve", {"digest": submitted["digest"]}), 409, "conflict")
    assert "must be submitted again" in refused["detail"]
    assert approver.get(path).json()["state"] == "outdated"
    again = analyst.post(f"agreements/{ready.pk}/submit").json()
    rejected = {"digest": again["digest"], "reason": "Codes must be checked"}
    said = approver.post(f"submissions/{again['submission']}/reject", rejected).json()
    assert (said["state"], said["reason"], said["closed_by"]) == ("rejected", "Codes must be checked", "approver")


def test_readiness_says_what_blocks(analyst: Caller, setup: PartnerSetup) -> None:
    Agreement.objects.filter(pk=setup.agreement.pk).update(status=AgreementStatus.DRAFT)
    said = analyst.post(f"agreements/{setup.agreement.pk}/readiness").json()
    failing = [check for check in said["checks"] if not check["ok"]]
    assert failing
    assert all(check["reason"] for check in failing)
    assert "is not approved" in said["why_not_live"]
    assert analyst.get(f"agreements/{setup.agreement.pk}/readiness").json() == said
    assert_problem(analyst.post(f"agreements/{setup.agreement.pk}/submit"), 409, "conflict")


def test_an_override_lets_pass_for_some_hours(
    analyst: Caller, person: Callable[..., Caller], setup: PartnerSetup
) -> None:
    Agreement.objects.filter(pk=setup.agreement.pk).update(status=AgreementStatus.DRAFT)
    approver, path = person("approver"), f"agreements/{setup.agreement.pk}/override"
    assert_problem(analyst.post(path, {"reason": "x", "hours": 1}), 403, "permission-denied")
    for wrong in ({"reason": "", "hours": 1}, {"reason": "x", "hours": 0}, {"reason": "x", "hours": 337}):
        assert_problem(approver.post(path, wrong), 400, "invalid")
    said = approver.post(path, {"reason": "The plant stands still", "hours": 4}).json()
    assert (said["override_by"], said["override_reason"]) == ("approver", "The plant stands still")
    assert said["why_not_live"] == ""
    assert approver.post(f"agreements/{setup.agreement.pk}/activate").json()["status"] == "live"


def test_nothing_goes_live_on_frozen_days(analyst: Caller, person: Callable[..., Caller], ready: Agreement) -> None:
    today = timezone.now().date()
    body = {"name": "Peak", "begins": str(today), "ends": str(today + timedelta(days=3))}
    made = analyst.post("freeze-periods", body)
    assert made.status_code == 201, made.json()
    assert [row["name"] for row in analyst.get("freeze-periods", on=str(today)).json()["results"]] == ["Peak"]
    assert analyst.get("freeze-periods", on="2020-01-01").json()["results"] == []
    submitted = analyst.post(f"agreements/{ready.pk}/submit").json()
    approver = person("approver")
    approver.post(f"submissions/{submitted['submission']}/approve", {"digest": submitted["digest"]})
    refused = assert_problem(approver.post(f"agreements/{ready.pk}/activate"), 409, "conflict")
    assert "Peak" in refused["detail"]
    backwards = {"name": "Odd", "begins": "2026-12-02", "ends": "2026-12-01"}
    assert list(assert_problem(analyst.post("freeze-periods", backwards), 400, "invalid")["errors"]) == ["ends"]
    path = f"freeze-periods/{made.json()['id']}"
    assert analyst.delete(path).status_code == 403, "analysts delete nothing"
    assert person("root").delete(path).status_code == 204
    assert FreezePeriod.history.filter(name="Peak", begins=date.fromisoformat(body["begins"])).count() == 2
    assert approver.post(f"agreements/{ready.pk}/activate").json()["status"] == "live"


def test_a_decision_is_written_by_whoever_holds_the_token(
    analyst: Caller, person: Callable[..., Caller], ready: Agreement
) -> None:
    """Two accounts with one mailbox are one person."""
    person("approver")
    User.objects.filter(username__in=["analyst", "approver"]).update(email="sam@house.example")
    submitted = analyst.post(f"agreements/{ready.pk}/submit").json()
    refused = person("approver").post(f"submissions/{submitted['submission']}/approve", {"digest": submitted["digest"]})
    assert "whose mailbox is yours" in assert_problem(refused, 409, "conflict")["detail"]
