"""Starts processes stage by stage, keeps them alive, and stops them in the reverse order."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Self

from config.devserver import watchdog
from config.devserver.console import Console
from config.devserver.errors import StartError, Stopped
from config.devserver.process import Process

RESTARTS = 3
RESTART_WINDOW_SECONDS = 60.0
TICK_SECONDS = 0.05


class Supervisor:
    """A context: on leaving it, however that happens, everything it started is stopped, the last stage first."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._stages: list[list[Process]] = []
        self._step: Process | None = None
        self._signals = 0
        # make does not pass SIGKILL on; when it is our parent and goes, nobody else would ever stop us.
        self._parent = os.getppid() if os.environ.get("MAKELEVEL") else None

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", watchdog.__file__], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._step:
            self._stop([self._step])
        while self._stages:
            self._stop(self._stages.pop())
        with contextlib.suppress(BrokenPipeError):
            self._watchdog.communicate()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def keep(self, *processes: Process) -> None:
        """Start a stage: processes that run from now on and are stopped together."""
        self._stages.append(list(processes))
        for process in processes:
            self._start(process)

    def run(self, step: Process) -> str:
        """Run a process to its end; returns its output. Raises StartError when it fails, Stopped as wait() does."""
        self._step = step
        self._start(step, capture=True)
        self.wait(lambda: not step.running)
        step.drain()
        self._report("-", step)
        self._step = None
        if step.status() != 0:
            raise StartError(f"{step.name} failed ({ending(step.status())}); the lines above say why.")
        return "".join(step.captured)

    def wait(self, condition: Callable[[], bool], *, seconds: float | None = None, for_what: str = "") -> None:
        """Look after the processes until `condition` holds.

        Raises Stopped when somebody asks us to stop, StartError when a process cannot be kept running or when
        `seconds` have passed.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        while not condition():
            if deadline is not None and time.monotonic() > deadline:
                raise StartError(f"{for_what} did not come up in {seconds:.0f} seconds; the lines above may say why.")
            self._look()
            time.sleep(TICK_SECONDS)

    def _look(self) -> None:
        gone = self._parent is not None and os.getppid() != self._parent
        if self._signals or self._console.closed or gone:
            raise Stopped
        if self._watchdog.poll() is not None:
            raise StartError("The watchdog was killed; without it a crash would leave processes behind.")
        for stage in self._stages:
            for process in stage:
                if not process.running:
                    self._restart(process)

    def _restart(self, process: Process) -> None:
        process.kill()  # what it has left of its group
        self._report("-", process)
        how = ending(process.status()) + (f" (see {process.log})" if process.log else "")
        recent = [start for start in process.starts if time.monotonic() - start < RESTART_WINDOW_SECONDS]
        if len(recent) > RESTARTS:
            raise StartError(f"{process.name} ended {len(recent)} times within a minute, the last time with {how}.")
        self._console.say(f"{process.name} ended with {how}; starting it again ({len(recent)} of {RESTARTS}).")
        self._start(process)

    def _start(self, process: Process, *, capture: bool = False) -> None:
        process.start(self._console, capture=capture)
        self._report("+", process)

    def _report(self, sign: str, process: Process) -> None:
        if self._watchdog.stdin:
            with contextlib.suppress(BrokenPipeError):  # _look() finds out
                self._watchdog.stdin.write(f"{sign}{process.pid}\n")
                self._watchdog.stdin.flush()

    def _stop(self, stage: list[Process]) -> None:
        """Ask a stage to stop; what has not when its patience ends, or at a second Ctrl-C, is killed."""
        for process in stage:
            process.ask_to_stop()
        begin, signals = time.monotonic(), self._signals
        for process in stage:
            while process.running and self._signals == signals and time.monotonic() - begin < process.patience:
                time.sleep(TICK_SECONDS)
            if process.running:
                self._console.say(f"{process.name} did not stop by itself and was killed.")
            process.kill()
            self._report("-", process)


def ending(status: int | None) -> str:
    """An exit status in words."""
    if status is None:
        return "no exit status"
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
