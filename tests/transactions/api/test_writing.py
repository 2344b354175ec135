"""A program of ours has canonical documents written, and reads what is to say about them."""

import base64
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mappings.library import index
from mappings.models import Assignment, MappingVersion
from tests.benchmarks.world import published
from tests.factories import Made, PartnerSetup
from tests.partners.api.conftest import Caller
from tests.partners.api.conftest import person as person  # a fixture
from tests.transactions.api.conftest import Program, assert_problem


def golden(mapping: str, case: str) -> dict[str, Any]:
    text = (index.LIBRARY / mapping / "cases" / case / "canonical.json").read_text(encoding="utf-8")
    return dict(json.loads(text)[0])


@pytest.fixture
def analyst(person: Callable[..., Caller]) -> Caller:
    return person("analyst")


@pytest.fixture
def rows(db: None) -> MappingVersion:
    return published("csv-invoices")


def address(version: MappingVersion) -> str:
    return f"mapping-versions/{version.pk}/write"


def content(response: Any) -> bytes:
    assert response.status_code == 200, response.content
    return base64.b64decode(response.json()["content"])


def test_the_bytes_come_with_all_that_is_to_say(analyst: Caller, rows: MappingVersion) -> None:
    body = golden("csv-invoices", "two-invoices") | {"contract": {"number": "C-1"}}
    body["lines"][0]["descriptions"] = [{"text": "=1+1"}]
    response = analyst.post(address(rows), {"canonical": body, "text": {"delimiter": ";"}})
    assert b";=1+1;" in content(response)  # exact: a program takes an apostrophe for data
    said = response.json()
    assert (said["media_type"], said["name"]) == ("text/csv; charset=utf-8", f"csv-invoices-{body['number']}.csv")
    assert [(one["code"], one["place"]["column"]) for one in said["findings"]] == [("cell-formula", "sku_description")]
    assert said["lost"] == [{"pointer": "/contract/number", "before": "C-1", "after": None}]
    [number] = [row for row in said["lineage"] if row["pointer"] == "/number"]
    assert (number["row"], number["column"]) == (2, "invoice_number")


def test_a_document_that_onramp_has_is_written_with_the_envelope_of_an_agreement(
    analyst: Caller, made: Made, setup: PartnerSetup
) -> None:
    version = published("x12-850-order")
    accepted = made.documents[0]
    setup.agreement.policies = {"own_isa_qualifier": "12", "own_isa_id": "5550100"}
    setup.agreement.save()
    asked = {"document": str(accepted.pk), "agreement": setup.agreement.pk, "release": "005010"}
    assert b"*12*5550100        *" in content(analyst.post(address(version), asked))


def test_the_form_of_rows_is_the_agreements_where_nothing_else_is_said(
    analyst: Caller, rows: MappingVersion, setup: PartnerSetup
) -> None:
    setup.agreement.set_id = "invoice-lines"
    setup.agreement.save()
    Assignment.objects.update(version=rows, text_settings={"delimiter": "|"})
    asked = {"canonical": golden("csv-invoices", "two-invoices"), "agreement": setup.agreement.pk}
    assert content(analyst.post(address(rows), asked)).startswith(b"invoice_number|")
    assert content(analyst.post(address(rows), {**asked, "text": {"delimiter": "\t"}})).startswith(b"invoice_number\t")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "document"),
        ({"document": str(uuid4())}, "document"),
        ({"document": str(uuid4()), "canonical": {}}, "document"),
        ({"canonical": {}, "text": {"delimter": ";"}}, "text"),
        ({"canonical": {}, "envelope": {"usage": "dev"}}, "envelope"),
        ({"canonical": {}, "secret": "hush"}, "secret"),
        ({"canonical": {}, "agreement": 4711}, "agreement"),
    ],
)
def test_what_is_asked_wrongly_is_named(analyst: Caller, rows: MappingVersion, asked: Any, field: str) -> None:
    problem = assert_problem(analyst.post(address(rows), asked), 400, "invalid")
    assert list(problem["errors"]) == [field]


def test_an_agreement_about_another_document_is_refused(
    analyst: Caller, rows: MappingVersion, setup: PartnerSetup
) -> None:
    asked = {"canonical": golden("csv-invoices", "two-invoices"), "agreement": setup.agreement.pk}
    assert "850" in assert_problem(analyst.post(address(rows), asked), 400, "invalid")["errors"]["agreement"][0]


def test_what_cannot_be_written_says_why(analyst: Caller, rows: MappingVersion) -> None:
    problem = assert_problem(analyst.post(address(rows), {"canonical": {"model": "order/1"}}), 422, "unprocessable")
    assert "It is no invoice/1" in problem["detail"]


def test_partners_and_others_get_nothing(
    program: Program, made: Made, rows: MappingVersion, person: Callable[..., Caller]
) -> None:
    """A key of a partner, even for its own document; finance, who do not see mappings. A read-only token may."""
    asked = {"document": str(made.documents[0].pk)}
    order = published("x12-850-order")
    sent = program.client.post(f"/api/v1/{address(order)}", asked, content_type="application/json")
    assert_problem(sent, 403, "permission-denied")
    assert_problem(person("finance").post(address(order), asked), 403, "permission-denied")
    assert content(person("auditor", is_read_only=True).post(address(order), asked)).startswith(b"ISA*")
    assert person("analyst").post("mapping-versions/4711/write", asked).status_code == 404


def test_the_database_is_asked_a_fixed_number_of_times(analyst: Caller, made: Made) -> None:
    version = published("x12-850-order")
    asked = {"document": str(made.documents[0].pk)}
    analyst.post(address(version), asked)
    with CaptureQueriesContext(connection) as captured:
        analyst.post(address(version), asked)
    assert len(captured) <= 8
