"""Partners' implementation guides: each version as the file that we were given."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.core import problems
from config.core.api.described import problems as problem_answers
from config.core.downloads import stream_blob
from partners.api.configuration import (
    FOR_LIST,
    FOR_ONE,
    SEARCH,
    Collection,
    Configuration,
    ConfigurationSerializer,
    Filters,
    person_of,
)
from partners.api.partners import UserField
from partners.api.uploads import FORM, within_limit
from partners.models import Guide, Partner
from partners.services.add_guide import LIMIT, SameGuide, add_guide

DOWNLOAD = OpenApiResponse(OpenApiTypes.BINARY, "The file, as an attachment.")


class GuideSerializer(ConfigurationSerializer):
    """One version of a guide. It never changes; a new file with the same title is the next version."""

    uploaded_by = UserField()

    class Meta(ConfigurationSerializer.Meta):
        model = Guide
        internal = ("uploaded_by",)
        fields: ClassVar = [
            *("id", "partner", "title", "version", "file_name", "size", "sha256"),
            *("effective_from", "note", "uploaded_by", "uploaded_at"),
        ]
        read_only_fields: ClassVar = fields

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Without a revision: a version has one state."""
        fields = super().get_fields()
        return {name: field for name, field in fields.items() if name not in ("revision", "change_reason")}


class NewGuideSerializer(serializers.Serializer[Any]):
    partner = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.all())
    title = serializers.CharField(max_length=120, help_text="The same title makes a new version of that guide.")
    file = serializers.FileField(help_text=f"At most {LIMIT // 1_000_000} MB.")
    effective_from = serializers.DateField(required=False, allow_null=True, default=None)
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class GuideFilters(Filters):
    partner = serializers.IntegerField(required=False)
    title = serializers.CharField(required=False)


class Guides(Collection):
    model, own, related = Guide, "partner", ("uploaded_by",)
    serializer_class, filters, searched = GuideSerializer, GuideFilters, ("title", "file_name", "partner__name")
    parser_classes = FORM
    address = "guide"

    def needed(self, method: str) -> str:
        """Who may change a partner keeps its guides, as on the partner's page."""
        return "partners.change_partner" if method == "POST" else "partners.view_guide"

    @extend_schema(
        operation_id="list_guides",
        summary="List versions of guides, newest first",
        parameters=[GuideFilters, SEARCH],
        responses={200: GuideSerializer(many=True), **FOR_LIST},
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @extend_schema(
        operation_id="add_guide",
        request={"multipart/form-data": NewGuideSerializer},
        responses={201: GuideSerializer, **problem_answers(400, 401, 403, 409, 413, 429, 503)},
    )
    def post(self, request: Request) -> Response:
        """Keep a file as the next version of the guide with this title. 409: the newest version has these bytes."""
        body = NewGuideSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = dict(body.validated_data)
        file, partner, title = said.pop("file"), said.pop("partner"), said.pop("title")
        try:
            guide = within_limit(
                add_guide, partner, title, file.name, file.chunks(), uploaded_by=person_of(request), **said
            )
        except SameGuide as same:
            raise problems.Conflict(str(same)) from same
        return self.shown(guide, 201)


class OneGuide(Configuration):
    model, own, related = Guide, "partner", ("uploaded_by",)
    serializer_class = GuideSerializer

    @extend_schema(operation_id="get_guide", responses={200: GuideSerializer, **FOR_ONE})
    def get(self, request: Request, pk: int) -> Response:
        """Read a version of a guide."""
        return self.shown(self.found())


class GuideContent(Configuration):
    model, own, serializer_class = Guide, "partner", GuideSerializer

    @extend_schema(
        operation_id="get_content_of_guide", responses={(200, "application/octet-stream"): DOWNLOAD, **FOR_ONE}
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The file as it was uploaded."""
        guide = self.found()
        return stream_blob(guide.sha256, guide.file_name, length=guide.size)
