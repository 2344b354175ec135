"""Filters of list pages that people keep: save, share, rename, make the default, delete. Only its owner changes one."""

from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from config.core.models import SavedFilter, User

SHARE = "core.change_savedfilter"
KEPT = 50  # of one person on one page
# What belongs to a visit and not to a filter: the page of the list, its order, windows for choosing a row.
PASSING = frozenset({"p", "o", "e", "all", "_popup", "_to_field", "_changelist_filters", "csrfmiddlewaretoken"})


def usable(user: User, page: str) -> QuerySet[SavedFilter]:
    """Filters that this person may use on a page (the name of its URL): their own and those that others share."""
    return SavedFilter.objects.filter(Q(user=user) | Q(is_shared=True), page=page).select_related("user")


def default_query(user: User, page: str) -> str | None:
    """The query that the page opens with for this person; None when they chose none."""
    return SavedFilter.objects.filter(user=user, page=page, is_default=True).values_list("query", flat=True).first()


def lasting(query: str) -> str:
    """A query string without what passes, and without empty values."""
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in PASSING and value])


def save_filter(user: User, page: str, *, name: str, query: str, is_shared: bool) -> SavedFilter:
    """Keep a query under a name; one of the same name is replaced. Raises ValidationError for people."""
    name, query = " ".join(name.split()), lasting(query)
    if not name:
        raise ValidationError("Give the filter a name.")
    if not query:
        raise ValidationError("Choose a filter or search for something first.")
    if is_shared:
        _require_sharing(user)
    with transaction.atomic():
        kept = SavedFilter.objects.filter(user=user, page=page, name=name).first()
        if kept is None:
            if SavedFilter.objects.filter(user=user, page=page).count() >= KEPT:
                raise ValidationError(f"You have {KEPT} filters here. Delete one first.")
            kept = SavedFilter(user=user, page=page, name=name)
        kept.query, kept.is_shared = query, is_shared
        kept.full_clean()
        kept.save()
    return kept


def rename_filter(kept: SavedFilter, name: str) -> None:
    """Give it another name. Raises ValidationError when the name is empty, too long or taken."""
    kept.name = " ".join(name.split())
    kept.full_clean()
    kept.save(update_fields=["name"])


def _require_sharing(user: User) -> None:
    if not user.has_perm(SHARE):
        raise ValidationError("Your role shares no filters. Keep it for yourself.")


def share_filter(kept: SavedFilter, *, is_shared: bool) -> None:
    """Let everybody who sees the page use it, or no longer. Raises ValidationError for whose role shares none."""
    if is_shared:
        _require_sharing(kept.user)
    kept.is_shared = is_shared
    kept.save(update_fields=["is_shared"])


def set_default(kept: SavedFilter, *, is_default: bool) -> None:
    """Open the page with it for its owner, or no longer. At most one is the default of a page."""
    with transaction.atomic():
        SavedFilter.objects.filter(user=kept.user_id, page=kept.page, is_default=True).update(is_default=False)
        if is_default:
            kept.is_default = True
            kept.save(update_fields=["is_default"])


def delete_filter(kept: SavedFilter) -> None:
    """Forget it."""
    kept.delete()
