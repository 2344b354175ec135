"""Partners from and as CSV files, and the merge of two records of one partner."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.core.api.described import problems as problem_answers
from config.core.problems import PayloadTooLarge
from partners.api.configuration import (
    FOR_CHANGE,
    FOR_LIST,
    IF_MATCH,
    SEARCH,
    Configuration,
    person_of,
    revision_wanted,
)
from partners.api.partners import PartnerFilters, Partners
from partners.api.uploads import FORM
from partners.models import Partner
from partners.services.export_partners import SEEN_IN_EXPORT, export_partners
from partners.services.import_partners import RowFault, import_partners, preview_import
from partners.services.merge_partners import merge_partners, preview_merge
from partners.services.partner_csv import COLUMNS, Unreadable

LIMIT = 20_000_000
SHOWN = 1_000  # faults of one answer


class PartnersFileSerializer(serializers.Serializer[Any]):
    """preview: true writes nothing; send the same file with false."""

    file = serializers.FileField(help_text=f"UTF-8 with a heading. Columns: {', '.join(COLUMNS)}.")
    preview = serializers.BooleanField(default=True)


class RowFaultSerializer(serializers.Serializer[RowFault]):
    row = serializers.IntegerField(source="number", help_text="As a spreadsheet counts it, the heading being 1.")
    code = serializers.CharField()
    said = serializers.CharField(help_text="Begins with the column.")


class ImportedSerializer(serializers.Serializer[Any]):
    """Of a preview: what would come of it."""

    preview = serializers.BooleanField()
    created = serializers.IntegerField()
    changed = serializers.IntegerField(help_text="Of a preview: rows of partners that are there already.")
    left_out = serializers.IntegerField(help_text="Rows that are wrong.")
    faults = RowFaultSerializer(many=True, help_text=f"The first {SHOWN}.")
    more_faults = serializers.IntegerField()


class PartnerImport(Configuration):
    model, serializer_class, parser_classes = Partner, ImportedSerializer, FORM

    def needed(self, method: str) -> tuple[str, ...]:
        return ("partners.add_partner", "partners.change_partner")

    @extend_schema(
        operation_id="import_partners",
        request={"multipart/form-data": PartnersFileSerializer},
        responses={200: ImportedSerializer, **problem_answers(400, 401, 403, 413, 429)},
    )
    def post(self, request: Request) -> Response:
        """Take partners in from CSV: each row is checked, the right ones are written, the others are named with why."""
        body = PartnersFileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        file, is_preview = body.validated_data["file"], body.validated_data["preview"]
        if file.size > LIMIT:
            raise PayloadTooLarge(LIMIT)
        try:
            told = _previewed(file.read()) if is_preview else _written(file.read(), request)
        except Unreadable as error:
            raise ValidationError({"file": [str(error)]}) from error
        faults = told.pop("faults")
        shown = {"preview": is_preview, "faults": faults[:SHOWN], "more_faults": max(0, len(faults) - SHOWN), **told}
        return Response(ImportedSerializer(shown).data)


def _previewed(content: bytes) -> dict[str, Any]:
    preview = preview_import(content)
    return {
        "created": preview.new, "changed": preview.existing, "left_out": preview.wrong_rows, "faults": preview.faults,
    }  # fmt: skip


def _written(content: bytes, request: Request) -> dict[str, Any]:
    return import_partners(content, person_of(request))._asdict()


class PartnerExport(Partners):
    own = ""  # for our own people only

    def needed(self, method: str) -> tuple[str, ...]:
        return SEEN_IN_EXPORT

    @extend_schema(
        operation_id="export_partners",
        parameters=[PartnerFilters, SEARCH],
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "Partners, as an import takes them back."),
                   **FOR_LIST},
    )  # fmt: skip
    def get(self, request: Request) -> StreamingHttpResponse:
        """Partners as CSV, narrowed as the list is. No cell is a formula."""
        partners = Partner.objects.filter(pk__in=self.wanted(request).values("pk")).order_by("code")
        response = StreamingHttpResponse(export_partners(partners), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="partners.csv"'
        response["Cache-Control"] = "private, no-store"
        return response

    http_method_names = ["get", "head", "options"]


class MergeSerializer(serializers.Serializer[Any]):
    """preview: true writes nothing, and asks for no particular revision (If-Match: *)."""

    into = serializers.PrimaryKeyRelatedField(queryset=Partner.objects.all(), help_text="The partner that stays.")
    preview = serializers.BooleanField(default=True)


class MovingSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    rows = serializers.IntegerField()


class MergedSerializer(serializers.Serializer[Any]):
    preview = serializers.BooleanField()
    into = serializers.IntegerField()
    moving = MovingSerializer(many=True, help_text="What the double has, and how many of each.")
    conflicts = serializers.ListField(child=serializers.CharField(), help_text="What must be settled first.")


class Merge(Configuration):
    """Only who may delete a partner merges: its record is removed."""

    model, permission, serializer_class = Partner, "partners.delete_partner", MergedSerializer

    @extend_schema(
        operation_id="merge_partner",
        request=MergeSerializer,
        parameters=[IF_MATCH],
        responses={200: MergedSerializer, **FOR_CHANGE, **problem_answers(409)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Give everything of this partner to another one, and remove this record. It cannot be undone."""
        double = self.found()
        body = MergeSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        stays, is_preview = body.validated_data["into"], body.validated_data["preview"]
        if is_preview:
            told = preview_merge(stays, double)
        else:
            told = self.act(merge_partners, stays, double, person_of(request), revision=revision_wanted(request))
        return Response(MergedSerializer({"preview": is_preview, "into": stays.pk, **told._asdict()}).data)
