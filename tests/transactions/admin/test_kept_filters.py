"""Filters that people keep, the chips above a list, and the list as CSV."""

import csv
import io
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.core.models import SavedFilter, User
from tests.factories import Made, make_file, make_partner, make_user
from tests.spreadsheets import HOSTILE, calculated
from transactions.admin import export
from transactions.models import Document, ExceptionCase, InboundFile

PAGE = "transactions_document_changelist"
DOCUMENTS = reverse(f"admin:{PAGE}")
FILES = reverse("admin:transactions_inboundfile_changelist")
REJECTED = "outcome__exact=rejected"


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def analyst(db: None) -> User:
    return make_user("ann", permissions=("*.view", "core.change_savedfilter"))


def keep(client: Client, name: str, query: str = REJECTED, **more: str) -> SavedFilter | None:
    client.post(reverse("filter-save"), {"page": PAGE, "query": query, "name": name, **more})
    return SavedFilter.objects.filter(name=name).first()


def do(client: Client, kept: SavedFilter, deed: str, name: str = "") -> int:
    return client.post(reverse("filter-change", args=[kept.pk]), {"do": deed, "name": name}).status_code


def test_a_filter_is_kept_without_what_passes_and_shown_as_a_chip(analyst: User, made: Made) -> None:
    client = logged_in(analyst)
    kept = keep(client, "  Rejected   orders ", f"{REJECTED}&p=3&o=1&q=")
    kept = SavedFilter.objects.get()
    assert (kept.name, kept.query, kept.user, kept.is_shared) == ("Rejected orders", REJECTED, analyst, False)
    text = client.get(f"{DOCUMENTS}?{REJECTED}").content.decode()
    assert f'href="?{REJECTED}" aria-current="true">Rejected orders' in text
    keep(client, "Rejected orders", "outcome__exact=failed")
    assert SavedFilter.objects.get().query == "outcome__exact=failed"


def test_only_shared_filters_reach_others_and_only_their_owner_changes_them(analyst: User, made: Made) -> None:
    mine, other = logged_in(analyst), logged_in(make_user("bob", permissions=("*.view",)))
    private, shared = keep(mine, "Private one"), keep(mine, "Shared one", "outcome__exact=failed", is_shared="on")
    assert private is not None
    assert shared is not None
    text = other.get(DOCUMENTS).content.decode()
    assert "Shared one" in text
    assert "Private one" not in text
    for kept in (private, shared):
        for deed in ("rename", "share", "unshare", "default", "delete"):
            assert do(other, kept, deed, "Taken") == 404
    assert sorted(SavedFilter.objects.values_list("name", "is_shared", "is_default")) == [
        ("Private one", False, False), ("Shared one", True, False),
    ]  # fmt: skip
    assert "who alone can change it" in other.get(reverse("filters", args=[PAGE])).content.decode()


def test_a_list_opens_with_the_default_and_all_is_one_click_away(analyst: User, made: Made) -> None:
    client, other = logged_in(analyst), logged_in(make_user("bob", permissions=("*.view",)))
    first, second = keep(client, "One"), keep(client, "Two", "outcome__exact=accepted")
    assert first is not None
    assert second is not None
    do(client, first, "default")
    do(client, second, "default")
    response = client.get(DOCUMENTS)
    assert (response.status_code, response.headers["Location"]) == (302, "?outcome__exact=accepted")
    assert len(client.get(f"{DOCUMENTS}?all=1").context["cl"].result_list) == 2
    assert other.get(DOCUMENTS).status_code == 200
    do(client, second, "no-default")
    assert client.get(DOCUMENTS).status_code == 200


def test_filters_are_renamed_shared_and_deleted(analyst: User) -> None:
    client = logged_in(analyst)
    kept, taken = keep(client, "One"), keep(client, "Two")
    assert kept is not None
    assert taken is not None
    do(client, kept, "rename", "Three")
    do(client, kept, "share")
    kept.refresh_from_db()
    assert (kept.name, kept.is_shared) == ("Three", True)
    do(client, kept, "rename", "Two")
    kept.refresh_from_db()
    assert kept.name == "Three"
    do(client, kept, "delete")
    assert [one.name for one in SavedFilter.objects.all()] == ["Two"]
    assert do(client, taken, "explode") == 404


def test_what_cannot_be_kept_is_refused_in_words(analyst: User) -> None:
    client = logged_in(analyst)
    for data in ({"name": "", "query": REJECTED}, {"name": "x", "query": "p=2"}, {"name": "x" * 81, "query": REJECTED}):
        response = client.post(reverse("filter-save"), {"page": PAGE, **data}, follow=True)
        assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not SavedFilter.objects.exists()


def test_who_only_reads_keeps_filters_for_themselves(made: Made) -> None:
    """An auditor changes nothing, so nothing that others see."""
    client = logged_in(make_user("aud", permissions=("*.view",)))
    assert keep(client, "For all", is_shared="on") is None
    kept = keep(client, "For me")
    assert kept is not None
    do(client, kept, "share")
    kept.refresh_from_db()
    assert not kept.is_shared
    assert 'name="is_shared"' not in client.get(f"{DOCUMENTS}?{REJECTED}").content.decode()
    assert 'value="share"' not in client.get(reverse("filters", args=[PAGE])).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "nothing=1",
        "partner__id__exact=abc",
        "partner__id__exact=99999999999999999999999",
        "partner__members__user__password__startswith=p",
        "from=yesterday",
    ],
)
def test_what_a_list_cannot_be_filtered_by_is_told_and_not_kept(analyst: User, made: Made, query: str) -> None:
    client = logged_in(analyst)
    assert keep(client, "Broken", query) is None
    SavedFilter.objects.create(user=analyst, page=PAGE, name="Of old", query=query, is_default=True)
    page = client.get(DOCUMENTS, follow=True)
    assert page.status_code == 200
    assert len(page.context["cl"].result_list) == 2
    assert "You see it unfiltered" in page.content.decode()


def test_nobody_keeps_filters_of_lists_they_may_not_see(made: Made) -> None:
    client = logged_in(make_user())
    assert client.post(reverse("filter-save"), {"page": PAGE, "query": REJECTED, "name": "x"}).status_code == 403
    assert client.get(reverse("filters", args=[PAGE])).status_code == 403
    assert client.get(reverse("filters", args=["no_such_changelist"])).status_code == 404
    assert client.get(reverse("filter-save")).headers["Location"] == reverse("admin:index")  # after logging in again


def test_filters_that_are_on_are_told_in_words_and_taken_off_one_by_one(admin: Client) -> None:
    made = make_file(make_partner("acme", name="Acme Stores"), documents=2, failing=1)
    query = {
        "outcome__exact": "rejected",
        "partner__id__exact": str(made.setup.partner.pk),
        "format": "x12",
        "since": "24h",
        "from": "2020-01-01T00:00",
    }
    response = admin.get(f"{DOCUMENTS}?{urlencode(query)}")
    assert [row.pk for row in response.context["cl"].result_list] == [made.documents[1].pk]
    chips = {chip.label: chip.url for chip in response.context["active_filters"]}
    assert set(chips) == {
        "Outcome: Rejected", "Partner: Acme Stores", "Format: X12", "Received: Last 24 hours", "From: 2020-01-01T00:00",
    }  # fmt: skip
    assert "outcome__exact" not in chips["Outcome: Rejected"]
    assert "format=x12" in chips["Outcome: Rejected"]
    alone = admin.get(f"{DOCUMENTS}?{REJECTED}").context["active_filters"]
    assert [chip.url for chip in alone] == ["?all=1"]


def test_lists_are_narrowed_to_a_period_a_format_and_a_kind(admin: Client, made: Made) -> None:
    Document.objects.filter(pk=made.documents[0].pk).update(format="xml", kind="invoice")
    InboundFile.objects.update(format="XML")
    for url, expected in (
        (f"{DOCUMENTS}?format=xml", 1),
        (f"{DOCUMENTS}?kind=order", 1),
        (f"{DOCUMENTS}?from=2020-01-01T00:00&to=2020-01-02T00:00", 0),
        (f"{DOCUMENTS}?to=2020-01-02", 0),
        (f"{FILES}?format=XML", 1),
        (f"{FILES}?format=X12", 0),
    ):
        assert len(admin.get(url).context["cl"].result_list) == expected, url
    assert admin.get(f"{DOCUMENTS}?from=yesterday").status_code == 302


def test_an_empty_list_says_what_to_do(admin: Client) -> None:
    assert "No documents yet" in admin.get(DOCUMENTS).content.decode()
    text = admin.get(f"{DOCUMENTS}?q=nothing-like-it").content.decode()
    assert "Nothing matches" in text
    assert f"{reverse('search')}?q=nothing-like-it" in text


@pytest.mark.parametrize(
    ("name", "query", "words"),
    [
        ("partners_submission", "state__exact=open", "Nothing waits for a decision"),
        ("partners_submission", "state__in=open,half", "Nothing waits for a decision"),
        ("partners_submission", "state__exact=rejected", "Nothing matches"),
        ("partners_submission", "", "No approvals yet"),
        ("partners_proposal", "state__exact=open", "Nothing waits for a decision"),
        ("transactions_exceptioncase", "status__exact=open", "No case is open"),
        ("transactions_exceptioncase", "status__exact=open&owner=me", "No open case is yours"),
        ("transactions_exceptioncase", "status__exact=open&due=late", "No case is overdue"),
        ("transactions_exceptioncase", "status__exact=closed", "Nothing matches"),
    ],
)
def test_that_nothing_waits_is_said_as_such(admin: Client, name: str, query: str, words: str) -> None:
    text = admin.get(f"{reverse(f'admin:{name}_changelist')}?{query}").content.decode()
    assert words in text
    assert ("Nothing matches" in text) == (words == "Nothing matches")


def test_a_page_behind_the_last_one_leads_to_the_first(admin: Client, made: Made) -> None:
    text = admin.get(f"{DOCUMENTS}?{REJECTED}&p=7").content.decode()
    assert "There is nothing on this page" in text
    assert f'href="?{REJECTED}">The first page' in text
    assert "Nothing matches" not in text


def exported(client: Client, name: str, query: str = "") -> list[list[str]]:
    response = client.get(f"{reverse(f'admin:transactions_{name}_export')}?{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_export_of_a_list_calculates_what_a_partner_sent(admin: Client, text: str) -> None:
    made = make_file(documents=2, failing=1)
    InboundFile.objects.update(name=text)
    Document.objects.update(business_key=text, control_number=text, currency=text[:3])
    ExceptionCase.objects.update(summary=text, resolution=text)
    assert made.cases
    for name in ("document", "inboundfile", "exceptioncase"):
        response = admin.get(reverse(f"admin:transactions_{name}_export"))
        assert calculated(b"".join(response).decode("utf-8-sig")) == []


def test_a_list_is_exported_with_its_filters_and_calculates_nothing(admin: Client) -> None:
    made = make_file(documents=3, failing=1)
    Document.objects.filter(pk=made.documents[2].pk).update(business_key="=HYPERLINK(1)")
    header, row = exported(admin, "document", REJECTED)
    named = dict(zip(header, row, strict=True))
    assert named["document id"] == str(made.documents[2].pk)
    assert named["business key"] == "'=HYPERLINK(1)"
    assert len(exported(admin, "document")) == 4
    InboundFile.objects.update(name="=cmd|' /C calc'!A0")
    header, row = exported(admin, "inboundfile", "outcome__exact=partly")
    assert dict(zip(header, row, strict=True))["name"].startswith("'=cmd")


def test_cases_are_exported_with_what_is_at_risk_since_when_and_with_whom(admin: Client) -> None:
    made = make_file(documents=2, failing=2)
    ExceptionCase.objects.filter(pk=made.cases[0].pk).update(amount="109.5", currency="USD", queue="finance")
    header, row = exported(admin, "exceptioncase", "status__exact=open&queue__exact=finance")
    named = dict(zip(header, row, strict=True))
    assert (named["amount at risk"], named["currency"]) == ("109.50", "USD")
    assert named["partner"] == made.setup.partner.code
    assert named["opened (UTC)"] == f"{made.cases[0].opened_at:%Y-%m-%dT%H:%M:%SZ}"
    assert named["about"] == str(made.documents[0])
    clerk = Client()
    clerk.force_login(make_user(permissions=("transactions.work_finance_cases",)))
    assert clerk.get(reverse("admin:transactions_exceptioncase_export")).status_code == 403
    clerk.force_login(make_user(permissions=("transactions.work_finance_cases", "transactions.export_exceptioncase")))
    assert len(exported(clerk, "exceptioncase")) == 2, "finance has its own queue alone"


def test_an_export_is_cut_and_says_so(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    make_file(documents=5)
    monkeypatch.setattr(export, "ROWS", 3)
    monkeypatch.setattr(export, "CHUNK", 2)
    lines = exported(admin, "document")
    assert len(lines) == 5
    assert lines[-1][0].startswith("Cut after 3 rows")


def test_an_export_costs_few_queries(admin: Client) -> None:
    make_file(documents=8)
    exported(admin, "document")
    with CaptureQueriesContext(connection) as captured:
        exported(admin, "document")
    assert len(captured) <= 8


def test_who_may_not_export_is_offered_none(viewer: Client, made: Made) -> None:
    for name, url in (("document", DOCUMENTS), ("inboundfile", FILES)):
        assert "/export/" not in viewer.get(url).content.decode()
        assert viewer.get(reverse(f"admin:transactions_{name}_export")).status_code == 403
