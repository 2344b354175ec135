"""Mail to people: plain text from a template, sent by Django's backend (EMAIL_URL)."""

from smtplib import SMTPException
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string


class MailNotSent(Exception):
    """The mail server did not take it; the text says what it said."""


def compose(template: str, **context: Any) -> tuple[str, str]:
    """Subject and text of a mail. template: of templates/mail, without ".txt"; its first line is the subject."""
    subject, _, text = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
    return " ".join(subject.split()), text.strip() + "\n"


def deliver(to: str, subject: str, text: str) -> None:
    """Hand one mail to the mail server, outside of any transaction. Raises MailNotSent, also for what is no address."""
    try:
        EmailMessage(subject, text, to=[to]).send()
    except (SMTPException, OSError, ValueError) as error:
        raise MailNotSent(str(error)) from error


def send_mail(to: str, template: str, **context: Any) -> None:
    """Compose one mail and send it, outside of any transaction. Raises MailNotSent. context: values of the template."""
    deliver(to, *compose(template, **context))


def address_of(path: str) -> str:
    """The address of a page for a mail that no request asked for; "" where SITE_URL is not set."""
    return urljoin(settings.SITE_URL, path) if settings.SITE_URL else ""
