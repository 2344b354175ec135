"""Celery tasks: each takes ids, may run twice, may be killed anywhere, and calls one service."""

from uuid import UUID

from celery import shared_task

from transactions.receivers import CARRYING
from transactions.services.advance import advance_file, advance_unit
from transactions.services.certify import certify_file as judge_file
from transactions.services.certify_due import certify_due as judge_due
from transactions.services.doorbell import CERTIFY, FINALISE, PROCESS, SPLIT
from transactions.services.drop_folders import collect_drop_folders as collect
from transactions.services.expect_documents import expect_documents as watch_expected
from transactions.services.finalise_file import finalise_file as finalise
from transactions.services.hold_stopped import hold_stopped
from transactions.services.release_resumed import release_resumed
from transactions.services.sweep import sweep as sweep_up


@shared_task(name=SPLIT)
def split_file(file_id: str) -> None:
    advance_file(UUID(file_id))


@shared_task(name=PROCESS)
def process_unit(unit_id: str) -> None:
    advance_unit(UUID(unit_id))


@shared_task(name=FINALISE)
def finalise_file(file_id: str) -> None:
    finalise(UUID(file_id))


@shared_task(name=CERTIFY)
def certify_file(file_id: str) -> None:
    judge_file(UUID(file_id))


@shared_task(name="transactions.certify_due")
def certify_due() -> None:
    judge_due()


@shared_task(name=CARRYING)
def carrying_changed(agreement_id: int) -> None:
    hold_stopped(agreement_id)
    release_resumed(agreement_id)


@shared_task(name="transactions.sweep")
def sweep() -> None:
    sweep_up()


@shared_task(name="transactions.collect_drop_folders")
def collect_drop_folders() -> None:
    collect()


@shared_task(name="transactions.expect_documents")
def expect_documents() -> None:
    watch_expected()
