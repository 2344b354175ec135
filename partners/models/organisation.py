"""What partners share: groups and tags, calendars, and what we promise them."""

from datetime import date
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def time_zones() -> frozenset[str]:
    """Names of the IANA database. Looked up once: it reads a folder of hundreds of files."""
    return frozenset(available_timezones())


class PartnerGroup(models.Model):
    """Partners that are set up or judged alike, such as a programme or a region."""

    name = models.CharField(max_length=80, unique=True)
    description = models.CharField(max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = "partner group"

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A word to find partners by."""

    name = models.SlugField(max_length=40, unique=True)
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


def validate_weekdays(value: Any) -> None:
    """Model validator: numbers of weekdays, Monday = 0, at least one."""
    if not isinstance(value, list) or not value or set(value) - set(range(7)) or len(set(value)) != len(value):
        raise ValidationError("Working days are a list of numbers from 0 (Monday) to 6 (Sunday), at least one.")


def validate_holidays(value: Any) -> None:
    """Model validator: {ISO date: name}."""
    if not isinstance(value, dict):
        raise ValidationError("Holidays are dates with names.")
    for day in value:
        try:
            date.fromisoformat(day)
        except ValueError as error:
            raise ValidationError(f"{day} is not a date such as 2026-12-25.") from error


class BusinessCalendar(models.Model):
    """On which days and hours people work, in a time zone of its own."""

    name = models.CharField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    weekdays = models.JSONField("working days", default=list, validators=[validate_weekdays])
    opens = models.TimeField(default="09:00")
    closes = models.TimeField(default="17:00")
    holidays = models.JSONField(default=dict, blank=True, validators=[validate_holidays])
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """It opens before it closes, in a zone that exists."""
        if self.time_zone not in time_zones():
            raise ValidationError({"time_zone": f"There is no time zone {self.time_zone}."})
        if self.opens >= self.closes:
            raise ValidationError({"closes": "It must close after it opens."})


_UP_TO_30_DAYS = [MinValueValidator(1), MaxValueValidator(43_200)]  # minutes


class ServiceLevel(models.Model):
    """What we promise a partner: how soon we answer, and how soon faults are mended."""

    name = models.CharField(max_length=80, unique=True)
    acknowledge_minutes = models.PositiveIntegerField(
        default=60, validators=_UP_TO_30_DAYS, help_text="From receipt to acknowledgment."
    )
    accept_minutes = models.PositiveIntegerField(
        default=240, validators=_UP_TO_30_DAYS, help_text="From receipt to a canonical document."
    )
    resolve_hours = models.PositiveIntegerField(
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(8_760)],
        help_text="Working hours to close an exception case.",
    )
    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
