"""Celery tasks about partners' people."""

from celery import shared_task

from config.core.mail import MailNotSent
from partners.services.own_account import RESET, send_reset


@shared_task(name=RESET, autoretry_for=(MailNotSent,), max_retries=3, retry_backoff=10)
def send_password_reset(user_id: int, site: str) -> None:
    send_reset(user_id, site)
