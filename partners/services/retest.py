"""Test a connection by itself after its certificates were rotated, so that an approval goes on to cover it."""

import logging
from datetime import timedelta

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from partners.models import Agreement, Connection, OnboardingEvent, OnboardingVerb
from partners.readiness.connectivity import connections_for
from partners.services.try_connection import is_rotated, try_connection

RETEST = "partners.retest_connection"
BY = "Onramp"
RING_AGAIN = timedelta(minutes=2)
logger = logging.getLogger(__name__)


def await_retests(agreement: Agreement) -> None:
    """Have the connections of an approved agreement tested whose certificates are not those of their last test.

    In the transaction of a look. The row says that it waits; the task is rung after the commit.
    """
    for connection in connections_for(agreement):
        newest = connection.tests.first()
        if connection.retest_since is not None or newest is None:
            continue
        newest.connection = connection
        if is_rotated(newest):
            waiting = Connection.objects.filter(pk=connection.pk, retest_since=None)
            if waiting.update(retest_since=timezone.now()):  # a note, not of its history
                transaction.on_commit(lambda pk=connection.pk: _ring(pk), robust=True)  # type: ignore[misc]


def ring_retests() -> int:
    """Ring again for those that nobody tested yet. Returns how many wait."""
    since = timezone.now() - RING_AGAIN
    waiting = list(Connection.objects.filter(retest_since__lt=since).values_list("pk", flat=True))
    for connection_id in waiting:
        _ring(connection_id)
    return len(waiting)


def retest(connection_id: int) -> None:
    """Test it when it still waits; what the test says is the evidence from now on. May run twice."""
    connection = Connection.objects.select_related("partner").filter(pk=connection_id).first()
    if connection is None or connection.retest_since is None:
        return
    test = try_connection(connection, BY)
    concerned = {connection.partner_id, *connection.carries.values_list("pk", flat=True)}
    approved = Agreement.objects.filter(partner__in=concerned, coverage__approval__isnull=False)
    data = {"connection": connection.pk, "test": test.pk, "passed": test.is_ok}
    said = f"{connection.name}: {'passed' if test.is_ok else 'failed'}"
    for agreement in approved.select_related("partner"):
        if connection in connections_for(agreement):
            OnboardingEvent.objects.create(
                agreement=agreement, verb=OnboardingVerb.RETESTED, actor=BY, data={**data, "reason": said}
            )


def _ring(connection_id: int) -> None:
    try:
        current_app.send_task(RETEST, args=[connection_id], queue="bulk")
    except OperationalError as error:
        logger.warning("broker is away, the next round rings for the test of connection %s: %s", connection_id, error)
