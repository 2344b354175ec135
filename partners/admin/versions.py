"""Configuration that several people edit: why it changed, what changed, the way back, and no lost updates."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from config.core.admin.bases import HistoryAdmin, is_kept_version
from config.core.admin.pages import action_page
from partners.services.compare import compare
from partners.services.restore import NotRestored, restore
from partners.services.revisions import revision_of

TOLD = 8  # changes of somebody else that a refused form names
OFFERED = 50  # versions in the choices of the page that compares them


class ConfigurationForm(forms.ModelForm):
    """Asks why, and refuses to overwrite what somebody else saved after the page was opened."""

    change_reason = forms.CharField(
        label="Reason for the change",
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text="Kept with the history, such as a ticket or who asked for it.",
    )
    seen_version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = revision_of(self.instance)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        seen = self.cleaned_data.get("seen_version")
        if self.instance.pk and seen:
            # Whoever saves at the same time waits here, then sees the version of the other.
            type(self.instance)._default_manager.select_for_update().filter(pk=self.instance.pk).first()
            if seen != revision_of(self.instance):
                raise ValidationError(_overtaken(self.instance, str(seen)))
        return cleaned


def _overtaken(record: Any, seen: str) -> list[str]:
    """Who saved meanwhile, and what, from the version that was seen to the newest."""
    last = record.history.select_related("history_user").first()
    before = record.history.filter(pk=seen).first() if seen.isdigit() else None
    changed = [row for row in compare(before, last) if row.is_changed] if before is not None else []
    told = [f"{row.label}: {row.left or '–'} → {row.right or '–'}" for row in changed]
    return [
        f"{last.history_user or 'Somebody'} saved this at {last.history_date:%H:%M} UTC, after you opened it. "
        "Nothing of yours is saved. Open the page again in another tab and enter your changes there. "
        "What was changed meanwhile:",
        *(told[:TOLD] or ["Nothing that is kept in versions."]),
        *([f"and {len(told) - TOLD} more"] if len(told) > TOLD else []),
    ]


class ConfigurationAdmin(HistoryAdmin):
    """Admin of a model with history that people edit."""

    form = ConfigurationForm
    actions_detail: ClassVar[Any] = ("compare_versions",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        may_edit = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if is_kept_version(request) or not may_edit:
            asked = ("change_reason", "seen_version")
            shown = [(title, options, [f for f in options["fields"] if f not in asked]) for title, options in fieldsets]
            return [(title, {**options, "fields": fields}) for title, options, fields in shown if fields]
        named = {name for _, options in fieldsets for name in options["fields"] if isinstance(name, str)}
        if "change_reason" in named:
            return fieldsets
        return [*fieldsets, ("Reason", {"fields": ("change_reason", "seen_version")})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if reason := form.cleaned_data.get("change_reason"):
            obj._change_reason = reason
        super().save_model(request, obj, form, change)

    @action(description="Compare versions", url_path="compare", icon="difference", permissions=["view"])
    def compare_versions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions side by side; the newest two unless others are chosen."""
        record = self._record(request, object_id)
        versions = list(record.history.select_related("history_user")[:OFFERED])
        left = _chosen(record, request.GET.get("left"), versions[1] if len(versions) > 1 else None)
        right = _chosen(record, request.GET.get("right"), versions[0] if versions else None)
        rows = compare(left, right) if left and right else []
        return action_page(
            self,
            request,
            title=f"Versions of {record}",
            submit="",
            original=record,
            back=self._page(record),
            template="admin/onramp/compare.html",
            versions=versions,
            left=left,
            right=right,
            rows=[row for row in rows if row.is_changed],
            same=sum(not row.is_changed for row in rows),
            may_restore=self.has_change_permission(request, record),
        )

    def get_urls(self) -> list[Any]:
        from django.urls import path

        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        view = self.admin_site.admin_view(self.restore_view)
        return [path("<path:object_id>/restore/<int:version>/", view, name=name), *super().get_urls()]

    def restore_view(self, request: HttpRequest, object_id: str, version: int) -> HttpResponse:
        """Ask, then bring a version back. For those who may change the record."""
        record = self._record(request, object_id)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        kept = record.history.filter(pk=version).first()
        if kept is None:
            raise Http404("There is no such version.")
        if request.method == "POST":
            try:
                restored = restore(kept, str(request.user))
            except NotRestored as refused:
                messages.error(request, f"Not restored: {refused}")
            else:
                messages.success(request, f"{restored} is as it was on {kept.history_date:%Y-%m-%d %H:%M} UTC.")
            return HttpResponseRedirect(self._page(record))
        rows = [row for row in compare(record, kept) if row.is_changed]
        return action_page(
            self,
            request,
            title=f"Restore {record}",
            submit="Restore this version",
            original=record,
            back=self._page(record),
            template="admin/onramp/restore.html",
            explanation=f"The version of {kept.history_date:%Y-%m-%d %H:%M} UTC becomes the newest one.",
            rows=rows,
            is_dangerous=True,
        )

    def _record(self, request: HttpRequest, object_id: str) -> Any:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404("There is no such record.")
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record

    def _page(self, record: Model) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])


def _chosen(record: Any, wanted: str | None, otherwise: Any) -> Any:
    if not wanted:
        return otherwise
    kept = record.history.select_related("history_user").filter(pk=wanted).first() if wanted.isdigit() else None
    if kept is None:
        raise Http404("There is no such version.")
    return kept
