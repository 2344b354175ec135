"""What lists can be narrowed by."""

from typing import Any

from rest_framework import serializers

from config.core.api.filters import Filters
from config.core.ids import earliest_uuid7
from transactions.states import DocumentOutcome, FileOutcome, FileStage


class _Filters(Filters):
    """`since` filters by the time that ids carry."""

    since = serializers.DateTimeField(required=False, help_text="Received at this instant or later (ISO 8601).")

    @classmethod
    def arguments(cls, said: dict[str, Any]) -> dict[str, Any]:
        if since := said.pop("since", None):
            said["id__gte"] = earliest_uuid7(since)
        return said


class FileFilters(_Filters):
    stage = serializers.ChoiceField(choices=FileStage.choices, required=False)
    outcome = serializers.ChoiceField(choices=[c for c in FileOutcome.choices if c[0]], required=False)
    sha256 = serializers.CharField(required=False)


class DocumentFilters(_Filters):
    file = serializers.UUIDField(source="file_id", required=False, help_text="The file it came in.")
    business_key = serializers.CharField(required=False, help_text="The partner's document number.")
    outcome = serializers.ChoiceField(choices=DocumentOutcome.choices, required=False)
    set_id = serializers.CharField(required=False, help_text="ST01, such as 850.")


class AcknowledgmentFilters(_Filters):
    file = serializers.UUIDField(source="file_id", required=False, help_text="The file that it answers.")
    kind = serializers.ChoiceField(choices=["TA1", "997", "999"], required=False)
