"""The first thing that anybody sees of Onramp: `make run`, from an empty folder to a page, and Ctrl-C."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.devserver import broker
from tests.config.devserver.test_supervisor import gone

ROOT = Path(__file__).resolve().parents[3]
UP = "Ctrl-C stops it."


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Run:
    """`make run` without make: set-up is not repeated inside the environment that it made."""

    def __init__(self, data: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.job = subprocess.Popen(
            [sys.executable, "-m", "config.devserver"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DEBUG": "true",
                "ONRAMP_DATA": str(data),
                "ONRAMP_ENV_FILE": os.devnull,
                "PORT": str(port),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def read_until(self, text: str) -> str:
        assert self.job.stdout
        seen = ""
        while text not in seen:
            line = self.job.stdout.readline()
            assert line, f"ended without saying {text!r}:\n{seen}"
            seen += line
        return seen

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.address + path, timeout=20) as answer:
            content: bytes = answer.read()
            return content

    def children(self) -> list[int]:
        """Every process below it, however deep."""
        listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listing.splitlines())}
        below = {self.job.pid}
        while more := {pid for pid, parent in parents.items() if parent in below} - below:
            below |= more
        return sorted(below - {self.job.pid})


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("run")
    yield folder
    broker.stop_left_over(folder)


@pytest.mark.server
def test_from_an_empty_folder_to_a_page_and_back(data: Path) -> None:
    run = Run(data, free_port())
    try:
        welcome = run.read_until(UP)
        assert f"{run.address.replace('127.0.0.1', 'localhost')}/admin/" in welcome
        assert json.loads(run.get("/healthz")) == {"database": "ok", "broker": "ok"}
        assert b"Onramp" in run.get("/admin/login/")
        second = Run(data, free_port())
        assert "already running" in second.read_until("make run")
        assert second.job.wait(20) == 1
        processes = run.children()
        assert len(processes) > 6  # watchdog, broker, scheduler, web server and workers, each with theirs
        run.job.send_signal(signal.SIGINT)
        run.job.communicate(timeout=60)
        assert run.job.returncode == 0
        assert gone(processes)
    finally:
        run.job.kill()
