"""If these fail, nobody sees what keeps a partner from going live, or by when it should be."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.core.models import User
from partners.models import (
    Agreement,
    Cohort,
    Contact,
    OnboardingCase,
    OnboardingEvent,
    OnboardingTask,
    OnboardingTemplate,
    Partner,
    Stage,
)
from partners.services.begin_case import CaseRefused, begin_case, begin_cohort
from partners.services.board import StageDuration, Wanted, board, durations
from partners.services.change_case import change_case, close_case
from partners.services.put_live import put_live
from partners.services.recheck import recheck
from partners.services.remind import remind_of_tasks
from partners.services.retire import retire
from partners.services.send_notices import send_notices
from partners.services.suspend import suspend
from partners.services.work_on_case import add_task, comment, set_done
from tests.factories import PartnerSetup, make_partner, make_user
from tests.readiness import APPROVER, approved, make_ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> User:
    user = make_user("ann")
    user.email = "ann@ours.example"
    user.save()
    return user


@pytest.fixture
def ready() -> PartnerSetup:
    return make_ready()


@pytest.fixture
def template(ready: PartnerSetup) -> OnboardingTemplate:
    template = OnboardingTemplate.objects.create(name="Retailer", role="customer", days=40)
    template.agreements.add(ready.agreement)
    template.tasks.create(title="Send our guide", days=2)
    template.tasks.create(title="Send test orders", side="theirs", stage="certification", days=14)
    return template


def stage_of(case: OnboardingCase) -> str:
    return OnboardingCase.objects.get(pk=case.pk).stage


def test_the_stage_follows_from_agreements_and_their_checks(ready: PartnerSetup, ann: User) -> None:
    Contact.objects.all().delete()
    case = begin_case(ready.partner, by=ann, owner=ann).case
    assert list(case.agreements.all()) == [ready.agreement]
    assert (case.stage, [block["title"] for block in case.blocks]) == ("profile", ["Profile"])
    ready.partner.contacts.create(name="Eve", email="eve@acme.example", purposes=["technical"])
    ready.assignment.delete()
    recheck(ready.agreement)
    assert stage_of(case) == "mapping"
    ready.assignment.save(force_insert=True)
    recheck(ready.agreement)
    assert stage_of(case) == "approval"
    bob = make_user(permissions=APPROVER)
    approved(ready.agreement)
    put_live(ready.agreement, by=bob)
    assert stage_of(case) == "live"
    ready.partner.identities.create(qualifier="01", value="123456789")
    recheck(ready.agreement)
    assert stage_of(case) == "approval", "what is lost brings it back"
    suspend(ready.agreement, by=bob)
    assert stage_of(case) == "suspended"
    retire(ready.agreement, by=bob)
    assert stage_of(case) == "retired"
    verbs = OnboardingEvent.objects.filter(case=case, verb="stage").order_by("pk").values_list("data", flat=True)
    assert [data["to"] for data in verbs] == ["mapping", "approval", "live", "approval", "suspended", "retired"]


def test_the_stage_is_that_of_the_agreement_that_is_least_far(ready: PartnerSetup, ann: User) -> None:
    case = begin_case(ready.partner, by=ann).case
    assert case.stage == "approval"
    late = Agreement.objects.create(partner=ready.partner, set_id="875")
    recheck(late)
    case.refresh_from_db()
    assert case.agreements.count() == 2, "drafts join the open case"
    assert (case.stage, {block["agreement"] for block in case.blocks}) == (
        "mapping", {"inbound 875 004010 (production)"},
    )  # fmt: skip


def test_a_partner_without_agreements_is_blocked_by_that(ann: User) -> None:
    partner = Partner.objects.create(code="new", name="New")
    case = begin_case(partner, by=ann).case
    assert (case.stage, case.blocks[0]["title"]) == ("profile", "Agreement")
    with pytest.raises(CaseRefused, match="open case already"):
        begin_case(partner, by=ann)
    with pytest.raises(CaseRefused, match="Our own profile"):
        begin_case(Partner.objects.create(code="us", name="Us", is_own=True), by=ann)


def test_a_template_gives_tasks_a_day_and_drafts_with_their_mapping(template: OnboardingTemplate, ann: User) -> None:
    partner = Partner.objects.create(code="next", name="Next")
    case = begin_case(partner, by=ann, template=template).case
    today = timezone.now().date()
    assert case.target_date == today + timedelta(days=40)
    assert [(task.title, task.side, task.due) for task in case.tasks.all()] == [
        ("Send our guide", "ours", today + timedelta(days=2)),
        ("Send test orders", "theirs", today + timedelta(days=14)),
    ]
    [draft] = case.agreements.all()
    assert (draft.status, draft.partner, draft.assignment.version.checksum) == ("draft", partner, "ab" * 32)


def test_a_case_like_another_has_its_tasks_and_agreements(
    template: OnboardingTemplate, ready: PartnerSetup, ann: User
) -> None:
    first = begin_case(ready.partner, by=ann, template=template)
    [said] = first.not_drafted
    assert said.startswith("850 004010 (production): ")
    assert "already" in said
    add_task(first.case, "Ring them", "ours", "profile", timezone.now().date() + timedelta(days=5))
    other = Partner.objects.create(code="other", name="Other")
    case = begin_case(other, by=ann, like=first.case).case
    assert sorted(case.tasks.values_list("title", flat=True)) == ["Ring them", "Send our guide", "Send test orders"]
    assert case.agreements.get().set_id == "850"


def test_forty_stores_of_one_chain(template: OnboardingTemplate, ann: User) -> None:
    stores = [Partner.objects.create(code=f"store-{n}", name=f"Store {n}") for n in range(4)]
    begin_case(stores[0], by=ann)
    cohort, begun, left_out = begin_cohort("Acme stores", stores, by=ann, template=template, owner=ann)
    assert (len(begun), left_out) == (3, ["Store 0 has an open case already."])
    assert cohort.cases.count() == 3
    with pytest.raises(CaseRefused, match="a cohort Acme stores already"):
        begin_cohort("Acme stores", stores, by=ann, template=template)
    with pytest.raises(CaseRefused, match="between 1 and 500"):
        begin_cohort("None", [], by=ann, template=template)
    assert Cohort.objects.count() == 1


def test_tasks_are_done_once_and_late_ones_are_seen(ready: PartnerSetup, ann: User) -> None:
    case = begin_case(ready.partner, by=ann, target_date=timezone.now().date() - timedelta(days=2)).case
    task = add_task(case, "Ring them", "ours", "profile", timezone.now().date() - timedelta(days=1))
    [card] = [card for column in board(Wanted(only="late"))[0] for card in column.cards]
    assert (card.days_left, card.is_late, card.late, card.open_tasks) == (-2, True, 1, 1)
    set_done(task, is_done=True, by=ann)
    assert set_done(task, is_done=True, by=make_user()).done_by == "ann"
    assert set_done(task, is_done=False, by=ann).done_at is None
    with pytest.raises(CaseRefused, match="blank"):
        add_task(case, " ", "ours", "profile", None)
    close_case(case, by=ann, reason="They withdrew", leaves_tasks=True)
    with pytest.raises(CaseRefused, match="closed"):
        add_task(case, "More", "ours", "profile", None)
    with pytest.raises(CaseRefused, match="closed"):
        change_case(case, owner=None, target_date=None)


def test_a_case_is_not_closed_over_open_tasks_by_accident(ready: PartnerSetup, ann: User) -> None:
    case = begin_case(ready.partner, by=ann).case
    done, left = (add_task(case, title, "ours", "profile", None) for title in ("Ring them", "Send our guide"))
    set_done(done, is_done=True, by=ann)
    with pytest.raises(CaseRefused, match="1 task is open: Send our guide"):
        close_case(case, by=ann, reason="Live")
    close_case(case, by=ann, reason="They withdrew", leaves_tasks=True)
    done.refresh_from_db()
    left.refresh_from_db()
    assert (done.is_left, left.is_left) == (False, True)
    assert OnboardingEvent.objects.get(case=case, verb="closed").data["left"] == ["Send our guide"]
    with pytest.raises(CaseRefused, match="closed"):
        set_done(left, is_done=True, by=ann)


def test_the_next_case_asks_again_for_an_approval_that_the_last_one_left(ready: PartnerSetup, ann: User) -> None:
    case = begin_case(ready.partner, by=ann).case
    approved(ready.agreement)
    put_live(ready.agreement, by=make_user(permissions=APPROVER))
    ready.partner.identities.create(qualifier="01", value="123456789")
    recheck(ready.agreement)
    assert case.tasks.get().title.startswith("Have it approved again")
    close_case(case, by=ann, reason="Elsewhere", leaves_tasks=True)
    other = Partner.objects.create(code="other", name="Other")
    assert begin_case(other, by=ann, like=case).case.tasks.count() == 0, "what comes by itself is not copied"
    again = begin_case(ready.partner, by=ann).case
    assert list(again.agreements.all()) == [ready.agreement], "what lost its approval is what the case is about"
    ready.partner.connections.create(name="Other way", protocol="api")
    recheck(ready.agreement)
    assert again.tasks.get().title.startswith("Have it approved again")


def test_a_comment_says_something_and_keeps_its_file(ready: PartnerSetup, ann: User) -> None:
    case = begin_case(ready.partner, by=ann).case
    with pytest.raises(CaseRefused, match="Say something"):
        comment(case, " ", by=ann)
    said = comment(case, "", by=ann, file_name="../guide.pdf", content=[b"%PDF"])
    assert (said.file_name, said.size, len(said.sha256)) == ("guide.pdf", 4, 64)


def test_whoever_has_to_do_it_is_reminded_once(ready: PartnerSetup, ann: User) -> None:
    case = begin_case(ready.partner, by=ann, owner=ann).case
    today = timezone.now().date()
    add_task(case, "Ours", "ours", "profile", today)
    add_task(case, "Theirs", "theirs", "profile", today - timedelta(days=3))
    add_task(case, "Later", "ours", "profile", today + timedelta(days=9))
    assert remind_of_tasks() == 2
    assert send_notices() == 2
    assert [(one.to, "Later" in one.body) for one in mail.outbox] == [
        (["ann@ours.example"], False), (["eve@acme.example"], False),
    ]  # fmt: skip
    assert "Ours" not in mail.outbox[1].body
    assert ", late" in mail.outbox[1].body
    assert f"Theirs ({ready.partner}, for the partner to do), due" in mail.outbox[0].body, "the owner hears of it"
    assert (remind_of_tasks(), send_notices()) == (0, 0)
    OnboardingTask.objects.update(reminded_at=timezone.now() - timedelta(days=4))
    assert remind_of_tasks() == 2


def test_the_board_filters_and_asks_the_same_few_questions_however_many_cases(ann: User) -> None:
    for number in range(12):
        partner = make_partner().partner
        Agreement.objects.filter(partner=partner).update(status="draft")
        begin_case(partner, by=ann, owner=ann if number % 2 else None)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        columns, is_cut = board()
        durations()
    assert len(asked) == 2
    assert (sum(len(column.cards) for column in columns), is_cut) == (12, False)

    def count(**wanted: Any) -> int:
        return sum(len(column.cards) for column in board(Wanted(**wanted))[0])

    assert count(owner=ann.pk) == 6
    assert count(owner=0) == 6
    assert count(only="blocked") == 12
    assert count(only="late") == 0
    assert count(age=7) == 0
    OnboardingCase.objects.filter(owner=None).update(begun_at=timezone.now() - timedelta(days=8))
    assert count(age=7) == 6


def test_how_long_cases_stay_in_a_stage_is_told_by_their_events(ready: PartnerSetup, ann: User) -> None:
    case = begin_case(ready.partner, by=ann).case
    OnboardingEvent.objects.all().delete()
    now = timezone.now()
    told = [("begun", {}, 10), ("stage", {"from": "profile", "to": "mapping"}, 8)]
    told += [("stage", {"from": "mapping", "to": "approval"}, 4), ("stage", {"from": "approval", "to": "live"}, 3)]
    for verb, data, days in told:
        event = OnboardingEvent.objects.create(case=case, verb=verb, data=data)
        OnboardingEvent.objects.filter(pk=event.pk).update(at=now - timedelta(days=days))
    assert [(one.stage, one.days, one.percent) for one in durations()] == [
        ("profile", 2.0, 50.0), ("mapping", 4.0, 100.0), ("approval", 1.0, 25.0),
    ]  # fmt: skip


@pytest.mark.parametrize(("days", "words"), [(2.04, "2.0 days"), (0.5, "12.0 hours"), (0.0021, "3 min")])
def test_how_long_a_stage_takes_is_told_in_a_unit_that_suits(days: float, words: str) -> None:
    assert StageDuration(Stage.PROFILE, days, 1, 100.0).words == words
