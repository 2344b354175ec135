"""Many cases at once: marked in the list, or all of one cause; each has a result of its own."""

import logging

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from config.core.models import User
from tests.factories import Made, make_file, make_user
from tests.transactions.admin.conftest import CAUSE
from transactions.admin import case_acts
from transactions.admin.bulk import BULK
from transactions.models import ExceptionCase
from transactions.services.cases import close_case
from transactions.services.release import Released
from transactions.services.reprocess import Reprocessed
from transactions.states import CaseCategory, CaseStatus, Queue

LIST = reverse("admin:transactions_exceptioncase_changelist")
BULK_PAGE = reverse("admin:transactions_exceptioncase_bulk")
CAUSES = reverse("admin:transactions_exceptioncase_causes")
OPEN = f"{LIST}?status__exact=open"


def marks(cases: list[ExceptionCase]) -> dict[str, list[str]]:
    return {ACTION_CHECKBOX_NAME: [str(case.pk) for case in cases]}


def ask(client: Client, action: str, cases: list[ExceptionCase], **more: str) -> str:
    return client.post(LIST, {"action": action, **marks(cases), **more}, follow=True).content.decode()


def act(client: Client, verb: str, cases: list[ExceptionCase], **answers: str) -> str:
    return client.post(BULK_PAGE, {"verb": verb, **marks(cases), **answers}, follow=True).content.decode()


# --- Many cases ---


def test_many_are_closed_together_with_a_result_for_each(analyst: Client) -> None:
    cases = make_file(documents=3, failing=3).cases
    close_case(cases[1], actor="bob", resolution="Done by hand")
    asked = ask(analyst, "close_selected", cases[:2], index="0")
    assert "Close: 1 case<" in asked
    assert "It was closed by bob: Done by hand" in asked
    assert ExceptionCase.objects.filter(status=CaseStatus.OPEN).count() == 2
    assert "This field is required" in act(analyst, "close", cases[:2], reason="", disposition="solved")
    told = act(analyst, "close", cases[:2], reason="Duplicates of yesterday", disposition="no-action")
    assert "Close: 1 done, 1 not" in told
    assert told.index("It was closed by bob") < told.index("The case is closed."), "what was not done stands first"
    assert [case.status for case in ExceptionCase.objects.order_by("document__ordinal")] == ["closed", "closed", "open"]


def test_many_are_assigned_and_get_another_due_time(analyst: Client, ada: User) -> None:
    cases = make_file(documents=2, failing=2).cases
    assert "Assign: 2 done, 0 not" in act(analyst, "assign", cases, to=str(ada.pk))
    assert "Change due time: 2 done, 0 not" in act(analyst, "due", cases, due_0="2099-01-01", due_1="08:00")
    for case in ExceptionCase.objects.all():
        assert (case.assignee, f"{case.due_at:%Y-%m-%d %H}") == (ada, "2099-01-01 08")


def test_many_are_rejected_together(analyst: Client) -> None:
    cases = make_file(documents=2, failing=2).cases
    assert "Reject: 2 done, 0 not" in act(analyst, "reject", cases, reason="The buyer sends them again")
    assert set(ExceptionCase.objects.values_list("disposition", flat=True)) == {"rejected"}


def test_nothing_is_sent_again_by_coming_back_to_a_page(analyst: Client) -> None:
    """The list, the question and the results are each read by GET: the browser asks nothing, and repeats nothing."""
    cases = make_file(documents=2, failing=2).cases
    asked = analyst.post(OPEN, {"action": "close_selected", "index": "0", **marks(cases)})
    assert asked.status_code == 302
    assert "Close: 2 cases" in analyst.get(asked["Location"]).content.decode()
    back = OPEN
    answers = {"reason": "x", "disposition": "solved", "back": back}
    done = analyst.post(BULK_PAGE, {"verb": "close", **marks(cases), **answers})
    assert done.status_code == 302
    for _ in range(2):
        page = analyst.get(done["Location"])
        assert "Close: 2 done, 0 not" in page.content.decode()
        assert page.context["back"] == back
    other = logged_in_elsewhere()
    assert other.get(done["Location"])["Location"] == LIST


def logged_in_elsewhere() -> Client:
    client = Client()
    client.force_login(make_user(permissions=("*.view", "transactions.work_cases")))
    return client


def test_what_is_not_theirs_is_told_and_left_alone(analyst: Client) -> None:
    cases = make_file(documents=2, failing=2).cases
    ExceptionCase.objects.filter(pk=cases[0].pk).update(queue=Queue.FINANCE)
    told = act(analyst, "close", cases, reason="x", disposition="solved")
    assert "You may not do this in the queue Finance." in told
    assert ExceptionCase.objects.get(pk=cases[0].pk).status == CaseStatus.OPEN


def test_select_all_across_pages_is_not_obeyed(analyst: Client) -> None:
    cases = make_file(documents=3, failing=3).cases
    act(analyst, "close", cases[:1], reason="x", disposition="solved", select_across="1")
    assert ExceptionCase.objects.filter(status=CaseStatus.OPEN).count() == 2


def test_one_that_onramp_fails_on_does_not_keep_the_others(
    analyst: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = make_file(documents=3, failing=3)

    def reprocess(ids: list[object], *, actor: str) -> list[Reprocessed]:
        document = next(document for document in made.documents if document.pk == ids[0])
        if document.ordinal == 1:
            raise FileNotFoundError
        if document.ordinal == 2:
            raise ZeroDivisionError
        return [Reprocessed(document, True, "accepted.")]

    monkeypatch.setattr(case_acts, "reprocess", reprocess)
    assert "Reprocess: 3 cases" in ask(analyst, "reprocess_selected", made.cases, index="0")
    with caplog.at_level(logging.ERROR):
        told = act(analyst, "reprocess", made.cases)
    assert "Reprocess: 1 done, 2 not" in told
    assert "The storage does not have its bytes." in told
    assert "Onramp failed on it." in told
    assert "Accepted." in told
    assert "ZeroDivisionError" in caplog.text


def test_marked_holds_are_released_together(analyst: Client, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def let_go(case: ExceptionCase, actor: str) -> Released:
        asked.append(case.pk)
        return Released(True, "It goes on.")

    monkeypatch.setattr(case_acts, "release", let_go)
    ExceptionCase.objects.update(document=None, group=made.group, category=CaseCategory.UNROUTABLE)
    assert "Release: 1 case<" in ask(analyst, "release_selected", made.cases)
    assert asked == []
    assert "It goes on." in act(analyst, "release", made.cases)
    assert asked == [made.cases[0].pk]


@pytest.mark.parametrize("action", ["reprocess_selected", "release_selected", "close_selected", "reject_selected"])
def test_an_action_on_cases_that_it_does_not_concern_says_so(analyst: Client, made: Made, action: str) -> None:
    close_case(made.cases[0], actor="bob", resolution="Gone")
    assert "Nothing to do: It was closed by bob: Gone" in ask(analyst, action, made.cases)


def test_who_may_only_view_has_no_bulk_actions(viewer: Client, made: Made) -> None:
    assert 'name="action"' not in viewer.get(LIST).content.decode()
    ask(viewer, "close_selected", made.cases)
    response = viewer.post(BULK_PAGE, {"verb": "close", **marks(made.cases), "reason": "x", "disposition": "solved"})
    assert response.status_code == 403
    assert ExceptionCase.objects.get().status == CaseStatus.OPEN


@pytest.mark.parametrize("query", ["", "?verb=nonsense", "?verb=accept", "?verb=close&back=https://evil.example/"])
def test_an_address_that_means_nothing_leads_to_the_list(analyst: Client, query: str) -> None:
    response = analyst.get(BULK_PAGE + query)
    assert (response.status_code, response.headers["Location"]) == (302, LIST)


# --- Causes ---


def test_causes_lead_to_their_cases_and_from_there_to_all_of_them(analyst: Client, caused: Made) -> None:
    make_file(documents=1, failing=1)
    page = analyst.get(CAUSES)
    (row,) = page.context["causes"]
    assert (row.cases, row.amounts, row.partner) == (3, ["328.50 USD"], caused.setup.partner.name)
    listed = analyst.get(row.url)
    assert len(listed.context["cl"].result_list) == 3
    text = listed.content.decode()
    assert "3 open cases" in text
    assert "328.50 USD" in text
    (close,) = (link for act, link in listed.context["cause_bar"]["acts"] if act.verb == "close")
    asked = analyst.get(close).content.decode()
    assert "Close: 3 cases" in asked
    for case in caused.cases:
        assert str(case.pk) in asked


def test_all_of_a_cause_are_capped_and_it_is_said(
    analyst: Client, caused: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transactions.admin.case_views.BULK", 2)
    asked = analyst.get(BULK_PAGE, {"verb": "close", "cause": CAUSE}).content.decode()
    assert "Close: 2 cases" in asked
    assert "These are the 2 that are due first, of more." in asked
    told = act(analyst, "close", caused.cases, reason="x", disposition="solved")
    assert "1 more were marked and left alone" in told
    assert ExceptionCase.objects.filter(status=CaseStatus.OPEN).count() == 1
    assert BULK == 200


def test_no_open_case_is_an_answer(analyst: Client) -> None:
    assert "No case is open." in analyst.get(CAUSES).content.decode()
