"""What the environment and .env say about how `make run` is to run."""

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import environ

from config.devserver.errors import StartError
from config.embedded import data_dir

ASSIGNMENT = re.compile(r"(?:export )?[A-Za-z_0-9]+=")
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Options:
    """`own_broker`: whether to start the embedded broker; not when CELERY_BROKER_URL names another."""

    root: Path
    data: Path
    host: str
    port: int
    own_broker: bool
    log_level: str

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        return f"http://{'localhost' if self.host in ('127.0.0.1', '0.0.0.0') else self.host}:{self.port}"  # noqa: S104


def from_environment(environment: Mapping[str, str] = os.environ, root: Path = ROOT) -> Options:
    """Read the options; raises StartError for a PORT that is no port."""
    port = environment.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise StartError(f"PORT={port} is not a port number.")
    return Options(
        root=root,
        data=data_dir(root, environment.get("ONRAMP_DATA", "")),
        host=environment.get("HOST", "127.0.0.1"),
        port=int(port),
        own_broker=not environment.get("CELERY_BROKER_URL"),
        log_level=environment.get("LOG_LEVEL", "WARNING"),
    )


def read_environment_file(root: Path = ROOT) -> None:
    """Take over what .env says and the environment does not, exactly as the settings do.

    Raises StartError for a file that cannot be read, and for a line that says nothing: the settings would pass it by.
    """
    path = Path(os.environ.get("ONRAMP_ENV_FILE") or root / ".env")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    except OSError as error:
        raise StartError(f"{path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise StartError(
            f"{path} is not text in UTF-8. Save it so, or delete it: make setup writes a new one."
        ) from error
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#") and not ASSIGNMENT.match(line):
            name = line.partition("=")[0].strip()[:40]
            raise StartError(f"{path}, line {number} ({name} …), is not NAME=value without blanks around the =.")
    environ.Env.read_env(path)


def require_free_port(options: Options) -> None:
    """Raise StartError when something listens on our port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            raise StartError(
                f"Port {options.port} on {options.host} cannot be used ({error.strerror}). "
                f"Choose another: PORT={options.port + 1} make run"
            ) from error
