"""Logging in and out, and setting a password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST, require_safe

from config.core.models import User
from partners.portal.access import CHOSEN, Visit, for_members, guarded, show
from partners.portal.forms import LoginForm, SwitchForm


class PortalLogin(LoginView):
    """The portal's own log-in page; our staff have the admin's."""

    template_name = "portal/login.html"
    authentication_form = LoginForm

    def get_default_redirect_url(self) -> str:
        return reverse("portal:home")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return guarded(super().dispatch(request, *args, **kwargs))


class PortalLogout(LogoutView):
    """POST only."""

    http_method_names = ["post", "options"]

    def get_default_redirect_url(self) -> str:
        return reverse("portal:login")


class SetPassword(PasswordResetConfirmView):
    """The page behind the link of an invitation. It works once, and never for our own staff."""

    template_name = "portal/set_password.html"
    success_url = reverse_lazy("portal:login")

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return guarded(super().dispatch(*args, **kwargs))

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        is_member = isinstance(user, User) and user.is_active and not user.is_staff and not user.is_superuser
        return user if is_member else None

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your password is set. Log in with it.")
        return super().form_valid(form)


@require_safe
@for_members
def profile(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Who is logged in, and for which partners."""
    return show(request, visit, "portal/profile.html", title="Your account")


@for_members
def change_password(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Ask for the old password and twice for the new one."""
    form = PasswordChangeForm(visit.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, visit.user)
        messages.success(request, "Your password is changed.")
        return redirect("portal:profile")
    return show(request, visit, "portal/change_password.html", title="Change your password", form=form)


@require_POST
@for_members
def switch(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show another of the user's partners from now on. One that is not theirs changes nothing."""
    form = SwitchForm(request.POST)
    wanted = form.cleaned_data["partner"] if form.is_valid() else None
    chosen = next((partner for partner in visit.partners if partner.pk == wanted), None)
    if chosen is not None:
        request.session[CHOSEN] = chosen.pk
        messages.success(request, f"You now see what is of {chosen}.")
    return redirect("portal:home")
