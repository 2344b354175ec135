"""Guessing passwords is made slow: after a few failures a name, or an address, has to wait."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.rate_limits import count, forget, give_back

WINDOW_SECONDS = 15 * 60
BY_NAME_AND_ADDRESS, BY_NAME, BY_ADDRESS = 5, 30, 50
WAIT = f"Too many attempts. Wait {WINDOW_SECONDS // 60} minutes, then try again."


class LoginAttempts:
    """The failures of one user name from one address within WINDOW_SECONDS, at all log-in pages together.

    A name alone has a higher limit, so that a stranger cannot easily keep somebody out, and many addresses together
    cannot guess forever; so has an address, behind which a whole office may sit.
    """

    def __init__(self, username: str, address: str) -> None:
        self._name, self._address = username.strip().casefold().replace("\0", ""), address
        self._limits: list[tuple[str, tuple[str, ...], int]] = [
            ("login-both", (self._name, self._address), BY_NAME_AND_ADDRESS),
            ("login-name", (self._name,), BY_NAME),
            ("login-address", (self._address,), BY_ADDRESS),
        ]

    def take(self) -> bool:
        """Count an attempt, before the password is looked at. False when there have been too many.

        The first one too many of each kind is in the chain of decisions.
        """
        tried = [(count(kind, *parts, seconds=WINDOW_SECONDS), kind, limit) for kind, parts, limit in self._limits]
        for number, kind, limit in tried:
            if number == limit + 1:
                self._record(kind, limit)
        return all(number <= limit for number, _, limit in tried)

    def succeeded(self) -> None:
        """The password was right: this name begins again at this address, and the attempt counts for nobody."""
        forget("login-both", self._name, self._address)
        give_back("login-name", self._name)
        give_back("login-address", self._address)

    def _record(self, kind: str, limit: int) -> None:
        with transaction.atomic():
            record_decision(
                "login.locked", f"user {self._name[:150]}", "", counted_by=kind.removeprefix("login-"), limit=limit,
                address=self._address, minutes=WINDOW_SECONDS // 60,
            )  # fmt: skip
