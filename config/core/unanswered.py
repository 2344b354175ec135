"""A database that does not answer: whoever asks is told to come again, in place of a traceback."""

import sys
from collections.abc import Callable
from typing import Any

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from config.core.problems import DatabaseAway, come_again

# How SQLite calls the fault of a statement ("no such table"): the database did answer.
OF_THE_STATEMENT = "SQLITE_ERROR"


def is_unanswered(error: BaseException | None) -> bool:
    """Whether the database did not answer: not reachable, busy, read-only, or gone while it worked."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return getattr(error.__cause__, "sqlite_errorname", "") != OF_THE_STATEMENT


class UnansweredMiddleware:
    """Answers 503 with Retry-After when the database did not answer while a request was carried out.

    It stands outside of the session and the log-in, which ask the database too. Django turns their exceptions into
    responses one by one (with DEBUG into tracebacks), so they are noted when Django tells of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        got_request_exception.connect(note, dispatch_uid="config.core.unanswered")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        return come_again(request, DatabaseAway()) if hasattr(request, "unanswered") else response


def note(sender: object, request: HttpRequest | None = None, **more: Any) -> None:
    """Receiver of got_request_exception, which is sent while the exception is handled."""
    if request is not None and is_unanswered(sys.exception()):
        request.unanswered = True  # type: ignore[attr-defined]  # read by the middleware alone
