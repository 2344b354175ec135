"""What stands above a list: kept filters, what is filtered by now, and how to keep it."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import DataError
from django.http import HttpRequest

from config.core.admin.saved_filters import chip_url, page_of
from config.core.saved_filters import PASSING, SHARE, lasting, usable

MAX_KEY = 2**63 - 1
WORDS = {
    "exact": "",
    "gte": " from",
    "gt": " after",
    "lt": " before",
    "lte": " until",
    "in": "",
    "isnull": "",
}


class Chip(NamedTuple):
    """label: what is filtered by, in words; url: the list without it."""

    label: str
    url: str


class Kept(NamedTuple):
    """A kept filter above the list. owner: whose it is when it is somebody else's."""

    name: str
    url: str
    is_current: bool
    is_default: bool
    owner: str


class ReadableFilters:
    """Of a model admin: what a list cannot be filtered by is told on the list, unfiltered, and is no dead end.

    Addresses are kept in bookmarks and mails, and outlive the fields that they name.
    """

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list as its query asks for it. Raises IncorrectLookupParameters for a query that it cannot answer."""
        try:
            _refuse_large_keys(request)
            return super().get_changelist_instance(request)  # type: ignore[misc]  # a mixin of ModelAdmin
        except (IncorrectLookupParameters, DisallowedModelAdminLookup, DataError) as fault:
            match = request.resolver_match
            if match and str(match.url_name).endswith("_changelist"):
                messages.warning(request, "This list cannot be filtered as it was asked for. You see it unfiltered.")
            raise IncorrectLookupParameters(str(fault)) from fault


def _refuse_large_keys(request: HttpRequest) -> None:
    """A filter by a row whose key is beyond the database's integers fails only where its choices are drawn."""
    for name, value in ((name, str(value)) for name, value in request.GET.items()):
        if name.endswith("__id__exact") and value.isdecimal() and (len(value) > 19 or int(value) > MAX_KEY):
            raise IncorrectLookupParameters(f"{name} is no key.")


def above_list(model_admin: Any, request: HttpRequest, changelist: Any) -> dict[str, Any]:
    """Context of admin/onramp/above_list.html for a list that was just read. One query."""
    page, query = page_of(model_admin), lasting(request.GET.urlencode())
    kept = [
        Kept(
            one.name,
            chip_url(one),
            sorted(one.query.split("&")) == sorted(query.split("&")),
            one.is_default and one.user_id == request.user.pk,
            "" if one.user_id == request.user.pk else str(one.user),
        )
        for one in usable(request.user, page)  # type: ignore[arg-type]  # staff are logged in
    ]
    return {
        "filter_page": page,
        "filter_query": query,
        "kept_filters": sorted(kept, key=lambda one: (bool(one.owner), one.name)),
        "active_filters": active_filters(request, changelist),
        "all_url": "?all=1",
        "may_share": request.user.has_perm(SHARE),
    }


def without_filters(request: HttpRequest) -> None:
    """Take ?all=1 from a request: it asks for the list as it is, and is no filter."""
    if "all" in request.GET:
        asked = request.GET.copy()
        del asked["all"]
        request.GET = asked  # type: ignore[assignment]  # a QueryDict as before


def active_filters(request: HttpRequest, changelist: Any) -> list[Chip]:
    """Each filter that is on, with the way to take it off."""
    pairs = [(name, str(value)) for name, value in request.GET.items() if name not in PASSING and value]
    chips = []
    for name, value in pairs:
        rest = urlencode([pair for pair in pairs if pair[0] != name]) or "all=1"
        chips.append(Chip(_label(changelist, name, value), f"?{rest}"))
    return chips


def _label(changelist: Any, name: str, value: str) -> str:
    if name == "q":
        return f"“{value}”"
    for spec in changelist.filter_specs:
        if name in spec.expected_parameters() and (shown := _choice(spec, changelist, value)) is not None:
            return f"{str(spec.title).capitalize()}: {shown}"
    field, _, lookup = name.rpartition("__")
    if lookup not in WORDS:
        field, lookup = name, "exact"
    words = field.removesuffix("__id").removesuffix("__pk").replace("__", " ").replace("_", " ")
    if lookup == "isnull":
        return f"No {words}" if value in ("True", "true", "1") else f"With {words}"
    return f"{words.capitalize()}{WORDS[lookup]}: {_named(changelist, field, value)}"


def _choice(spec: Any, changelist: Any, value: str) -> str | None:
    """The label of a filter's choice; None when the filter has no such list of choices."""
    for key, label in getattr(spec, "lookup_choices", ()):
        if str(key) == value:
            return str(label)
    field = getattr(spec, "field", None)
    if field is not None:
        return _named(changelist, field.name, value)
    return None


def _named(changelist: Any, field_path: str, value: str) -> str:
    """A value of a field in words: the label of its choice, the name of the row that it leads to, or as it is."""
    name = field_path.split("__")[0]
    field = next((one for one in changelist.lookup_opts.get_fields() if one.name == name), None)
    for key, label in getattr(field, "flatchoices", None) or ():
        if str(key) == value:
            return str(label)
    related = getattr(field, "related_model", None)
    if related is not None and related._meta.pk.get_internal_type() != "UUIDField" and value.isdecimal():
        row = related._default_manager.filter(pk=value).first()
        return str(row) if row is not None else value
    return f"{value[:40]}…" if len(value) > 40 else value
