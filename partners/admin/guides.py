"""The versions of partners' guides: uploaded on the partner's page, downloaded here, never changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from config.core.admin.bases import HistoryAdmin
from config.core.blobs import open_blob
from partners.models import Guide


class GuideForm(forms.Form):
    title = forms.CharField(
        max_length=120, widget=UnfoldAdminTextInputWidget, help_text="The same title makes a new version of that guide."
    )
    file = forms.FileField(widget=UnfoldAdminFileFieldWidget, help_text="PDF, spreadsheet or text, at most 50 MB.")
    effective_from = forms.DateField(required=False, widget=UnfoldAdminDateWidget)
    note = forms.CharField(
        max_length=300, required=False, widget=UnfoldAdminTextInputWidget, help_text="What is new in it."
    )


@admin.register(Guide)
class GuideAdmin(HistoryAdmin):
    nothing_yet = "Add one on the page of its partner: Add → Add guide."
    list_display = ("title", "version", "partner", "file_name", "effective_from", "uploaded_at")
    list_select_related = ("partner",)
    search_fields = ("title", "partner__code", "partner__name")
    search_help_text = "Title, partner's name or code"
    fields = (
        "partner",
        ("title", "version"),
        ("file_name", "size", "sha256"),
        ("effective_from", "note"),
        ("uploaded_by", "uploaded_at"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Guide | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        download = self.admin_site.admin_view(self.download)
        return [path("<int:pk>/download/", download, name="partners_guide_download"), *super().get_urls()]

    def download(self, request: HttpRequest, pk: int) -> FileResponse:
        """The file, always as an attachment: a partner's file is never shown as a page of ours."""
        guide = get_object_or_404(Guide, pk=pk)
        if not self.has_view_permission(request, guide):
            raise PermissionDenied
        return FileResponse(
            open_blob(guide.sha256),
            as_attachment=True,
            filename=guide.file_name,
            content_type="application/octet-stream",
        )
