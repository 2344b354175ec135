"""Keep a lease while the work that it is for goes on: a worker that lives is not taken for a dead one."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


@contextmanager
def kept(renew: Callable[[], int], seconds: float) -> Iterator[None]:
    """Call `renew` at every third of a lease until the block ends; to be begun and ended outside of transactions.

    renew: lengthens the lease and says whether it was still ours; one that was lost is not renewed again. It runs in a
    thread, with a database connection of its own: no step of the work is too long for it, and it ends with the process.
    seconds: of the lease.
    """
    ended = Event()
    keeper = Thread(target=_keep, args=(renew, seconds / 3, ended), name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def _keep(renew: Callable[[], int], pause: float, ended: Event) -> None:
    try:
        while not ended.wait(pause):
            try:
                if not renew():
                    return
            except DatabaseError:
                logger.warning("a lease could not be renewed; it is tried again", exc_info=True)
                connection.close()
    finally:
        connection.close()
