"""Forms about logging in."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from config.core.client_address import client_address
from partners.services.login_attempts import WINDOW_SECONDS, LoginAttempts
from partners.services.memberships import partners_of


class LoginForm(AuthenticationForm):
    """User name and password; attempts are counted, and only members of a partner get in."""

    error_messages = {
        "invalid_login": "The user name and the password do not match. Both mind capital letters.",
        "inactive": "This account is switched off.",
        "throttled": f"Too many attempts. Wait {WINDOW_SECONDS // 60} minutes, then try again.",
        "no_partner": "This account has no access to the portal. Ask whoever invited you.",
    }

    def clean(self) -> dict[str, Any]:
        attempts = LoginAttempts(self.data.get("username", ""), client_address(self.request) if self.request else "")
        if not attempts.take():
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        cleaned = super().clean()
        attempts.succeeded()
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not partners_of(user):
            raise ValidationError(self.error_messages["no_partner"], code="no_partner")


class SwitchForm(forms.Form):
    """Which of the user's partners the portal shows."""

    partner = forms.IntegerField()
