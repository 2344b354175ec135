"""If these fail, people and programs read a traceback while the database restarts, and programs give up."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from config.core.unanswered import is_unanswered
from tests.factories import make_partner, make_user
from tests.transactions.api.conftest import Program, assert_problem
from tests.transactions.portal.conftest import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def away() -> Callable[[], Any]:
    """Makes every query of the block fail, as a database does that is not there."""

    def refuse(*args: object) -> None:
        raise OperationalError("connection refused")

    return lambda: connection.execute_wrapper(refuse)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("url", ["admin:index", "portal:home", "admin:login"])
def test_a_person_reads_a_page_that_says_when_to_come_again(
    away: Callable[[], Any], url: str, debug: bool, settings: Any
) -> None:
    settings.DEBUG = debug
    client = Client(raise_request_exception=False)
    is_portal = url.startswith("portal")
    client.force_login(make_member(make_partner().partner) if is_portal else make_user(is_superuser=True))
    with away():
        page = client.get(reverse(url))
    said = page.content.decode()
    assert page.status_code == 503
    assert page["Retry-After"] == "30"
    assert "Onramp’s database does not answer now" in said
    assert "Traceback" not in said
    assert ('href="/portal/"' if is_portal else 'href="/admin/"') in said


@pytest.mark.parametrize("path", ["files", "documents"])
def test_a_program_reads_a_problem(away: Callable[[], Any], path: str) -> None:
    program = Program(make_partner().connection)
    program.client.raise_request_exception = False
    with away():
        response = program.client.get(f"/api/v1/{path}")
    body = assert_problem(response, 503, "database-unavailable")
    assert response["Retry-After"] == "30"
    assert body["retry_after"] == 30
    assert "Idempotency-Key" in body["detail"]


def test_what_was_asked_wrongly_is_our_failure_and_no_database_that_is_away() -> None:
    """A table that is not there will not come by waiting."""
    fault = OperationalError("no such table: nothing")
    try:
        sqlite3.connect(":memory:").execute("SELECT * FROM nothing")
    except sqlite3.OperationalError as error:
        fault.__cause__ = error
    assert fault.__cause__ is not None
    assert not is_unanswered(fault)


def test_a_connection_that_broke_is_a_database_that_is_away() -> None:
    assert is_unanswered(InterfaceError("connection already closed"))
    assert not is_unanswered(ValueError("connection already closed"))
