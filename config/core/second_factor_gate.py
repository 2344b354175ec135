"""Nobody whose account has a second factor passes by the password alone, whichever page they ask for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from config.core.models import User
from config.core.second_factor import is_unproved

PORTAL = "/portal/"
# What one may do before the code: type it, or leave.
FREE = ("portal:code", "portal:login", "portal:logout", "second-factor-code", "admin:login", "admin:logout")


class SecondFactorMiddleware:
    """After the middleware of django-otp. Programs use keys and tokens, which are no sessions: the API is not asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._code_first(request) or self.get_response(request)

    def _code_first(self, request: HttpRequest) -> HttpResponse | None:
        if request.path.startswith("/api/"):
            return None
        user = request.user
        if not isinstance(user, User) or not is_unproved(user):
            return None
        if request.path in {reverse(name) for name in FREE}:
            return None
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"error": "Type the code of your second factor first."}, status=403)
        page = reverse("portal:code" if request.path.startswith(PORTAL) else "second-factor-code")
        wanted = request.get_full_path() if request.method in ("GET", "HEAD") else ""
        return HttpResponseRedirect(f"{page}?{urlencode({'next': wanted})}" if wanted else page)
