"""A code beside the password: set up with an app (TOTP), recovery codes on paper, and what ends it.

django-otp brings the algorithm, the throttling and the verified session; here secrets are sealed and recovery codes are
kept as digests.
"""

import base64
import hashlib
import secrets
import time
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote, urlencode

import segno
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django_otp import login as mark_verified
from django_otp.oath import TOTP

from config.core.audit import record_decision
from config.core.models import Authenticator, RecoveryCode, User
from config.core.vault import seal, unseal

KEY_BYTES = 20  # RFC 4226, 4: 160 bits
STEPS_ASIDE = 1  # of 30 seconds, for clocks that differ
SHOWN_FOR = timedelta(minutes=15)  # whoever saw it over a shoulder waits in vain for it to be put in use
RECOVERY_CODES = 10
RECOVERY_LENGTH = 16  # of 31 characters: 79 bits, which need no slow digest
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ISSUER = "Onramp"


class CodeRefused(Exception):
    """The code does not open the way; the text says why."""


class SetUp(NamedTuple):
    """What an app needs. secret: base32 in groups of four, to be typed; svg: the QR code."""

    secret: str
    svg: str


def begin(user: User) -> SetUp:
    """The secret for an app that is not in use yet. Asked again within SHOWN_FOR, it is the same one.

    Raises VaultLocked when secrets cannot be sealed.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        waiting = Authenticator.objects.filter(user=user, confirmed=False).first()
        if waiting is not None and waiting.created_at < timezone.now() - SHOWN_FOR:
            waiting.delete()
            waiting = None
        if waiting is None:
            waiting = Authenticator(user=user, name="App", confirmed=False)
            waiting.sealed_key = seal(secrets.token_bytes(KEY_BYTES), waiting.context)
            waiting.save()
    key = base64.b32encode(unseal(waiting.sealed_key, waiting.context)).decode()
    label = quote(f"{ISSUER}:{user.get_username()}")
    uri = f"otpauth://totp/{label}?{urlencode({'secret': key, 'issuer': ISSUER})}"
    svg = segno.make(uri, error="m").svg_inline(scale=5, border=3, dark="#000", light="#fff", lineclass=None)
    return SetUp(" ".join(key[i : i + 4] for i in range(0, len(key), 4)), svg)


def confirm(request: HttpRequest, user: User, code: str) -> list[str]:
    """Put the app in use with its first code, in place of an earlier one. Returns recovery codes, to be shown once.

    Raises CodeRefused.
    """
    waiting = Authenticator.objects.filter(user=user, confirmed=False).first()
    if waiting is None or waiting.created_at < timezone.now() - SHOWN_FOR:
        raise CodeRefused("Open the page again: its key is too old.")
    _check(waiting, code)
    with transaction.atomic():
        stored = User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user, confirmed=True).delete()
        waiting.confirmed = True
        waiting.save(update_fields=["confirmed"])
        _since(stored, timezone.now())
        codes = _new_codes(stored)
        record_decision("second-factor.set-up", f"user {user.get_username()}", user.get_username())
    user.second_factor_since = stored.second_factor_since
    mark_verified(request, waiting)
    return codes


def verify(request: HttpRequest, user: User, code: str) -> None:
    """Let this session in with a code of the app or a recovery code. Raises CodeRefused."""
    device = Authenticator.objects.filter(user=user, confirmed=True).first()
    if device is None:
        raise CodeRefused("There is no app to check it with. Log out and in again.")
    plain = _plain(code)
    if len(plain) == RECOVERY_LENGTH:
        _use_recovery_code(device, user, plain)
    else:
        _check(device, plain)
    mark_verified(request, device)


def new_recovery_codes(user: User) -> list[str]:
    """Ten new codes, to be shown once; the earlier ones do not work any more."""
    with transaction.atomic():
        stored = User.objects.select_for_update().get(pk=user.pk)
        codes = _new_codes(stored)
        record_decision("second-factor.new-codes", f"user {user.get_username()}", user.get_username())
    return codes


def remove(user: User, *, by: User, reason: str = "") -> bool:
    """From now on the password is enough, or a new app is asked for. Returns False when there was none.

    For the person, and for who helps somebody that lost app and codes.
    """
    with transaction.atomic():
        stored = User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user).delete()
        RecoveryCode.objects.filter(user=user).delete()
        if stored.second_factor_since is None:
            return False
        _since(stored, None)
        said = {"reason": reason} if reason else {}
        record_decision("second-factor.removed", f"user {user.get_username()}", by.get_username(), **said)
    user.second_factor_since = None
    return True


def codes_left(user: User) -> int:
    """How many recovery codes were not used."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def is_unproved(user: User) -> bool:
    """Whether a code is still to be asked in this session. The middleware of django-otp marks request.user."""
    return user.second_factor_since is not None and not user.is_verified()  # type: ignore[attr-defined]


def _since(user: User, at: datetime | None) -> None:
    user.second_factor_since = at
    user.save(update_fields=["second_factor_since"])


def _check(device: Authenticator, code: str) -> None:
    """Raises CodeRefused. A code is taken once: the row remembers its time step."""
    with transaction.atomic():
        stored = Authenticator.objects.select_for_update().get(pk=device.pk)
        _refuse_too_many(stored)
        totp = TOTP(unseal(stored.sealed_key, stored.context))
        totp.time = time.time()
        plain = _plain(code)
        is_right = plain.isascii() and plain.isdigit() and len(plain) == 6
        if is_right and totp.verify(int(plain), STEPS_ASIDE, stored.last_step + 1):
            stored.last_step = totp.t()
            stored.throttle_reset(commit=True)
            return
        stored.throttle_increment(commit=True)
    raise CodeRefused("This code is not right, or was used already. Wait for the next one that the app shows.")


def _use_recovery_code(device: Authenticator, user: User, plain: str) -> None:
    with transaction.atomic():
        stored = Authenticator.objects.select_for_update().get(pk=device.pk)
        _refuse_too_many(stored)
        unused = RecoveryCode.objects.filter(user=user, digest=_digest(user, plain), used_at=None)
        if unused.update(used_at=timezone.now()):
            stored.throttle_reset(commit=True)
            record_decision("second-factor.code-used", f"user {user.get_username()}", user.get_username())
            return
        stored.throttle_increment(commit=True)
    raise CodeRefused("This recovery code is not right, or was used already.")


def _refuse_too_many(device: Authenticator) -> None:
    allowed, why = device.verify_is_allowed()
    if not allowed:
        seconds = max(1, int((why["locked_until"] - timezone.now()).total_seconds()) + 1)
        wait = f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
        raise CodeRefused(f"Too many wrong codes. Wait {wait}, then try again.")


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    plain = ["".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(user, code)) for code in plain)
    return ["-".join(code[i : i + 4] for i in range(0, RECOVERY_LENGTH, 4)) for code in plain]


def _digest(user: User, plain: str) -> str:
    return hashlib.sha256(f"{user.pk}:{plain}".encode()).hexdigest()


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()
