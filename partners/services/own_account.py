"""Forgotten passwords and new addresses of partners' people, each confirmed from a mailbox."""

import logging
from urllib.parse import urljoin

from celery import current_app
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from kombu.exceptions import OperationalError

from config.core.audit import record_decision
from config.core.mail import MailNotSent, send_mail
from config.core.models import User
from config.core.rate_limits import take
from partners.services.invite import accounts_of
from partners.services.memberships import partners_of

WINDOW_SECONDS = 3600
BY_EMAIL, BY_ADDRESS = 3, 20
RESET = "partners.send_reset"  # the task that calls send_reset
_SALT = "portal-email"
logger = logging.getLogger(__name__)


class TooOften(Exception):
    """Too many mails were asked for; the text says so."""


class LinkRefused(Exception):
    """The link of a mail does not hold any more; the text says what to do."""


def may_reset(user: User) -> bool:
    """Partners' people only: our own staff ask an administrator."""
    return user.is_active and not user.is_staff and not user.is_superuser and bool(user.email)


def ask_for_reset(email: str, site: str, address: str) -> None:
    """Have a link sent to whoever logs in with this address, by a worker: the answer takes as long for a stranger.

    Raises TooOften, which depends on how often alone.
    """
    in_time = take("reset-email", email.strip().casefold(), limit=BY_EMAIL, seconds=WINDOW_SECONDS)
    if not (take("reset-address", address, limit=BY_ADDRESS, seconds=WINDOW_SECONDS) and in_time):
        raise TooOften("Too many attempts. Wait an hour, then try again.")
    for user in accounts_of(email.strip()):
        if may_reset(user) and partners_of(user):
            _ring(user.pk, site)


def _ring(user_id: int, site: str) -> None:
    try:
        current_app.send_task(RESET, args=[user_id, site], queue="interactive")
    except OperationalError:  # nothing sweeps mails up later, so it goes at once
        try:
            send_reset(user_id, site)
        except MailNotSent as error:
            logger.warning("the mail for a new password of user %s was not sent: %s", user_id, error)


def send_reset(user_id: int, site: str) -> None:
    """Mail the link to the address of the account, which need not be the one that was typed. Raises MailNotSent."""
    user = User.objects.filter(pk=user_id).first()
    if user is None or not may_reset(user):
        return
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("portal:set-password", args=[uid, default_token_generator.make_token(user)])
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    send_mail(user.email, "password_reset", user=user.get_username(), link=urljoin(site, path), minutes=minutes)


def note_new_password(user: User, how: str) -> None:
    """Keep in the chain of decisions that a password was set. Sessions of the old one end by themselves."""
    record_decision("password.set", f"user {user.get_username()}", user.get_username(), how=how)


def first_and_last(name: str) -> dict[str, str]:
    """A person's name as accounts keep it: the first word, and the rest."""
    first, _, last = " ".join(name.split()).partition(" ")
    return {"first_name": first[:150], "last_name": last[:150]}


def rename(user: User, name: str) -> None:
    """Call a person otherwise, by themselves. What was decided names the account, which stays. Nothing if it is so."""
    with transaction.atomic():
        stored = User.objects.select_for_update().get(pk=user.pk)
        before, wanted = stored.get_full_name(), first_and_last(name)
        if wanted == {"first_name": stored.first_name, "last_name": stored.last_name}:
            return
        stored.first_name, stored.last_name = wanted["first_name"], wanted["last_name"]
        stored.save(update_fields=list(wanted))
        subject = f"user {stored.get_username()}"
        record_decision("name.changed", subject, stored.get_username(), before=before, name=stored.get_full_name())


def ask_for_email(user: User, email: str, site: str) -> None:
    """Send a link to the new address; nothing changes before it is opened. Raises TooOften and MailNotSent.

    Whether another account has the address is told to nobody here.
    """
    if not take("email-change", str(user.pk), limit=BY_EMAIL, seconds=WINDOW_SECONDS):
        raise TooOften("Too many attempts. Wait an hour, then try again.")
    email = email.strip().lower()
    token = signing.dumps([user.pk, user.email, email], salt=_SALT)
    link = urljoin(site, reverse("portal:confirm-email", args=[token]))
    send_mail(email, "email_change", user=user.get_username(), link=link, minutes=settings.PASSWORD_RESET_TIMEOUT // 60)


def wanted_email(user: User, token: str) -> str:
    """The address that this link confirms for this person. Raises LinkRefused."""
    said = "This link does not work any more, or is not yours. Ask for another on the page of your account."
    try:
        pk, before, email = signing.loads(token, salt=_SALT, max_age=settings.PASSWORD_RESET_TIMEOUT)
    except signing.BadSignature as error:
        raise LinkRefused(said) from error
    if pk != user.pk or before != user.email:
        raise LinkRefused(said)
    return str(email)


def confirm_email(user: User, token: str) -> str:
    """Take the new address, and log in with it where the old one was the user name. Returns the old address.

    Raises LinkRefused. The caller tells the old address (`tell_old_address`).
    """
    with transaction.atomic():
        stored = User.objects.select_for_update().get(pk=user.pk)
        email = wanted_email(stored, token)
        if accounts_of(email).exclude(pk=stored.pk).exists():
            raise LinkRefused("This address cannot be used here. Ask your contact with us.")
        before = stored.email
        if stored.username.casefold() == before.casefold():
            stored.username = email
        stored.email = email
        stored.save()
        record_decision("email.changed", f"user {stored.get_username()}", stored.get_username(), before=before)
    return before


def tell_old_address(before: str, now: str) -> None:
    """So that who did not want it can say so. Raises MailNotSent."""
    if before:
        send_mail(before, "email_changed", before=before, now=now)
