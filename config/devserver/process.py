"""One child process: started in a process group of its own, its output passed on line by line."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from config.devserver.console import Console


class Process:
    """A child that can be started again; `starts` holds the (monotonic) time of each start, in seconds.

    It has its own process group so that Ctrl-C reaches only us and we decide on the order. `patience` is how many
    seconds it gets for finishing what it is doing when it is asked to stop; `log` is where it writes what it does not
    write to its output.
    """

    def __init__(
        self, name: str, command: Sequence[str], *, folder: Path, patience: float = 10.0, log: Path | None = None
    ) -> None:
        self.name = name
        self.starts: list[float] = []
        self.captured: list[str] = []
        self._command = list(command)
        self._folder = folder
        self.patience = patience
        self.log = log
        self._child: subprocess.Popen[str] | None = None
        self._readers: list[threading.Thread] = []

    @property
    def pid(self) -> int:
        """Its process id, which is its process group's id as well; 0 before the first start."""
        return self._child.pid if self._child else 0

    def start(self, console: Console, *, capture: bool = False) -> None:
        """Start it; its errors and, unless `capture`, its output go to the console."""
        self._child = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if capture else subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        self.starts.append(time.monotonic())

        def show(line: str) -> None:
            console.line(self.name, line.rstrip("\n"))

        self._readers = [
            threading.Thread(target=_pass_on, args=(stream, take), daemon=True)
            for stream, take in (
                (self._child.stdout, self.captured.append if capture else show),
                (self._child.stderr, show),
            )
            if stream
        ]
        for reader in self._readers:
            reader.start()

    def status(self) -> int | None:
        """Its exit status (negative: the signal that ended it), or None while it runs or before it started."""
        return self._child.poll() if self._child else None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._child is not None and self._child.poll() is None

    def drain(self) -> None:
        """Wait for its last lines of output."""
        for reader in self._readers:
            reader.join(timeout=2)

    def ask_to_stop(self) -> None:
        """Tell it to finish what it is doing and end."""
        if self.running and self._child:
            self._child.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self._child is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):  # the latter: a group of zombies on macOS
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        self.drain()


def _pass_on(stream: IO[str], take: Callable[[str], None]) -> None:
    for line in stream:
        take(line)
