"""Form fields of lists that the models keep as JSON."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget


class ChoiceListField(forms.TypedMultipleChoiceField):
    """Boxes to tick; cleans to a list in the order of the choices."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices=choices, widget=UnfoldAdminCheckboxSelectMultipleWidget, empty_value=[], **options)

    def clean(self, value: Any) -> list[Any]:
        chosen = super().clean(value)
        order = [self.coerce(key) for key, _ in self.choices]  # type: ignore[union-attr,misc]  # a list of pairs
        return sorted(chosen, key=order.index)


class HolidaysField(forms.CharField):
    """One day a line: a date, then its name. Cleans to {ISO date: name}."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> str:
        if not isinstance(value, dict):
            return str(value or "")
        return "\n".join(f"{day} {name}".rstrip() for day, name in sorted(value.items()))

    def clean(self, value: Any) -> dict[str, str]:
        days = {}
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            day, _, name = line.strip().partition(" ")
            if not day:
                continue
            try:
                days[date.fromisoformat(day).isoformat()] = name.strip()
            except ValueError as error:
                raise ValidationError(f"Line {number}: {day} is not a date such as 2026-12-25.") from error
        return days

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial or {}), data)
