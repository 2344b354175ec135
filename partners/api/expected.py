"""What agreements await, by when."""

from typing import ClassVar

from rest_framework import serializers

from partners.api.configuration import Collection, ConfigurationSerializer, Filters, Single
from partners.api.described import collection, removable, single
from partners.api.shared import RECORD
from partners.models import ExpectedDocument, Occasion
from partners.models.organisation import WEEKDAYS


class ExpectedDocumentSerializer(ConfigurationSerializer):
    """A rule for a document that must come: after another one, or on a schedule. Weekdays: Monday is 0."""

    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=len(WEEKDAYS) - 1),
        required=False,
        help_text=str(ExpectedDocument._meta.get_field("weekdays").help_text),
    )

    class Meta(ConfigurationSerializer.Meta):
        model = ExpectedDocument
        fixed = ("agreement",)
        fields: ClassVar = [
            *RECORD,
            *("agreement", "is_active", "occasion", "after_kind", "after_partner", "deadline", "hours", "weekdays"),
            *("by", "created_at"),
        ]


class ExpectedDocumentFilters(Filters):
    agreement = serializers.IntegerField(required=False)
    occasion = serializers.ChoiceField(choices=Occasion.choices, required=False)


@collection("expected document", "expected documents")
class ExpectedDocuments(Collection):
    model, own = ExpectedDocument, "agreement__partner"
    serializer_class, filters = ExpectedDocumentSerializer, ExpectedDocumentFilters


@removable("expected document", "What it awaits is awaited no more.")
@single("expected document")
class OneExpectedDocument(Single):
    model, own, serializer_class = ExpectedDocument, "agreement__partner", ExpectedDocumentSerializer
