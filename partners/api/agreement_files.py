"""Agreements as JSON files: to keep beside a contract, and to bring to another Onramp."""

import json
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.core.downloads import file_name, send_bytes
from partners.api.agreements import AgreementSerializer
from partners.api.configuration import FOR_NEW, FOR_ONE, Configuration
from partners.api.partners import OWNERS
from partners.models import Agreement, Partner
from partners.services.agreement_file import FORMAT, NotImported, export_agreement, import_agreement


class AgreementExport(Configuration):
    """For our own people: it says how we work."""

    model, related, serializer_class = Agreement, ("partner",), AgreementSerializer

    @extend_schema(
        operation_id="export_agreement",
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, FORMAT), **FOR_ONE},
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """The agreement as a JSON file, without secrets, owners and status."""
        agreement = self.found()
        name = file_name(agreement.partner.code, agreement.set_id, agreement.environment, extension="json")
        return send_bytes(export_agreement(agreement).encode(), name)


class AgreementFileSerializer(serializers.Serializer[Any]):
    partner = serializers.PrimaryKeyRelatedField(
        queryset=Partner.objects.all(), help_text="Whom the draft is for, whatever partner the file names."
    )
    agreement = serializers.DictField(help_text=f"An exported agreement ({FORMAT}).")


class AgreementImport(Configuration):
    model, permission, related = Agreement, "partners.add_agreement", ("partner", *OWNERS)
    serializer_class = AgreementSerializer

    @extend_schema(
        operation_id="import_agreement",
        request=AgreementFileSerializer,
        responses={201: AgreementSerializer, **FOR_NEW},
    )
    def post(self, request: Request) -> Response:
        """Keep an exported agreement as a draft."""
        body = AgreementFileSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        content = json.dumps(body.validated_data["agreement"]).encode()
        try:
            draft = import_agreement(content, body.validated_data["partner"])
        except NotImported as refused:
            raise ValidationError({"agreement": [str(refused)]}) from refused
        return self.shown(draft, 201)
