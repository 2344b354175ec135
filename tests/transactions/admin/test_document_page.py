"""The page of a document: the source, what is wrong with it and where, what it became, and how to get the bytes."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.core.blobs import open_blob, read_range
from mappings.engine.findings import Code, Place, finding
from tests.factories import LINE_FINDING, Made, make_file, make_user
from transactions.admin import document_page, source_view
from transactions.admin import documents as page_module
from transactions.models import Attempt, CanonicalDocument, Document, Event, ExceptionCase, Interchange, Verb
from transactions.pipeline.storable import storable_findings
from transactions.services.reprocess import Reprocessed
from transactions.states import DocumentOutcome

HOSTILE = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>"


def page(client: Client, document: Document) -> str:
    response = client.get(reverse("admin:transactions_document_change", args=[document.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_the_facts_the_source_and_the_order(admin: Client, made: Made) -> None:
    text = page(admin, made.documents[0])
    for fact in (
        made.documents[0].business_key,
        made.setup.partner.name,
        "850 004010",
        "109.50 USD",
        str(made.file.pk),
        f"ISA {made.interchange.control_number}",
        "Bolt, hexagonal, M8",
        "duns plus 4 0076985320000",
        "Delivery requested",
        "997",
        "Received",
        made.setup.version.mapping.name,
    ):
        assert fact in text, fact
    assert len(re.findall(r'<li id="segment-\d+"', text)) == 13
    assert 'title="PO102 Quantity Ordered"' in text


def test_a_finding_stands_beside_its_segment_and_marks_its_element(admin: Client, made: Made) -> None:
    text = page(admin, made.documents[1])
    line = re.search(r'<li id="segment-9".*?</li>', text, re.S)
    assert line
    assert "or-marked-error" in line[0]
    assert re.search(r'title="PO102 [^"]*" data-a="9.2" class="or-element-error">12<', line[0])
    assert LINE_FINDING.message in line[0]
    assert "Send a positive quantity." in line[0]
    other = re.search(r'<li id="segment-8".*?</li>', text, re.S)
    assert other
    assert "or-marked" not in other[0]
    assert "AK304 8, AK403 7" in text
    assert 'href="#segment-9"' in text


def test_a_finding_about_the_document_as_a_whole_is_in_the_table(admin: Client) -> None:
    whole = finding(Code.ORDER_TOTAL_MISMATCH, "Stated 10, computed 12")
    made = make_file(failing=1, findings=(LINE_FINDING, whole))
    assert "Stated 10, computed 12" in page(admin, made.documents[0])


def test_what_partners_write_is_never_run(admin: Client) -> None:
    where = Place(segment=6, segment_id="N1", element=2)
    hostile = finding(Code.ELEMENT_TOO_LONG, f"N102 is {HOSTILE}", where, HOSTILE)
    made = make_file(failing=1, party_name=HOSTILE, findings=(hostile,))
    document = made.documents[0]
    Document.objects.filter(pk=document.pk).update(business_key=HOSTILE[:80], control_number=HOSTILE[:40])
    CanonicalDocument.objects.filter(document=document).update(
        body='{"model": "order/1", "number": "<script>alert(1)</script>", "notes": [{"text": "<img src=x onerror=1>"}]}'
    )
    Event.objects.create(
        file=made.file, document_id=document.pk, verb=Verb.FAILED, at=made.file.received_at, data={"reason": HOSTILE}
    )
    made.file.name = HOSTILE
    made.file.save()
    pages = [page(admin, document)]
    for name, row in (
        ("inboundfile", made.file),
        ("exceptioncase", made.cases[0]),
        ("attempt", document.attempts.get()),
        ("canonicaldocument", document.canonicals.get()),
    ):
        pages.append(admin.get(reverse(f"admin:transactions_{name}_change", args=[row.pk])).content.decode())
    pages.append(admin.get(reverse("admin:transactions_document_changelist")).content.decode())
    pages.append(admin.get(reverse("admin:transactions_event_changelist")).content.decode())
    for text in pages:
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages[0]


def test_its_queries_do_not_grow_with_what_it_shows(admin: Client, made: Made) -> None:
    def count(document: Document) -> int:
        page(admin, document)
        with CaptureQueriesContext(connection) as captured:
            page(admin, document)
        return len(captured)

    plain = count(made.documents[0])
    busy = made.documents[1]
    first = busy.attempts.get()
    for number in range(2, 12):
        Attempt.objects.create(
            id=f"00000000-0000-7000-8000-{number:012}",
            document=busy,
            number=number,
            mapping_version=made.setup.version,
            outcome="rejected",
            findings=first.findings,
            started_at=first.started_at,
            microseconds=1,
        )
        Event.objects.create(file=made.file, document_id=busy.pk, verb=Verb.RETRIED, at=first.started_at)
    assert count(busy) == plain
    assert plain <= 14


def test_a_long_document_is_cut_and_says_so(admin: Client, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_view, "PAGE", 5)
    text = page(admin, made.documents[0])
    assert len(re.findall(r'<li id="segment-\d+"', text)) == 5
    assert "segments 1 to 5 of 13" in text
    assert "?source=6#source" in text
    url = reverse("admin:transactions_document_change", args=[made.documents[0].pk])
    later = admin.get(url, {"source": "6"}).content.decode()
    assert re.findall(r'<li id="segment-(\d+)"', later) == ["6", "7", "8", "9", "10"]
    assert "There is nothing from here on" in admin.get(url, {"source": "99"}).content.decode()


def test_what_a_page_leaves_out_is_reached_from_it(admin: Client, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_view, "PAGE", 5)
    monkeypatch.setattr(document_page, "ORDER_LINES", 1)
    document = made.documents[1]
    url = reverse("admin:transactions_document_change", args=[document.pk])
    text = page(admin, document)
    assert 'href="?source=3#segment-9"' in text, "a finding leads to the page of its segment"
    assert f"{reverse('admin:transactions_document_lineage', args=[document.pk])}?source=1" in text
    assert 'href="?lines=2#canonical"' in text
    later = admin.get(url, {"source": "6", "lines": "2"}).content.decode()
    assert 'href="#segment-9"' in later
    assert 'href="?source=1&amp;lines=2#source">Before' in later
    assert 'href="?source=11&amp;lines=2#source">Next' in later
    assert 'href="?source=6#canonical">First lines' in later
    assert 'lineage.json?source=6&amp;lines=2"' in later
    assert 'data-p="/lines/1/quantity/value"' in later, "of the JSON too"
    assert 'data-p="/lines/0/quantity/value"' not in later


def test_bytes_that_are_gone_leave_the_rest_of_the_page(admin: Client, made: Made) -> None:
    document = made.documents[0]
    made.file.sha256 = "f" * 64
    made.file.save()
    text = page(admin, document)
    assert "The storage does not have the bytes" in text
    assert "Bolt, hexagonal, M8" in text
    assert admin.get(reverse("admin:transactions_document_download", args=[document.pk])).status_code == 404


def test_the_download_is_the_document_byte_by_byte_and_nothing_a_browser_runs(admin: Client, made: Made) -> None:
    document = made.documents[1]
    response = admin.get(reverse("admin:transactions_document_download", args=[document.pk]))
    content = b"".join(response)
    assert content == read_range(made.file.sha256, document.offset, document.length)
    assert content.startswith(b"ST*850*0002~")
    assert content.rstrip().endswith(b"SE*13*0002~")
    assert response["Content-Disposition"] == f'attachment; filename="850-{document.business_key}.edi"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    whole = admin.get(reverse("admin:transactions_inboundfile_download", args=[made.file.pk]))
    with open_blob(made.file.sha256) as stored:
        assert b"".join(whole) == stored.read()
    assert whole["Content-Type"] == "application/octet-stream"


def test_the_acknowledgment_reads_by_segment_and_downloads_as_sent(admin: Client, made: Made) -> None:
    text = page(admin, made.documents[0])
    assert f"AK1*PO*{made.group.control_number}~\n" in text
    response = admin.get(reverse("admin:transactions_acknowledgment_download", args=[made.acknowledgment.pk]))
    assert response.content == made.acknowledgment.content
    assert response["Content-Disposition"].startswith("attachment")


def test_the_canonical_form_downloads_as_it_is_stored(admin: Client, made: Made) -> None:
    response = admin.get(reverse("admin:transactions_document_canonical", args=[made.documents[0].pk]))
    assert response.content.decode() == made.documents[0].canonicals.get().body
    assert response["Content-Type"] == "application/json"


def test_reprocessing_asks_first_and_names_who_asked(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[list[object], str]] = []

    def reprocess(ids: object, *, actor: str) -> list[Reprocessed]:
        calls.append((list(ids), actor))  # type: ignore[call-overload]  # ids is iterable
        return [Reprocessed(made.documents[1], True, "accepted.")]

    monkeypatch.setattr(page_module, "reprocess", reprocess)
    client = Client()
    client.force_login(make_user("analyst", permissions=("*.view", "transactions.reprocess_document")))
    document = made.documents[1]
    url = reverse("admin:transactions_document_reprocess", args=[document.pk])
    assert url in page(client, document)
    assert "Acknowledgments" in page(client, document)
    assert "Reprocess" in client.get(url).content.decode()
    assert calls == []
    text = client.post(url, follow=True).content.decode()
    assert calls == [([document.pk], "analyst")]
    assert f"{document}: accepted." in text


def test_reprocessing_is_not_offered_for_what_was_accepted(admin: Client, made: Made) -> None:
    accepted = made.documents[0]
    assert reverse("admin:transactions_document_reprocess", args=[accepted.pk]) not in page(admin, accepted)


def test_a_form_from_elsewhere_changes_nothing(made: Made) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_superuser=True))
    for name, row in (("document_reprocess", made.documents[1]), ("exceptioncase_close", made.cases[0])):
        url = reverse(f"admin:transactions_{name}", args=[row.pk])
        assert client.post(url, {"resolution": "x"}).status_code == 403


def test_an_address_without_a_document_is_not_found(admin: Client, made: Made) -> None:
    for wrong in ("00000000-0000-7000-8000-000000000000", "not-an-id"):
        assert admin.get(f"/admin/transactions/document/{wrong}/change/").status_code == 404


def test_a_document_that_was_refused_with_its_interchange_says_why(admin: Client, made: Made) -> None:
    fault = finding(Code.INTERCHANGE_COUNT_MISMATCH, "IEA01 says 7, the interchange has 1 groups")
    Interchange.objects.update(is_refused=True, has_errors=True, findings=storable_findings([fault]))
    Document.objects.update(outcome=DocumentOutcome.REJECTED)
    ExceptionCase.objects.update(document=None, subject=made.interchange.pk, summary="The interchange is wrong")
    text = page(admin, made.documents[0])
    assert "Refused with its envelope" in text
    assert "IEA01 says 7" in text
    assert "The interchange is wrong" in text
