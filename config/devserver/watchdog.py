"""Ends the processes that a killed supervisor leaves behind.

Runs as a file in a session of its own, so that neither Ctrl-C nor a signal to the supervisor's group reaches it. It
reads `+PID` and `-PID` (process groups begun and ended) from its input, which ends when the supervisor does, however
that happens: a pipe works on every system, where prctl(PR_SET_PDEATHSIG) works on Linux only.
"""

import contextlib
import os
import signal
import sys
import time

PATIENCE_SECONDS = 3.0


def groups_left() -> list[int]:
    """Read the supervisor's reports until it is gone; returns the groups it did not end, last started first."""
    alive: dict[int, None] = {}
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            alive[group] = None
        else:
            alive.pop(group, None)
    return list(reversed(alive))


def exists(group: int) -> bool:
    """Whether a process group still has a member."""
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def send(group: int, number: signal.Signals, *, leader_only: bool) -> None:
    """Signal a group or its leader; one that is gone already is as good."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if leader_only:
            os.kill(group, number)
        else:
            os.killpg(group, number)


def main() -> None:
    """Wait for the supervisor's end, then end its groups: politely first, and whatever is left by force."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = groups_left()
    for group in groups:
        send(group, signal.SIGTERM, leader_only=True)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and any(exists(group) for group in groups):
        time.sleep(0.05)
    for group in groups:
        send(group, signal.SIGKILL, leader_only=False)


if __name__ == "__main__":
    main()
