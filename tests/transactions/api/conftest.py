"""Partners' programs, as the API sees them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from partners.models import Connection, Environment, Protocol
from partners.services.issue_key import issue_key
from tests.factories import Made, PartnerSetup, make_file, make_partner


class Program:
    """A partner's program with its key."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.client = Client(headers={"Authorization": f"Bearer {issue_key(connection, 'tests').secret}"})

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1/{path}", headers=headers)

    def send(self, content: bytes, query: str = "", content_type: str = "application/edi-x12", **headers: str) -> Any:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(f"/api/v1/files{query}", content, content_type=content_type, headers=headers)


@pytest.fixture(autouse=True)
def _no_rates_of_other_tests() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def setup(db: None) -> PartnerSetup:
    return make_partner()


@pytest.fixture
def program(setup: PartnerSetup) -> Program:
    program = Program(setup.connection)
    program.get("files")  # the first use of a key is noted in its row; tests count queries of later ones
    return program


@pytest.fixture
def made(setup: PartnerSetup) -> Made:
    """A file of the partner with an accepted and a rejected document."""
    return make_file(setup, documents=2, failing=1)


@pytest.fixture
def strange(db: None) -> Made:
    """A file of somebody else."""
    return make_file(documents=1, failing=1)


@pytest.fixture
def testing_program(setup: PartnerSetup) -> Program:
    """A program of the partner that may only test."""
    return Program(
        Connection.objects.create(
            partner=setup.partner, protocol=Protocol.API, name="Tests", environment=Environment.TEST
        )
    )


def assert_problem(response: HttpResponseBase, status: int, code: str) -> dict[str, Any]:
    """The response is problem details (RFC 9457) with this status and code; returns its body."""
    assert isinstance(response, HttpResponse)
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(response.content)
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:onramp:problem:{code}"
    assert body["title"]
    assert body["detail"]
    return body
