"""How errors stand in the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from config.core.problems import CONTENT_TYPE

Responses = dict[Any, Any]

_PROBLEMS = {
    400: "A parameter or the body is not valid.",
    401: "The key or token is missing or does not hold.",
    403: "You may not do this.",
    404: "Nothing is here, or it is not yours to see.",
    409: "The state of the record does not allow it.",
    411: "The length of the body is not known.",
    412: "Somebody saved it after you read it: read it again.",
    413: "The file is larger than allowed.",
    415: "The body is compressed.",
    422: "The request cannot be carried out as it is.",
    428: "Say with If-Match which revision you read.",
    429: "Too many requests; Retry-After says when to go on.",
    503: "Files cannot be stored now; Retry-After says when to try again. Nothing was kept.",
}


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem (RFC 9457, application/problem+json)."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The declared ones, and `errors`, which is a property of serializers and so cannot be declared."""
        help_text = "With code invalid: field → what is wrong with it."
        return super().get_fields() | {"errors": serializers.DictField(required=False, help_text=help_text)}

    type = serializers.CharField(help_text="urn:onramp:problem:<code>")
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="What programs rely on.")
    detail = serializers.CharField(help_text="What happened and what to do next.")
    limit = serializers.IntegerField(required=False, help_text="With code payload-too-large: bytes.")
    revision = serializers.CharField(required=False, help_text="With code outdated: the newest revision.")


def problems(*statuses: int) -> Responses:
    """The problem answers with these HTTP statuses."""
    return {(status, CONTENT_TYPE): OpenApiResponse(ProblemSerializer, _PROBLEMS[status]) for status in statuses}
