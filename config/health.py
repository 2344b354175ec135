"""Is this process able to do its work? Asked by load balancers and by `make run`."""

from collections.abc import Callable

from celery import current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu.exceptions import OperationalError

PATH = "/healthz"
BROKER_SECONDS = 2


class HealthMiddleware:
    """Answers `/healthz` before anything else looks at the request.

    First in line because load balancers ask by address: neither the allowed hosts nor the redirect to HTTPS apply.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == PATH:
            return health()
        return self.get_response(request)


def health() -> JsonResponse:
    """200 when the database answers, else 503.

    The broker is reported and does not count: without it work is delayed and none is lost, so a web server that
    stopped taking files in because of it would only make things worse.
    """
    database = database_answers()
    return JsonResponse(
        {"database": _word(database), "broker": _word(broker_answers())},
        status=200 if database else 503,
        headers={"Cache-Control": "no-store"},
    )


def database_answers() -> bool:
    """Whether a query can be made."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    """Whether Celery's broker takes a connection within two seconds."""
    with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as broker:
        try:
            broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=BROKER_SECONDS)
        except OperationalError:
            return False
    return True


def _word(answers: bool) -> str:
    return "ok" if answers else "unreachable"
