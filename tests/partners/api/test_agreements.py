"""If these fail, a program puts live what nobody approved, or stops what should run."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from config.core.models import AuditEntry
from mappings.models import Assignment
from partners.models import Agreement, AgreementStatus, Partner, Submission
from tests.factories import PartnerSetup
from tests.partners.api.conftest import Caller
from tests.readiness import approved, make_ready
from tests.transactions.api.conftest import assert_problem


@pytest.fixture
def draft(analyst: Caller, setup: PartnerSetup) -> int:
    body = {
        "partner": setup.partner.pk,
        "kind": "despatch-advice",
        "set_id": "856",
        "policies": {"acknowledgment": "999"},
    }
    made = analyst.post("agreements", body)
    assert made.status_code == 201, made.json()
    assert made.json()["status"] == "draft"
    return int(made.json()["id"])


def test_the_analyst_drafts_and_the_approver_puts_live(
    analyst: Caller, person: Callable[..., Caller], draft: int, setup: PartnerSetup
) -> None:
    approver = person("approver")
    assert_problem(analyst.post(f"agreements/{draft}/activate"), 403, "permission-denied")
    assert_problem(approver.patch(f"agreements/{draft}", {"notes": "mine"}), 403, "permission-denied")
    refused = assert_problem(approver.post(f"agreements/{draft}/activate"), 409, "conflict")
    assert "is not approved" in refused["detail"]
    Assignment.objects.create(agreement_id=draft, version=setup.version)
    make_ready(setup)
    approved(Agreement.objects.get(pk=draft))
    live = approver.post(f"agreements/{draft}/activate")
    assert (live.status_code, live.json()["status"]) == (200, "live")
    assert_problem(approver.post(f"agreements/{draft}/activate"), 409, "conflict")
    moved = assert_problem(analyst.patch(f"agreements/{draft}", {"set_id": "850"}), 400, "invalid")
    assert "A live agreement keeps what it is about" in moved["errors"]["non_field_errors"][0]
    assert analyst.patch(f"agreements/{draft}", {"notes": "Nothing that was approved"}).status_code == 200
    assert analyst.post(f"agreements/{draft}/suspend").json()["status"] == "suspended"
    assert approver.post(f"agreements/{draft}/activate").json()["status"] == "live"
    assert approver.post(f"agreements/{draft}/suspend").json()["status"] == "suspended"
    assert analyst.post(f"agreements/{draft}/retire").json()["status"] == "retired"
    assert_problem(analyst.post(f"agreements/{draft}/retire"), 409, "conflict")
    decided = AuditEntry.objects.filter(subject=f"agreement {draft}", actor__in=["analyst", "approver"])
    verbs = list(decided.order_by("number").values_list("verb", "actor"))
    assert verbs == [
        ("agreement.put_live", "approver"),
        ("agreement.suspended", "analyst"),
        ("agreement.put_live", "approver"),
        ("agreement.suspended", "approver"),
        ("agreement.retired", "analyst"),
    ]


def test_policies_in_force_say_who_set_them(analyst: Caller, setup: PartnerSetup, draft: int) -> None:
    analyst.patch(f"partners/{setup.partner.pk}", {"policies": {"ta1": "always"}})
    said = {one["name"]: one for one in analyst.get(f"agreements/{draft}/policies").json()["policies"]}
    assert (said["acknowledgment"]["value"], said["acknowledgment"]["origin"]) == ("999", "agreement")
    assert (said["ta1"]["value"], said["ta1"]["origin"], said["ta1"]["element"]) == ("always", "partner", "TA1")
    assert said["gs_agency"] == {
        "name": "gs_agency", "label": "Responsible agency", "element": "GS07", "value": "X", "origin": "default"
    }  # fmt: skip
    of_partner = {one["name"]: one for one in analyst.get(f"partners/{setup.partner.pk}/policies").json()["policies"]}
    assert of_partner["acknowledgment"]["origin"] == "default"


def test_two_agreements_are_compared_and_one_is_cloned(analyst: Caller, setup: PartnerSetup, draft: int) -> None:
    other = Partner.objects.create(code="other", name="Other")
    copy = analyst.post(f"agreements/{draft}/clone", {"partner": other.pk, "environment": "test"})
    assert copy.status_code == 201, copy.json()
    said = copy.json()
    assert (said["partner"], said["environment"], said["status"], said["policies"]) == (
        other.pk, "test", "draft", {"acknowledgment": "999"},
    )  # fmt: skip
    again = {"partner": other.pk, "environment": "test"}
    assert_problem(analyst.post(f"agreements/{draft}/clone", again), 409, "conflict")
    compared = analyst.get(f"agreements/{draft}/compare", **{"with": str(said["id"])}).json()
    assert {row["name"]: (row["left"], row["right"]) for row in compared["differences"]} == {
        "partner": ("Acme Stores", "Other"), "environment": ("Production", "Test"),
    }  # fmt: skip
    assert_problem(analyst.get(f"agreements/{draft}/compare"), 400, "invalid")
    assert_problem(analyst.get(f"agreements/{draft}/compare", **{"with": "999999"}), 404, "not-found")


def test_overlapping_agreements_are_refused(analyst: Caller, setup: PartnerSetup) -> None:
    body = {"partner": setup.partner.pk, "effective_from": "2026-01-01"}
    problem = assert_problem(analyst.post("agreements", body), 400, "invalid")
    assert "It overlaps with another agreement" in problem["errors"]["non_field_errors"][0]


def test_house_policies_are_read_by_all_and_changed_by_administrators(
    analyst: Caller, person: Callable[..., Caller]
) -> None:
    root = person("root")
    assert analyst.get("house-policies").json()["policies"] == {}
    assert_problem(analyst.patch("house-policies", {"policies": {"ta1": "never"}}), 403, "permission-denied")
    assert root.patch("house-policies", {"policies": {"ta1": "never"}}).json()["policies"] == {"ta1": "never"}
    wrong = {"policies": {"element_separator": "*", "component_separator": "*"}}
    assert list(assert_problem(root.patch("house-policies", wrong), 400, "invalid")["errors"]) == ["policies"]


def test_many_get_the_same_settings_after_a_look_at_each(analyst: Caller, setup: PartnerSetup, draft: int) -> None:
    partners = [Partner.objects.create(code=f"p{n}", name=f"P {n}", policies={"control_maximum": 99}) for n in (1, 2)]
    partners.append(Partner.objects.create(code="p3", name="P 3", policies={"isa_control_start": 500}))
    ids = [partner.pk for partner in partners]
    wanted = {"ids": ids, "set": {"time_zone": "America/Chicago"}, "policies": {"isa_control_start": 100}}
    seen = analyst.post("partners/change", wanted).json()
    assert [row["outcome"] for row in seen["rows"]] == ["refused", "refused", "change"]
    assert "is after the last control number" in seen["rows"][0]["said"][0]
    assert {one["name"]: (one["left"], one["right"]) for one in seen["rows"][2]["differences"]} == {
        "time_zone": ("UTC", "America/Chicago"), "policies.isa_control_start": ("500", "100"),
    }  # fmt: skip
    assert not Partner.objects.filter(time_zone="America/Chicago").exists(), "a preview writes nothing"

    wanted["policies"] = {"control_maximum": None, "ta1": "always"}
    seen = analyst.post("partners/change", wanted).json()
    assert [row["outcome"] for row in seen["rows"]] == ["change"] * 3
    analyst.patch(f"partners/{ids[1]}", {"name": "Changed meanwhile"})
    revisions = {str(row["id"]): row["revision"] for row in seen["rows"]}
    body = {**wanted, "preview": False, "revisions": revisions, "reason": "CRM 1"}
    done = analyst.post("partners/change", body).json()
    assert [row["outcome"] for row in done["rows"]] == ["change", "refused", "change"]
    assert done["rows"][1]["said"] == ["Somebody saved it meanwhile. Read it again."]
    kept = [(p.time_zone, p.policies) for p in Partner.objects.filter(pk__in=ids).order_by("pk")]
    assert kept == [
        ("America/Chicago", {"ta1": "always"}),
        ("UTC", {"control_maximum": 99}),
        ("America/Chicago", {"isa_control_start": 500, "ta1": "always"}),
    ]
    entries = AuditEntry.objects.filter(verb="partner.changed_with_others").order_by("number")
    assert [entry.subject for entry in entries] == ["partner p1", "partner p3"]
    assert len({entry.data["batch"] for entry in entries}) == 1
    assert entries[0].data["changes"]["policies.control_maximum"] == ["99", "inherited"]
    assert partners[0].history.order_by("-history_id")[0].history_change_reason == "CRM 1"
    again = analyst.post("partners/change", {**wanted, "ids": ids[:1]}).json()
    assert again["rows"][0]["outcome"] == "same"


def test_many_refuses_what_is_no_setting_of_many(analyst: Caller, setup: PartnerSetup) -> None:
    agreement = Agreement.objects.get(status=AgreementStatus.LIVE)
    bodies: tuple[dict[str, Any], ...] = (
        {"ids": [agreement.pk], "set": {"partner": 1}},
        {"ids": [agreement.pk], "policies": {"nonsense": 1}},
        {"ids": [agreement.pk]},
        {"ids": []},
    )
    for body in bodies:
        assert_problem(analyst.post("agreements/change", body), 400, "invalid")
    assert_problem(analyst.post("agreements/change", {"ids": [999], "policies": {"ta1": "never"}}), 404, "not-found")
    refused = analyst.post("agreements/change", {"ids": [agreement.pk], "policies": {"ta1": "never"}}).json()["rows"]
    assert refused[0]["outcome"] == "refused", "TA1 concerns whole interchanges"


def test_an_agreement_is_submitted_when_it_is_ready(analyst: Caller, setup: PartnerSetup) -> None:
    path = f"agreements/{setup.agreement.pk}/submit"
    refused = assert_problem(analyst.post(path), 409, "conflict")
    assert "The profile lacks" in refused["detail"]
    make_ready(setup)
    done = analyst.post(path)
    assert done.status_code == 201, done.json()
    submission = Submission.objects.get()
    assert done.json()["submission"] == submission.pk
    assert done.json()["digest"] == submission.digest
    assert submission.submitted_by.get_username() == "analyst"


def test_a_persons_requests_are_counted(analyst: Caller, setup: PartnerSetup, settings: Settings) -> None:
    settings.API_RATE = "2/minute"
    assert [analyst.get("groups").status_code for _ in range(3)] == [200, 200, 429]
