"""Forms of the steps of a mapping version."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.yaml import load_typed
from partners.models import Environment, Partner

LONGEST = 400_000
"""Characters of a declaration; the library's longest has a tenth of it."""


class DeclarationField(forms.CharField):
    """YAML of a declaration; cleaned, the plain data that it holds."""

    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminTextareaWidget(attrs={"rows": 28, "class": "or-yaml", "spellcheck": "false", "wrap": "off"})
        super().__init__(max_length=LONGEST, strip=False, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return load_typed(text)
        except DeclarationError as error:
            raise ValidationError(str(error)) from error


class DeclarationForm(forms.Form):
    declaration = DeclarationField()


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget, help_text="Kept with the history.")


class AgreeForm(forms.Form):
    partner = forms.ModelChoiceField(
        Partner.objects.filter(is_own=False).order_by("name"), widget=UnfoldAdminSelectWidget, empty_label="Choose…"
    )
    environment = forms.ChoiceField(choices=Environment.choices, widget=UnfoldAdminSelectWidget)
