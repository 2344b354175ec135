"""The form of a connection: typed settings of its protocol, and secrets that are never shown again."""

from typing import Any

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from config.core.vault import VaultLocked, seal
from partners.admin.versions import ConfigurationForm
from partners.models import Connection
from partners.protocols import PROTOCOLS, SettingWords
from partners.services.change import connection_faults

SETTING, SECRET = "setting_", "secret_"


class ConnectionForm(ConfigurationForm):
    """Subclassed for each protocol by `form_of`."""

    protocol_key = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.protocol_key:
            return
        protocol = PROTOCOLS[self.protocol_key]
        defaults = msgspec.structs.asdict(protocol.settings())
        for name in protocol.words:
            self.initial[SETTING + name] = self.instance.settings.get(name, defaults[name])
        kept = set(self.instance.secrets.values_list("name", flat=True))
        for name in protocol.secrets:
            field = self.fields.get(SECRET + name)
            if field is not None and name in kept:
                field.widget.attrs["placeholder"] = "Set. Leave it empty to keep it."

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.protocol_key or self.errors:
            return cleaned
        protocol = PROTOCOLS[self.protocol_key]
        sent = {name: self.cleaned_data[SETTING + name] for name in protocol.words}
        try:
            msgspec.convert(sent, protocol.settings)
        except msgspec.ValidationError as error:
            raise ValidationError(_in_words(str(error), protocol.words)) from error
        kept = {name: value for name, value in sent.items() if value != _default(protocol, name)}
        self.instance.settings, self.instance.is_enabled = kept, bool(self.cleaned_data.get("is_enabled"))
        if faults := connection_faults(self.instance):
            hint = "Switch “enabled” off to keep it half done."
            raise ValidationError([*faults, hint])
        if any(self.cleaned_data.get(SECRET + name) for name in protocol.secrets):
            try:
                seal(b"", "")
            except VaultLocked as locked:
                raise ValidationError(str(locked)) from locked
        return cleaned

    def secrets_entered(self) -> dict[str, str]:
        """New secrets by name; what was left empty stays as it is."""
        sent = {name: self.cleaned_data.get(SECRET + name, "") for name in PROTOCOLS[self.protocol_key].secrets}
        return {name: value for name, value in sent.items() if value}


def form_of(connection: Connection | None) -> type[ConnectionForm]:
    """The form with the fields of the connection's protocol; without them for one that is being added."""
    if connection is None:
        return ConnectionForm
    protocol = PROTOCOLS[connection.protocol]
    types = {field.name: field for field in msgspec.structs.fields(protocol.settings)}
    fields: dict[str, Any] = {"protocol_key": connection.protocol}
    for name, words in protocol.words.items():
        fields[SETTING + name] = _field(words, types[name].default)
    for name, words in protocol.secrets.items():
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 4, "autocomplete": "off"}) if words.is_long else _password()
        fields[SECRET + name] = forms.CharField(
            label=words.label,
            help_text=words.help,
            required=False,
            widget=widget,
            strip=words.is_long,
            max_length=20_000,
        )
    return type("ConnectionForm", (ConnectionForm,), fields)


def setting_names(connection: Connection) -> list[str]:
    """Fields of the form that are settings."""
    return [SETTING + name for name in PROTOCOLS[connection.protocol].words]


def secret_names(connection: Connection) -> list[str]:
    """Fields of the form that are secrets."""
    return [SECRET + name for name in PROTOCOLS[connection.protocol].secrets]


def _password() -> forms.Widget:
    return UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}, render_value=False)


def _field(words: SettingWords, default: Any) -> forms.Field:
    said: dict[str, Any] = {"label": words.label, "help_text": words.help, "required": False}
    if words.values:
        return forms.ChoiceField(choices=list(words.values.items()), widget=UnfoldAdminSelectWidget, **said)
    if isinstance(default, bool):
        return forms.BooleanField(widget=UnfoldBooleanSwitchWidget, **said)
    if isinstance(default, int):
        return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget, **{**said, "required": True})
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 3}) if words.is_long else UnfoldAdminTextInputWidget
    return forms.CharField(widget=widget, max_length=20_000 if words.is_long else 500, **said)


def _default(protocol: Any, name: str) -> Any:
    return getattr(protocol.settings(), name)


def _in_words(error: str, words: dict[str, SettingWords]) -> str:
    """msgspec's message with the label of the field instead of its path."""
    for name, said in words.items():
        if f"$.{name}`" in error:
            return f"{said.label}: {error.partition(' - at ')[0]}."
    return error
