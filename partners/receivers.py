"""What happens when configuration changed: agreements that it concerns are looked at again.

The one place that hears of every save is the history, which each configuration row writes: a page, the API, a command
and a service cannot forget to say so. Traffic has no history and never comes here.
"""

import logging
import threading
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError
from simple_history.signals import post_create_historical_record

from partners.readiness.registry import EVERYBODY, WATCHED
from partners.services.recheck import mark_all_due, recheck_partners
from partners.signals import configuration_changed

logger = logging.getLogger(__name__)
RECHECK = "partners.recheck_due"
_changed = threading.local()


def listen() -> None:
    """Connect the receivers, once."""
    post_create_historical_record.connect(_saved, dispatch_uid="partners.receivers.saved")
    configuration_changed.connect(_look_again, dispatch_uid="partners.receivers.look_again")


def _saved(instance: Any, **kwargs: Any) -> None:
    partners_of = WATCHED.get(type(instance))
    if partners_of is None:
        return
    concerned = partners_of(instance)
    for key in {EVERYBODY} if concerned is EVERYBODY else concerned:
        # One transaction may save many rows of a partner; who is first after the commit looks for all of them.
        _waiting().add(key)
        transaction.on_commit(partial(_send, key), robust=True)


def _waiting() -> set[int | None]:
    if not hasattr(_changed, "partners"):
        _changed.partners = set()
    partners: set[int | None] = _changed.partners
    return partners


def _send(key: int | None) -> None:
    if key in _waiting():
        _waiting().discard(key)
        configuration_changed.send(sender=None, partners=None if key is EVERYBODY else {key})


def _look_again(partners: set[int] | None, **kwargs: Any) -> None:
    if partners is not None:
        recheck_partners(partners)
        return
    mark_all_due()
    try:
        current_app.send_task(RECHECK, queue="housekeeping")
    except OperationalError as error:
        logger.warning("broker is away, the next round looks at everybody: %s", error)
