"""API errors as problem details (RFC 9457): a code that programs can rely on, and words that say what to do next."""

import json
import sys
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from config.core.blobs import StorageUnavailable

CONTENT_TYPE = "application/problem+json"
API_PREFIX = "/api/"
PORTAL_PREFIX = "/portal/"


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


class IncompleteBody(Problem):
    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "incomplete-body"
    title = "The body ended too early"

    def __init__(self) -> None:
        super().__init__("The connection ended before the whole body had come. Nothing was kept; send it again.")


class LengthRequired(Problem):
    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length-required"
    title = "The length of the body is not known"

    def __init__(self) -> None:
        super().__init__("This server takes no chunked bodies. Send Content-Length.")


class NotHere(Problem):
    status_code = status.HTTP_404_NOT_FOUND
    default_code = "not-found"
    title = "Not found"

    def __init__(self, detail: str = "Nothing is here, or it is not yours to see.") -> None:
        super().__init__(detail)


class Outdated(Problem):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "outdated"
    title = "It was saved meanwhile"


class RevisionNeeded(Problem):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "revision-needed"
    title = "Say which revision you read"

    def __init__(self) -> None:
        super().__init__("Send If-Match with the ETag of what you read, so that nobody's change is overwritten.")


class Conflict(Problem):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"
    title = "Its state does not allow this"


class Unprocessable(Problem):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "unprocessable"
    title = "The request cannot be carried out"


class ComeAgain(Problem):
    """503 with Retry-After, which the framework takes from `wait` (seconds). told: what people read on a page."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    wait: int
    said: str
    told: str

    def __init__(self) -> None:
        super().__init__(self.said.format(wait=self.wait), retry_after=self.wait)


class CannotStore(ComeAgain):
    default_code = "storage-unavailable"
    title = "Onramp cannot store files now"
    wait = 60
    said = (
        "Our disk takes no files now. Nothing of this request was kept; send it again in {wait} seconds, with the same "
        "Idempotency-Key."
    )
    told = (
        "Our disk takes no files now. Nothing of this request was kept. Try again in a few minutes; if it stays, tell "
        "integration support the time and the address."
    )


class DatabaseAway(ComeAgain):
    default_code = "database-unavailable"
    title = "Onramp’s database does not answer now"
    wait = 30
    said = (
        "Our database does not answer now. Send the request again in {wait} seconds, with the same Idempotency-Key: it "
        "is carried out once."
    )
    told = (
        "What was received before is safe. Whether your last step was carried out is not known: try again in a minute, "
        "and look at it before you repeat it. If it stays, tell integration support the time and the address."
    )


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every API error leaves as application/problem+json."""
    if isinstance(error, Http404):
        error = NotHere()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, StorageUnavailable):
        error = CannotStore()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return None
    code = str(error.default_code).replace("_", "-")
    body = _body(response.status_code, code, str(getattr(error, "title", response.status_text)))
    if isinstance(error, exceptions.NotAuthenticated):
        body["detail"] = "Send your API key with the request, as: Authorization: Bearer onr_…"
    elif isinstance(error, exceptions.ValidationError):
        body["detail"] = "Some fields are not valid."
        body["errors"] = error.detail
    else:
        body["detail"] = str(error.detail)
    body.update(getattr(error, "fields", {}))
    response.data = body
    response.content_type = CONTENT_TYPE
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400: what Django refuses before a view is reached, as a problem where programs call."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    return _problem(status.HTTP_400_BAD_REQUEST, "bad-request", "The request is not valid", "Check its headers.")


@csrf_exempt
def elsewhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any address under /api/ that is none: a problem, whatever the method, with or without a key."""
    detail = "There is no such address. /api/v1/openapi.yaml lists them."
    return _problem(NotHere.status_code, NotHere.default_code, NotHere.title, detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: our own failure, or 503 when files cannot be stored. It says nothing of its cause: that is logged."""
    if isinstance(sys.exception(), StorageUnavailable):
        return come_again(request, CannotStore())
    if request.path.startswith(PORTAL_PREFIX):
        return HttpResponseServerError(render_to_string("500.html", {"start": PORTAL_PREFIX}))
    if not _is_api(request):
        return defaults.server_error(request)
    return _problem(
        status.HTTP_500_INTERNAL_SERVER_ERROR,
        "internal-error",
        "Onramp failed",
        "The fault is ours and has been logged. Send the request again with the same Idempotency-Key.",
    )


def come_again(request: HttpRequest, problem: ComeAgain) -> HttpResponse:
    """The answer 503 to a program or a person, with Retry-After."""
    if _is_api(request):
        response = _problem(
            problem.status_code, problem.default_code, problem.title, str(problem.detail), problem.fields
        )
    else:
        start = PORTAL_PREFIX if request.path.startswith(PORTAL_PREFIX) else ""
        shown = render_to_string("503.html", {"start": start, "title": problem.title, "told": problem.told})
        response = HttpResponse(shown, status=problem.status_code)
    response["Retry-After"] = str(problem.wait)
    return response


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(API_PREFIX)


def _problem(
    status_code: int, code: str, title: str, detail: str, fields: dict[str, str | int] | None = None
) -> HttpResponse:
    body = _body(status_code, code, title) | {"detail": detail} | (fields or {})
    return HttpResponse(json.dumps(body), status=status_code, content_type=CONTENT_TYPE)


def _body(status_code: int, code: str, title: str) -> dict[str, Any]:
    return {"type": f"urn:onramp:problem:{code}", "title": title, "status": status_code, "code": code}
