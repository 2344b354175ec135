"""Exception cases: people see why, and decide one by one or together, with a result for each."""

from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.core.blobs import store
from config.core.ids import uuid7
from config.core.models import User
from tests.factories import LINE_FINDING, Made, make_file, make_user
from tests.transactions.admin.conftest import CAUSE
from transactions.admin import case_acts
from transactions.models import CaseComment, Event, ExceptionCase, InboundFile, Interchange, Verb
from transactions.services.cases import close_case
from transactions.services.release import Released
from transactions.states import CaseCategory, CaseStatus, Disposition, DocumentOutcome, Queue

LIST = reverse("admin:transactions_exceptioncase_changelist")
BULK_PAGE = reverse("admin:transactions_exceptioncase_bulk")
CAUSES = reverse("admin:transactions_exceptioncase_causes")
OPEN = f"{LIST}?status__exact=open"


def url(case: ExceptionCase, action: str = "change") -> str:
    return reverse(f"admin:transactions_exceptioncase_{action}", args=[case.pk])


# --- One case ---


def test_its_page_shows_the_finding_and_the_source_around_it(admin: Client, made: Made) -> None:
    text = admin.get(url(made.cases[0])).content.decode()
    assert LINE_FINDING.message in text
    assert "Send a positive quantity." in text
    assert '<li id="segment-9" class="or-marked or-marked-error"' in text
    assert "or-element-error" in text
    assert f"The order {made.documents[1].business_key} from {made.setup.partner.name} was read and translated" in text
    for action in ("reprocess", "reject", "close", "assign", "due", "comment"):
        assert f"/{action}/" in text, action


def test_the_page_about_an_envelope_shows_its_segments_and_no_password(admin: Client, made: Made) -> None:
    case = made.cases[0]
    raw = b"ISA*00*password  *00*hunter2   *ZZ*A              *ZZ*B              *261122*0101*U*00401*000000001*0*P*>~"
    raw += b"GS*PO*A*B*20261122*0101*1*X*004010~" + b"".join(b"ST*850*%04d~SE*2*1~" % number for number in range(200))
    stored = store([b"\r\n", raw])
    InboundFile.objects.filter(pk=made.file.pk).update(sha256=stored.sha256)
    Interchange.objects.filter(pk=made.interchange.pk).update(offset=2, length=len(raw))
    ExceptionCase.objects.update(document=None, interchange=made.interchange, category=CaseCategory.ENVELOPE)
    text = admin.get(url(case)).content.decode()
    for shown in ("GS*PO*A*B", "ST*850*0001~", "…\nST*850*0198~\nSE*2*1~\nST*850*0199~"):
        assert shown in text
    assert "ISA*00*••••••••  *00*•••••••   *ZZ*A " in text
    assert "*000000001*0*P*&gt;~\nGS*PO" in text
    Interchange.objects.filter(pk=made.interchange.pk).update(length=len(raw) - 4)
    assert "ST*850*0199~\nSE*\n</pre>" in admin.get(url(case)).content.decode(), "cut off"
    assert reverse("admin:transactions_inboundfile_change", args=[made.file.pk]) in text


def test_the_page_about_a_file_shows_how_it_begins(admin: Client, made: Made) -> None:
    ExceptionCase.objects.update(document=None, interchange=None, group=None, category=CaseCategory.UNREADABLE)
    for content, shown in (
        ("ISA*00*password  *00*secret\nUNB+UNOA:1+\x07Ü".encode(), "ISA*00*••••••••  *00*••••••\nUNB+UNOA:1+␇Ü"),
        (b"\x00\x01\x02", "0000  00 01 02"),
        (b"", "The file is empty."),
    ):
        InboundFile.objects.filter(pk=made.file.pk).update(sha256=store([content]).sha256)
        text = admin.get(url(made.cases[0])).content.decode()
        assert "How the file begins" in text
        assert shown in text
    InboundFile.objects.filter(pk=made.file.pk).update(sha256="0" * 64)
    assert "How the file begins" not in admin.get(url(made.cases[0])).content.decode()


@pytest.mark.parametrize("category", [CaseCategory.DUPLICATE, CaseCategory.UNROUTABLE])
def test_only_an_open_case_says_that_something_is_held(admin: Client, made: Made, category: CaseCategory) -> None:
    case = made.cases[0]
    case.category = category
    case.save()
    assert "It is held" in admin.get(url(case)).content.decode()
    assert close_case(case, actor="ada", resolution="sent twice", disposition=Disposition.REJECTED)
    text = admin.get(url(case)).content.decode()
    assert "It is held" not in text
    assert "It was decided not to carry it out." in text


def test_a_case_about_a_file_can_be_released_and_not_reprocessed(admin: Client, made: Made) -> None:
    case = made.cases[0]
    case.document, case.category = None, CaseCategory.UNROUTABLE
    case.save()
    text = admin.get(url(case)).content.decode()
    assert "../release/" in text
    assert "../reprocess/" not in text
    told = admin.get(url(case, "reprocess"), follow=True).content.decode()
    assert "It is about no single document." in told


def test_closing_wants_a_reason_and_keeps_it_with_who_closed(admin: Client, made: Made) -> None:
    case = made.cases[0]
    admin.get(url(case, "close"))
    assert admin.post(url(case, "close"), {"reason": " ", "disposition": "solved"}).status_code == 200
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    admin.post(url(case, "close"), {"reason": "Agreed by phone", "disposition": "no-action"})
    case.refresh_from_db()
    assert (case.status, case.resolution, case.disposition) == (CaseStatus.CLOSED, "Agreed by phone", "no-action")
    assert case.closed_by
    assert Event.objects.filter(verb=Verb.CASE_CLOSED, document_id=case.document_id).count() == 1
    text = admin.get(url(case)).content.decode()
    assert "Agreed by phone" in text
    assert "../close/" not in text
    again = admin.post(url(case, "close"), {"reason": "again", "disposition": "solved"}, follow=True).content.decode()
    assert f"It was closed by {case.closed_by}: Agreed by phone" in again


def test_what_was_said_of_a_document_stays_with_its_next_case(admin: Client, made: Made) -> None:
    before = made.cases[0]
    admin.post(url(before, "comment"), {"body": "Their buyer mends it on Monday"})
    close_case(before, actor="ada", resolution="Processed again", disposition=Disposition.FAILED_AGAIN)
    again = ExceptionCase.objects.get(pk=before.pk)
    again.pk, again.status, again.disposition, again.closed_at = uuid7(), CaseStatus.OPEN, "", None
    again.save(force_insert=True)
    text = admin.get(url(again)).content.decode()
    assert "Their buyer mends it on Monday" in text
    assert f'<a class="or-link" href="{url(before)}">another case of this document</a>' in text
    assert "another case of this document" not in admin.get(url(before)).content.decode()
    ExceptionCase.objects.filter(pk=again.pk).update(queue=Queue.FINANCE)
    other = Client()
    other.force_login(make_user("zoe", permissions=("transactions.work_finance_cases",)))
    assert "Their buyer mends it on Monday" not in other.get(url(again)).content.decode()


def test_a_closed_case_is_opened_again_from_its_page(admin: Client, made: Made) -> None:
    close_case(made.cases[0], actor="bob", resolution="By mistake")
    assert "../reopen/" in admin.get(url(made.cases[0])).content.decode()
    admin.post(url(made.cases[0], "reopen"))
    assert ExceptionCase.objects.get().status == CaseStatus.OPEN


def test_a_closed_case_leads_to_the_next_of_its_queue_that_is_free(analyst: Client, ada: User) -> None:
    closed, later, first, taken, other = make_file(documents=5, failing=5).cases
    for hours, case in ((3, later), (2, first), (1, taken)):
        case.due_at = timezone.now() + timedelta(hours=hours)
        case.assignee = make_user("bob") if case is taken else None
        case.save()
    ExceptionCase.objects.filter(pk=other.pk).update(queue=Queue.FINANCE, due_at=timezone.now())
    assert "Next in this queue" not in analyst.get(url(closed)).content.decode()
    assert close_case(closed, actor="ada", resolution="done")
    page = analyst.get(url(closed))
    assert page.context["next_case"] == first
    assert f'Next in this queue: <a class="or-link" href="{url(first)}">' in page.content.decode()
    ExceptionCase.objects.filter(pk=taken.pk).update(document=closed.document)
    assert f'It failed again, and goes on in another case: <a class="or-link" href="{url(taken)}">' in (
        analyst.get(url(closed)).content.decode()
    )
    viewer = Client()
    viewer.force_login(make_user(permissions=("*.view",)))
    assert "Next in this queue" not in viewer.get(url(closed)).content.decode()


def test_taking_a_case_that_another_took_meanwhile_tells_whose_it_is(analyst: Client, ada: User, made: Made) -> None:
    text = analyst.get(url(made.cases[0])).content.decode()
    assert 'name="seen" value="none"' in text
    bob = make_user("bob", permissions=("transactions.work_cases",))
    ExceptionCase.objects.update(assignee=bob)
    told = analyst.post(url(made.cases[0], "take"), {"seen": "none"}, follow=True).content.decode()
    assert "Somebody was faster: the case is bob&#x27;s now." in told
    assert ExceptionCase.objects.get().assignee == bob
    analyst.post(url(made.cases[0], "take"), {"seen": str(bob.pk)})
    assert ExceptionCase.objects.get().assignee == ada


def test_a_case_is_assigned_to_one_who_may_work_on_it_or_to_nobody(analyst: Client, ada: User, made: Made) -> None:
    clerk = make_user("carl", permissions=("transactions.work_finance_cases",))
    page = analyst.get(url(made.cases[0], "assign")).content.decode()
    assert ">ada</option>" in page
    assert "carl" not in page
    assert analyst.post(url(made.cases[0], "assign"), {"to": str(clerk.pk), "seen": "none"}).status_code == 200
    assert ExceptionCase.objects.get().assignee is None
    analyst.post(url(made.cases[0], "assign"), {"to": str(ada.pk), "seen": "none"})
    assert ExceptionCase.objects.get().assignee == ada
    analyst.post(url(made.cases[0], "assign"), {"to": "none", "seen": str(ada.pk)})
    assert ExceptionCase.objects.get().assignee is None


def test_a_due_time_is_changed_to_one_that_is_to_come(analyst: Client, made: Made) -> None:
    analyst.get(url(made.cases[0], "due"))
    over = analyst.post(url(made.cases[0], "due"), {"due_0": "2020-01-01", "due_1": "12:00"})
    assert "That is over." in over.content.decode()
    analyst.post(url(made.cases[0], "due"), {"due_0": "2099-01-01", "due_1": "12:00"})
    assert f"{ExceptionCase.objects.get().due_at:%Y-%m-%d %H:%M}" == "2099-01-01 12:00"


def test_a_comment_is_shown_as_text_with_who_said_it(analyst: Client, made: Made) -> None:
    analyst.post(url(made.cases[0], "comment"), {"body": "Called <b>them</b>.\nThey mend it."})
    text = analyst.get(url(made.cases[0])).content.decode()
    assert "Called &lt;b&gt;them&lt;/b&gt;.<br>They mend it." in text
    assert CaseComment.objects.get().author_name == "ada"


def test_rejecting_and_overruling_want_a_reason(analyst: Client, made: Made, clerk: Client) -> None:
    case = made.cases[0]
    assert analyst.post(url(case, "reject"), {"reason": ""}).status_code == 200
    ExceptionCase.objects.update(queue=Queue.FINANCE, category=CaseCategory.DUPLICATE)
    made.documents[1].outcome = DocumentOutcome.DUPLICATE
    made.documents[1].save()
    assert analyst.post(url(case, "accept"), {"reason": "x"}).status_code == 403, "finance decides about its own"
    assert "../accept/" in clerk.get(url(case)).content.decode()
    clerk.post(url(case, "accept"), {"reason": "A second delivery"})
    case.refresh_from_db()
    made.documents[1].refresh_from_db()
    assert (case.disposition, made.documents[1].outcome) == ("overruled", "accepted")


def test_release_says_what_came_of_it(admin: Client, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    ExceptionCase.objects.update(document=None, category=CaseCategory.UNROUTABLE)
    case = made.cases[0]
    monkeypatch.setattr(case_acts, "release", lambda case, *, actor: Released(False, "Still nobody has ZZ:WHO."))
    assert admin.get(url(case, "release")).status_code == 200
    assert "Still nobody has ZZ:WHO." in admin.post(url(case, "release"), follow=True).content.decode()


def test_a_case_of_another_queue_is_not_there_for_finance(clerk: Client, made: Made) -> None:
    assert clerk.get(url(made.cases[0])).status_code == 404
    assert clerk.post(url(made.cases[0], "comment"), {"body": "x"}).status_code == 404
    assert clerk.get(LIST).context["cl"].result_list == []
    assert "Customer service" not in clerk.get(CAUSES).content.decode()
    clerk.post(
        BULK_PAGE,
        {
            "verb": "close",
            "reason": "x",
            "disposition": "solved",
            ACTION_CHECKBOX_NAME: [str(made.cases[0].pk)],
        },
    )
    assert ExceptionCase.objects.get().status == CaseStatus.OPEN


# --- The list ---


def test_cases_are_listed_by_queue_category_owner_due_and_status(analyst: Client, ada: User, made: Made) -> None:
    ExceptionCase.objects.update(assignee=ada, due_at=timezone.now() + timedelta(hours=5), cause=CAUSE)
    for query, expected in (
        ("queue__exact=customer-service&status__exact=open", 1),
        ("queue__exact=finance", 0),
        ("category__exact=business", 1),
        ("status__exact=closed", 0),
        ("owner=me", 1),
        ("owner=nobody", 0),
        ("owner=ada", 1),
        ("owner=bob", 0),
        ("due=late", 0),
        ("due=4h", 0),
        ("due=24h", 1),
        ("since=1h", 1),
        (f"cause={CAUSE}", 1),
        ("cause=another", 0),
    ):
        assert len(analyst.get(f"{LIST}?{query}").context["cl"].result_list) == expected, query


def test_the_list_says_how_much_money_is_at_risk_in_it(analyst: Client) -> None:
    cases = make_file(documents=5, failing=5).cases
    told = (("10.10", "USD"), ("20", "USD"), ("7", ""), (None, ""), ("1000", "USD"))
    for case, (amount, currency) in zip(cases, told, strict=True):
        ExceptionCase.objects.filter(pk=case.pk).update(amount=amount, currency=currency)
    ExceptionCase.objects.filter(pk=cases[0].pk).update(queue=Queue.FINANCE)
    ExceptionCase.objects.filter(pk=cases[4].pk).update(status=CaseStatus.CLOSED)
    assert (
        "<b>30.10 USD, 7.00 without a currency</b> at risk, told by 3 open cases" in analyst.get(LIST).content.decode()
    )
    finance = analyst.get(f"{OPEN}&queue__exact=finance").content.decode()
    assert "<b>10.10 USD</b> at risk, told by 1 open case<" in finance
    assert "at risk, told" not in analyst.get(f"{LIST}?status__exact=closed").content.decode()


def test_tabs_count_what_each_holds(analyst: Client, ada: User) -> None:
    cases = make_file(documents=3, failing=3).cases
    ExceptionCase.objects.filter(pk=cases[0].pk).update(assignee=ada, due_at=timezone.now() - timedelta(hours=3))
    ExceptionCase.objects.filter(pk=cases[1].pk).update(queue=Queue.FINANCE)
    page = analyst.get(OPEN)
    figures = {tab.label: tab.cases for tab in page.context["case_tabs"]}
    assert figures == {
        "All open": "3", "Integration support": "0", "Onboarding": "0", "Customer service": "2", "Finance": "1",
        "Mine": "1", "Unassigned": "2", "Overdue": "1", "Closed": "", "By cause": "",
    }  # fmt: skip
    assert "3 h late" in page.content.decode()
    for tab in page.context["case_tabs"]:
        assert analyst.get(tab.url).status_code == 200


def test_finance_has_one_queue_and_its_own_figures(clerk: Client, made: Made) -> None:
    tabs = {tab.label: tab.cases for tab in clerk.get(LIST).context["case_tabs"]}
    assert tabs["All open"] == "0"
    assert "Customer service" not in tabs
    ExceptionCase.objects.update(queue=Queue.FINANCE)
    assert clerk.get(LIST).context["case_tabs"][0].cases == "1"


def test_what_is_due_first_stands_first_and_amounts_are_in_order(analyst: Client) -> None:
    cases = make_file(documents=3, failing=3).cases
    now = timezone.now()
    for case, due, amount in zip(cases, (3, 1, None), ("5.00", None, "80.00"), strict=True):
        case.due_at, case.amount = now + timedelta(hours=due) if due else None, amount
        case.save()

    def order(query: str) -> list[int]:
        return [cases.index(case) for case in analyst.get(f"{OPEN}{query}").context["cl"].result_list]

    assert order("") == [1, 0, 2]
    column = list(analyst.get(OPEN).context["cl"].list_display).index("amount_text")
    assert order(f"&o={column}") == [2, 0, 1]


def test_a_list_of_a_hundred_costs_no_more_statements_than_one_of_two(analyst: Client) -> None:
    counts = []
    for many in (2, 98):
        make_file(documents=many, failing=many)
        with CaptureQueriesContext(database) as asked:
            assert analyst.get(OPEN).status_code == 200
        counts.append(len(asked.captured_queries))
    assert counts[1] <= counts[0] + 1
    assert not any('COUNT(*) AS "__count" FROM "transactions_exceptioncase" WHERE' in query["sql"]
                   for query in asked.captured_queries), "every count has a limit inside"  # fmt: skip


def test_the_page_of_a_case_costs_a_fixed_number_of_statements(analyst: Client, caused: Made) -> None:
    counts = []
    for many in (0, 30):
        for number in range(many):
            analyst.post(url(caused.cases[0], "comment"), {"body": f"No. {number}"})
        with CaptureQueriesContext(database) as asked:
            analyst.get(url(caused.cases[0]))
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1] <= 40
