"""The second factor of our own staff, who may set one up for themselves; and resetting somebody's."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from unfold.widgets import UnfoldAdminTextInputWidget

from config.core import second_factor as factor
from config.core.admin.pages import action_page, way_back
from config.core.models import User
from config.core.rate_limits import forget, take
from config.core.vault import VaultLocked

TRIES, WINDOW_SECONDS = 5, 900


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=40,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        help_text="The six digits that the app shows now.",
    )


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "password", "autocomplete": "current-password"}),
    )


class AnotherAppForm(PasswordForm, CodeForm):
    """Another app in place of the one in use."""

    field_order = ("code", "password")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text="How you made sure who asks, and why. Kept with the decision.",
    )


def code(request: HttpRequest) -> HttpResponse:
    """The second page of the log-in."""
    user, wanted = _person(request), way_back(request, reverse("admin:index"))
    if not factor.is_unproved(user):
        return HttpResponseRedirect(wanted)
    form = CodeForm(request.POST or None)
    form.fields["code"].help_text = "The six digits that your app shows now, or one of your recovery codes."
    if form.is_valid():
        try:
            factor.verify(request, user, form.cleaned_data["code"])
        except factor.CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            return HttpResponseRedirect(wanted)
    return _page(request, template="admin/onramp/code.html", title="Type your code", submit="Go on", form=form)


def set_up(request: HttpRequest) -> HttpResponse:
    """What is set up; or how, with the first code of the app."""
    user = _person(request)
    if user.second_factor_since is not None and "another" not in request.GET:
        return _page(
            request, template="admin/onramp/second_factor.html", title="Your second factor", submit="",
            since=user.second_factor_since, codes_left=factor.codes_left(user),
        )  # fmt: skip
    is_first = user.second_factor_since is None
    form = CodeForm(request.POST or None) if is_first else AnotherAppForm(request.POST or None)
    try:
        shown = factor.begin(user)
    except VaultLocked as locked:
        messages.error(request, str(locked))
        return HttpResponseRedirect(reverse("admin:index"))
    if form.is_valid() if is_first else _is_right(request, user, form):
        try:
            codes = factor.confirm(request, user, form.cleaned_data["code"])
        except factor.CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            return _shown_once(request, codes)
    return _page(
        request, template="admin/onramp/second_factor.html", title="Set up your second factor", submit="Confirm",
        form=form, secret=shown.secret, qr=mark_safe(shown.svg),  # noqa: S308  # made by segno; it holds no text
    )  # fmt: skip


def new_codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the earlier ones."""
    user = _person(request)
    if user.second_factor_since is None:
        return HttpResponseRedirect(reverse("second-factor"))
    form = PasswordForm(request.POST or None)
    if _is_right(request, user, form):
        return _shown_once(request, factor.new_recovery_codes(user))
    return _page(
        request, title="New recovery codes", submit="Make new codes", form=form, back=reverse("second-factor"),
        explanation="The codes that you have now stop working.",
    )  # fmt: skip


def off(request: HttpRequest) -> HttpResponse:
    """Back to the password alone."""
    user = _person(request)
    if user.second_factor_since is None:
        return HttpResponseRedirect(reverse("second-factor"))
    form = PasswordForm(request.POST or None)
    if _is_right(request, user, form):
        factor.remove(user, by=user)
        messages.success(request, "You log in with your password alone from now on.")
        return HttpResponseRedirect(reverse("second-factor"))
    return _page(
        request, title="Log in without codes", submit="Switch codes off", form=form, back=reverse("second-factor"),
        is_dangerous=True, explanation="Whoever learns your password can then log in as you.",
    )  # fmt: skip


def reset_page(model_admin: Any, request: HttpRequest, user: User, original: Model, back: str) -> HttpResponse:
    """Ask for a reason, then take away somebody's app and recovery codes. Who may is checked by the caller.

    original: the record on whose page it is done.
    """
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        if factor.remove(user, by=_person(request), reason=form.cleaned_data["reason"]):
            messages.success(request, f"{user} has no second factor any more.")
        else:
            messages.info(request, f"{user} had none.")
        return HttpResponseRedirect(back)
    return action_page(
        model_admin,
        request,
        title=f"Reset the second factor of {user}",
        submit="Reset",
        form=form,
        original=original,
        back=back,
        is_dangerous=True,
        explanation="App and recovery codes stop working: the password alone opens the account until another app is "
        "set up. Make sure by telephone that it is this person who asks.",
    )


def _is_right(request: HttpRequest, user: User, form: forms.Form) -> bool:
    if not form.is_valid():
        return False
    if not take("own-password", str(user.pk), limit=TRIES, seconds=WINDOW_SECONDS):
        form.add_error("password", f"Too many attempts. Wait {WINDOW_SECONDS // 60} minutes, then try again.")
        return False
    if authenticate(request, username=user.get_username(), password=form.cleaned_data["password"]) is None:
        form.add_error("password", "This is not your password.")
        return False
    forget("own-password", str(user.pk))
    return True


def _shown_once(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return _page(
        request, template="admin/onramp/second_factor.html", title="Your recovery codes", submit="", codes=codes
    )


def _page(request: HttpRequest, *, template: str = "admin/onramp/action.html", **context: Any) -> HttpResponse:
    """Of no model: who may see no users sees their own second factor."""
    response = TemplateResponse(request, template, {**admin.site.each_context(request), **context})
    response["Cache-Control"] = "no-store"
    return response


def _person(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _own(view: Any) -> Any:
    return admin.site.admin_view(sensitive_post_parameters()(view))


urlpatterns = [
    path("second-factor/", _own(set_up), name="second-factor"),
    path("second-factor/code/", _own(code), name="second-factor-code"),
    path("second-factor/codes/", _own(new_codes), name="second-factor-codes"),
    path("second-factor/off/", _own(off), name="second-factor-off"),
]
