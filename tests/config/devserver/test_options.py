"""`make run` says what is wrong with its surroundings before it starts anything."""

import socket
from pathlib import Path

import pytest

from config.devserver.__main__ import only_one
from config.devserver.errors import StartError
from config.devserver.options import Options, from_environment, read_environment_file, require_free_port


def options(tmp_path: Path, **environment: str) -> Options:
    return from_environment({"ONRAMP_DATA": str(tmp_path / "data"), **environment}, root=tmp_path)


@pytest.mark.parametrize("port", ["http", "0", "-1", "65536", ""])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(StartError, match=f"PORT={port} is not a port number"):
        options(tmp_path, PORT=port)


def test_a_port_in_use_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} on 127.0.0.1 cannot be used.*PORT={port + 1} make run"):
            require_free_port(options(tmp_path, PORT=str(port)))
    require_free_port(options(tmp_path, PORT=str(port)))


def test_a_second_run_on_the_same_data_is_refused(tmp_path: Path) -> None:
    """Two brokers on one append-only file would destroy it."""
    with only_one(options(tmp_path)):
        with pytest.raises(StartError, match="already running"), only_one(options(tmp_path)):
            pytest.fail("both hold the lock")
        with only_one(options(tmp_path, ONRAMP_DATA=str(tmp_path / "other"))):
            pass
    with only_one(options(tmp_path)):
        pass


def test_a_data_folder_that_cannot_be_is_named_with_the_way_out(tmp_path: Path) -> None:
    """A file stands in its place; to root, who runs these tests in a container, no folder is closed."""
    (tmp_path / "data").write_text("")
    with pytest.raises(StartError, match=r"cannot write to its data folder .*/data \(File exists\).*ONRAMP_DATA="):
        only_one(options(tmp_path)).__enter__()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"DEBUG=true\nSECRET_KEY = abc\n", r"\.env, line 2 \(SECRET_KEY …\), is not NAME=value"),
        (b"DEBUG=true\n<<<<<<< HEAD\n", "line 2"),
        (b"\xff\xfeD\0", "is not text in UTF-8"),
    ],
)
def test_a_broken_environment_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    monkeypatch.delenv("ONRAMP_ENV_FILE", raising=False)
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(StartError, match=words):
        read_environment_file(tmp_path)


def test_an_environment_file_that_is_a_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRAMP_ENV_FILE", str(tmp_path))
    with pytest.raises(StartError, match="cannot be read"):
        read_environment_file()


def test_what_an_environment_file_says_is_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONRAMP_ENV_FILE", raising=False)
    monkeypatch.setattr("environ.Env.ENVIRON", told := {"B": "stays"})
    (tmp_path / ".env").write_text("# a comment\n\n  \nA=1\nexport B=2\nC='x y'\n")
    read_environment_file(tmp_path)
    assert told == {"A": "1", "B": "stays", "C": "x y"}


def test_a_broker_that_is_named_is_used(tmp_path: Path) -> None:
    assert options(tmp_path).own_broker
    assert not options(tmp_path, CELERY_BROKER_URL="amqp://localhost//").own_broker


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:9000"),
        ("0.0.0.0", "http://localhost:9000"),
        ("10.0.0.7", "http://10.0.0.7:9000"),
    ],
)
def test_the_address_can_be_opened(tmp_path: Path, host: str, address: str) -> None:
    assert options(tmp_path, HOST=host, PORT="9000").address == address
