"""Whoever stops `make run` must get every port, lock and process back, however it was stopped."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.server
ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 20.0


@contextmanager
def toy(kind: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    environment = {key: value for key, value in os.environ.items() if key != "MAKELEVEL"} | environment
    command = [sys.executable, "-m", "tests.config.devserver.toy", kind]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as job:
        try:
            yield job
        finally:
            job.kill()


def read_pids(job: subprocess.Popen[str], count: int) -> list[int]:
    """The ids that the toy's processes print, once there are `count` of them."""
    assert job.stdout
    pids: list[int] = []
    while len(pids) < count:
        if found := re.search(r"\| pid (\d+)", job.stdout.readline()):
            pids.append(int(found[1]))
    return pids


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits for its parent to notice does not."""
    status = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(status.strip()) and not status.strip().startswith("Z")


def gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_that_is_asked_for_ends_children_and_grandchildren(number: signal.Signals) -> None:
    with toy("family") as job:
        pids = read_pids(job, 3)
        job.send_signal(number)
        rest, _ = job.communicate(timeout=PATIENCE_SECONDS)
        assert job.returncode == 0
    assert gone(pids)
    assert "second did not stop by itself and was killed." in rest
    assert rest.endswith("Stopped.\n")


def test_a_killed_supervisor_leaves_nothing_behind() -> None:
    with toy("family") as job:
        pids = read_pids(job, 3)
        job.kill()
        assert gone(pids)


def test_a_killed_make_takes_the_job_with_it() -> None:
    """make does not pass SIGKILL on to what it runs."""
    program = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
    command = [sys.executable, "-c", program, sys.executable, "-m", "tests.config.devserver.toy", "family"]
    environment = {**os.environ, "MAKELEVEL": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as make:
        pids = read_pids(make, 3)
        make.kill()
        assert gone(pids)


def test_a_step_can_be_interrupted() -> None:
    with toy("slow-step") as job:
        pids = read_pids(job, 1)
        job.send_signal(signal.SIGINT)
        output, _ = job.communicate(timeout=PATIENCE_SECONDS)
    assert job.returncode == 0
    assert output.endswith("Stopped.\n")
    assert gone(pids)


def test_the_last_stage_stops_first() -> None:
    """A broker that went before its workers would leave them reconnecting instead of finishing."""
    with toy("stages") as job:
        read_pids(job, 2)
        job.send_signal(signal.SIGINT)
        output, _ = job.communicate(timeout=PATIENCE_SECONDS)
    left = {name: float(at) for name, at in re.findall(r"(\w+) +\| left at ([\d.]+)", output)}
    assert left["upper"] < left["lower"]


def test_a_process_that_keeps_dying_is_restarted_a_few_times_and_then_named() -> None:
    with toy("mortal") as job:
        output, _ = job.communicate(timeout=PATIENCE_SECONDS)
    assert job.returncode == 1
    assert output.count("mortal ended with exit status 7; starting it again") == 3
    assert "mortal ended 4 times within a minute, the last time with exit status 7." in output
    assert gone([int(pid) for pid in re.findall(r"pid (\d+)", output)])


def test_a_step_that_fails_stops_the_start_with_its_reason() -> None:
    with toy("step") as job:
        output, _ = job.communicate(timeout=PATIENCE_SECONDS)
    assert job.returncode == 1
    assert output.startswith("the answer\n")
    assert "wrong       | because\n" in output
    assert output.endswith("wrong failed (exit status 1); the lines above say why.\n")


def test_it_ends_when_nobody_reads_its_output_any_more() -> None:
    """`make run | head` would go on unseen."""
    with toy("mortal") as job:
        assert job.stdout
        job.stdout.readline()
        job.stdout.close()
        assert job.wait(PATIENCE_SECONDS) == 0
