"""The board, the page of a case and the approver's page, as those who work with them see them."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.core.roles import ANALYST, APPROVER, Role
from partners.models import Agreement, Coverage, Identity, OnboardingCase, OnboardingTemplate, Partner, Submission
from partners.services.begin_case import begin_case
from partners.services.recheck import recheck
from partners.services.work_on_case import add_task
from tests.factories import PartnerSetup, make_partner, make_user
from tests.readiness import approved, make_ready, submitted

BOARD = "/admin/partners/onboardingcase/board/"


def client_of(role: Role, name: str) -> Client:
    user = make_user(name)
    user.groups.add(Group.objects.get(name=role.name))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def analyst(db: None) -> Client:
    return client_of(ANALYST, "ann")


@pytest.fixture
def approver(db: None) -> Client:
    return client_of(APPROVER, "bob")


@pytest.fixture
def ready(db: None) -> PartnerSetup:
    return make_ready()


def test_from_a_partner_to_live_by_pages_alone(ready: PartnerSetup, analyst: Client, approver: Client) -> None:
    begin = reverse("admin:partners_onboardingcase_begin")
    assert begin in analyst.get(BOARD).content.decode()
    assert begin not in approver.get(BOARD).content.decode()
    page = analyst.post(begin, {"partner": ready.partner.pk, "target_date": "2099-01-31"}).headers["Location"]
    case = OnboardingCase.objects.get()
    assert (str(case.owner or ""), case.stage) == ("", "approval")
    analyst.post(f"{page.removesuffix('change/')}task/", {"title": "Ring", "side": "theirs", "stage": "profile"})
    task = case.tasks.get()
    analyst.post(reverse("admin:partners_onboardingcase_tick", args=[case.pk, task.pk]), {"done": "1"})
    sent = {"text": "Here it is", "file": SimpleUploadedFile("guide.html", b"<script>")}
    analyst.post(reverse("admin:partners_onboardingcase_comment", args=[case.pk]), sent)
    html = analyst.get(page).content.decode()
    assert "Nothing: every check passes." in html
    assert "Task done" in html
    assert "Here it is" in html
    attachment = analyst.get(
        reverse("admin:partners_onboardingcase_attachment", args=[case.pk, case.comments.get().pk])
    )
    assert attachment.headers["Content-Disposition"] == 'attachment; filename="guide.html"'

    submit = reverse("admin:partners_agreement_submit_for_approval", args=[ready.agreement.pk])
    assert submit in html
    analyst.post(submit, {"note": "All is well"})
    decide = reverse("admin:partners_submission_change", args=[Submission.objects.get().pk])
    assert decide in approver.get(page).content.decode()
    seen = approver.get(decide).content.decode()
    assert "All is well" in seen
    assert "It was never approved before" in seen
    assert Submission.objects.get().digest in seen
    assert "It waits for an approver." in analyst.get(decide).content.decode()
    assert analyst.post(decide.replace("change/", "approve/")).status_code == 403
    approver.post(decide.replace("change/", "approve/"), {"puts_live": "on"})
    case.refresh_from_db()
    assert case.stage == "live"
    close = reverse("admin:partners_onboardingcase_close", args=[case.pk])
    assert "undone" not in analyst.get(close).content.decode()
    analyst.post(close, {"reason": "Live"})
    assert "No case fits" in analyst.get(BOARD).content.decode()


def test_the_approver_sees_what_changed_since_the_last_approval_and_since_it_was_submitted(
    ready: PartnerSetup, approver: Client
) -> None:
    first = submitted(ready.agreement)
    pages = {verb: reverse(f"admin:partners_submission_{verb}", args=[first.pk]) for verb in ("approve", "reject")}
    approver.post(pages["approve"], {})
    agreement = Agreement.objects.get(pk=ready.agreement.pk)
    agreement.policies = {"syntax_errors": "warn"}
    agreement.save()
    second = submitted(agreement)
    page = reverse("admin:partners_submission_change", args=[second.pk])
    [change] = approver.get(page).context["since_approval"]
    assert change.rows == [
        ("Syntax as a whole", "Reject", "Warn only"),
        ("Code that the standard does not list", "Reject the document", "Warn only"),
    ]
    Identity.objects.create(partner=ready.partner, qualifier="01", value="123456789")
    assert "it must be submitted again" in approver.get(page).content.decode()
    said = approver.post(page.replace("change/", "approve/"), {}, follow=True).content.decode()
    assert "changed meanwhile: Identities" in said
    third = submitted(agreement)
    reject = reverse("admin:partners_submission_reject", args=[third.pk])
    assert approver.post(reject, {"reason": ""}).status_code == 200
    approver.post(reject, {"reason": "The second identity is not theirs"})
    third.refresh_from_db()
    assert (third.state, third.reason) == ("rejected", "The second identity is not theirs")


def test_an_override_is_seen_on_the_page_of_the_agreement(ready: PartnerSetup, approver: Client) -> None:
    url = reverse("admin:partners_agreement_override", args=[ready.agreement.pk])
    approver.post(url, {"reason": "The line stands", "hours": "2"})
    assert Coverage.objects.get().override_by == "bob"
    page = approver.get(reverse("admin:partners_agreement_change", args=[ready.agreement.pk])).content.decode()
    assert "The line stands" in page


def test_a_cohort_from_a_group_of_partners(ready: PartnerSetup, analyst: Client) -> None:
    template = OnboardingTemplate.objects.create(name="Store")
    stores = [Partner.objects.create(code=f"s{n}", name=f"Store {n}") for n in range(3)]
    url = reverse("admin:partners_onboardingcase_cohort")
    sent = {"name": "Stores", "template": template.pk, "partners": [one.pk for one in stores]}
    board = analyst.post(url, sent).headers["Location"]
    html = analyst.get(board).content.decode()
    assert all(store.name in html for store in stores)
    assert "a cohort Stores already" in analyst.post(url, sent).content.decode()


def test_what_is_wrong_with_a_task_or_a_comment_is_said_beside_its_field(ready: PartnerSetup, analyst: Client) -> None:
    case = begin_case(ready.partner, by=make_user()).case
    task = reverse("admin:partners_onboardingcase_task", args=[case.pk])
    page = analyst.post(task, {"title": "Ring them", "side": "ours", "stage": "profile", "due": "soon"})
    assert "Enter a valid date" in page.content.decode()
    assert 'value="Ring them"' in page.content.decode(), "nothing has to be typed again"
    said = reverse("admin:partners_onboardingcase_comment", args=[case.pk])
    assert "Say something, or attach a file." in analyst.post(said, {"text": "  "}).content.decode()
    assert not case.tasks.exists()
    assert not case.comments.exists()


def test_closing_a_case_names_its_open_tasks(ready: PartnerSetup, analyst: Client) -> None:
    case = begin_case(ready.partner, by=make_user()).case
    task = add_task(case, "Send our guide", "ours", "profile", None)
    close = reverse("admin:partners_onboardingcase_close", args=[case.pk])
    assert "Send our guide" in analyst.get(close).content.decode()
    assert "or tick this" in analyst.post(close, {"reason": "They withdrew"}).content.decode()
    page = analyst.post(close, {"reason": "They withdrew", "leaves_tasks": "on"}, follow=True).content.decode()
    assert "left undone" in page
    task.refresh_from_db()
    assert task.is_left
    tick = reverse("admin:partners_onboardingcase_tick", args=[case.pk, task.pk])
    assert "The case is closed." in analyst.post(tick, {"done": "1"}, follow=True).content.decode()


def test_each_agreement_of_a_case_says_what_is_next_and_where(
    ready: PartnerSetup, analyst: Client, approver: Client
) -> None:
    case = begin_case(ready.partner, by=make_user()).case
    page = reverse("admin:partners_onboardingcase_change", args=[case.pk])

    def step(client: Client) -> tuple[str, str]:
        [row] = client.get(page).context["agreements"]
        return row.step, row.url.partition("?")[0]

    submit = reverse("admin:partners_agreement_submit_for_approval", args=[ready.agreement.pk])
    assert step(analyst) == ("Submit for approval", submit)
    assert step(approver) == ("An analyst submits it", "")
    approved(ready.agreement)
    put_live = reverse("admin:partners_agreement_put_live", args=[ready.agreement.pk])
    assert (step(approver), step(analyst)[1]) == (("Put live", put_live), "")
    ready.partner.contacts.all().delete()
    recheck(ready.agreement)
    partner = reverse("admin:partners_partner_change", args=[ready.partner.pk])
    assert step(analyst) == ("Complete the profile", partner)


def test_a_full_column_of_the_board_leads_to_the_list(analyst: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("partners.services.board.IN_COLUMN", 1)
    for name in ("Acme", "Beta"):
        begin_case(Partner.objects.create(code=name.lower(), name=name), by=make_user())
    page = analyst.get(BOARD).content.decode()
    assert "1 more in the list" in page
    listed = analyst.get("/admin/partners/onboardingcase/?state=open&stage__exact=profile").content.decode()
    assert "Acme" in listed
    assert "Beta" in listed


def test_a_board_of_many_asks_as_few_questions_as_one_of_few(analyst: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert analyst.get(BOARD).status_code == 200
        return len(queries)

    user = make_user()
    begin_case(make_partner().partner, by=user)
    few = asked()
    for _ in range(8):
        begin_case(make_partner().partner, by=user)
    assert asked() == few


@pytest.mark.parametrize("query", ["owner=x", "age=-1", "cohort=99999999999999999999", "only=%00", "owner=²"])
def test_a_board_that_is_asked_nonsense_shows_all(analyst: Client, query: str) -> None:
    begin_case(make_partner("acme", name="Acme Stores").partner, by=make_user())
    assert "Acme Stores" in analyst.get(f"{BOARD}?{query}").content.decode()
