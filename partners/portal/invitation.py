"""The page behind the link of an invitation: a new account, or the one that the person has."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from config.core.client_address import client_address
from config.core.models import User
from partners.models import Invitation
from partners.portal.access import CHOSEN, guarded
from partners.portal.forms import RegisterForm
from partners.services.accept_invitation import InvitationRefused, WrongAddress, join, open_invitation, register


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Who is logged in joins by a button; everybody else makes an account or logs in."""
    address = client_address(request)
    try:
        found = open_invitation(token, address)
    except InvitationRefused as refused:
        return _refused(request, str(refused), 404)
    return guarded(_join(request, found) if isinstance(request.user, User) else _register(request, found, address))


def _join(request: HttpRequest, found: Invitation) -> HttpResponseBase:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("called for whoever is logged in")
    if request.method != "POST":
        return render(request, "portal/join.html", {"invitation": found, "person": user})
    try:
        join(found, user)
    except InvitationRefused as refused:
        return _refused(request, str(refused), 403)
    request.session[CHOSEN] = found.partner_id
    messages.success(request, f"You now see what is of {found.partner}.")
    return redirect("portal:home")


def _register(request: HttpRequest, found: Invitation, address: str) -> HttpResponseBase:
    form = RegisterForm(request.POST or None, initial={"name": found.name})
    if form.is_valid():
        said = form.cleaned_data
        try:
            user = register(found, email=said["email"], name=said["name"], password=said["password"], address=address)
        except WrongAddress as refused:
            form.add_error("email", str(refused))
        except InvitationRefused as refused:
            form.add_error(None, str(refused))
        else:
            login(request, user)
            request.session[CHOSEN] = found.partner_id
            messages.success(request, "Welcome. Your account is made; you log in with your e-mail address.")
            return redirect("portal:home")
    return render(request, "portal/register.html", {"invitation": found, "form": form})


def _refused(request: HttpRequest, words: str, status: int) -> HttpResponseBase:
    return guarded(render(request, "portal/invitation_refused.html", {"words": words}, status=status))
