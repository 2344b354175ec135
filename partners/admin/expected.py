"""What an agreement awaits, as a tab of its page."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.admin import StackedInline
from unfold.decorators import display

from partners.admin.choice_lists import ChoiceListField
from partners.models import Deadline, ExpectedDocument, Occasion
from partners.models.organisation import WEEKDAYS


class ExpectedDocumentForm(forms.ModelForm):
    weekdays = ChoiceListField(
        list(enumerate(WEEKDAYS)),
        label="On",
        coerce=int,
        required=False,
        help_text=ExpectedDocument._meta.get_field("weekdays").help_text,
    )

    def has_changed(self) -> bool:
        """A rule that was added is kept with the values that it came with."""
        return self.instance.pk is None or super().has_changed()

    def clean(self) -> dict[str, Any] | None:
        """What does not belong to the occasion is put aside, so that it never stands there as if it counted."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("occasion") == Occasion.SCHEDULE:
            cleaned.update(after_kind="", after_partner=None, deadline="", hours=None)
        else:
            cleaned["weekdays"] = []
            if cleaned.get("deadline") != Deadline.HOURS:
                cleaned["hours"] = None
        return cleaned


class ExpectedDocumentInline(StackedInline):
    """A rule for each document that must come."""

    model = ExpectedDocument
    form = ExpectedDocumentForm
    extra = 0
    verbose_name = "expected document"
    verbose_name_plural = "expected documents"
    autocomplete_fields = ("after_partner",)
    readonly_fields = ("days",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may not change it reads the days in words."""
        may_edit = self.has_change_permission(request, obj)
        shown = ("occasion", "is_active"), ("after_kind", "after_partner"), ("deadline", "hours")
        return (*shown, ("by", "weekdays" if may_edit else "days"))

    @display(description="On")
    def days(self, expected: ExpectedDocument) -> str:
        names = ", ".join(WEEKDAYS[number] for number in expected.weekdays)
        return names or ("Every working day" if expected.occasion == Occasion.SCHEDULE else "–")
