"""Parts of the OpenAPI document that several addresses share."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from config.core.problems import CONTENT_TYPE
from transactions.api.serializers import ProblemSerializer

Responses = dict[Any, Any]

_PROBLEMS = {
    400: "A parameter or the body is not valid.",
    401: "The API key is missing or does not hold.",
    404: "Nothing is here, or it is not yours to see.",
    411: "The length of the body is not known.",
    413: "The file is larger than allowed.",
    415: "The body is compressed.",
    422: "The Idempotency-Key belongs to another file.",
    429: "Too many requests; Retry-After says when to go on.",
}

CORRELATION = OpenApiParameter(
    "Correlation-Id",
    OpenApiTypes.UUID,
    OpenApiParameter.HEADER,
    response=[200, 202],
    description="The id of the file, carried by everything that comes of it.",
)
DOWNLOAD = OpenApiResponse(OpenApiTypes.BINARY, "The content, as an attachment.")
UPLOAD: dict[str, Any] = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
        "required": ["file"],
    },
    "application/edi-x12": OpenApiTypes.BINARY,
    "application/octet-stream": OpenApiTypes.BINARY,
}


def problems(*statuses: int) -> Responses:
    """The problem answers with these HTTP statuses."""
    return {(status, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, _PROBLEMS[status]) for status in statuses}


HERE_OR_NOT = problems(401, 404, 429)
FOR_LISTS = problems(400, 401, 404, 429)
