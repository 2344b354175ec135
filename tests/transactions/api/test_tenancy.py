"""If these fail, one partner sees another's business, or somebody without a key sees anything."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from partners.models import Connection, Protocol
from partners.services.issue_key import issue_key
from tests.factories import Made
from tests.transactions.api.conftest import Program, assert_problem
from transactions.api.urls import urlpatterns

PUBLIC = {"v1/schemas/<slug:kind>/<int:version>", "v1/openapi.yaml"}


def patterns() -> list[str]:
    routes = [str(pattern.pattern) for pattern in urlpatterns if isinstance(pattern, URLPattern)]
    return [route for route in routes if route.startswith("v1/") and route not in PUBLIC]


def ids_of(made: Made, route: str) -> str:
    if "documents" in route:
        return str(made.documents[0].pk)
    return str(made.acknowledgment.pk) if "acknowledgments" in route else str(made.file.pk)


# Rows of the traffic; what belongs to an agreement is in test_certification.py.
TRAFFIC = [route for route in patterns() if route.startswith(("v1/files", "v1/documents", "v1/acknowledgments"))]


def path_of(made: Made, route: str) -> str:
    values = {"<uuid:pk>": ids_of(made, route), "<int:pk>": "1", "<slug:scenario>": "valid"}
    return "/api/" + re.sub("<[^>]+>", lambda found: values[found[0]], route)


@pytest.mark.parametrize("route", patterns())
def test_no_address_opens_without_a_key(route: str, made: Made) -> None:
    path = path_of(made, route)
    for header in ({}, {"Authorization": "Bearer onr_wrong_wrong"}, {"Authorization": "Basic YTpi"}):
        response = Client().get(path, headers=header)
        assert response.status_code == 401, (path, header)
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("route", [route for route in TRAFFIC if "<uuid:pk>" in route])
def test_what_is_another_partners_is_not_there(route: str, program: Program, made: Made, strange: Made) -> None:
    assert program.client.get(path_of(made, route)).status_code == 200, "its own must be there, or this proves nothing"
    assert_problem(program.client.get(path_of(strange, route)), 404, "not-found")


@pytest.mark.parametrize("route", [route for route in TRAFFIC if "<uuid:pk>" not in route])
def test_lists_hold_the_partners_own_only(route: str, program: Program, made: Made, strange: Made) -> None:
    def ids(query: str = "") -> list[str]:
        return [row["id"] for row in program.client.get(f"/api/{route}{query}").json()["results"]]

    assert ids_of(made, route) in ids()
    assert ids_of(strange, route) not in ids()
    if route != "v1/files":
        assert ids(f"?file={strange.file.pk}") == []


def test_who_brings_a_partners_documents_sees_what_it_brought(program: Program, made: Made, strange: Made) -> None:
    """A VAN carries the stranger's document in a file of its own."""
    document = made.documents[0]
    document.partner = strange.setup.partner
    document.save()
    assert program.get(f"documents/{document.pk}").status_code == 200
    assert len(program.get(f"documents?file={made.file.pk}").json()["results"]) == 2
    assert len(program.get("documents").json()["results"]) == 1, "it is not the VAN's own document"
    owner = Program(strange.setup.connection)
    assert owner.get(f"documents/{document.pk}").status_code == 200
    assert_problem(owner.get(f"files/{made.file.pk}"), 404, "not-found")


def test_a_key_that_ran_out_or_was_revoked_is_told_so(program: Program, setup: Any) -> None:
    old = issue_key(setup.connection, "old", expires_at=timezone.now() - timedelta(days=1))
    response = program.client.get("/api/v1/files", headers={"Authorization": f"Bearer {old.secret}"})
    assert_problem(response, 401, "authentication-failed")


def test_a_partner_has_its_rate_whichever_key_it_uses(program: Program, settings, strange: Made) -> None:
    settings.API_RATE = "3/minute"
    second = Program(
        Connection.objects.create(partner=program.connection.partner, protocol=Protocol.API, name="Second")
    )
    assert [caller.get("files").status_code for caller in (program, second)] == [200, 200]
    response = second.get("files")
    assert_problem(response, 429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 60
    assert Program(strange.setup.connection).get("files").status_code == 200, "others must not wait for it"
