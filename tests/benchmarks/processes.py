"""Onramp in a folder of its own, with real workers, for the benchmarks."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def onramp() -> Iterator[Path]:
    """An empty, migrated Onramp: the embedded default, or DATABASE_URL (emptied!) and CELERY_BROKER_URL.

    Yields its data folder. Django is set up when the block begins.
    """
    with tempfile.TemporaryDirectory(prefix="onramp-bench-") as name:
        folder = Path(name)
        os.environ.update(DEBUG="true", ONRAMP_DATA=name, ONRAMP_ENV_FILE=os.devnull, LOG_LEVEL="WARNING")
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        with _broker(folder):
            import django

            django.setup()
            from celery import current_app
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            call_command("flush", interactive=False, verbosity=0)
            current_app.control.purge()
            yield folder


@contextmanager
def _broker(data: Path) -> Iterator[None]:
    """The embedded broker, unless CELERY_BROKER_URL names another."""
    if os.environ.get("CELERY_BROKER_URL"):
        yield
        return
    from config.devserver import broker

    process = subprocess.Popen(broker.command(data))
    try:
        while not broker.answers(data):
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()


def worker(number: int, concurrency: int = 2) -> subprocess.Popen[bytes]:
    """Start a worker for all queues, in a process group of its own."""
    queues = "interactive,bulk,housekeeping"
    return celery("worker", "-n", f"bench{number}@%h", "-Q", queues, "-c", str(concurrency), "-l", "ERROR")


def beat(data: Path) -> subprocess.Popen[bytes]:
    """Start the scheduler."""
    return celery("beat", "--schedule", str(data / "beat"), "--pidfile", "")


def celery(*arguments: str) -> subprocess.Popen[bytes]:
    """Start a Celery program in a process group of its own."""
    command = [sys.executable, "-m", "celery", "-A", "config", *arguments]
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and all its children."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_finished(files: int, seconds: float) -> bool:
    """Wait until so many files are finished; False when the time ran out."""
    from transactions.models import InboundFile

    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if InboundFile.objects.filter(stage="finished").count() >= files:
            return True
        time.sleep(0.05)
    return False
