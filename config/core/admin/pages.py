"""Form pages of actions: GET shows what will happen, POST does it. Nothing changes state by GET."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme

FILTERS = "_changelist_filters"  # Django's name for the query of the list that a row was opened from


def require(request: HttpRequest, permission: str) -> None:
    """Refuse (403) who lacks a permission ("app.codename"); for views that are no action of the admin."""
    if not request.user.has_perm(permission):
        raise PermissionDenied


def action_page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    *,
    title: str,
    submit: str,
    form: forms.Form | None = None,
    original: Model | None = None,
    back: str = "",
    icon: str = "",
    is_dangerous: bool = False,
    template: str = "admin/onramp/action.html",
    status: int = 200,
    **context: Any,
) -> TemplateResponse:
    """The page of one action.

    title: what will be done, to what; submit: the button's verb; back: where Cancel leads (a URL);
    context: more for the template (`explanation`: one sentence on the consequences; `facts`: label and value pairs).
    """
    return TemplateResponse(
        request,
        template,
        {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.model._meta,
            "original": original,
            "title": title,
            "submit": submit,
            "form": form or forms.Form(),
            "has_files": bool(form and form.is_multipart()),
            "back": back,
            "icon": icon,
            "is_dangerous": is_dangerous,
            **context,
        },
        status=status,
    )


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Where the page leads when it is done: `?next=` when it is an address of ours."""
    wanted = request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise


def list_as_left(request: HttpRequest, url: str) -> str:
    """The address of a list as somebody left it: with the filters, search and page that a row was opened from."""
    query = urlencode(parse_qsl(request.GET.get(FILTERS, "")))
    return f"{url}?{query}" if query else url


def with_filters(request: HttpRequest, url: str) -> str:
    """An address of the same row, from which the way back still leads to the list as it was left."""
    filters = request.GET.get(FILTERS, "")
    return f"{url}?{urlencode({FILTERS: filters})}" if filters else url
