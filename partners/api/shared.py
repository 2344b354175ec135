"""What partners share: groups, tags, calendars and service levels."""

from typing import ClassVar

from rest_framework import serializers

from partners.api.configuration import Collection, ConfigurationSerializer, Single
from partners.api.described import collection, single
from partners.models import BusinessCalendar, PartnerGroup, ServiceLevel, Tag

RECORD = ("id", "revision", "change_reason")


class GroupSerializer(ConfigurationSerializer):
    class Meta(ConfigurationSerializer.Meta):
        model = PartnerGroup
        fields: ClassVar = [*RECORD, "name", "description"]


class TagSerializer(ConfigurationSerializer):
    class Meta(ConfigurationSerializer.Meta):
        model = Tag
        fields: ClassVar = [*RECORD, "name"]


class CalendarSerializer(ConfigurationSerializer):
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), help_text="Working days; Monday is 0."
    )
    holidays = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="Date → name: {“2026-12-25”: “Christmas”}."
    )

    class Meta(ConfigurationSerializer.Meta):
        model = BusinessCalendar
        fields: ClassVar = [*RECORD, "name", "time_zone", "weekdays", "opens", "closes", "holidays"]


class ServiceLevelSerializer(ConfigurationSerializer):
    class Meta(ConfigurationSerializer.Meta):
        model = ServiceLevel
        fields: ClassVar = [*RECORD, "name", "acknowledge_minutes", "accept_minutes", "resolve_hours"]


@collection("group", "groups")
class Groups(Collection):
    model, serializer_class, searched = PartnerGroup, GroupSerializer, ("name",)


@single("group")
class OneGroup(Single):
    model, serializer_class = PartnerGroup, GroupSerializer


@collection("tag", "tags")
class Tags(Collection):
    model, serializer_class, searched = Tag, TagSerializer, ("name",)


@single("tag")
class OneTag(Single):
    model, serializer_class = Tag, TagSerializer


@collection("calendar", "calendars")
class Calendars(Collection):
    model, serializer_class, searched = BusinessCalendar, CalendarSerializer, ("name",)


@single("calendar")
class OneCalendar(Single):
    model, serializer_class = BusinessCalendar, CalendarSerializer


@collection("service level", "service levels")
class ServiceLevels(Collection):
    model, serializer_class, searched = ServiceLevel, ServiceLevelSerializer, ("name",)


@single("service level")
class OneServiceLevel(Single):
    model, serializer_class = ServiceLevel, ServiceLevelSerializer
