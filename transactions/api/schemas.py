"""What the API and the canonical models look like: public, without a key."""

from pathlib import Path

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from config.core.problems import NotHere
from mappings.engine.canonical.schema import MODELS, schema_path
from transactions.api.described import problems

OPENAPI = Path(__file__).resolve().parents[2] / "config" / "docs" / "openapi.yaml"
SCHEMA_TYPE = "application/schema+json"
OPENAPI_TYPE = "application/yaml"  # RFC 9512


class PublicView(APIView):
    """No key needed, nothing of anybody's shown."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []


class CanonicalSchema(PublicView):
    @extend_schema(
        operation_id="get_canonical_schema",
        responses={(200, SCHEMA_TYPE): OpenApiResponse(OpenApiTypes.OBJECT, "JSON Schema 2020-12."), **problems(404)},
    )
    def get(self, request: Request, kind: str, version: int) -> HttpResponse:
        """The JSON Schema of a canonical model, such as order/1."""
        name = f"{kind}/{version}"
        if name not in MODELS:
            raise NotHere(f"There is no canonical model {name}. There are: {', '.join(MODELS)}.")
        return HttpResponse(schema_path(name).read_bytes(), content_type=SCHEMA_TYPE)


class OpenApi(PublicView):
    """The checked-in document, which a test keeps current: what programs were built against is what is served."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(OPENAPI.read_bytes(), content_type=OPENAPI_TYPE)
