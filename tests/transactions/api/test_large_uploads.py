"""If these fail, one large upload fills the memory of a web process and takes the others down with it.

Through a real gunicorn, over a socket: a test client would hold the body in memory itself.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings

LIMIT = 24_000_000
TOO_MUCH = 200_000_000
PIECE = b"ISA*00*x~" * 7000
MAY_GROW = 12_000_000  # bytes; a buffered body would take 24 million at the least
BOUNDARY = b"next-part"


pytestmark = pytest.mark.server


class Server(NamedTuple):
    address: tuple[str, int]
    worker: int
    key: str

    def peak_memory(self) -> int:
        """The most memory that the worker ever had, in bytes."""
        status = Path(f"/proc/{self.worker}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024


# Tables as in tests, from the models; a partner and a key for its program.
PREPARE = """
import django
from django.conf import settings
from django.core.management import call_command

settings.MIGRATION_MODULES = dict.fromkeys(app.rpartition(".")[2] for app in settings.INSTALLED_APPS)
django.setup()
call_command("migrate", verbosity=0, run_syncdb=True)
from partners.services.issue_key import issue_key
from tests.benchmarks.world import make_world

print(issue_key(make_world(), "test").secret)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("onramp")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ONRAMP_ENV_FILE": os.devnull,
        "ONRAMP_DATA": str(data),
        "DATABASE_URL": f"sqlite:///{data}/test.sqlite3",
        "CELERY_BROKER_URL": "memory://",
        "DEBUG": "true",
        "INTAKE_MAX_BYTES": str(LIMIT),
        "TMPDIR": str(data),
    }
    prepared = subprocess.run(
        [sys.executable, "-c", PREPARE],
        cwd=settings.BASE_DIR, env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    key = prepared.stdout.strip()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--no-control-socket", "--threads", "4"]
        process = subprocess.Popen(
            [*command, "--bind", f"fd://{listening.fileno()}"],
            cwd=settings.BASE_DIR,
            env=environment,
            pass_fds=[listening.fileno()],
        )
        try:
            server = Server(listening.getsockname(), _worker_of(process.pid), key)
            assert send(server, _raw_head(server, "Content-Length: 5"), b"hello", 1).startswith(b"HTTP/1.1 202")
            yield server
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _worker_of(master: int) -> int:
    children = Path(f"/proc/{master}/task/{master}/children")
    for _ in range(300):
        if found := children.read_text().split():
            return int(found[0])
        time.sleep(0.1)
    raise AssertionError("gunicorn started no worker")


def send(server: Server, head: bytes, piece: bytes, times: int, tail: bytes = b"") -> bytes:
    """Send a request piece by piece, as far as the server takes it, and return the answer."""
    with socket.create_connection(server.address, timeout=60) as connection:
        try:
            connection.sendall(head)
            for _ in range(times):
                connection.sendall(piece)
            connection.sendall(tail)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all was sent, which is the point
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
        return answer


def _raw_head(server: Server, *headers: str, content_type: str = "application/edi-x12") -> bytes:
    lines = [
        "POST /api/v1/files HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        f"Authorization: Bearer {server.key}",
        f"Content-Type: {content_type}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


FORM = f"multipart/form-data; boundary={BOUNDARY.decode()}"
PART = b"--" + BOUNDARY + b'\r\nContent-Disposition: form-data; name="file"; filename="big.edi"\r\n\r\n'
END = b"\r\n--" + BOUNDARY + b"--\r\n"


def _chunk(content: bytes) -> bytes:
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


def upload(server: Server, way: str, size: int) -> bytes:
    """Upload about `size` bytes in one of four ways."""
    times = size // len(PIECE)
    match way:
        case "raw":
            return send(server, _raw_head(server, f"Content-Length: {times * len(PIECE)}"), PIECE, times)
        case "raw in chunks":
            head = _raw_head(server, "Transfer-Encoding: chunked")
            return send(server, head, _chunk(PIECE), times, b"0\r\n\r\n")
        case "form":
            length = len(PART) + times * len(PIECE) + len(END)
            head = _raw_head(server, f"Content-Length: {length}", content_type=FORM)
            return send(server, head + PART, PIECE, times, END)
        case _:
            head = _raw_head(server, "Transfer-Encoding: chunked", content_type=FORM)
            return send(server, head + _chunk(PART), _chunk(PIECE), times, _chunk(END) + b"0\r\n\r\n")


WAYS = ["raw", "raw in chunks", "form", "form in chunks"]


@pytest.mark.parametrize("way", WAYS)
def test_200_megabytes_are_refused_in_flat_memory(server: Server, way: str) -> None:
    before = server.peak_memory()
    answer = upload(server, way, TOO_MUCH)
    assert answer.startswith(b"HTTP/1.1 413"), answer[:500]
    assert b"payload-too-large" in answer
    assert server.peak_memory() - before < MAY_GROW


@pytest.mark.parametrize("way", WAYS)
def test_an_upload_within_the_limit_is_taken_in_flat_memory(server: Server, way: str) -> None:
    before = server.peak_memory()
    answer = upload(server, way, LIMIT - 1_000_000)
    assert answer.startswith((b"HTTP/1.1 202", b"HTTP/1.1 200")), answer[:500]
    assert server.peak_memory() - before < MAY_GROW


@pytest.mark.parametrize("way", WAYS)
def test_an_upload_that_breaks_off_is_not_taken(server: Server, way: str) -> None:
    unique = way.encode() * 1000
    heads = {
        "raw": _raw_head(server, "Content-Length: 1000000"),
        "raw in chunks": _raw_head(server, "Transfer-Encoding: chunked") + b"f4240\r\n",
        "form": _raw_head(server, "Content-Length: 1000000", content_type=FORM) + PART,
        "form in chunks": _raw_head(server, "Transfer-Encoding: chunked", content_type=FORM)
        + _chunk(PART)
        + b"f4240\r\n",
    }
    with socket.create_connection(server.address, timeout=60) as connection:
        connection.sendall(heads[way] + unique)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 400"), answer[:500]
    assert b"incomplete-body" in answer
