"""The form of an agreement: who drafts it does not put it live."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from partners.admin.versions import ConfigurationForm
from partners.models import Agreement, AgreementStatus

ACTIVATE = "partners.activate_agreement"
# What an approver agreed to. Policies may follow a partner's needs, and the history says who changed them.
SUBJECT = ("partner", "direction", "kind", "standard", "set_id", "release", "environment")


class AgreementForm(forms.ModelForm):
    """may_put_live: set for the person who fills it in."""

    may_put_live = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._was_live = self.instance.pk is not None and self.instance.status == AgreementStatus.LIVE
        status = self.fields.get("status")
        if isinstance(status, forms.ChoiceField) and not self.may_put_live and not self._was_live:
            status.choices = [choice for choice in AgreementStatus.choices if choice[0] != AgreementStatus.LIVE]
            status.help_text = "An approver puts it live."

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        moved = sorted(set(self.changed_data) & set(SUBJECT))
        if self._was_live and moved and not self.may_put_live:
            raise ValidationError(
                "A live agreement keeps what it is about. Retire it and draft another, or ask an approver."
            )
        return cleaned


class AgreementPageForm(AgreementForm, ConfigurationForm):
    """On the page of one agreement: it also asks why, and refuses lost updates."""


def form_for(request: HttpRequest, form: type[AgreementForm] = AgreementForm) -> type[AgreementForm]:
    """The form with the rights of the person who asks for it."""
    return type("AgreementForm", (form,), {"may_put_live": request.user.has_perm(ACTIVATE)})


def is_in(status: tuple[str, ...], pk: int | str | None) -> bool:
    """Whether the agreement of this key is in one of these statuses."""
    return pk is not None and str(pk).isdigit() and Agreement.objects.filter(pk=pk, status__in=status).exists()
