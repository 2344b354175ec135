"""What `make run` does, from top to bottom."""

import contextlib
import fcntl
import http.client
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent
from typing import TextIO

from config.devserver import broker
from config.devserver.console import Console
from config.devserver.errors import StartError, Stopped
from config.devserver.options import Options, from_environment, read_environment_file, require_free_port
from config.devserver.process import Process
from config.devserver.supervisor import Supervisor

BROKER_SECONDS = 60.0
WEB_SECONDS = 90.0
# Longer than a unit of work usually takes; what is cut off is done again after the next start.
WORKER_PATIENCE_SECONDS = 30.0


def main() -> int:
    """Run until stopped; returns the exit status: 0 after a stop that was asked for, 1 when something is wrong."""
    console = Console(sys.stdout)
    try:
        read_environment_file()
        options = from_environment()
        with only_one(options):
            require_free_port(options)
            with Supervisor(console) as supervisor:
                serve(supervisor, options, console)
    except Stopped:
        console.say("Stopped.")
    except StartError as error:
        console.say(str(error))
        return 1
    return 0


@contextlib.contextmanager
def only_one(options: Options) -> Iterator[None]:
    """Hold the data folder's lock, which the system releases even when we are killed."""
    with _lock_file(options.data) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise StartError(
                f"Onramp is already running with the data in {options.data} (process {lock.read().strip()}). Stop that "
                f"one first, or start a second with data of its own: ONRAMP_DATA=... PORT={options.port + 1} make run"
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def _lock_file(data: Path) -> TextIO:
    """Open the lock of a data folder, which is made. Raises StartError when nothing can be written there."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (data / "devserver.lock").open("a+")
    except OSError as error:
        raise StartError(
            f"Onramp cannot write to its data folder {data} ({error.strerror}). Make it writable for this user, or "
            "choose another: ONRAMP_DATA=... make run"
        ) from error


def serve(supervisor: Supervisor, options: Options, console: Console) -> None:
    """Start everything in order and look after it; returns only by raising Stopped or StartError."""
    if options.own_broker:
        if broker.stop_left_over(options.data):
            console.say("Stopped a broker that an earlier run had left behind.")
        log = broker.log_file(options.data)
        supervisor.keep(Process("broker", broker.command(options.data), folder=options.root, log=log))
        supervisor.wait(
            lambda: broker.answers(options.data), seconds=BROKER_SECONDS, for_what=f"The broker (see {log})"
        )
        if returned := broker.return_taken_messages(options.data):
            console.say(f"Put {returned} tasks that an earlier run had begun back into their queues.")
    welcome = supervisor.run(python(options, "prepare", "-m", "config.prepare"))
    supervisor.keep(*workers(options))
    supervisor.keep(scheduler(options), web(options))
    supervisor.wait(lambda: healthy(options), seconds=WEB_SECONDS, for_what=f"The web server at {options.address}")
    console.block(f"\n  Onramp is up: {options.address}/admin/\n\n{indent(welcome, '  ')}\n  Ctrl-C stops it.\n\n")
    supervisor.run(python(options, "demo", "-m", "config.prepare", "traffic"))
    supervisor.wait(lambda: False)


def python(options: Options, name: str, *arguments: str, patience: float = 10.0) -> Process:
    """A process of this environment's Python."""
    return Process(name, [sys.executable, *arguments], folder=options.root, patience=patience)


def workers(options: Options) -> list[Process]:
    """One worker for everything, and one that bulk work cannot keep busy."""
    return [
        _worker(options, "worker", queues="bulk,interactive,housekeeping", concurrency=2),
        _worker(options, "worker-fast", queues="interactive,housekeeping", concurrency=1),
    ]


def _worker(options: Options, name: str, *, queues: str, concurrency: int) -> Process:
    return python(
        options,
        name,
        *("-W", "ignore:You're running the worker with superuser"),  # in a container one often is
        *("-m", "celery", "--quiet", "--app", "config", "worker", "--hostname", f"{name}@%h"),
        *("--queues", queues, "--concurrency", str(concurrency), "--loglevel", options.log_level),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        patience=WORKER_PATIENCE_SECONDS,
    )


def scheduler(options: Options) -> Process:
    """Celery's beat; its schedule file is in the data folder."""
    return python(
        options,
        "scheduler",
        *("-m", "celery", "--quiet", "--app", "config", "beat", "--loglevel", options.log_level),
        *("--schedule", str(options.data / "beat-schedule"), "--pidfile", ""),
    )


def web(options: Options) -> Process:
    """Gunicorn with threads: an upload that waits for its result occupies a thread, not a process."""
    return python(
        options,
        "web",
        *("-m", "gunicorn", "config.wsgi", "--bind", f"{options.host}:{options.port}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--timeout", "120"),
        *("--graceful-timeout", "5", "--log-level", options.log_level.lower()),
    )


def healthy(options: Options) -> bool:
    """Whether the web server answers and reaches its database."""
    connection = http.client.HTTPConnection(options.host, options.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
