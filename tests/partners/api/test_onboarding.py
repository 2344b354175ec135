"""If these fail, a program cannot bring a partner in, or a case says other than what happened."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.core.models import User
from partners.models import (
    Agreement,
    Cohort,
    Guide,
    Invitation,
    Member,
    OnboardingCase,
    OnboardingTask,
    OnboardingTemplate,
    Partner,
    PartnerGroup,
    Proposal,
    Submission,
    TemplateTask,
)
from partners.services.evidence import canonical
from tests.factories import PartnerSetup
from tests.partners.api.conftest import Caller
from tests.relationships import EVIDENCE
from tests.transactions.api.conftest import assert_problem


@pytest.fixture
def template(analyst: Caller, setup: PartnerSetup) -> int:
    body = {"name": "Retailer", "role": "customer", "days": 20, "agreements": [setup.agreement.pk]}
    made = analyst.post("onboarding-templates", body)
    assert made.status_code == 201, made.json()
    task = {"template": made.json()["id"], "title": "Send a sample", "side": "theirs", "stage": "mapping", "days": 5}
    assert analyst.post("template-tasks", task).status_code == 201
    return int(made.json()["id"])


def test_a_case_is_begun_from_a_template_led_worked_on_and_closed(
    analyst: Caller, person: Callable[..., Caller], template: int
) -> None:
    partner = Partner.objects.create(code="zephyr", name="Zephyr")
    body = {"partner": partner.pk, "template": template, "owner": "analyst"}
    begun = analyst.post("onboarding-cases", body)
    assert begun.status_code == 201, begun.json()
    case = begun.json()
    path = f"onboarding-cases/{case['id']}"
    assert (case["owner"], case["not_drafted"], len(case["agreements"])) == ("analyst", [], 1)
    assert (case["stage"], Agreement.objects.get(partner=partner).status) == ("profile", "draft")
    assert case["blocks"]
    assert_problem(analyst.post("onboarding-cases", body), 409, "conflict")

    read = analyst.get(path)
    moved = analyst.patch(path, {"target_date": "2027-01-31"}, match=read["ETag"])
    assert (moved.json()["target_date"], moved.json()["owner"]) == ("2027-01-31", "analyst")
    assert_problem(analyst.patch(path, {"owner": None}, match=read["ETag"]), 412, "outdated")
    assert_problem(analyst.patch(path, {"owner": None}, match=""), 428, "revision-needed")
    assert list(assert_problem(analyst.patch(path, {"stage": "live"}), 400, "invalid")["errors"]) == ["stage"]

    [sample] = analyst.get(f"{path}/tasks").json()["results"]
    assert (sample["title"], sample["side"], sample["done_at"]) == ("Send a sample", "theirs", None)
    added = analyst.post(f"{path}/tasks", {"title": "Call them", "stage": "profile", "due": "2026-12-01"})
    assert added.status_code == 201, added.json()
    done = analyst.post(f"onboarding-tasks/{sample['id']}/finish").json()
    assert (done["done_by"], done["done_at"] is None) == ("analyst", False)
    assert analyst.post(f"onboarding-tasks/{sample['id']}/reopen").json()["done_at"] is None
    assert_problem(person("auditor").post(f"onboarding-tasks/{sample['id']}/finish"), 403, "permission-denied")

    refused = analyst.post(f"{path}/close", {"reason": "They withdrew"})
    assert_problem(refused, 409, "conflict")
    assert "open" in refused.json()["detail"]
    closed = analyst.post(f"{path}/close", {"reason": "They withdrew", "leaves_tasks": True}).json()
    assert (closed["closed_for"], closed["closed_at"] is None) == ("They withdrew", False)
    assert_problem(analyst.post(f"{path}/close", {"reason": "Again"}), 409, "conflict")
    assert_problem(analyst.patch(path, {"owner": None}), 409, "conflict")
    assert_problem(analyst.post(f"{path}/tasks", {"title": "Late", "stage": "profile"}), 409, "conflict")
    told = [entry["what"] for entry in analyst.get(f"{path}/timeline").json()["timeline"]]
    assert told[0] == "Case closed"
    assert {"Case begun", "Task done", "Task opened again"} <= set(told)
    assert [row["id"] for row in analyst.get("onboarding-cases", is_closed="true").json()["results"]] == [case["id"]]
    assert analyst.get("onboarding-cases", is_closed="false", owner="analyst").json()["results"] == []


def test_what_is_said_may_have_a_file(analyst: Caller, person: Callable[..., Caller], setup: PartnerSetup) -> None:
    case = OnboardingCase.objects.create(partner=setup.partner)
    path = f"onboarding-cases/{case.pk}/comments"
    support = person("support")
    assert support.post(path, {"text": "They call back"}).json()["by"] == "support"
    file = BytesIO(b"a letter")
    file.name = "letter.txt"
    with_file = support.form(path, text="See there", file=file).json()
    assert (with_file["file_name"], with_file["size"]) == ("letter.txt", 8)
    content = analyst.get(f"onboarding-comments/{with_file['id']}/content")
    assert b"".join(content.streaming_content) == b"a letter"
    first = analyst.get(path).json()["results"][-1]
    assert_problem(analyst.get(f"onboarding-comments/{first['id']}/content"), 404, "not-found")
    assert_problem(support.post(path, {"text": "  "}), 409, "conflict")
    assert_problem(person("auditor").post(path, {"text": "Hm"}), 403, "permission-denied")
    assert_problem(analyst.get("onboarding-cases/999999/comments"), 404, "not-found")


def test_a_cohort_begins_a_case_for_each_and_says_who_was_left_out(analyst: Caller, template: int) -> None:
    group = PartnerGroup.objects.create(name="Stores")
    one, two, busy = (Partner.objects.create(code=f"s{number}", name=f"Store {number}") for number in range(3))
    group.partners.add(one, busy)
    OnboardingCase.objects.create(partner=busy)
    body = {"name": "Stores of Acme", "template": template, "group": "Stores", "partners": [one.pk, two.pk]}
    made = analyst.post("cohorts", body)
    assert made.status_code == 201, made.json()
    assert len(made.json()["cases"]) == 2
    assert ["has an open case" in said for said in made.json()["left_out"]] == [True]
    cohort = made.json()["id"]
    assert {row["partner"] for row in analyst.get("onboarding-cases", cohort=cohort).json()["results"]} == {
        one.pk, two.pk,
    }  # fmt: skip
    assert_problem(analyst.post("cohorts", body), 409, "conflict")


def test_how_long_stages_take_is_told(analyst: Caller, template: int) -> None:
    assert analyst.get("onboarding-cases/durations").json() == {"durations": []}


LISTS = (
    *("guides", "members", "invitations", "proposals", "submissions", "onboarding-cases", "cohorts"),
    *("onboarding-templates", "template-tasks", "freeze-periods", "onboarding-cases/{case}/tasks"),
)


def test_a_list_takes_a_fixed_number_of_queries(analyst: Caller, setup: PartnerSetup) -> None:
    """Else it gets slower with every partner."""
    first = OnboardingCase.objects.create(partner=setup.partner)

    def fill(count: int) -> None:
        for _ in range(count):
            number = Partner.objects.count()
            partner = Partner.objects.create(code=f"p{number}", name=f"P {number}")
            user = User.objects.create_user(f"u{number}", email=f"u{number}@x.example")
            agreement = partner.agreements.create(kind="order")
            Guide.objects.create(partner=partner, title="850", version=1, sha256="0" * 64, size=1, uploaded_by=user)
            Member.objects.create(partner=partner, user=user)
            Invitation.objects.create(
                partner=partner, email=user.email, digest=f"{number}", expires_at=timezone.now(), invited_by=user
            )
            Proposal.objects.create(partner=partner, kind="name", values={"name": "X"}, proposed_by=user)
            Submission.objects.create(
                agreement=agreement, submitted_by=user, evidence=canonical(EVIDENCE), digest="0" * 64
            )
            template = OnboardingTemplate.objects.create(name=f"T {number}")
            template.agreements.add(agreement)
            TemplateTask.objects.create(template=template, title="x")
            cohort = Cohort.objects.create(name=f"C {number}")
            case = OnboardingCase.objects.create(partner=partner, owner=user, cohort=cohort, template=template)
            case.agreements.add(agreement)
            OnboardingTask.objects.create(case=first, title="x")

    def counted(path: str) -> int:
        with CaptureQueriesContext(database) as seen:
            answer = analyst.get(path.format(case=first.pk), limit=200)
            assert answer.status_code == 200
        return len(seen)

    fill(1)
    analyst.get("partners")  # the first use of a token is noted in its row
    few = {path: counted(path) for path in LISTS}
    fill(6)
    assert {path: counted(path) for path in LISTS} == few
    assert max(few.values()) <= 7, few
