"""Groups, tags, calendars and service levels, which partners share."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from partners.admin.choice_lists import ChoiceListField, HolidaysField
from partners.admin.versions import ConfigurationAdmin, ConfigurationForm
from partners.models import BusinessCalendar, PartnerGroup, ServiceLevel, Tag
from partners.models.organisation import WEEKDAYS


class SharedAdmin(ConfigurationAdmin):
    """With the number of partners that share a row."""

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(partner_count=Count("partners"))

    @display(description="partners", ordering="partner_count")
    def used_by(self, row: Any) -> int:
        return int(row.partner_count)


@admin.register(PartnerGroup)
class PartnerGroupAdmin(SharedAdmin):
    list_display = ("name", "description", "used_by")
    search_fields = ("name",)
    fields = ("name", "description", "change_reason", "seen_version")


@admin.register(Tag)
class TagAdmin(SharedAdmin):
    list_display = ("name", "used_by")
    search_fields = ("name",)
    fields = ("name", "change_reason", "seen_version")


class CalendarForm(ConfigurationForm):
    weekdays = ChoiceListField(list(enumerate(WEEKDAYS)), coerce=int, label="Working days", initial=[0, 1, 2, 3, 4])
    holidays = HolidaysField(
        required=False, help_text="One a line: the date, then its name, such as 2026-12-25 Christmas."
    )


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(SharedAdmin):
    form = CalendarForm
    list_display = ("name", "time_zone", "opens", "closes", "used_by")
    search_fields = ("name",)
    fields = ("name", "time_zone", "weekdays", ("opens", "closes"), "holidays", "change_reason", "seen_version")


@admin.register(ServiceLevel)
class ServiceLevelAdmin(SharedAdmin):
    list_display = ("name", "acknowledge_minutes", "accept_minutes", "resolve_hours", "used_by")
    search_fields = ("name",)
    fields = (
        "name",
        ("acknowledge_minutes", "accept_minutes"),
        "resolve_hours",
        "change_reason",
        "seen_version",
    )
