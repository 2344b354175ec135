"""If these fail, a full disk or a read-only folder reads as a broken server, and senders do not come again."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files import temp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse

from tests.factories import make_partner, make_user
from tests.transactions.api.conftest import Program, assert_problem
from tests.transactions.portal.conftest import make_member, open_uploads
from transactions.models import DuplicateClaim, Event, InboundFile

pytestmark = pytest.mark.django_db
WORDS = "Nothing of yours was kept. Upload it again in a few minutes."


@pytest.fixture(params=["full", "read-only"])
def blobs(request: pytest.FixtureRequest, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A blob folder that takes nothing."""
    settings.STORAGES = settings.STORAGES | {
        "blobs": {
            "BACKEND": "config.core.blobs.DurableFileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        }
    }

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def read_only(*args: object, **more: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    if request.param == "full":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "mkdir", read_only)
    return tmp_path


def nothing_is_kept(blobs: Path) -> bool:
    rows = InboundFile.objects.exists() or Event.objects.exists() or DuplicateClaim.objects.exists()
    return not rows and not [path for path in blobs.rglob("*") if path.is_file()]


def upload_of(name: str = "orders.edi") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"ISA*00*")


@pytest.mark.parametrize("form", [False, True])
def test_a_program_is_told_when_to_come_again(blobs: Path, form: bool) -> None:
    program = Program(make_partner().connection)
    program.client.raise_request_exception = False
    content: Any = {"file": upload_of()} if form else b"ISA*00*"
    media = MULTIPART_CONTENT if form else "application/edi-x12"
    response = program.client.post("/api/v1/files", content, media, headers={"Idempotency-Key": "k-1"})
    body = assert_problem(response, 503, "storage-unavailable")
    assert response["Retry-After"] == "60"
    assert body["retry_after"] == 60
    assert nothing_is_kept(blobs)


def test_the_same_request_is_taken_when_there_is_room_again(blobs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(make_partner().connection)
    assert program.send(b"ISA*00*", Idempotency_Key="k-1").status_code == 503
    monkeypatch.undo()
    response = program.send(b"ISA*00*", Idempotency_Key="k-1")
    assert response.status_code == 202
    assert response.json()["is_new"] is True


def test_a_person_of_the_partner_reads_a_sentence(blobs: Path) -> None:
    partner = make_partner().partner
    open_uploads(partner)
    client = Client()
    client.force_login(make_member(partner))
    page = client.post(reverse("portal:upload"), {"file": upload_of(), "environment": "production"})
    assert page.status_code == 503
    assert WORDS in page.content.decode()
    told = client.post(
        reverse("portal:upload"),
        {"file": upload_of(), "environment": "production"},
        headers={"Accept": "application/json"},
    )
    assert told.status_code == 503
    assert WORDS in told.json()["error"]
    assert nothing_is_kept(blobs)


def test_support_reads_a_sentence(blobs: Path) -> None:
    setup = make_partner()
    client = Client()
    client.force_login(make_user(is_superuser=True))
    url = reverse("admin:transactions_inboundfile_receive_file")
    page = client.post(url, {"connection": setup.connection.pk, "file": upload_of()})
    assert page.status_code == 503
    assert "Onramp cannot store files now. Nothing was kept." in page.content.decode()
    assert nothing_is_kept(blobs)


def test_the_command_says_whose_disk_it_is(blobs: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "orders.edi"
    file.write_bytes(b"ISA*00*")
    with pytest.raises(CommandError, match="was not received: the disk takes no files"):
        call_command("receive", str(file), partner=make_partner().partner.code)
    assert nothing_is_kept(blobs)


@pytest.mark.parametrize("path", ["/api/v1/files", "/portal/upload", "/admin/"])
def test_no_room_for_a_form_while_it_comes_is_told_alike(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    setup = make_partner()
    open_uploads(setup.partner)

    def full(*args: object, **more: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    client = Program(setup.connection).client
    if path == "/portal/upload":
        path = reverse("portal:upload")
        client.force_login(make_member(setup.partner))
    elif path == "/admin/":
        path = reverse("admin:transactions_inboundfile_receive_file")
        client.force_login(make_user(is_superuser=True))
    monkeypatch.setattr(temp, "NamedTemporaryFile", full)
    response = client.post(path, {"file": upload_of()})
    assert response.status_code == 503
    assert "tore files now" in response.content.decode()
    assert not InboundFile.objects.exists()
