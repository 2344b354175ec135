"""The home page: what waits for whom, and what to do when there is nothing yet."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.core.counts import Counted, capped_counts
from config.core.ids import earliest_uuid7
from config.core.models import User
from partners.models import Coverage
from partners.services.put_live import put_live
from partners.services.recheck import recheck
from tests.factories import Made, make_file, make_user
from tests.readiness import APPROVER, approved, make_ready, submitted
from transactions.admin.home import document_bars
from transactions.models import Document, ExceptionCase, InboundFile
from transactions.services.today import DAYS, HOURS, Today
from transactions.states import CaseStatus, FileStage, Queue

HOME = reverse("admin:index")
FRAGMENT = reverse("today")
QUERIES = 25


def today() -> Today:
    return Today(User.objects.get(is_superuser=True), "production", timezone.now())


def figures(client: Client, part: str, **asked: str) -> dict[str, tuple[str, str]]:
    """Label to number and address."""
    return {f.label: (str(f.value), f.url) for f in client.get(FRAGMENT, asked).context[part]}


def rows(client: Client, url: str) -> list[object]:
    response = client.get(url)
    assert response.status_code == 200, (url, response.headers)
    return list(response.context["cl"].result_list)


def test_an_empty_onramp_says_what_to_do_next(admin: Client) -> None:
    text = admin.get(HOME).content.decode()
    assert "No files yet" in text
    assert "manage.py receive FILE --partner CODE" in text


def test_an_empty_onramp_asks_nobody_for_what_is_not_theirs_to_do(viewer: Client) -> None:
    text = viewer.get(HOME).content.decode()
    assert "No files yet" in text
    assert "When an analyst has set up a" in text
    assert "manage.py" not in text


@pytest.mark.parametrize(
    ("page", "said"), [("partners_partner", "Your role reads"), ("transactions_document", "files")]
)
def test_an_empty_list_says_how_its_rows_come(viewer: Client, page: str, said: str) -> None:
    text = viewer.get(reverse(f"admin:{page}_changelist")).content.decode()
    assert ("They come with the files" in text) is (said == "files")
    assert ("Your role reads them and adds none here." in text) is (said != "files")


def test_every_figure_leads_to_as_many_rows_as_it_counts(admin: Client) -> None:
    made = make_file(documents=5, failing=2)
    ExceptionCase.objects.filter(pk=made.cases[0].pk).update(due_at=timezone.now() - timedelta(hours=1))
    ExceptionCase.objects.filter(pk=made.cases[1].pk).update(assignee=User.objects.get(is_superuser=True))
    context = admin.get(FRAGMENT).context
    found = [*context["documents"], *context["files"], *context["work"]]
    found += [figure for queue in context["queues"] for figure in queue[1:]]
    found += [type("Row", (), {"label": row.label, "value": row.number, "url": row.url}) for row in context["ages"]]
    counted: dict[str, int] = {}
    for figure in found:
        assert figure.value == Counted(len(rows(admin, figure.url))), (figure.label, figure.url)
        counted[figure.label] = counted.get(figure.label, 0) + figure.value.number
    assert {name: number for name, number in counted.items() if number} == {
        "Accepted": 3,
        "Rejected": 2,
        "Partly accepted": 1,
        "My cases": 1,
        "Overdue": 1,
        "Unassigned": 1,
        "open": 2,
        "unassigned": 1,
        "overdue": 1,
        "under 4 hours": 2,
    }
    assert context["acceptance"] == "60.0 %"


def test_files_that_wait_are_counted_however_old(admin: Client, made: Made) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    InboundFile.objects.filter(pk=made.file.pk).update(stage=FileStage.HELD, outcome="", received_at=long_ago)
    held = next(f for f in admin.get(FRAGMENT).context["files"] if f.label == "Held")
    assert (str(held.value), held.note) == ("1", "oldest 40 d")


def test_test_documents_count_only_when_they_are_asked_for(admin: Client, made: Made) -> None:
    for model in (Document, InboundFile, ExceptionCase):
        model.objects.update(environment="test")
    assert "No files yet" in admin.get(HOME).content.decode()
    assert figures(admin, "documents", environment="test")["Rejected"][0] == "1"
    assert figures(admin, "work", environment="test")["Unassigned"][0] == "1"
    assert figures(admin, "documents", environment="nonsense")["Rejected"][0] == "0"


def moved(document: Document, at: datetime) -> Document:
    """A copy of the document as if it had come at another time."""
    document.pk = UUID(int=earliest_uuid7(at).int | 99)
    document.received_at = at
    document.save(force_insert=True)
    return document


def test_the_chart_shows_each_hour_and_day_by_outcome_and_leads_to_it(admin: Client) -> None:
    made = make_file(documents=3, failing=1)
    now = timezone.now().replace(minute=30)
    made.documents[0].business_key = "COPY"
    copy = moved(made.documents[0], now - timedelta(hours=2))
    bars = document_bars(Today(today().user, "production", now), HOURS)
    assert len(bars) == 24
    bar = bars[-3]
    assert [(part.name, part.number) for part in bar.segments] == [("accepted", Counted(1))]
    assert rows(admin, bar.url) == rows(admin, bar.segments[0].url) == [copy]
    days = document_bars(Today(today().user, "production", now), DAYS)
    assert len(days) == 14
    assert sum(bar.total.number for bar in days) == 4
    for bar in (*bars, *days):
        assert len(rows(admin, bar.url)) == bar.total.number if bar.total.number else not bar.segments


def test_bars_stand_on_each_other_to_one_scale(admin: Client) -> None:
    make_file(documents=4, failing=1)
    highest = max(document_bars(today(), HOURS), key=lambda bar: bar.total.number)
    accepted, rejected = highest.segments
    assert (accepted.height, rejected.height) == (112.5, 37.5)
    assert rejected.y + rejected.height == accepted.y
    assert accepted.y + accepted.height == 168


def test_the_chart_says_the_same_as_a_table(admin: Client) -> None:
    make_file(documents=4, failing=1)
    text = admin.get(HOME).content.decode()
    assert "<title id=" in text
    assert "<desc id=" in text
    table = text[text.index('id="bars-table"') :]
    highest = max(document_bars(today(), HOURS), key=lambda bar: bar.total.number)
    for part in highest.segments:
        assert part.url in unescape(table)


def test_causes_are_told_with_what_is_at_risk(admin: Client) -> None:
    made = make_file(documents=4, failing=4)
    cause = f"quantity-not-positive|{made.setup.partner.pk}|production|order|PO102|"
    for case, amount, currency in zip(made.cases, ("10.10", "20", None, "7"), ("USD", "USD", "", "EUR"), strict=True):
        ExceptionCase.objects.filter(pk=case.pk).update(cause=cause, amount=amount, currency=currency)
    ExceptionCase.objects.filter(pk=make_file(failing=1).cases[0].pk).update(cause="internal-failure|||||boom")
    first, second = admin.get(FRAGMENT).context["failures"]
    assert (first.cases, first.amounts, first.partner) == ("4", "7.00 EUR, 30.10 USD", made.setup.partner.name)
    assert first.where == "PO102"
    assert len(rows(admin, first.url)) == 4
    assert (second.cases, second.where) == ("1", "boom")
    text = admin.get(FRAGMENT).content.decode()
    assert "<b>7.00 EUR, 30.10 USD</b> at risk, told by 3 open cases" in text
    assert reverse("admin:transactions_exceptioncase_causes") in text


def test_its_queries_do_not_grow_and_read_no_table_to_its_end(admin: Client) -> None:
    def asked() -> list[str]:
        admin.get(HOME)
        with CaptureQueriesContext(connection) as captured:
            admin.get(HOME)
        return [query["sql"] for query in captured.captured_queries]

    make_file(failing=1)
    few = asked()
    for _ in range(12):
        make_file(documents=2, failing=1)
    many = asked()
    assert len(many) == len(few) <= QUERIES, many
    for query in many:
        assert query.count("COUNT(") <= query.count("LIMIT "), query
        assert " LIKE " not in query, query


def test_what_waits_for_an_approver_and_what_lost_its_approval_leads_to_its_list(admin: Client) -> None:
    assert "Waiting for an approver" not in admin.get(HOME).content.decode()
    setup = make_ready()
    approved(setup.agreement)
    put_live(setup.agreement, by=make_user(permissions=APPROVER))
    setup.partner.identities.create(qualifier="01", value="123456789")
    recheck(setup.agreement)
    submitted(setup.agreement)
    Coverage.objects.update(hold_from=timezone.now())
    found = admin.get(HOME).context["approvals"]
    assert [(one.label, one.value.number) for one in found] == [
        ("Waiting for an approver", 1), ("Not covered by their approval", 1), ("Documents held for it", 1),
    ]  # fmt: skip
    for figure in found:
        assert len(rows(admin, figure.url)) == 1, figure.label


def test_counting_stops_at_the_cap(admin: Client) -> None:
    make_file(documents=7)
    counts = capped_counts({"all": Document.objects.all(), "none": Document.objects.none()}, cap=5)
    assert counts == {"all": Counted(5, is_capped=True), "none": Counted(0)}
    assert [str(count) for count in counts.values()] == ["5+", "0"]


def test_the_home_says_which_cases_of_the_menu_it_leaves_to_the_other_environment(admin: Client) -> None:
    case, _ = make_file(documents=2, failing=2).cases
    assert "count both environments" not in admin.get(HOME).content.decode()
    ExceptionCase.objects.filter(pk=case.pk).update(environment="test")
    for here, there in (("production", "test"), ("test", "production")):
        InboundFile.objects.update(environment=here)
        text = admin.get(HOME, {"environment": here}).content.decode()
        assert f'Open cases <span class="or-quiet">in {here}</span>' in text
        assert re.search(rf"1 more in {there}</a>: the menu and the list count both environments", text)
    assert '<span class="or-badge">2</span>' in text


def test_the_badge_counts_open_cases_and_stops_counting(admin: Client, made: Made) -> None:
    badge = "transactions/exceptioncase/?status__exact=open"
    assert badge in admin.get(HOME).content.decode()
    case = made.cases[0]
    ExceptionCase.objects.bulk_create(
        ExceptionCase(
            subject=f"00000000-0000-7000-8000-{number:012}",
            file=made.file,
            environment=case.environment,
            category=case.category,
            queue=case.queue,
            code=case.code,
            summary="x",
            status=CaseStatus.OPEN,
            opened_at=case.opened_at,
        )
        for number in range(120)
    )
    assert "99+" in admin.get(HOME).content.decode()


def test_who_may_not_see_traffic_sees_no_numbers(made: Made) -> None:
    client = Client()
    client.force_login(make_user(permissions=("partners.view_partner",)))
    text = client.get(HOME).content.decode()
    assert made.file.name not in text
    assert "Welcome to Onramp" in text
    assert reverse("admin:partners_partner_changelist") in text
    assert reverse("admin:transactions_document_changelist") not in text


@pytest.mark.parametrize(
    ("permissions", "parts"),
    [
        (("transactions.view_document",), {"documents", "bars"}),
        (("transactions.view_inboundfile",), {"files", "recent"}),
        (("transactions.view_exceptioncase",), {"work", "queues", "ages", "failures"}),
    ],
)
def test_each_part_is_for_those_who_may_see_what_it_counts(
    made: Made, permissions: tuple[str, ...], parts: set[str]
) -> None:
    client = Client()
    client.force_login(make_user(permissions=permissions))
    context = client.get(FRAGMENT).context
    shown = {"documents", "bars", "files", "recent", "work", "queues", "ages", "failures"}
    assert {name for name in shown if name in context} == parts
    assert client.get(HOME).status_code == 200


def test_finance_sees_its_own_queue_alone(made: Made) -> None:
    client = Client()
    client.force_login(make_user(permissions=("transactions.work_finance_cases",)))
    assert figures(client, "work")["Unassigned"][0] == "0"
    ExceptionCase.objects.update(queue=Queue.FINANCE)
    assert figures(client, "work")["Unassigned"][0] == "1"
    assert [queue.label for queue in client.get(FRAGMENT).context["queues"]] == ["Finance"]


def test_the_numbers_alone_can_be_asked_for_again(admin: Client, client: Client, made: Made) -> None:
    response = admin.get(FRAGMENT)
    assert "<html" not in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert client.get(FRAGMENT).status_code == 302


def test_days_begin_at_midnight_and_hours_on_the_hour() -> None:
    now = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
    assert HOURS.bounds(now)[0] == datetime(2026, 2, 28, 1, tzinfo=UTC)
    assert HOURS.bounds(now)[-1] == datetime(2026, 3, 1, 1, tzinfo=UTC)
    assert DAYS.bounds(now)[-2:] == [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)]
