"""Where the embedded default keeps its things: no server to install, everything under one folder."""

import hashlib
import tempfile
from pathlib import Path

# A unix socket's path may have at most 107 bytes (sun_path in sockaddr_un), on macOS 103.
SOCKET_PATH_LIMIT = 100


def data_dir(root: Path, named: str) -> Path:
    """The data folder as an absolute path: the one that ONRAMP_DATA names, or `.data` under `root` when it is empty."""
    return Path(named or root / ".data").resolve()


def broker_socket(data: Path) -> Path:
    """The embedded broker's socket: inside `data`, or under the temporary folder when that path is too long."""
    inside = data / "broker.sock"
    if len(str(inside).encode()) <= SOCKET_PATH_LIMIT:
        return inside
    name = hashlib.sha256(str(data).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"onramp-{name}.sock"


def broker_url(data: Path) -> str:
    """The Celery URL of the embedded broker for this data folder."""
    return f"redis+socket://{broker_socket(data)}?virtual_host=0"
