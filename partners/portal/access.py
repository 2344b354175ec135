"""Who looks at the portal, and for which partner: every page of a member begins here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec

from csp.constants import SELF
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from config.core.models import User
from partners.models import Partner
from partners.services.memberships import partners_of

CHOSEN = "portal-partner"  # in the session
# Unlike the admin's theme, the portal needs neither evaluated expressions nor styles inside of pages.
POLICY = {"script-src": [SELF], "style-src": [SELF]}
Parameters = ParamSpec("Parameters")


class Visit(NamedTuple):
    """user: an active member of `partner`; partners: all that they may choose from."""

    user: User
    partner: Partner
    partners: list[Partner]


MemberView = Callable[Concatenate[HttpRequest, Visit, Parameters], HttpResponseBase]


def guarded(response: HttpResponseBase) -> HttpResponseBase:
    """Kept by nobody on the way, and under the portal's own content policy."""
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return csp_replaced(response)


def csp_replaced(response: HttpResponseBase) -> HttpResponseBase:
    response._csp_replace = POLICY  # type: ignore[attr-defined]  # what csp.decorators.csp_replace does
    return response


def for_members(view: MemberView[Parameters]) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]:
    """The view gets a Visit. Others never reach it: they log in first, or are told that there is nothing for them.

    Where a second factor is demanded (PORTAL_SECOND_FACTOR), who has none sets one up first.
    """
    return _guarded_view(view, demands_second_factor=True)


def for_members_without_second_factor(
    view: MemberView[Parameters],
) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]:
    """For the pages on which one is set up. Who has one has typed its code before (config.core.second_factor_gate)."""
    return _guarded_view(view, demands_second_factor=False)


def _guarded_view(
    view: MemberView[Parameters], *, demands_second_factor: bool
) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]:
    @wraps(view)
    def checked(request: HttpRequest, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            if request.headers.get("Accept") == "application/json":
                return guarded(render(request, "portal/no_access.html", status=401))
            if request.method == "POST":
                messages.error(request, "You were not logged in any more: nothing was taken. Log in and send it again.")
            return guarded(redirect_to_login(request.get_full_path(), reverse("portal:login")))
        partners = partners_of(user)
        if not partners:
            return guarded(render(request, "portal/no_access.html", status=403))
        if demands_second_factor and settings.PORTAL_SECOND_FACTOR and user.second_factor_since is None:
            return guarded(redirect("portal:second-factor"))
        return guarded(view(request, Visit(user, _chosen(request, partners), partners), *args, **kwargs))

    return checked


def _chosen(request: HttpRequest, partners: list[Partner]) -> Partner:
    """The one that the session names, as long as the user is its member; else the first."""
    wanted = request.session.get(CHOSEN)
    return next((partner for partner in partners if partner.pk == wanted), partners[0])


def show(request: HttpRequest, visit: Visit, template: str, code: int = 200, **context: Any) -> HttpResponseBase:
    """A page of the portal, with what its frame shows. code: the HTTP status."""
    return render(request, template, {"visit": visit, **context}, status=code)
