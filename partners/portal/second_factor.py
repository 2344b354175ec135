"""Codes beside the password: typing one, setting an app up, codes on paper, and doing without."""

import logging

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from config.core import second_factor as factor
from config.core.admin.pages import way_back
from config.core.client_address import client_address
from config.core.models import User
from config.core.vault import VaultLocked
from partners.portal.access import Visit, for_members_without_second_factor, guarded, show
from partners.portal.forms import AnotherAppForm, CodeForm, OwnPasswordForm

logger = logging.getLogger(__name__)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The second page of the log-in. Nothing else opens before the code is right."""
    user = request.user
    if not isinstance(user, User):
        return guarded(redirect("portal:home"))
    wanted = way_back(request, reverse("portal:home"))
    if not factor.is_unproved(user):
        return guarded(redirect(wanted))
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            factor.verify(request, user, form.cleaned_data["code"])
        except factor.CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            return guarded(redirect(wanted))
    return guarded(render(request, "portal/code.html", {"form": form}))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@for_members_without_second_factor
def second_factor(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Set up an app, the first one or another in place of it; the recovery codes are shown once, right after."""
    is_first = visit.user.second_factor_since is None
    form: CodeForm = (
        CodeForm(request.POST or None)
        if is_first
        else AnotherAppForm(visit.user, client_address(request), request.POST or None)
    )
    try:
        set_up = factor.begin(visit.user)
    except VaultLocked as locked:
        logger.error("Nobody can set up a second factor: %s", locked)
        return show(request, visit, "portal/second_factor.html", title="Second factor", code=503, is_first=is_first)
    if form.is_valid():
        try:
            codes = factor.confirm(request, visit.user, form.cleaned_data["code"])
        except factor.CodeRefused as refused:
            form.add_error("code", str(refused))
        else:
            return _codes(request, visit, codes)
    return show(
        request,
        visit,
        "portal/second_factor.html",
        title="Second factor",
        form=form,
        secret=set_up.secret,
        qr=mark_safe(set_up.svg),  # noqa: S308  # made by segno; it holds no text
        is_demanded=settings.PORTAL_SECOND_FACTOR,
        is_first=is_first,
    )


@sensitive_post_parameters()
@for_members_without_second_factor
def recovery_codes(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """New codes in place of the earlier ones."""
    if visit.user.second_factor_since is None:
        return redirect("portal:second-factor")
    form = OwnPasswordForm(visit.user, client_address(request), request.POST or None)
    if form.is_valid():
        return _codes(request, visit, factor.new_recovery_codes(visit.user))
    return show(
        request, visit, "portal/ask.html", title="New recovery codes", form=form, submit="Make new codes",
        back=reverse("portal:profile"), words="The codes that you have now stop working.",
    )  # fmt: skip


@sensitive_post_parameters()
@for_members_without_second_factor
def without_second_factor(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Back to the password alone, where that is allowed."""
    if settings.PORTAL_SECOND_FACTOR or visit.user.second_factor_since is None:
        messages.info(request, "Codes cannot be switched off here.")
        return redirect("portal:profile")
    form = OwnPasswordForm(visit.user, client_address(request), request.POST or None)
    if form.is_valid():
        factor.remove(visit.user, by=visit.user)
        messages.success(request, "You log in with your password alone from now on.")
        return redirect("portal:profile")
    return show(
        request, visit, "portal/ask.html", title="Log in without codes", form=form, submit="Switch codes off",
        back=reverse("portal:profile"), words="Whoever learns your password can then log in as you.",
    )  # fmt: skip


def _codes(request: HttpRequest, visit: Visit, codes: list[str]) -> HttpResponseBase:
    return show(request, visit, "portal/recovery_codes.html", title="Your recovery codes", codes=codes)
