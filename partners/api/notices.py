"""What people were told by e-mail, with whether it went out: for our own staff."""

from typing import Any, ClassVar

from rest_framework import serializers

from partners.api.configuration import Collection, ConfigurationSerializer, Filters, Single
from partners.api.described import collection, single
from partners.models import Notice, NoticeKind


class NoticeSerializer(ConfigurationSerializer):
    """to: mailboxes that shall have it; sent_to: those that have; failure: why the last try did not succeed."""

    class Meta(ConfigurationSerializer.Meta):
        model = Notice
        fields: ClassVar = [
            *("id", "kind", "agreement", "at", "subject", "text"),
            *("to", "sent_to", "sent_at", "attempts", "failure"),
        ]
        read_only_fields: ClassVar = fields

    def get_fields(self) -> dict[str, serializers.Field]:
        """Nobody changes one, so that it has no revision."""
        fields = super().get_fields()
        return {name: field for name, field in fields.items() if name not in ("revision", "change_reason")}


class NoticeFilters(Filters):
    agreement = serializers.IntegerField(required=False)
    partner = serializers.IntegerField(source="agreement__partner", required=False)
    kind = serializers.ChoiceField(choices=NoticeKind.choices, required=False)
    is_sent = serializers.BooleanField(source="sent_at__isnull", required=False, allow_null=True, default=None)

    @classmethod
    def arguments(cls, said: dict[str, Any]) -> dict[str, Any]:
        is_sent = said.pop("sent_at__isnull")
        return said | ({} if is_sent is None else {"sent_at__isnull": not is_sent})


@collection("notice", "notices", makes=False)
class Notices(Collection):
    model, serializer_class, filters, searched = Notice, NoticeSerializer, NoticeFilters, ("subject",)


@single("notice", changes=False)
class OneNotice(Single):
    model, serializer_class = Notice, NoticeSerializer
