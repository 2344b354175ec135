"""Forms about the company: its details, whom to write to, and what it asks for."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from partners.models import CertificatePurpose, Contact, Environment, Identity, IdentityKind, Language, Purpose, Scope
from partners.services.revisions import revision_of

DAYS = ((30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "One year"))


class BoxesField(forms.MultipleChoiceField):
    """Boxes to tick, as a group that is read out with its label. Cleans to a list in the order of the choices."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        chosen = super().clean(value)
        return [str(key) for key, _ in self.choices if str(key) in chosen]  # type: ignore[union-attr,misc]  # a list of pairs


class RevisedForm(forms.Form):
    """Knows which revision of the record it was opened with, so that nobody's change is lost."""

    revision = forms.CharField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """What is to be saved, by field."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class DetailsForm(RevisedForm):
    """What a partner changes by itself."""

    time_zone = forms.ChoiceField(
        choices=[(name, name) for name in sorted(available_timezones())], help_text="Of your office."
    )
    language = forms.ChoiceField(choices=Language.choices, help_text="In which we write to you.")


class NameForm(forms.Form):
    name = forms.CharField(label="Name of the company", max_length=200)
    note = forms.CharField(
        label="Why", max_length=500, required=False, help_text="Such as a merger, and from when it holds."
    )


class ContactForm(RevisedForm):
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label="E-mail", required=False)
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    purposes = BoxesField(label="Write to them about", choices=Purpose.choices)

    @classmethod
    def of(cls, contact: Contact, data: Any) -> "ContactForm":
        """The form with what we have."""
        initial = {name: getattr(contact, name) for name in ("name", "email", "phone", "purposes")}
        return cls(data, initial={**initial, "revision": revision_of(contact) if contact.pk else ""})


class IdentityForm(forms.Form):
    kind = forms.ChoiceField(choices=IdentityKind.choices)
    qualifier = forms.CharField(
        max_length=40, required=False, help_text="Such as 01, 12 or ZZ for an interchange id; many kinds have none."
    )
    value = forms.CharField(max_length=120)
    environment = forms.ChoiceField(
        label="For", choices=[(Environment.PRODUCTION, "Live documents"), (Environment.TEST, "Tests")]
    )
    note = forms.CharField(label="Why", max_length=500, required=False, help_text="And from when it holds.")

    @classmethod
    def of(cls, identity: Identity | None, data: Any) -> "IdentityForm":
        """Empty, or with the identity that is to be replaced."""
        names = ("kind", "qualifier", "value", "environment")
        return cls(data, initial={name: getattr(identity, name) for name in names} if identity else None)


class NoteForm(forms.Form):
    note = forms.CharField(label="Why", max_length=500, required=False)


class KeyForm(forms.Form):
    label = forms.CharField(
        label="For", max_length=100, help_text="Who or what will use it, such as “ERP, nightly export”."
    )
    scopes = BoxesField(label="It may", choices=Scope.choices, initial=list(Scope.values))
    days = forms.TypedChoiceField(label="It ends after", choices=DAYS, coerce=int, initial=180)


class RotateForm(forms.Form):
    days = forms.TypedChoiceField(label="The new key ends after", choices=DAYS, coerce=int, initial=180)


class CertificateForm(forms.Form):
    file = forms.FileField(label="Certificate", help_text="PEM or DER, without its private key.")
    purposes = BoxesField(label="For", choices=CertificatePurpose.choices)
    environment = forms.ChoiceField(
        label="Used with", choices=[(Environment.PRODUCTION, "Live documents"), (Environment.TEST, "Tests")]
    )
