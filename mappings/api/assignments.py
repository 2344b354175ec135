"""The mapping of an agreement: the pinned version, and the rules beyond the standard."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.core import problems
from mappings.models import Assignment, MappingVersion, VersionStatus
from partners.api.configuration import (
    ETAG,
    FOR_CHANGE,
    FOR_ONE,
    Collection,
    Configuration,
    ConfigurationSerializer,
    Filters,
    revision_wanted,
)
from partners.api.described import collection
from partners.models import Agreement


class MappingVersionSerializer(serializers.ModelSerializer[MappingVersion]):
    """A version of a mapping; published ones can be assigned."""

    mapping = serializers.CharField(source="mapping.code")
    name = serializers.CharField(source="mapping.name")
    canonical = serializers.CharField(source="mapping.canonical")
    set_id = serializers.CharField(source="mapping.set_id", help_text="Empty: for any.")

    class Meta:
        model = MappingVersion
        fields: ClassVar = ["id", "mapping", "name", "number", "canonical", "set_id", "status", "checksum"]
        read_only_fields: ClassVar = fields


class VersionFilters(Filters):
    mapping = serializers.CharField(source="mapping__code", required=False)
    set_id = serializers.CharField(source="mapping__set_id", required=False)
    status = serializers.ChoiceField(choices=VersionStatus.choices, required=False)


@collection("mapping version", "mapping versions", makes=False)
class MappingVersions(Collection):
    model, related = MappingVersion, ("mapping",)
    serializer_class, filters, searched = MappingVersionSerializer, VersionFilters, ("mapping__name", "mapping__code")


class AssignmentSerializer(ConfigurationSerializer):
    """overlay: rules beyond the standard, for X12; text_settings: how text files are read."""

    mapping = serializers.CharField(source="version.mapping.code", read_only=True)
    overlay = serializers.ListField(child=serializers.DictField(), required=False)
    text_settings = serializers.DictField(required=False)

    class Meta(ConfigurationSerializer.Meta):
        model = Assignment
        fields: ClassVar = ["revision", "change_reason", "agreement", "version", "mapping", "overlay", "text_settings"]
        read_only_fields: ClassVar = ["agreement"]


class AgreementMapping(Configuration):
    """One for each agreement, so that it has the agreement's address."""

    model, own, related = Assignment, "agreement__partner", ("version__mapping", "agreement")
    serializer_class = AssignmentSerializer

    def needed(self, method: str) -> str:
        verb = "view" if method in ("GET", "HEAD", "OPTIONS") else "change"
        return f"mappings.{verb}_assignment"

    def found(self) -> Assignment:
        """The assignment of the agreement, or one that is not saved yet. Raises NotHere."""
        row: Assignment | None = self.get_queryset().filter(agreement=self.kwargs["pk"]).first()
        if row is None:
            agreement = Agreement.objects.filter(pk=self.kwargs["pk"]).first()
            if agreement is None or self.request.method == "GET":
                raise problems.NotHere
            row = Assignment(agreement=agreement)
        return row

    @extend_schema(
        operation_id="get_mapping_of_agreement", parameters=[ETAG], responses={200: AssignmentSerializer, **FOR_ONE}
    )
    def get(self, request: Request, pk: int) -> Response:
        """The mapping of an agreement; 404 while it has none."""
        return self.shown(self.found())

    @extend_schema(
        operation_id="change_mapping_of_agreement", parameters=[ETAG],
        responses={200: AssignmentSerializer, **FOR_CHANGE},
    )  # fmt: skip
    def patch(self, request: Request, pk: int) -> Response:
        """Choose a published version, or change what goes with it. If-Match is needed once there is one."""
        row = self.found()
        revision = revision_wanted(request) if row.pk else None
        return self.shown(self.keep(row, self._values(row), revision))

    def _values(self, row: Assignment) -> dict[str, Any]:
        values = self.sent(row)
        if row.pk is None and "version" not in values:
            raise serializers.ValidationError({"version": ["Choose a version."]})
        return values
