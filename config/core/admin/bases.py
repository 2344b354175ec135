"""What the admin pages share: configuration with history, traffic that nobody edits."""

from typing import Any, ClassVar
from urllib.parse import unquote
from uuid import UUID

from django.contrib.admin import FieldListFilter, ShowFacets
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, Field, JSONField, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminTextareaWidget

from config.core.admin.lists import ReadableFilters, above_list, without_filters
from config.core.admin.paging import UncountedPage
from config.core.admin.saved_filters import page_of
from config.core.saved_filters import default_query, lasting


class Changes(HistoricalRecordContextHelper):
    """What changed from one kept version to the next; what was not there is a dash."""

    max_displayed_delta_change_chars = 400

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        shown = super().prepare_delta_change_value(change, value)
        if isinstance(change.old, dict) and isinstance(change.new, dict):
            differs = {name for name in change.old | change.new if change.old.get(name) != change.new.get(name)}
            shown = "; ".join(f"{name}: {one}" for name, one in value.items() if name in differs)
        elif isinstance(shown, list):
            shown = ", ".join(str(one) for one in shown)
        is_nobody = isinstance(value, DeletedObject) and value.pk is None  # which nothing was ever
        return "–" if is_nobody or shown in (None, "", [], {}) else shown


class HistoryAdmin(ReadableFilters, SimpleHistoryAdmin, ModelAdmin):
    """Configuration: every save is kept with who made it. Saves go through `save()`, never `update()`."""

    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    formfield_overrides: ClassVar[Any] = {JSONField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 5})}}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return TitledChangeList

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One kept version, to be read only.

        django-simple-history saves a POST to this page after checking the view permission alone.
        """
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("A kept version is never written to.")
        return super().history_form_view(request, object_id, version_id, extra_context)

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Changes:
        return Changes(self.model, historical_record)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """On the page of a kept version every column is for reading."""
        declared = tuple(super().get_readonly_fields(request, obj))
        if not is_kept_version(request):
            return declared
        columns = (field.name for field in (*self.opts.fields, *self.opts.many_to_many) if not field.primary_key)
        return tuple(dict.fromkeys((*declared, *(name for name in columns if name != "password"))))


class TitledChangeList(ChangeList):
    """A list whose title says what is in it; Django's says "Select document to view".

    nothing_waits: what to say when it is empty as it is asked for, by the query: a menu leads to what waits, and that
    nothing does is good news. `nothing_waits` of its admin names those queries.
    """

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        told: dict[str, str] = getattr(self.model_admin, "nothing_waits", {})
        self.first_page = self.get_query_string(remove=["p"])
        self.nothing_waits = told.get(unquote(lasting(request.GET.urlencode())), "")
        if not self.is_popup:
            self.title = capfirst(self.opts.verbose_name_plural)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.query and not self.has_active_filters:
            # Equal counts keep the theme from announcing "n results (show all)" where nothing is left out.
            self.full_result_count = self.result_count


class UncountedChangeList(TitledChangeList):
    """A list that reads one page and one row more, and never counts the table."""

    def get_results(self, request: HttpRequest) -> None:
        page = UncountedPage(self.queryset, number=self.page_num, per_page=self.list_per_page)
        self.paginator = page
        self.result_list = page.rows
        # Equal counts keep the theme from announcing "n results (show all)".
        self.result_count = self.full_result_count = page.last
        self.show_full_result_count = False
        self.show_admin_actions = bool(page.rows)
        self.can_show_all = False
        self.multi_page = False


class TrafficAdmin(ReadableFilters, ModelAdmin):
    """Traffic: read-only for everybody, superusers too. What changes it are services, called by explicit actions."""

    list_per_page = 50
    list_fullwidth = True
    list_filter_submit = True
    list_before_template = "admin/onramp/above_list.html"
    list_disable_select_all = True
    show_full_result_count = False
    sortable_by = ()
    show_facets = ShowFacets.NEVER  # "Show counts" would count the table once a choice
    actions: ClassVar[Any] = None
    search_fields = ("pk",)  # shows the search box; `find` does the searching
    found_by: ClassVar[tuple[str, ...]] = ("pk",)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Rows that the person may not see are not linked to either."""
        declared = tuple(super().get_exclude(request, obj) or ())
        return (*declared, *(field.name for field in self.opts.fields if self._is_closed(field, request)))

    def _is_closed(self, field: Field, request: HttpRequest) -> bool:
        other = self.admin_site._registry.get(field.related_model) if field.related_model else None
        return other is not None and not other.has_view_permission(request)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Plain names stand for columns with choices or yes and no; they become fields of the filter form."""
        return [self._filter_of(spec) if isinstance(spec, str) else spec for spec in super().get_list_filter(request)]

    def _filter_of(self, name: str) -> tuple[str, type[FieldListFilter]]:
        is_boolean = isinstance(self.model._meta.get_field(name), BooleanField)
        return name, BooleanRadioFilter if is_boolean else ChoicesDropdownFilter

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return UncountedChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list. Without a query it opens with the person's default filter, with ?all=1 without any filter."""
        if request.method == "GET" and not request.GET:
            query = default_query(request.user, page_of(self))  # type: ignore[arg-type]  # staff are logged in
            if query:
                return HttpResponseRedirect(f"?{query}")
        without_filters(request)
        response = super().changelist_view(request, extra_context)
        changelist = (getattr(response, "context_data", None) or {}).get("cl")
        if changelist is not None:
            response.context_data |= above_list(self, request, changelist) | self.list_context(request)
        return response

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """More for what stands above the list: `export_url`, for lists that can be exported."""
        return {}

    def find(self, queryset: QuerySet, term: str) -> QuerySet:
        """Rows that a searched term names, by exact values of indexed columns; here by UUIDs alone (`found_by`)."""
        try:
            key = UUID(term)
        except ValueError:
            return queryset.none()
        named = Q()
        for column in self.found_by:
            named |= Q(**{column: key})
        return queryset.filter(named)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        term = search_term.strip()
        return (self.find(queryset, term) if term else queryset), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one row. The admin's own log knows nothing of traffic, so its history link is left out."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("Traffic is not edited.")
        return super().change_view(request, object_id, form_url, {"show_history": False, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Traffic has a timeline instead (events); this leads to the page that shows it."""
        return self.change_view(request, object_id)


def is_kept_version(request: HttpRequest) -> bool:
    """Whether the request is for one version that the history keeps."""
    match = request.resolver_match
    return bool(match and match.url_name and match.url_name.endswith("_simple_history"))


def is_list(request: HttpRequest) -> bool:
    """Whether the request is for a list, where large columns are left in the database."""
    match = request.resolver_match
    return bool(match and match.url_name and match.url_name.endswith("_changelist"))
