"""Mail to people: plain text from a template, sent by Django's backend (EMAIL_URL)."""

from smtplib import SMTPException
from typing import Any

from django.core.mail import EmailMessage
from django.template.loader import render_to_string


class MailNotSent(Exception):
    """The mail server did not take it; the text says what it said."""


def send_mail(to: str, template: str, **context: Any) -> None:
    """Send one mail, outside of any transaction. Raises MailNotSent.

    template: of templates/mail, without ".txt"; its first line is the subject. context: plain values for it.
    """
    subject, _, text = render_to_string(f"mail/{template}.txt", context).strip().partition("\n")
    try:
        EmailMessage(" ".join(subject.split()), text.strip() + "\n", to=[to]).send()
    except (SMTPException, OSError) as error:
        raise MailNotSent(str(error)) from error
