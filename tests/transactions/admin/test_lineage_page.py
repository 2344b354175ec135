"""Where values come from, as data for the page and as a table; what changed between two revisions."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.core.ids import uuid7
from tests.factories import Made
from transactions.admin import lineage_page
from transactions.models import Attempt, CanonicalDocument, Document
from transactions.services.lineage_map import LineageMap, LineagePlace, LineageValue


def url(name: str, document: Document) -> str:
    return reverse(f"admin:transactions_document_{name}", args=[document.pk])


def test_each_value_names_its_element_and_its_rule(admin: Client, made: Made) -> None:
    body = admin.get(url("lineage_json", made.documents[0])).json()
    values = {
        pointer: (text, body["rules"][rule], places, note) for pointer, text, rule, places, note in body["values"]
    }
    text, rule, (place,), note = values["/number"]
    assert (text, rule, note) == (made.documents[0].business_key, "number", "")
    assert body["places"][place] == ["2.3", "BEG03, segment 2", 2, 2]
    assert values["/purpose"][2:] == ([], "a constant of the mapping")
    assert values["/totals/computed/line_count"][2:] == ([], "counted by the mapping")
    assert body["mapping"] == str(made.setup.version)


def test_a_page_gets_the_lineage_of_what_it_shows(admin: Client, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    document = made.documents[0]
    places = [LineagePlace(f"{at}.2", f"Of segment {at}", at, at) for at in (2, 8, 9)]
    pointers = ("/number", "/lines/0/quantity/value", "/lines/1/quantity/value")
    values = [LineageValue(pointer, "x", "rule", [place], "") for place, pointer in enumerate(pointers)]
    found = LineageMap("mapping v1", "c" * 64, places, values, [])
    monkeypatch.setattr(lineage_page, "lineage_map", lambda *_, **__: found)
    monkeypatch.setattr(lineage_page, "SOURCE_LINES", 1)
    monkeypatch.setattr(lineage_page, "ORDER_LINES", 1)
    for asked, expected in (
        ({}, [("/number", 2), ("/lines/0/quantity/value", 8)]),
        ({"lines": 2}, [("/number", 2), ("/lines/1/quantity/value", 9)]),
        ({"source": 9}, [("/number", 2), ("/lines/0/quantity/value", 8), ("/lines/1/quantity/value", 9)]),
    ):
        body = admin.get(url("lineage_json", document), asked).json()
        assert [(pointer, body["places"][at][2]) for pointer, _, _, (at,), _ in body["values"]] == expected, asked
    table = admin.get(url("lineage", document), {"source": 9}).content.decode()
    assert "/lines/1/quantity/value" in table
    assert "/lines/0/quantity/value" not in table
    page = reverse("admin:transactions_document_change", args=[document.pk])
    assert f'href="{page}?source=3#segment-9">Of segment 9</a>' in table


def test_the_table_says_the_same_without_a_script(admin: Client, made: Made) -> None:
    text = admin.get(url("lineage", made.documents[0])).content.decode()
    assert "BEG03, segment 2" in text
    assert "a constant of the mapping" in text
    assert "N102, 6" in text, "what the mapping does not use"
    assert "nothing from here on" in admin.get(url("lineage", made.documents[0]), {"from": "999"}).content.decode()


def test_without_a_form_or_bytes_it_says_why(admin: Client, made: Made) -> None:
    made.file.sha256 = "f" * 64
    made.file.save()
    answer = admin.get(url("lineage_json", made.documents[0]))
    assert (answer.status_code, "does not have the bytes" in answer.json()["detail"]) == (404, True)
    CanonicalDocument.objects.all().delete()
    answer = admin.get(url("lineage_json", made.documents[0]))
    assert (answer.status_code, "no canonical form" in answer.json()["detail"]) == (404, True)
    assert admin.get(url("lineage", made.documents[0])).status_code == 404
    assert admin.get(url("revisions", made.documents[0])).status_code == 404


@pytest.fixture
def twice(made: Made) -> Document:
    """A document with two revisions of its canonical form."""
    document = made.documents[1]
    first = document.canonicals.get()
    CanonicalDocument.objects.filter(pk=first.pk).update(is_current=False)
    first.pk, first.revision, first.body = uuid7(), 2, first.body.replace('"4.25"', '"4.75"')
    first.save(force_insert=True)
    attempt = document.attempts.get()
    attempt.pk, attempt.number = uuid7(), 2
    attempt.save(force_insert=True)
    Document.objects.filter(pk=document.pk).update(attempt=2)
    return document


def test_two_revisions_are_compared_value_by_value(admin: Client, twice: Document) -> None:
    page = admin.get(reverse("admin:transactions_document_change", args=[twice.pk])).content.decode()
    assert url("revisions", twice) in page
    with CaptureQueriesContext(connection) as captured:
        text = admin.get(url("revisions", twice)).content.decode()
    assert len(captured) <= 8
    assert "/lines/0/price/amount" in text
    assert '<del class="or-before">4.25</del>' in text
    assert '<ins class="or-after">4.75</ins>' in text
    assert "alike in every value" in admin.get(url("revisions", twice), {"old": "2", "new": "2"}).content.decode()
    assert admin.get(url("revisions", twice), {"old": "7"}).status_code == 404
    assert Attempt.objects.filter(document=twice).count() == 2


def test_one_revision_has_nothing_to_compare(admin: Client, made: Made) -> None:
    text = admin.get(url("revisions", made.documents[0])).content.decode()
    assert "There is one revision" in text


def test_who_may_not_have_the_bytes_reads_the_source(viewer: Client, made: Made) -> None:
    page = viewer.get(reverse("admin:transactions_document_change", args=[made.documents[0].pk])).content.decode()
    assert url("readable", made.documents[0]) in page
    assert viewer.get(url("download", made.documents[0])).status_code == 403
    answer = viewer.get(url("readable", made.documents[0]))
    assert answer.content.startswith(b"ST*850*0001~")
    assert answer["Content-Disposition"].endswith('.txt"')
