"""Celery tasks about partners: each may run twice and be killed anywhere, and calls one service."""

from celery import shared_task

from config.core.mail import MailNotSent
from partners.services import recheck, remind, send_notices
from partners.services.notify import SEND
from partners.services.own_account import RESET, send_reset
from partners.services.retest import RETEST, retest


@shared_task(name=RESET, autoretry_for=(MailNotSent,), max_retries=3, retry_backoff=10)
def send_password_reset(user_id: int, site: str) -> None:
    send_reset(user_id, site)


@shared_task(name="partners.recheck_due")
def recheck_due() -> None:
    recheck.recheck_due()


@shared_task(name=RETEST)
def retest_connection(connection_id: int) -> None:
    retest(connection_id)


@shared_task(name="partners.remind_of_tasks")
def remind_of_tasks() -> None:
    remind.remind_of_tasks()


@shared_task(name=SEND)
def send_waiting_notices() -> None:
    send_notices.send_notices()
