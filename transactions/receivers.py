"""What traffic does when partners say that something changed."""

import logging
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError

from partners.signals import carrying_changed

CARRYING = "transactions.carrying_changed"
logger = logging.getLogger(__name__)


def listen() -> None:
    """Connect the receivers, once."""
    carrying_changed.connect(_hold_or_release, dispatch_uid="transactions.receivers.hold_or_release")


def _hold_or_release(agreement: int, **kwargs: Any) -> None:
    """By a worker: there may be many files. Without a broker a stopped unit is held when its turn comes."""
    try:
        current_app.send_task(CARRYING, args=[agreement], queue="housekeeping")
    except OperationalError as error:
        logger.warning("broker is away, what agreement %s holds waits for a person: %s", agreement, error)
