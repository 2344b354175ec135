"""The embedded broker must not lose or withhold work when it, or a worker, is killed."""

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from config.devserver import broker
from config.devserver.errors import StartError
from config.embedded import broker_url


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("b")
    yield folder
    broker.stop_left_over(folder)


def start(data: Path) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(broker.command(data), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not broker.answers(data):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return server


def put(data: Path, *messages: str) -> None:
    with Connection(broker_url(data)) as connection, connection.SimpleQueue("interactive") as queue:
        for message in messages:
            queue.put(message)


def take_and_die(data: Path) -> str:
    """Take a message as a worker does that is killed before it acknowledges it."""
    connection = Connection(broker_url(data))
    channel = connection.default_channel
    queue = connection.SimpleQueue("interactive", channel=channel)
    payload = str(queue.get(timeout=5).payload)
    channel.qos._delivered.clear()  # type: ignore[attr-defined]  # a killed worker puts nothing back
    connection.close()
    return payload


def take_all(data: Path) -> list[str]:
    found = []
    with (
        Connection(broker_url(data)) as connection,
        connection.SimpleQueue("interactive") as queue,
        contextlib.suppress(Empty),
    ):
        while True:
            message = queue.get(block=False)
            message.ack()
            found.append(str(message.payload))
    return found


def test_a_killed_broker_keeps_what_it_was_given(data: Path) -> None:
    server = start(data)
    put(data, "one", "two")
    server.kill()
    server.wait()
    start(data)
    assert take_all(data) == ["one", "two"]


def test_what_killed_workers_had_taken_comes_back_at_the_start(data: Path) -> None:
    """Otherwise it would come back when the visibility timeout has passed, half an hour later."""
    start(data)
    put(data, "one", "two")
    assert take_and_die(data) == "one"
    assert broker.return_taken_messages(data) == 1
    assert broker.return_taken_messages(data) == 0
    assert take_all(data) == ["one", "two"]


def test_a_broker_left_over_is_stopped(data: Path) -> None:
    server = start(data)
    assert broker.stop_left_over(data)
    assert server.wait(timeout=10) == 0
    assert not broker.stop_left_over(data)


def test_only_its_owner_can_reach_it(data: Path) -> None:
    """Tasks in a broker that others can write to are commands in our name."""
    start(data)
    assert (data / "broker.sock").stat().st_mode & 0o077 == 0


def test_a_server_of_the_system_is_used_where_the_package_has_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StartError, match="CELERY_BROKER_URL"):
        broker.server_binary()
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).touch(mode=0o755)
        assert broker.server_binary() == str(tmp_path / name)
