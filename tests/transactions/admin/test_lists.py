"""Lists of traffic: as quick with a million rows as with one."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin import AllValuesFieldListFilter, RelatedFieldListFilter
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.core.admin.bases import HistoryAdmin, TrafficAdmin
from config.core.admin.paging import LAST_PAGE
from config.core.ids import earliest_uuid7
from partners.models import HousePolicies, Partner
from tests.factories import Made, make_file, make_partner
from transactions.models import Document, InboundFile

TRAFFIC = [found for found in django_admin.site._registry.values() if isinstance(found, TrafficAdmin)]
LISTS = [
    reverse(f"admin:{found.opts.app_label}_{found.opts.model_name}_changelist")
    for found in django_admin.site._registry.values()
    if isinstance(found, TrafficAdmin | HistoryAdmin) and found.model is not HousePolicies  # it has one row and no list
]
TRAFFIC_LISTS = [reverse(f"admin:{found.opts.app_label}_{found.opts.model_name}_changelist") for found in TRAFFIC]


def queries_of(client: Client, url: str) -> list[str]:
    client.get(url)  # content types and the like are cached after the first time
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.thorough
@pytest.mark.parametrize("url", LISTS)
def test_more_rows_cost_as_many_queries_as_one(admin: Client, url: str) -> None:
    make_file(documents=1, failing=1)
    with_one = queries_of(admin, url)
    for _ in range(6):
        make_file(documents=5, failing=5)
    with_many = queries_of(admin, url)
    assert len(with_many) == len(with_one), with_many


@pytest.mark.thorough
@pytest.mark.parametrize("url", TRAFFIC_LISTS)
def test_no_list_of_traffic_counts_its_table(admin: Client, made: Made, url: str) -> None:
    for query in queries_of(admin, url):
        counted = re.search(r"SELECT COUNT\(", query)
        assert not counted or "LIMIT" in query, query
        assert " LIKE " not in query, query


@pytest.mark.thorough
@pytest.mark.parametrize("model_admin", TRAFFIC, ids=lambda found: found.opts.model_name)
def test_no_filter_reads_all_values_of_a_table(admin: Client, made: Made, model_admin: TrafficAdmin) -> None:
    url = reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")
    changelist = admin.get(url).context["cl"]
    for spec in changelist.filter_specs:
        assert not isinstance(spec, AllValuesFieldListFilter), spec
        if isinstance(spec, RelatedFieldListFilter):
            assert spec.field.related_model is Partner
    assert not changelist.add_facets
    assert not admin.get(f"{url}?_facets=True").context["cl"].add_facets


def test_a_page_says_whether_another_follows(admin: Client) -> None:
    make_file(documents=51)
    url = reverse("admin:transactions_document_changelist")
    first = admin.get(url).content.decode()
    assert "Rows 1–50" in first
    assert 'rel="next" href="?p=2"' in first
    second = admin.get(f"{url}?p=2").content.decode()
    assert "Rows 51–51" in second
    assert 'rel="next"' not in second
    assert 'rel="prev"' in second


def test_a_full_page_is_read_quickly_from_far_away(admin: Client) -> None:
    """The theme alone says 8 kB a row: fifty rows were 390 kB, ten seconds on a poor line."""
    make_file(documents=50)
    lists = [reverse("admin:transactions_document_changelist"), reverse("admin:transactions_attempt_changelist")]
    for page in (admin.get(url).content for url in lists):
        assert page.count(b'class="data-row"') == 50
        assert len(page) < 125_000


def test_pages_end_before_offsets_get_slow(admin: Client, made: Made) -> None:
    url = reverse("admin:transactions_document_changelist")
    assert admin.get(f"{url}?p={LAST_PAGE + 1}").status_code == 302
    assert admin.get(f"{url}?p=0").status_code == 302


def found(client: Client, model: str, term: str) -> list[object]:
    response = client.get(reverse(f"admin:transactions_{model}_changelist"), {"q": term})
    assert response.status_code == 200
    return [row.pk for row in response.context["cl"].result_list]


def test_documents_are_found_by_what_people_have_at_hand(admin: Client) -> None:
    wanted, other = make_file(make_partner("acme")), make_file(make_partner("zenith"))
    document = wanted.documents[0]
    for term in (
        document.business_key,
        document.business_key.lower(),
        f"  {document.business_key} ",
        str(document.pk),
        str(wanted.file.pk),
        wanted.file.pk.hex,
        wanted.interchange.control_number,
        wanted.interchange.control_number.lstrip("0"),
        "acme",
        "ACME",
    ):
        assert found(admin, "document", term) == [document.pk], term
    assert found(admin, "document", other.documents[0].business_key) == [other.documents[0].pk]
    assert found(admin, "document", document.business_key[:-1]) == []


def test_files_are_found_by_the_first_digits_of_their_digest(admin: Client) -> None:
    wanted, _ = make_file(), make_file()
    assert found(admin, "inboundfile", wanted.file.sha256[:10].upper()) == [wanted.file.pk]
    assert found(admin, "inboundfile", wanted.interchange.control_number) == [wanted.file.pk]
    assert found(admin, "inboundfile", "no such thing") == []


def test_cases_acknowledgments_and_envelopes_are_found(admin: Client) -> None:
    wanted, _ = make_file(failing=1), make_file(failing=1)
    assert found(admin, "exceptioncase", wanted.documents[0].business_key) == [wanted.cases[0].pk]
    assert found(admin, "exceptioncase", wanted.interchange.control_number) == [wanted.cases[0].pk]
    assert found(admin, "acknowledgment", wanted.interchange.control_number) == [wanted.acknowledgment.pk]
    assert found(admin, "acknowledgment", wanted.setup.partner.code) == [wanted.acknowledgment.pk]
    assert found(admin, "interchange", wanted.interchange.control_number) == [wanted.interchange.pk]
    assert found(admin, "functionalgroup", str(wanted.file.pk)) == [wanted.group.pk]
    assert found(admin, "canonicaldocument", wanted.documents[0].business_key) == [
        wanted.documents[0].canonicals.get().pk
    ]
    assert found(admin, "attempt", str(wanted.documents[0].pk)) == [wanted.documents[0].attempts.get().pk]
    assert found(admin, "workunit", "not an id") == []


@pytest.mark.thorough
def test_a_search_is_answered_by_indexes_only(admin: Client, made: Made) -> None:
    for url in TRAFFIC_LISTS:
        for term in (made.documents[0].business_key, str(made.file.pk), "000000001", "abcdef01"):
            for query in queries_of(admin, f"{url}?q={term}"):
                assert " LIKE " not in query, query


def test_lists_filter_by_stage_outcome_partner_environment_and_age(admin: Client, made: Made) -> None:
    url = reverse("admin:transactions_document_changelist")
    rejected = [row.pk for row in made.documents if row.outcome == "rejected"]
    cases = {
        "outcome__exact=rejected": rejected,
        "stage__exact=processed": [],
        f"partner__id__exact={made.setup.partner.pk}&outcome__exact=rejected": rejected,
        "environment__exact=test": [],
        "since=1h&outcome__exact=rejected": rejected,
        f"file__id__exact={made.file.pk}&outcome__exact=rejected": rejected,
    }
    for query, expected in cases.items():
        assert [row.pk for row in admin.get(f"{url}?{query}").context["cl"].result_list] == expected, query


def test_old_rows_are_left_out_by_age(admin: Client) -> None:
    made = make_file()
    old = earliest_uuid7(timezone.now() - timedelta(days=3)).int | 7
    row = InboundFile.objects.get(pk=made.file.pk)
    row.pk = UUID(int=old)
    row.save(force_insert=True)
    url = reverse("admin:transactions_inboundfile_changelist")
    assert [file.pk for file in admin.get(f"{url}?since=24h").context["cl"].result_list] == [made.file.pk]
    assert len(admin.get(f"{url}?since=7d").context["cl"].result_list) == 2
    assert Document.objects.count() == 1


@pytest.mark.parametrize("url", [*TRAFFIC_LISTS, "/admin/partners/partner/", "/admin/core/user/", "/admin/auth/group/"])
def test_the_title_of_a_list_says_what_is_in_it(admin: Client, made: Made, url: str) -> None:
    assert "Select" not in admin.get(url).context["title"]


def test_an_amount_in_the_list_of_documents_has_its_currency(admin: Client, made: Made) -> None:
    Document.objects.filter(pk=made.documents[0].pk).update(total="12345.60", currency="EUR")
    response = admin.get(reverse("admin:transactions_document_changelist"))
    assert "12,345.60 EUR" in response.content.decode()


def test_nothing_open_shows_no_empty_mark_beside_the_cases(admin: Client) -> None:
    assert 'class="or-badge"' not in admin.get(reverse("admin:index")).content.decode()
    make_file(documents=1, failing=1)
    assert '<span class="or-badge">1</span>' in admin.get(reverse("admin:index")).content.decode()
