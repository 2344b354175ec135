"""Parts of the OpenAPI document that several addresses share."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from config.core.api.described import problems

X12 = "application/edi-x12"  # RFC 1767
XML = "application/xml"
TEXT = "text/plain"
JSON = "application/json"
BYTES = "application/octet-stream"

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


HERE_OR_NOT = problems(401, 404, 429)
FOR_LISTS = problems(400, 401, 404, 429)
