"""SFTP against a partner's server that the test starts: its host key, its log-in, its folders."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import msgspec
import pytest
from pytest_django.fixtures import Settings

from partners.protocols.base import Peer, Step
from partners.protocols.sftp import PROTOCOL, SftpSettings, check

HOST_KEY, OTHER_KEY = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
OUR_KEY = asyncssh.generate_private_key("ssh-ed25519")


def public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode().strip()


class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("onramp", "right")

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == "onramp" and key.public_data == OUR_KEY.public_data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("out", "in"):
        (tmp_path / name).mkdir()
    (tmp_path / "out" / "855.edi").write_text("ISA")
    return tmp_path


@pytest.fixture
def port(folder: Path, settings: Settings) -> Iterator[int]:
    """A server in a thread of its own."""
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def root(channel: Any) -> asyncssh.SFTPServer:
        return asyncssh.SFTPServer(channel, chroot=bytes(folder))

    async def listen() -> Any:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=_Server, server_host_keys=[HOST_KEY], sftp_factory=root
        )

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(20)

    async def close() -> None:
        server.close()
        await server.wait_closed()

    yield server.get_port()
    asyncio.run_coroutine_threadsafe(close(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


WANTED = SftpSettings(
    host="127.0.0.1",
    user="onramp",
    login="password",
    host_key=public(HOST_KEY),
    fetch_folder="/out",
    put_folder="/in",
    timeout_seconds=15,
)


def run(port: int, secrets: dict[str, str] | None = None, **changed: object) -> list[Step]:
    assert PROTOCOL.test is not None
    wanted = msgspec.structs.replace(WANTED, port=port, **changed)
    return PROTOCOL.test(Peer(wanted, secrets or {"password": "right"}))


def test_log_in_list_and_write(port: int, folder: Path) -> None:
    steps = run(port)
    assert [(step.name, step.is_ok) for step in steps] == [
        ("Host key", True),
        ("Log-in", True),
        ("Fetch folder", True),
        ("Put folder", True),
    ]
    assert "holds 1 entries" in steps[2].said
    assert list((folder / "in").iterdir()) == []


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
def test_log_in_by_key(port: int, passphrase: str) -> None:
    # The fewest rounds that bcrypt does without a warning; the default takes seconds.
    exported = OUR_KEY.export_private_key(passphrase=passphrase or None, rounds=50).decode()
    steps = run(port, {"private_key": exported, "passphrase": passphrase}, login="key")
    assert all(step.is_ok for step in steps), steps


def test_a_host_key_that_changes_stops_everything(port: int) -> None:
    (step,) = run(port, host_key=public(OTHER_KEY))
    assert (step.name, step.is_ok) == ("Host key", False)
    assert "another host key" in step.said


def test_secrets_are_not_repeated(port: int) -> None:
    (*_, last) = run(port, {"password": "wrong horse"})
    assert not last.is_ok
    assert "refused onramp" in last.said
    assert "horse" not in str(run(port, {"password": "wrong horse"}))


def test_a_folder_that_is_not_there(port: int) -> None:
    assert "No such file" in run(port, fetch_folder="/nowhere")[-1].said


def test_a_folder_that_takes_nothing(port: int) -> None:
    assert not run(port, put_folder="/nowhere")[-1].is_ok


def test_nobody_listens(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    (step,) = run(1)
    assert (step.name, step.is_ok) == ("Connect", False)


def test_a_key_that_is_none(port: int) -> None:
    assert "cannot be read" in run(port, {"private_key": "nonsense"}, login="key")[-1].said


def test_nothing_leads_into_our_own_network(port: int, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    (step,) = run(port)
    assert (step.name, step.is_ok) == ("Address", False)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"host": ""}, "Host is missing"),
        ({"host_key": ""}, "pose as the partner"),
        ({"host_key": "AAAA"}, "no public key"),
        ({"fetch_folder": "", "put_folder": ""}, "Name a folder"),
        ({"after_fetch": "move"}, "moved to"),
    ],
)
def test_wrong_settings_are_said(changed: dict[str, str], said: str) -> None:
    assert check(WANTED) == []
    assert said in " ".join(check(msgspec.structs.replace(WANTED, **changed)))
