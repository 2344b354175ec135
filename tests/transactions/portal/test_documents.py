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
from transactions.models import Document, InboundFile
from transactions.portal import paging
from transactions.portal.report import progress_of
from transactions.states import DocumentOutcome


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


def test_rejected_is_one_thing_whichever_step_found_it(member: Client, made: Made) -> None:
    failed = next(one for one in made.documents if one.outcome == DocumentOutcome.ACCEPTED)
    Document.objects.filter(pk=failed.pk).update(outcome=DocumentOutcome.FAILED)
    listed = member.get(reverse("portal:documents"), {"outcome": "rejected"})
    assert {status.label for _, status, _ in listed.context["documents"]} == {"Rejected"}
    assert len(listed.context["documents"]) == 2
    assert progress_of(made.file).counts == [("rejected", 2)]


def test_uploads_are_narrowed_as_documents_are(member: Client, made: Made) -> None:
    InboundFile.objects.filter(pk=made.file.pk).update(outcome="rejected", environment="test")
    for query, count in (
        ({}, 1),
        ({"outcome": "rejected"}, 1),
        ({"outcome": "accepted"}, 0),
        ({"environment": "production"}, 0),
        ({"since": "2000-01-01"}, 1),
        ({"until": "2000-01-01"}, 0),
    ):
        assert len(member.get(reverse("portal:files"), query).context["files"]) == count, query
    assert "Nothing fits." in member.get(reverse("portal:files"), {"outcome": "accepted"}).content.decode()


def test_templates_stand_by_kind(member: Client) -> None:
    rows = member.get(reverse("portal:templates")).context["templates"]
    targets = [row.target for row in rows if not row.is_agreed]
    assert targets == sorted(targets)
