"""Ring for a worker. The row is the truth: a broker that is away delays work and loses none."""

import logging
from uuid import UUID

from celery import current_app
from kombu.exceptions import OperationalError

from transactions.models import InboundFile, WorkUnit
from transactions.states import Lane

logger = logging.getLogger(__name__)

SPLIT = "transactions.split_file"
PROCESS = "transactions.process_unit"
FINALISE = "transactions.finalise_file"
CERTIFY = "transactions.certify_file"


def ring_split(file: InboundFile) -> None:
    """Ask for a received file to be split. Call it when the transaction has committed."""
    _ring(SPLIT, file.id, file.lane)


def ring_unit(unit: WorkUnit) -> None:
    """Ask for an admitted unit to be processed."""
    _ring(PROCESS, unit.id, unit.lane)


def ring_finalise(file_id: UUID, lane: str) -> None:
    """Ask for a file whose units are settled to be finalised."""
    _ring(FINALISE, file_id, lane)


def ring_certify(file_id: UUID) -> None:
    """Ask for the test documents of a file to be judged: somebody may be waiting for the verdict."""
    _ring(CERTIFY, file_id, Lane.INTERACTIVE)


def _ring(task: str, row: UUID, lane: str) -> None:
    try:
        current_app.send_task(task, args=[str(row)], queue=Lane(lane).value)
    except OperationalError as error:
        logger.warning("broker is away, the sweeper will ring again: %s(%s): %s", task, row, error)
