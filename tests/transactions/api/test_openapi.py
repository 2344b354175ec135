"""If these fail, programs are built against a document that is not what the API does."""

import io
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from tests.factories import Made
from tests.transactions.api.conftest import Program
from transactions.api.schemas import OPENAPI


def parsed(text: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)  # in C; the other takes seconds
    return loaded


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return parsed(OPENAPI.read_bytes())


def test_the_document_is_current() -> None:
    """After a change: manage.py spectacular --file config/docs/openapi.yaml"""
    generated = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=generated)
    assert OPENAPI.read_text().strip() == generated.getvalue().strip()


def test_the_document_is_served_to_everybody(client: Client) -> None:
    response = client.get("/api/v1/openapi.yaml")
    assert response["Content-Type"] == "application/yaml"
    assert parsed(response.content)["info"]["title"] == "Onramp"


def test_every_operation_says_how_it_may_fail(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            statuses = set(operation["responses"])
            is_of_many = path.endswith(("s", "/import"))
            expected = {"404"} if "/schemas/" in path else {"401", "429"} if is_of_many else {"401", "404"}
            assert expected <= statuses, f"{method} {path}: {statuses}"
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], f"{method} {path} {status}"


def test_answers_have_the_fields_that_the_document_promises(
    program: Program, made: Made, document: dict[str, Any]
) -> None:
    schemas = document["components"]["schemas"]
    for path, schema in (
        (f"files/{made.file.pk}", "FileDetail"),
        (f"documents/{made.documents[1].pk}", "DocumentDetail"),
        (f"acknowledgments/{made.acknowledgment.pk}", "Acknowledgment"),
    ):
        assert set(program.get(path).json()) == set(schemas[schema]["properties"]), path
    finding = program.get(f"documents/{made.documents[1].pk}").json()["findings"][0]
    assert set(finding) == set(schemas["Finding"]["properties"])
