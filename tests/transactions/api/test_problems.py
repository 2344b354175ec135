"""If these fail, a partner's program meets a page for people where it expects a problem it can read."""

import json
from base64 import b64encode
from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory

from config.core.problems import bad_request, server_error
from tests.transactions.api.conftest import Program, assert_problem
from transactions.api import files

NOT_HERE = "01a1fdc6-0000-7000-8000-000000000000"  # the same in every process: the name of a test must not change


@pytest.mark.parametrize(
    "path",
    [
        "files/not-a-uuid",
        "files/12345678",
        f"files/{NOT_HERE}",
        f"documents/{NOT_HERE}/canonical",
        f"acknowledgments/{NOT_HERE}/content",
        "nothing",
        "files/",
        "../v2/files",
        "",
    ],
)
def test_what_is_not_there_is_a_problem(program: Program, path: str) -> None:
    assert_problem(program.get(path), 404, "not-found")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("path", ["files", f"files/{NOT_HERE}", "documents"])
def test_a_method_that_is_not_for_this_is_a_problem(program: Program, method: str, path: str) -> None:
    response = getattr(program.client, method)(f"/api/v1/{path}")
    assert_problem(response, 405, "method-not-allowed")
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("cursor", ["é", b64encode(b"p=not-a-uuid").decode(), b64encode(b"o=-7").decode(), "cA"])
def test_a_cursor_that_is_none_is_a_problem(program: Program, cursor: str) -> None:
    assert_problem(program.get("files?cursor=" + quote(cursor)), 404, "not-found")


def test_our_own_failure_says_nothing_of_its_cause(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(files, "files_of", broken)
    program.client.raise_request_exception = False
    response = program.get("files")
    body = assert_problem(response, 500, "internal-error")
    assert "hunter2" not in json.dumps(body)


def test_a_request_that_django_refuses_is_a_problem() -> None:
    request = RequestFactory().get("/api/v1/files")
    assert_problem(bad_request(request, ValueError()), 400, "bad-request")


def test_people_get_pages() -> None:
    request = RequestFactory().get("/admin/")
    assert server_error(request)["Content-Type"].startswith("text/html")
    assert bad_request(request, ValueError())["Content-Type"].startswith("text/html")


def test_a_host_that_is_not_ours_is_a_problem(db: None) -> None:
    response = Client().get("/api/v1/files", headers={"Host": "evil.example"})
    assert_problem(response, 400, "bad-request")
