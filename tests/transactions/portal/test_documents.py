"""Lists of the portal stay quick and complete, and the pages say what stands in a document."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import LINE_FINDING, Made, PartnerSetup, make_file
from tests.transactions.portal.test_upload import text_of
from transactions.models import Document
from transactions.portal import paging


def keys(client: Client, query: str = "") -> set[str]:
    page = client.get(reverse("portal:documents") + query)
    return {str(document.business_key) for document, _, _ in page.context["documents"]}


def test_a_document_is_shown_with_its_lines_findings_and_acknowledgment(member: Client, made: Made) -> None:
    said = text_of(member.get(reverse("portal:document", args=[made.documents[1].pk])))
    for words in (LINE_FINDING.message, "How to mend it", "What we read", "109.50 USD", "997", "What happened"):
        assert words in said, words


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?outcome=accepted", [0]),
        ("?outcome=rejected", [1]),
        ("?environment=test", []),
        ("?environment=production&outcome=", [0, 1]),
        ("?since=2999-01-01", []),
        ("?until=2000-01-01", []),
        ("?until=9999-12-31", [0, 1]),
        ("?since=not-a-day", [0, 1]),
    ],
)
def test_documents_are_narrowed(member: Client, made: Made, query: str, found: list[int]) -> None:
    assert keys(member, query) == {made.documents[index].business_key for index in found}


def test_a_document_is_found_by_its_number_and_its_day(member: Client, made: Made) -> None:
    number = made.documents[0].business_key
    assert keys(member, f"?number={number}") == {number}
    assert keys(member, f"?number={number[:3]}") == set()
    today = timezone.now().date()
    yesterday = today - timedelta(days=1)
    assert number in keys(member, f"?since={today}&until={today}")
    assert keys(member, f"?since={yesterday}&until={yesterday}") == set()


def test_pages_lead_through_all_and_back(member: Client, setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.keyset_page, "__defaults__", (2,))
    for _ in range(5):
        make_file(setup)
    wanted = [str(pk) for pk in Document.objects.order_by("-pk").values_list("pk", flat=True)]
    url, seen = reverse("portal:documents"), []
    query = "outcome=accepted"
    while query:
        page = member.get(f"{url}?{query}").context["page"]
        seen.append([str(row.pk) for row in page.rows])
        assert "outcome=accepted" in (page.older or "outcome=accepted")
        query = page.older
    assert sum(seen, []) == wanted
    back = member.get(f"{url}?{page.newer}").context["page"]
    assert [str(row.pk) for row in back.rows] == seen[-2]


def test_pages_cost_the_same_however_much_there_is(member: Client, setup: PartnerSetup) -> None:
    counts: dict[str, list[int]] = {}
    for many in (1, 12):
        made = make_file(setup, documents=many, failing=many // 2)
        for name, args in (
            ("home", []), ("files", []), ("documents", []), ("acknowledgments", []), ("file", [made.file.pk]),
            ("document", [made.documents[0].pk]),
        ):  # fmt: skip
            with CaptureQueriesContext(database) as asked:
                assert member.get(reverse(f"portal:{name}", args=args)).status_code == 200
            counts.setdefault(name, []).append(len(asked))
    assert all(more - few <= 2 for few, more in counts.values()), counts
    assert max(max(pair) for pair in counts.values()) <= 22, counts


def test_the_exact_bytes_of_an_acknowledgment_are_downloaded(member: Client, made: Made) -> None:
    url = reverse("portal:acknowledgment-content", args=[made.acknowledgment.pk])
    assert member.get(url).content == bytes(made.acknowledgment.content)
    said = text_of(member.get(reverse("portal:acknowledgment", args=[made.acknowledgment.pk])))
    assert "AK1*PO*" in said
