"""What agreements await, by when."""

from typing import ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api.configuration import FOR_CHANGE, IF_MATCH, Collection, ConfigurationSerializer, Filters
from partners.api.described import collection, single
from partners.api.partners import Removable
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


@single("expected document")
class OneExpectedDocument(Removable):
    model, own, serializer_class = ExpectedDocument, "agreement__partner", ExpectedDocumentSerializer

    @extend_schema(
        operation_id="delete_expected_document",
        summary="Remove an expected document",
        parameters=[IF_MATCH],
        responses={204: None, **FOR_CHANGE},
    )
    def delete(self, request: Request, pk: int) -> Response:
        """Remove a rule. What it awaits is awaited no more."""
        return self.removed(request)
