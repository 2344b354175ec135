"""The admin's log-in form: attempts are counted as those of the portal are.

The theme imports it while it makes the site, so it cannot be in the package of admin pages.
"""

from typing import Any

from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm

from config.core.client_address import client_address
from config.core.login_attempts import WAIT, LoginAttempts

HELP = "If you forgot your password, or if it was not you who tried, tell an administrator."


class LoginForm(AuthenticationForm):
    """User name and password of our own staff."""

    def clean(self) -> dict[str, Any]:
        attempts = LoginAttempts(self.data.get("username", ""), client_address(self.request) if self.request else "")
        if not attempts.take():
            raise ValidationError(f"{WAIT} {HELP}", code="throttled")
        cleaned: dict[str, Any] = super().clean()
        if self.get_user() is not None:  # nobody is looked for where a field is empty
            attempts.succeeded()
        return cleaned
