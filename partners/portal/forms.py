"""Forms about people: logging in, joining, passwords, codes, addresses."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, SetPasswordForm
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError

from config.core.client_address import client_address
from config.core.login_attempts import WAIT, LoginAttempts
from config.core.models import User
from partners.services.accept_invitation import is_awaited
from partners.services.invite import LONGEST
from partners.services.memberships import partners_of

DIFFERENT = "The two passwords differ."


class LoginForm(AuthenticationForm):
    """User name and password; attempts are counted, and only members of a partner get in."""

    error_messages = {
        "invalid_login": "The user name and the password do not match. Both mind capital letters.",
        "inactive": "This account is switched off.",
        "throttled": f"{WAIT} If you forgot your password, set a new one by the link below.",
        "no_partner": "This account has no access to the portal. Ask whoever invited you.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "User name"
        self.fields["username"].help_text = "Your e-mail address, unless you were given another name."

    def clean(self) -> dict[str, Any]:
        attempts = LoginAttempts(self.data.get("username", ""), client_address(self.request) if self.request else "")
        if not attempts.take():
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        cleaned = super().clean()
        if self.get_user() is not None:  # nobody is looked for where a field is empty
            attempts.succeeded()
        return cleaned

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if not partners_of(user) and not is_awaited(user):
            raise ValidationError(self.error_messages["no_partner"], code="no_partner")


class SwitchForm(forms.Form):
    """Which of the user's partners the portal shows."""

    partner = forms.IntegerField()


class RegisterForm(forms.Form):
    """The first visit of an invited person."""

    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        help_text="The one that the invitation was sent to. You log in with it.",
    )
    name = forms.CharField(label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
    again = forms.CharField(
        label="The password again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        password = said.get("password", "")
        if password and said.get("again") and password != said["again"]:
            self.add_error("again", DIFFERENT)
        if password and "email" in said:
            person = User(username=said["email"], email=said["email"], first_name=said.get("name", "")[:150])
            try:
                validate_password(password, person)
            except ValidationError as error:
                self.add_error("password", error)
        return said


class OwnPasswordForm(forms.Form):
    """Asks for the password once more, before something that whoever finds an open browser should not do."""

    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, user: User, address: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.address = user, address

    def clean_password(self) -> str:
        attempts = LoginAttempts(self.user.get_username(), self.address)
        if not attempts.take():
            raise ValidationError(WAIT)
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError("This is not your password.")
        attempts.succeeded()
        return str(self.cleaned_data["password"])


class OtherEmailForm(OwnPasswordForm):
    """A new address, which has to be confirmed from its mailbox."""

    email = forms.EmailField(
        label="New e-mail address", max_length=LONGEST, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    field_order = ("email", "password")


class OwnNameForm(forms.Form):
    """How one is called here: colleagues and we see it. The user name and the mailbox stay."""

    name = forms.CharField(
        label="Your name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="Your colleagues and we see it.",
    )


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"}))


class CodeForm(forms.Form):
    """A code of an app, or a recovery code."""

    code = forms.CharField(
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )


class AnotherAppForm(OwnPasswordForm, CodeForm):
    """Another app in place of the one in use."""

    field_order = ("code", "password")


class NewPasswordForm(SetPasswordForm):
    """Twice the new password, in the words of the other pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_passwords(self)


class OtherPasswordForm(PasswordChangeForm):
    """The old password and twice the new one. Guessing the old one is made slow, as at the log-in."""

    def __init__(self, user: User, address: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        _name_passwords(self)
        self.attempts = LoginAttempts(user.get_username(), address)

    def clean_old_password(self) -> str:
        if not self.attempts.take():
            raise ValidationError(WAIT)
        password = super().clean_old_password()
        self.attempts.succeeded()
        return str(password)


def _name_passwords(form: SetPasswordForm) -> None:
    form.error_messages = {**form.error_messages, "password_mismatch": DIFFERENT}
    form.fields["new_password2"].label = "The new password again"
    form.fields["new_password2"].help_text = ""
    form.fields["new_password2"].error_messages["required"] = "Type the new password a second time."
