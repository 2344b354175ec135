"""The home page: what waits for whom, and what to do when there is nothing yet."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import Made, make_file, make_user
from transactions.admin.home import days, document_figures, file_figures, queue_figures
from transactions.models import ExceptionCase, InboundFile
from transactions.states import CaseStatus, FileStage

HOME = reverse("admin:index")


def test_an_empty_onramp_says_what_to_do_next(admin: Client) -> None:
    text = admin.get(HOME).content.decode()
    assert "No files yet" in text
    assert "manage.py receive FILE --partner CODE" in text


def test_it_counts_what_happened_and_leads_to_it(admin: Client) -> None:
    make_file(documents=5, failing=2)
    now = timezone.now()
    assert {f.label: f.value for f in document_figures(now)} == {
        "Accepted": 3, "Rejected": 2, "Failed": 0, "Duplicate": 0,
    }  # fmt: skip
    assert {f.label: f.value for f in queue_figures(now)}["Customer service"] == 2
    text = admin.get(HOME).content.decode()
    for figure in (*document_figures(now), *file_figures(now), *queue_figures(now)):
        assert figure.url.replace("&", "&amp;") in text
        assert admin.get(figure.url).status_code == 200
    rejected = next(f for f in document_figures(now) if f.label == "Rejected")
    assert len(admin.get(rejected.url).context["cl"].result_list) == rejected.value


def test_files_that_wait_are_counted_however_old(made: Made) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    InboundFile.objects.filter(pk=made.file.pk).update(stage=FileStage.HELD, received_at=long_ago)
    held = next(f for f in file_figures(timezone.now()) if f.label == "Held")
    assert (held.value, held.note) == (1, "oldest 40 d")


def test_the_chart_adds_up_each_day(db: None) -> None:
    make_file(documents=4, failing=1)
    today = days(timezone.now())[-1]
    assert (today.total, today.accepted, today.accepted_height, today.other_height) == (4, 3, 75, 25)
    assert len(days(timezone.now())) == 7


def test_its_queries_do_not_grow(admin: Client) -> None:
    def count() -> int:
        admin.get(HOME)
        with CaptureQueriesContext(connection) as captured:
            admin.get(HOME)
        return len(captured)

    make_file(failing=1)
    few = count()
    for _ in range(12):
        make_file(documents=2, failing=1)
    assert count() == few


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
