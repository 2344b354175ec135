"""Waiting for a file's result inside the request that brought it."""

import threading
import time
from enum import StrEnum
from uuid import UUID

from django.conf import settings

from transactions.models import InboundFile
from transactions.states import FileStage

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.25  # seconds between two looks at the row
SETTLED = frozenset({FileStage.FINISHED, FileStage.HELD})


class Waited(StrEnum):
    """no: not asked to; settled: finished or held; timeout: the time was over; busy: too many wait already.

    postponed: by policy the file is worked later.
    """

    NO = "no"
    SETTLED = "settled"
    TIMEOUT = "timeout"
    BUSY = "busy"
    POSTPONED = "postponed"


class _Seats:
    """How many requests of this process wait; the rest of its threads stay free for others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = 0

    def take(self) -> bool:
        with self._lock:
            if self._taken >= settings.INTAKE_MAX_WAITERS:
                return False
            self._taken += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self._taken -= 1


seats = _Seats()


def wait_until_settled(file_id: UUID, wanted: float) -> Waited:
    """Look at the row until the file is finished or held, for `wanted` seconds, at most INTAKE_MAX_WAIT_SECONDS."""
    if wanted <= 0:
        return Waited.NO
    if not seats.take():
        return Waited.BUSY
    try:
        return _watch(file_id, time.monotonic() + min(wanted, settings.INTAKE_MAX_WAIT_SECONDS))
    finally:
        seats.leave()


def _watch(file_id: UUID, deadline: float) -> Waited:
    pause = FIRST_PAUSE
    while True:
        stage, waits_until = InboundFile.objects.values_list("stage", "waits_until").get(pk=file_id)
        if stage in SETTLED:
            return Waited.SETTLED
        if waits_until is not None:
            return Waited.POSTPONED
        left = deadline - time.monotonic()
        if left <= 0:
            return Waited.TIMEOUT
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, LONGEST_PAUSE)
