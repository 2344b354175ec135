"""Pages that keep filters: posted to by the lists, answered with the way back to the list."""

import copy
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_GET

from config.core.models import SavedFilter
from config.core.saved_filters import (
    SHARE,
    delete_filter,
    lasting,
    rename_filter,
    save_filter,
    set_default,
    share_filter,
    usable,
)


def list_admin(page: str) -> Any:
    """The model admin whose list has this URL name ("transactions_document_changelist"). Raises Http404."""
    for model_admin in admin.site._registry.values():
        if page == page_of(model_admin):
            return model_admin
    raise Http404("There is no such list.")


def page_of(model_admin: Any) -> str:
    """The URL name of a list, without its namespace."""
    return f"{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist"


def _list_url(page: str, query: str = "") -> str:
    return reverse(f"admin:{page}") + (f"?{query}" if query else "?all=1")


def save(request: HttpRequest) -> HttpResponse:
    """Keep the posted query of a list under a name. Who comes back here after logging in is led home."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:index"))
    page, query = request.POST.get("page", ""), request.POST.get("query", "")
    model_admin = list_admin(page)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if not _fits(model_admin, request, query):
        messages.error(request, "This list cannot be filtered so. Nothing is kept.")
        return HttpResponseRedirect(_list_url(page))
    try:
        kept = save_filter(
            request.user,  # type: ignore[arg-type]  # staff are logged in
            page,
            name=request.POST.get("name", ""),
            query=query,
            is_shared="is_shared" in request.POST,
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return HttpResponseRedirect(_list_url(page, query))
    messages.success(request, f"The filter “{kept.name}” is kept.")
    return HttpResponseRedirect(_list_url(page, kept.query))


def _fits(model_admin: Any, request: HttpRequest, query: str) -> bool:
    """Whether the list can be read with a query."""
    asked = copy.copy(request)
    asked.method, asked.GET = "GET", QueryDict(lasting(query))
    try:
        model_admin.get_changelist_instance(asked)
    except IncorrectLookupParameters:
        return False
    return True


@require_GET
def manage(request: HttpRequest, page: str) -> HttpResponse:
    """The filters of one list: one's own with what can be done to them, and those that others share."""
    model_admin = list_admin(page)
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    kept = list(usable(request.user, page))  # type: ignore[arg-type]  # staff are logged in
    context = {
        **admin.site.each_context(request),
        "title": f"Filters of {model_admin.opts.verbose_name_plural}",
        "own": [one for one in kept if one.user_id == request.user.pk],
        "shared": [one for one in kept if one.user_id != request.user.pk],
        "list_url": _list_url(page),
        "may_share": request.user.has_perm(SHARE),
        "is_fullwidth": "1",
    }
    return render(request, "admin/onramp/filters.html", context)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Do one thing to an own filter: rename, share, unshare, default, no-default, delete."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:index"))
    kept = SavedFilter.objects.filter(pk=pk, user=request.user.pk).first()
    if kept is None:
        raise Http404("You have no such filter.")
    done = DEEDS.get(request.POST.get("do", ""))
    if done is None:
        raise Http404("A filter can be renamed, shared, made the default or deleted.")
    try:
        messages.success(request, done(kept, request.POST.get("name", "")))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return HttpResponseRedirect(reverse("filters", args=[kept.page]))


def _rename(kept: SavedFilter, name: str) -> str:
    rename_filter(kept, name)
    return f"It is called “{kept.name}” now."


def _share(kept: SavedFilter, name: str) -> str:
    share_filter(kept, is_shared=True)
    return f"Everyone who sees the list may use “{kept.name}” now."


def _unshare(kept: SavedFilter, name: str) -> str:
    share_filter(kept, is_shared=False)
    return f"“{kept.name}” is yours alone now."


def _default(kept: SavedFilter, name: str) -> str:
    set_default(kept, is_default=True)
    return f"The list opens with “{kept.name}” for you now."


def _no_default(kept: SavedFilter, name: str) -> str:
    set_default(kept, is_default=False)
    return "The list opens without a filter for you now."


def _delete(kept: SavedFilter, name: str) -> str:
    delete_filter(kept)
    return f"“{kept.name}” is deleted."


DEEDS: dict[str, Callable[[SavedFilter, str], str]] = {
    "rename": _rename,
    "share": _share,
    "unshare": _unshare,
    "default": _default,
    "no-default": _no_default,
    "delete": _delete,
}

urlpatterns = [
    path("filters/", admin.site.admin_view(save), name="filter-save"),
    path("filters/<int:pk>/", admin.site.admin_view(change), name="filter-change"),
    path("filters/<str:page>/", admin.site.admin_view(manage), name="filters"),
]


def chip_url(kept: SavedFilter) -> str:
    """The list with this filter."""
    return f"?{kept.query}" if kept.query else "?" + urlencode({"all": 1})
