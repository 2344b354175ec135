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
        """What does not belong to the occasion is put aside, so that it never stands there as if it counted.

        What was entered just now and does not belong is told: whoever entered it means something by it.
        """
        cleaned = super().clean() or self.cleaned_data
        for name, why in _idle(cleaned.get("occasion"), cleaned.get("deadline")).items():
            if name in self.changed_data and cleaned.get(name) not in (None, "", []):
                self.add_error(name, why)
            cleaned[name] = IDLE[name]
        return cleaned


IDLE: dict[str, Any] = {"after_kind": "", "after_partner": None, "deadline": "", "hours": None, "weekdays": []}
"""What stands in a field that does not count."""


def _idle(occasion: Any, deadline: Any) -> dict[str, str]:
    """Fields that do not count, each with why. The page's script hides the same ones (admin.js)."""
    if occasion == Occasion.SCHEDULE:
        said = "It does not count on a schedule, which has days and a time. Leave it, or choose another occasion."
        return dict.fromkeys(("after_kind", "after_partner", "deadline", "hours"), said)
    idle = {"weekdays": "Days count on a schedule only. Leave them empty, or choose “On a schedule”."}
    if deadline != Deadline.HOURS:
        idle["hours"] = "Hours do not count beside a date of the document. Leave them, or choose hours."
    return idle


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
