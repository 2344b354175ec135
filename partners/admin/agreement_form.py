"""The form of an agreement: who drafts it does not put it live."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from config.core.models import User
from partners.admin.versions import ConfigurationForm
from partners.models import Agreement, AgreementStatus
from partners.services.change import ACTIVATE, moved_while_live


class AgreementForm(forms.ModelForm):
    """person: who fills it in."""

    person: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._was_live = self.instance.pk is not None and self.instance.status == AgreementStatus.LIVE
        status = self.fields.get("status")
        if isinstance(status, forms.ChoiceField) and not self.person.has_perm(ACTIVATE) and not self._was_live:
            status.choices = [choice for choice in AgreementStatus.choices if choice[0] != AgreementStatus.LIVE]
            status.help_text = "An approver puts it live."

    def has_changed(self) -> bool:
        """A row that somebody added is wanted, also with all its defaults."""
        return self.instance.pk is None or super().has_changed()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        was = AgreementStatus.LIVE if self._was_live else ""
        if moved := moved_while_live(self.changed_data, was, self.person):
            raise ValidationError(moved)
        return cleaned


class AgreementPageForm(AgreementForm, ConfigurationForm):
    """On the page of one agreement: it also asks why, and refuses lost updates."""


def form_for(request: HttpRequest, form: type[AgreementForm] = AgreementForm) -> type[AgreementForm]:
    """The form with the rights of the person who asks for it."""
    return type("AgreementForm", (form,), {"person": request.user})


def is_in(status: tuple[str, ...], pk: int | str | None) -> bool:
    """Whether the agreement of this key is in one of these statuses."""
    return pk is not None and str(pk).isdigit() and Agreement.objects.filter(pk=pk, status__in=status).exists()
