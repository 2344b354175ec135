"""If these fail, a partner cannot send, sends twice without knowing, or waits for nothing."""

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config.core.blobs import read_range
from partners.models import Connection
from tests.transactions.api.conftest import Program, assert_problem
from tests.transactions.conftest import drain
from tests.transactions.x12 import x12
from transactions.api import waiting
from transactions.models import InboundFile
from transactions.services import receive as receive_module
from transactions.states import FileStage


@pytest.fixture
def sender(connection: Connection, rings: list[tuple[str, UUID, str]]) -> Program:
    """The program of a partner that has a mapping; nobody works until `drain`."""
    return Program(connection)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> None:
    """A worker that is always faster than the answer."""
    insert = receive_module._insert

    def insert_and_process(*args: Any) -> None:
        insert(*args)
        drain()

    monkeypatch.setattr(receive_module, "_insert", insert_and_process)


def test_the_body_is_the_file(sender: Program) -> None:
    response = sender.send(b"ISA*00*", "?name=orders.edi")
    body = response.json()
    assert response.status_code == 202
    assert (body["is_new"], body["waited"]) == (True, "no")
    file = InboundFile.objects.get()
    assert response["Location"] == body["file"]["url"] == f"/api/v1/files/{file.pk}"
    assert response["Correlation-Id"] == str(file.pk)
    assert (file.name, file.size, file.channel) == ("orders.edi", 7, "api")
    assert (file.partner, file.connection) == (sender.connection.partner, sender.connection)
    assert str(sender.connection.api_keys.get()) == file.received_by
    assert read_range(file.sha256, 0, 7) == b"ISA*00*"


@pytest.mark.parametrize(
    "content_type", ["application/edi-x12", "text/plain; charset=latin-1", "application/x-www-form-urlencoded", "x", ""]
)
def test_any_content_type_is_the_file_itself(sender: Program, content_type: str) -> None:
    assert sender.send(b"a=b&file=c", content_type=content_type).status_code == 202
    assert InboundFile.objects.get().size == 10


def test_a_form_carries_the_file(sender: Program) -> None:
    upload = SimpleUploadedFile("Bestellung.edi", b"ISA*00*", "text/plain")
    response = sender.client.post("/api/v1/files", {"file": upload, "note": "ignored"})
    assert response.status_code == 202
    file = InboundFile.objects.get()
    assert (file.name, read_range(file.sha256, 0, file.size)) == ("Bestellung.edi", b"ISA*00*")


def test_form_and_body_of_the_same_bytes_are_one_file(sender: Program) -> None:
    sender.send(b"ISA*00*")
    response = sender.client.post("/api/v1/files", {"file": SimpleUploadedFile("a.edi", b"ISA*00*")})
    assert response.json()["is_new"] is False
    assert InboundFile.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"other": SimpleUploadedFile("a.edi", b"x")},
        {"file": "text, no file"},
        {"file": [SimpleUploadedFile("a.edi", b"x"), SimpleUploadedFile("b.edi", b"y")]},
    ],
)
def test_a_form_without_the_one_file_is_refused(sender: Program, form: dict[str, Any]) -> None:
    body = assert_problem(sender.client.post("/api/v1/files", form), 400, "invalid")
    assert list(body["errors"]) == ["file"]
    assert not InboundFile.objects.exists()


def test_a_broken_form_is_refused(sender: Program) -> None:
    response = sender.send(b"not a form", content_type="multipart/form-data; boundary=x")
    assert response.status_code == 400
    assert sender.send(b"x", content_type="multipart/form-data").status_code == 400
    assert not InboundFile.objects.exists()


def test_a_form_of_too_much_beside_the_file_is_refused(sender: Program, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert_problem(sender.client.post("/api/v1/files", {"note": "x" * 200}), 400, "parse-error")


def test_nothing_at_all_is_a_file_too(sender: Program) -> None:
    assert sender.send(b"").status_code == 202
    assert InboundFile.objects.get().size == 0


@pytest.mark.parametrize("over", [1, 1000])
def test_more_than_the_limit_is_refused_both_ways(sender: Program, settings, over: int) -> None:
    settings.INTAKE_MAX_BYTES = 100
    content = b"x" * (100 + over)
    body = assert_problem(sender.send(content), 413, "payload-too-large")
    assert body["limit"] == 100
    form = {"file": SimpleUploadedFile("a.edi", content)}
    assert_problem(sender.client.post("/api/v1/files", form), 413, "payload-too-large")
    assert not InboundFile.objects.exists()
    assert sender.send(b"x" * 100).status_code == 202


def test_a_compressed_body_is_refused(sender: Program) -> None:
    assert_problem(sender.send(b"x", Content_Encoding="gzip"), 415, "unsupported-media-type")


def test_a_key_is_good_for_one_content(sender: Program) -> None:
    first = sender.send(b"one", Idempotency_Key="order-1")
    again = sender.send(b"one", Idempotency_Key="order-1")
    assert again.json()["is_new"] is False
    assert again["Location"] == first["Location"]
    assert_problem(sender.send(b"two", Idempotency_Key="order-1"), 422, "idempotency-key-reused")
    assert InboundFile.objects.count() == 1


def test_a_key_has_its_limits(sender: Program) -> None:
    body = assert_problem(sender.send(b"x", Idempotency_Key="k" * 256), 400, "invalid")
    assert list(body["errors"]) == ["Idempotency-Key"]


@pytest.mark.parametrize("wait", ["soon", "-1", "nan", "inf"])
def test_a_wait_is_a_number_of_seconds(sender: Program, wait: str) -> None:
    assert list(assert_problem(sender.send(b"x", f"?wait={wait}"), 400, "invalid")["errors"]) == ["wait"]
    assert not InboundFile.objects.exists()


@pytest.mark.usefixtures("at_once")
def test_who_waits_gets_the_result(sender: Program) -> None:
    response = sender.send(x12(), "?wait=5")
    body = response.json()
    assert response.status_code == 200
    assert body["waited"] == "settled"
    assert [(d["business_key"], d["outcome"]) for d in body["file"]["documents"]] == [("PO-1", "accepted")]
    assert [ack["kind"] for ack in body["file"]["acknowledgments"]] == ["997"]


@pytest.mark.usefixtures("at_once")
def test_a_file_that_is_finished_is_answered_with_its_result_unasked(sender: Program) -> None:
    content = x12()
    assert sender.send(content).status_code == 202
    again = sender.send(content)
    assert again.status_code == 200
    assert again.json()["is_new"] is False
    assert again.json()["file"]["outcome"] == "accepted"


def test_nobody_waits_longer_than_allowed(sender: Program, settings) -> None:
    settings.INTAKE_MAX_WAIT_SECONDS = 0.05
    started = time.monotonic()
    response = sender.send(b"x", "?wait=1000")
    assert time.monotonic() - started < 5
    assert response.status_code == 202
    assert response.json()["waited"] == "timeout"


def test_a_held_file_is_not_waited_for(sender: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    first = sender.send(b"x")
    InboundFile.objects.update(stage=FileStage.HELD)
    started = time.monotonic()
    response = sender.send(b"x", "?wait=20")
    assert time.monotonic() - started < 5
    assert (response.status_code, response.json()["waited"]) == (202, "settled")
    assert response.json()["file"]["id"] == first.json()["file"]["id"]
    assert response.json()["file"]["open_cases"] == 0, "a held file is answered whole, with what it waits for"


@pytest.fixture
def _one_seat_taken(settings) -> Iterator[None]:
    settings.INTAKE_MAX_WAITERS = 1
    assert waiting.seats.take()
    yield
    waiting.seats.leave()


@pytest.mark.usefixtures("_one_seat_taken")
def test_when_too_many_wait_the_next_is_answered_at_once(sender: Program) -> None:
    started = time.monotonic()
    response = sender.send(b"x", "?wait=20")
    assert time.monotonic() - started < 5
    assert (response.status_code, response.json()["waited"]) == (202, "busy")


def test_a_seat_is_free_again_when_waiting_fails(sender: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(waiting, "_watch", broken)
    for _ in range(10):
        with pytest.raises(ConnectionError):
            waiting.wait_until_settled(UUID(int=0), 1)
    monkeypatch.undo()
    assert waiting.seats.take()
    waiting.seats.leave()


def test_seats_are_counted_across_threads(settings) -> None:
    settings.INTAKE_MAX_WAITERS = 3
    got: list[bool] = []
    threads = [threading.Thread(target=lambda: got.append(waiting.seats.take())) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(got.count(True)):
        waiting.seats.leave()
    assert sorted(got) == [False] * 7 + [True] * 3


def test_a_stranger_sends_nothing(db: None) -> None:
    response = Client().post("/api/v1/files", b"ISA", content_type="text/plain")
    assert_problem(response, 401, "not-authenticated")
    assert not InboundFile.objects.exists()


def test_more_than_the_agreed_rate_is_refused_and_said_when_to_come_back(program: Program) -> None:
    partner = program.connection.partner
    partner.policies = {"max_files_per_hour": 1}
    partner.save()
    assert program.send(b"one").status_code == 202
    refused = program.send(b"two")

    assert (refused.status_code, refused["Content-Type"]) == (429, "application/problem+json")
    body = refused.json()
    assert (body["code"], body["limit"], body["unit"]) == ("rate-exceeded", 1, "files an hour")
    assert 3590 <= int(refused["Retry-After"]) == body["retry_after"] <= 3600
    assert InboundFile.objects.count() == 1
