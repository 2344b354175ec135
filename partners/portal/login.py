"""Logging in and out, passwords, and one's own account."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView, PasswordResetConfirmView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.core.client_address import client_address
from config.core.mail import MailNotSent
from config.core.models import User
from config.core.second_factor import codes_left
from partners.portal.access import CHOSEN, Visit, for_members, guarded, show
from partners.portal.forms import (
    ForgottenForm,
    LoginForm,
    NewPasswordForm,
    OtherEmailForm,
    OtherPasswordForm,
    OwnNameForm,
    SwitchForm,
)
from partners.services.own_account import (
    LinkRefused,
    TooOften,
    ask_for_email,
    ask_for_reset,
    may_reset,
    note_new_password,
    rename,
    tell_old_address,
    wanted_email,
)
from partners.services.own_account import confirm_email as confirm_email_address


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
    """The page behind the link for a forgotten password. It works once, and never for our own staff."""

    template_name = "portal/set_password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("portal:login")

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return guarded(super().dispatch(*args, **kwargs))

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and may_reset(user) else None

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            note_new_password(form.user, "by mail")
        messages.success(self.request, "Your password is set. Log in with it.")
        return response


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Ask for a link to set a password. What is said does not depend on whether there is such an account."""
    form = ForgottenForm(request.POST or None)
    is_done = False
    if form.is_valid():
        try:
            ask_for_reset(form.cleaned_data["email"], request.build_absolute_uri("/"), client_address(request))
            is_done = True
        except TooOften as refused:
            form.add_error(None, str(refused))
    return guarded(render(request, "portal/forgotten.html", {"form": form, "is_done": is_done}))


@require_safe
@for_members
def profile(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Who is logged in, for which partners, and how the account is protected."""
    return show(
        request,
        visit,
        "portal/profile.html",
        title="Your account",
        codes_left=codes_left(visit.user) if visit.user.second_factor_since else 0,
        is_demanded=settings.PORTAL_SECOND_FACTOR,
    )


@for_members
def change_name(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """What colleagues and we read in place of the user name."""
    form = OwnNameForm(request.POST or None, initial={"name": visit.user.get_full_name()})
    if form.is_valid():
        rename(visit.user, form.cleaned_data["name"])
        messages.success(request, "Your name is changed.")
        return redirect("portal:profile")
    return show(
        request, visit, "portal/ask.html", title="Change your name", form=form, submit="Save",
        back=reverse("portal:profile"),
    )  # fmt: skip


@for_members
def change_password(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Ask for the old password and twice for the new one."""
    form = OtherPasswordForm(visit.user, client_address(request), request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            note_new_password(visit.user, "by the old one")
        update_session_auth_hash(request, visit.user)
        messages.success(request, "Your password is changed.")
        return redirect("portal:profile")
    return show(request, visit, "portal/change_password.html", title="Change your password", form=form)


@for_members
def change_email(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Ask for a new address; a link that is sent there confirms it."""
    form = OtherEmailForm(visit.user, client_address(request), request.POST or None)
    if form.is_valid():
        try:
            ask_for_email(visit.user, form.cleaned_data["email"], request.build_absolute_uri("/"))
        except TooOften as refused:
            form.add_error(None, str(refused))
        except MailNotSent:
            form.add_error("email", "The mail could not be sent. Check the address, or try again later.")
        else:
            messages.success(request, f"Open the link that we sent to {form.cleaned_data['email']}.")
            return redirect("portal:profile")
    return show(
        request, visit, "portal/ask.html", title="Change your e-mail address", form=form, submit="Send the link",
        back=reverse("portal:profile"), words="We send a link to the new address. Until it is opened, nothing changes.",
    )  # fmt: skip


@for_members
def confirm_email(request: HttpRequest, visit: Visit, token: str) -> HttpResponseBase:
    """The page behind that link: a button takes the address."""
    try:
        email = wanted_email(visit.user, token)
        if request.method != "POST":
            return show(
                request, visit, "portal/ask.html", title="Confirm your e-mail address", submit="Confirm",
                back=reverse("portal:profile"), words=f"Your account uses {email} from then on.",
            )  # fmt: skip
        before = confirm_email_address(visit.user, token)
    except LinkRefused as refused:
        messages.error(request, str(refused))
        return redirect("portal:profile")
    messages.success(request, f"Your e-mail address is {email}.")
    try:
        tell_old_address(before, email)
    except MailNotSent:
        messages.info(request, f"We could not tell {before} of it.")
    return redirect("portal:profile")


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
