"""Guessing passwords is made slow: after a few failures a name, or an address, has to wait."""

from config.core.rate_limits import forget, take

WINDOW_SECONDS = 15 * 60
BY_NAME_AND_ADDRESS, BY_NAME, BY_ADDRESS = 5, 30, 50


class LoginAttempts:
    """The failures of one user name from one address within WINDOW_SECONDS.

    A name alone has a higher limit, so that a stranger cannot easily keep somebody out, and many addresses together
    cannot guess forever; so has an address, behind which a whole office may sit.
    """

    def __init__(self, username: str, address: str) -> None:
        self._name, self._address = username.strip().casefold(), address

    def take(self) -> bool:
        """Count an attempt, before the password is looked at. False when there have been too many."""
        own = take("login-both", self._name, self._address, limit=BY_NAME_AND_ADDRESS, seconds=WINDOW_SECONDS)
        name = take("login-name", self._name, limit=BY_NAME, seconds=WINDOW_SECONDS)
        address = take("login-address", self._address, limit=BY_ADDRESS, seconds=WINDOW_SECONDS)
        return own and name and address

    def succeeded(self) -> None:
        """The password was right: this name begins again at this address."""
        forget("login-both", self._name, self._address)
