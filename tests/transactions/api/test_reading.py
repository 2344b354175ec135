"""If these fail, a partner cannot see what became of its documents, or sees it slowly."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator
from pytest_django import DjangoAssertNumQueries

from config.core.blobs import read_range
from mappings.engine.findings import Code, Place, finding
from partners.models import Environment
from tests.factories import Made, PartnerSetup, make_file
from tests.transactions.api.conftest import Program, assert_problem
from transactions.models import CanonicalDocument, Document, FunctionalGroup, InboundFile, WorkUnit
from transactions.pipeline.storable import storable_findings, storable_json
from transactions.states import FileStage, UnitState


def test_files_newest_first_page_by_page(program: Program, setup: PartnerSetup) -> None:
    ids = [str(make_file(setup).file.pk) for _ in range(5)]
    page = program.get("files?limit=2").json()
    seen = [row["id"] for row in page["results"]]
    while page["next"]:
        page = program.client.get(page["next"]).json()
        seen += [row["id"] for row in page["results"]]
    assert seen == ids[::-1]


def test_a_file_says_all_that_came_of_it(program: Program, made: Made) -> None:
    response = program.get(f"files/{made.file.pk}")
    body = response.json()
    assert response["Correlation-Id"] == str(made.file.pk) == body["id"]
    assert (body["stage"], body["outcome"], body["open_cases"]) == ("finished", "partly", 1)
    assert (body["documents_total"], body["documents_accepted"]) == (2, 1)
    accepted, rejected = body["documents"]
    assert (accepted["outcome"], accepted["findings"]) == ("accepted", [])
    assert (rejected["outcome"], rejected["errors"], rejected["warnings"]) == ("rejected", 1, 1)
    assert [found["code"] for found in rejected["findings"]] == ["quantity-not-positive", "element-code-invalid"]
    assert [ack["kind"] for ack in body["acknowledgments"]] == ["997"]
    for path in (body["url"], body["documents_url"], accepted["url"], body["acknowledgments"][0]["content_url"]):
        assert program.client.get(path).status_code == 200, path


def test_a_file_names_what_is_wrong_with_its_envelopes(program: Program, made: Made) -> None:
    found = finding(Code.GROUP_COUNT_MISMATCH, place=Place(interchange=1, group=1))
    FunctionalGroup.objects.filter(pk=made.group.pk).update(findings=storable_findings([found]))
    assert [f["code"] for f in program.get(f"files/{made.file.pk}").json()["findings"]] == ["group-count-mismatch"]


def test_a_file_of_many_documents_is_answered_in_bounded_queries(
    program: Program, setup: PartnerSetup, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for documents in (1, 8):
        made = make_file(setup, documents=documents, failing=documents)
        with django_assert_num_queries(9):
            program.get(f"files/{made.file.pk}")


@pytest.mark.parametrize("path", ["files", "documents", "acknowledgments"])
def test_a_list_costs_two_queries_however_long(
    path: str, program: Program, setup: PartnerSetup, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(6):
        make_file(setup, documents=2, failing=1)
    with django_assert_num_queries(2):
        assert len(program.get(path).json()["results"]) >= 6


def test_a_document_costs_four_queries(
    program: Program, made: Made, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        program.get(f"documents/{made.documents[1].pk}")


def test_a_finding_says_what_where_and_how_to_mend_it(program: Program, made: Made) -> None:
    body = program.get(f"documents/{made.documents[1].pk}").json()
    assert body["findings"][1] == {
        "layer": "syntax",
        "code": "element-code-invalid",
        "severity": "warning",
        "message": "PO103 is not in code list 355",
        "mend": "Use a code of the list.",
        "where": "PO103, segment 11",
        "place": {"segment": 11, "segment_id": "PO1", "loop": "PO1Loop1", "element": 3, "element_id": "355"},
        "value": "XX",
        "x12": {"AK304": "8", "AK403": "7"},
    }


def test_a_document_shows_the_findings_of_its_current_attempt(program: Program, made: Made) -> None:
    document = made.documents[1]
    first = document.attempts.get()
    first.pk, first.number, first.findings = made.documents[0].pk, 2, []
    first.save(force_insert=True)
    Document.objects.filter(pk=document.pk).update(attempt=2)
    assert program.get(f"documents/{document.pk}").json()["findings"] == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("business_key={key}", 1),
        ("business_key=nobody", 0),
        ("outcome=rejected", 1),
        ("outcome=accepted", 1),
        ("set_id=850", 2),
        ("set_id=810", 0),
        ("file={file}", 2),
        ("since=0001-01-01T00:00:00Z", 2),
        ("since=9999-12-31T23:59:59Z", 0),
        ("since=2020-01-01T00:00:00Z", 2),
        ("since=2099-01-01T00:00:00Z", 0),
        ("outcome=rejected&business_key={key}", 0),
    ],
)
def test_documents_can_be_found(program: Program, made: Made, query: str, expected: int) -> None:
    path = "documents?" + query.format(key=made.documents[0].business_key, file=made.file.pk)
    assert len(program.get(path).json()["results"]) == expected


def test_since_goes_by_the_time_of_receipt(program: Program, setup: PartnerSetup) -> None:
    make_file(setup)
    later = (timezone.now() + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    assert len(program.get("files?since=" + later).json()["results"]) == 0


@pytest.mark.parametrize(
    "path", ["files?stage=lost", "documents?since=yesterday", "documents?file=7", "acknowledgments?kind=850"]
)
def test_a_filter_that_cannot_be_is_named(program: Program, path: str) -> None:
    body = assert_problem(program.get(path), 400, "invalid")
    assert list(body["errors"]) == [path.partition("?")[2].partition("=")[0]]


@pytest.mark.parametrize("path", ["files", "documents", "acknowledgments"])
def test_a_filter_that_is_none_is_refused(program: Program, path: str) -> None:
    """A list that a typing error did not narrow would be taken for the answer."""
    body = assert_problem(program.get(f"{path}?limit=5&since=2026-11-21T00:00:00Z&outcom=accepted"), 400, "invalid")
    ((name, (words,)),) = body["errors"].items()
    assert name == "outcom"
    assert words.startswith("There is no such parameter. Known here: ")
    assert "limit" in words
    assert "since" in words


def test_the_canonical_form_is_the_exact_text(program: Program, made: Made) -> None:
    document = made.documents[0]
    text = '{"number": "PO-1", "total": "109.50"}'
    CanonicalDocument.objects.filter(document=document).update(body=text)
    response = program.get(f"documents/{document.pk}/canonical")
    assert response.content == text.encode()
    assert response["Content-Type"] == "application/json"
    assert response["Canonical-Schema"] == "order/1"


def test_no_canonical_form_says_so(program: Program, made: Made) -> None:
    CanonicalDocument.objects.all().delete()
    body = program.get(f"documents/{made.documents[1].pk}").json()
    assert body["canonical_url"] is None
    problem = assert_problem(program.get(f"documents/{made.documents[1].pk}/canonical"), 404, "not-found")
    assert "canonical" in problem["detail"]


def test_the_source_is_the_bytes_from_st_to_se(program: Program, made: Made) -> None:
    document = made.documents[1]
    response = program.get(f"documents/{document.pk}/source")
    assert response.content == read_range(made.file.sha256, document.offset, document.length)
    assert response.content.startswith(b"ST*850*0002")
    assert response["Content-Type"] == "application/edi-x12"


def test_the_file_comes_back_as_it_was(program: Program, made: Made) -> None:
    response = program.get(f"files/{made.file.pk}/content")
    content = b"".join(response.streaming_content)
    assert content == read_range(made.file.sha256, 0, made.file.size)
    assert int(response["Content-Length"]) == made.file.size


def test_an_acknowledgment_is_a_whole_interchange(program: Program, made: Made) -> None:
    response = program.get(f"acknowledgments/{made.acknowledgment.pk}/content")
    assert response.content == bytes(made.acknowledgment.content)
    assert response["Content-Type"] == "application/edi-x12"
    summary = program.get(f"acknowledgments/{made.acknowledgment.pk}").json()
    assert (summary["kind"], summary["verdict"], summary["file"]) == ("997", "P", str(made.file.pk))


def test_content_is_never_shown_in_place(program: Program, made: Made) -> None:
    paths = [
        f"files/{made.file.pk}/content",
        f"documents/{made.documents[0].pk}/canonical",
        f"documents/{made.documents[0].pk}/source",
        f"acknowledgments/{made.acknowledgment.pk}/content",
    ]
    for path in paths:
        response = program.get(path)
        assert response["Content-Disposition"].startswith("attachment"), path
        assert response["X-Content-Type-Options"] == "nosniff", path


def test_a_name_cannot_break_the_header(program: Program, made: Made) -> None:
    made.file.name = 'a"; filename="b.exe'
    made.file.save()
    disposition = program.get(f"files/{made.file.pk}/content")["Content-Disposition"]
    assert disposition == 'attachment; filename="a\\"; filename=\\"b.exe"'


@pytest.mark.parametrize("accept", ["text/html", "application/problem+json", "application/edi-x12", "nonsense"])
def test_whatever_is_accepted_the_answer_comes(program: Program, made: Made, accept: str) -> None:
    assert program.get(f"files/{made.file.pk}", Accept=accept).json()["id"] == str(made.file.pk)


def test_the_schema_of_an_order_is_public_and_valid(client: Client) -> None:
    response = client.get("/api/v1/schemas/order/1", headers={"Authorization": "Bearer wrong"})
    assert response["Content-Type"] == "application/schema+json"
    Draft202012Validator.check_schema(json.loads(response.content))
    assert_problem(client.get("/api/v1/schemas/order/99"), 404, "not-found")


def test_a_program_for_tests_sees_tests_only(testing_program: Program, program: Program, made: Made) -> None:
    for path in ("files", "documents", "acknowledgments"):
        assert testing_program.get(path).json()["results"] == []
    assert_problem(testing_program.get(f"documents/{made.documents[0].pk}"), 404, "not-found")
    Document.objects.filter(pk=made.documents[0].pk).update(environment=Environment.TEST)
    assert testing_program.get(f"documents/{made.documents[0].pk}").status_code == 200
    assert len(program.get("documents").json()["results"]) == 2


@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "", "9" * 30])
def test_a_limit_that_is_no_number_of_rows_is_refused(program: Program, limit: str) -> None:
    response = program.get(f"files?limit={limit}")
    assert response.status_code == 400
    assert response.json()["errors"] == {"limit": ["Give a number from 1 to 200."]}


def test_a_program_learns_why_its_file_is_held(program: Program, made: Made) -> None:
    reason = storable_json(finding(Code.AGREEMENT_MISSING, "No agreement for 850"))
    WorkUnit.objects.filter(file=made.file).update(state=UnitState.HELD, held_for=reason)
    InboundFile.objects.filter(pk=made.file.pk).update(stage=FileStage.HELD)
    found = program.get(f"files/{made.file.pk}").json()["findings"]
    assert [(said["code"], said["message"]) for said in found] == [("agreement-missing", "No agreement for 850")]
