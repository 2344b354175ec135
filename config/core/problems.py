"""API errors as problem details (RFC 9457): a code that programs can rely on, and words that say what to do next."""

from typing import Any

from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

CONTENT_TYPE = "application/problem+json"


class Problem(exceptions.APIException):
    """An error answer. Subclasses give status, code and title; the instance gives the detail and typed fields."""

    title = "Error"

    def __init__(self, detail: str, **fields: str | int) -> None:
        super().__init__(detail)
        self.fields = fields


class PayloadTooLarge(Problem):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "payload-too-large"
    title = "The file is too large"

    def __init__(self, limit: int) -> None:
        super().__init__(f"At most {limit} bytes are taken at once. Split the file and send the parts.", limit=limit)


class Conflict(Problem):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    title = "The request conflicts with an earlier one"


class Unprocessable(Problem):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "unprocessable"
    title = "The request cannot be carried out"


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every API error leaves as application/problem+json."""
    response = exception_handler(error, context)
    if response is None:
        return None
    code = str(getattr(error, "default_code", "error")).replace("_", "-")
    body: dict[str, Any] = {
        "type": f"urn:onramp:problem:{code}",
        "title": getattr(error, "title", response.status_text),
        "status": response.status_code,
        "code": code,
    }
    if isinstance(error, exceptions.ValidationError):
        body["detail"] = "Some fields are not valid."
        body["errors"] = error.detail
    else:
        detail = getattr(error, "detail", None)
        body["detail"] = str(detail) if detail else "Nothing is here, or it is not yours to see."
    body.update(getattr(error, "fields", {}))
    response.data = body
    response.content_type = CONTENT_TYPE
    return response
