"""Exception cases: people see why, and decide one by one or together, with a result for each."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from tests.factories import LINE_FINDING, Made, make_file
from transactions.admin import cases as page_module
from transactions.models import Event, ExceptionCase, Verb
from transactions.services.release import Released
from transactions.services.reprocess import Reprocessed
from transactions.states import CaseCategory, CaseStatus

LIST = reverse("admin:transactions_exceptioncase_changelist")


def url(case: ExceptionCase, action: str = "change") -> str:
    return reverse(f"admin:transactions_exceptioncase_{action}", args=[case.pk])


def test_its_page_shows_the_finding_and_the_source_around_it(admin: Client, made: Made) -> None:
    text = admin.get(url(made.cases[0])).content.decode()
    assert LINE_FINDING.message in text
    assert "Send a positive quantity." in text
    assert '<li id="segment-9" class="or-marked or-marked-error">' in text
    assert "or-element-error" in text
    assert made.documents[1].business_key in text
    for action in ("reprocess", "close"):
        assert url(made.cases[0], action) in text


def test_a_case_about_a_file_can_be_released_and_not_reprocessed(admin: Client, made: Made) -> None:
    case = made.cases[0]
    case.document, case.category = None, CaseCategory.UNROUTABLE
    case.save()
    text = admin.get(url(case)).content.decode()
    assert url(case, "release") in text
    assert url(case, "reprocess") not in text
    assert admin.get(url(case, "reprocess")).status_code == 404


def test_closing_wants_a_reason_and_keeps_it_with_who_closed(admin: Client, made: Made) -> None:
    case = made.cases[0]
    admin.get(url(case, "close"))
    assert admin.post(url(case, "close"), {"resolution": " "}).status_code == 200
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    admin.post(url(case, "close"), {"resolution": "Agreed by phone"})
    case.refresh_from_db()
    assert (case.status, case.resolution) == (CaseStatus.CLOSED, "Agreed by phone")
    assert case.closed_by
    assert Event.objects.filter(verb=Verb.CASE_CLOSED, document_id=case.document_id).count() == 1
    text = admin.get(url(case)).content.decode()
    assert "Agreed by phone" in text
    assert url(case, "close") not in text
    assert (
        "Somebody else had closed the case."
        in admin.post(url(case, "close"), {"resolution": "again"}, follow=True).content.decode()
    )


def test_release_says_what_came_of_it(admin: Client, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    case = made.cases[0]
    monkeypatch.setattr(page_module, "release", lambda case, *, actor: Released(False, "Still nobody has ZZ:WHO."))
    assert admin.get(url(case, "release")).status_code == 200
    assert "Still nobody has ZZ:WHO." in admin.post(url(case, "release"), follow=True).content.decode()


def bulk(client: Client, action: str, cases: list[ExceptionCase], **more: str) -> str:
    data = {"action": action, ACTION_CHECKBOX_NAME: [str(case.pk) for case in cases], **more}
    return client.post(LIST, data, follow=True).content.decode()


def test_many_are_closed_together_with_a_result_for_each(admin: Client) -> None:
    cases = make_file(documents=3, failing=3).cases
    asked = bulk(admin, "close_selected", cases[:2], index="0")
    assert "Close 2 cases" in asked
    assert ExceptionCase.objects.filter(status=CaseStatus.OPEN).count() == 3
    unsaid = bulk(admin, "close_selected", cases[:2], confirmed="1", resolution="")
    assert "This field is required" in unsaid
    told = bulk(admin, "close_selected", cases[:2], confirmed="1", resolution="Duplicates of yesterday")
    assert told.count(f"Closed: {LINE_FINDING.message}") == 2
    assert [case.status for case in ExceptionCase.objects.order_by("document__ordinal")] == ["closed", "closed", "open"]


def test_select_all_across_pages_is_not_obeyed(admin: Client) -> None:
    cases = make_file(documents=3, failing=3).cases
    bulk(admin, "close_selected", cases[:1], confirmed="1", resolution="x", select_across="1")
    assert ExceptionCase.objects.filter(status=CaseStatus.OPEN).count() == 2


def test_many_are_reprocessed_together_with_a_result_for_each(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_file(documents=2, failing=2)
    asked_for: list[object] = []

    def reprocess(ids: list[object], *, actor: str) -> list[Reprocessed]:
        asked_for.extend(ids)
        return [
            Reprocessed(made.documents[0], True, "accepted."),
            Reprocessed(made.documents[1], False, "rejected, with 1 errors."),
        ]

    monkeypatch.setattr(page_module, "reprocess", reprocess)
    assert "Reprocess 2 documents" in bulk(admin, "reprocess_selected", made.cases, index="0")
    assert asked_for == []
    told = bulk(admin, "reprocess_selected", made.cases, confirmed="1")
    assert set(asked_for) == {document.pk for document in made.documents}
    assert f"{made.documents[0]}: accepted." in told
    assert f"{made.documents[1]}: rejected, with 1 errors." in told


def test_who_may_only_view_has_no_bulk_actions(viewer: Client, made: Made) -> None:
    assert 'name="action"' not in viewer.get(LIST).content.decode()
    bulk(viewer, "close_selected", made.cases, confirmed="1", resolution="x")
    assert ExceptionCase.objects.get().status == CaseStatus.OPEN


def test_cases_are_listed_by_queue_category_and_status(admin: Client, made: Made) -> None:
    for query, expected in (
        ("queue__exact=customer-service&status__exact=open", 1),
        ("queue__exact=finance", 0),
        ("category__exact=business", 1),
        ("status__exact=closed", 0),
    ):
        assert len(admin.get(f"{LIST}?{query}").context["cl"].result_list) == expected, query


@pytest.mark.parametrize("action", ["reprocess_selected", "release_selected", "close_selected"])
def test_an_action_on_cases_that_it_does_not_concern_says_so(admin: Client, made: Made, action: str) -> None:
    ExceptionCase.objects.update(status=CaseStatus.CLOSED)
    form = {"action": action, ACTION_CHECKBOX_NAME: [str(case.pk) for case in made.cases]}
    response = admin.post(LIST, form, follow=True)
    assert "None of the marked cases is open" in response.content.decode()


def test_marked_holds_are_released_together(admin: Client, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def let_go(case: ExceptionCase, actor: str) -> Released:
        asked.append(case.pk)
        return Released(True, "It goes on.")

    monkeypatch.setattr(page_module, "release", let_go)
    ExceptionCase.objects.update(document=None, group=made.group, category=CaseCategory.UNROUTABLE)
    form = {"action": "release_selected", ACTION_CHECKBOX_NAME: [str(case.pk) for case in made.cases]}
    assert "Release 1 case<" in admin.post(LIST, form).content.decode()
    assert asked == []
    assert "It goes on." in admin.post(LIST, form | {"confirmed": "1"}, follow=True).content.decode()
    assert asked == [made.cases[0].pk]
