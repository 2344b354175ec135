"""Inbound files: list, page, progress, download, and receiving one by hand."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_protect
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from config.core.admin.bases import TrafficAdmin
from config.core.admin.columns import size, when
from config.core.admin.filters import PeriodFilter, SinceFilter, of_values
from config.core.admin.pages import action_page, require
from config.core.blobs import BlobTooLarge, StorageUnavailable
from config.core.downloads import file_name, stream_blob
from config.core.problems import PayloadTooLarge
from mappings.engine.formats import FileFormat
from partners.models import Connection
from transactions.admin import badges
from transactions.admin.draft_page import draft_page
from transactions.admin.export import FILE_HEADER, csv_response, file_cells
from transactions.admin.file_page import file_context, progress_of
from transactions.models import InboundFile
from transactions.services.canonicals_of_file import canonicals_of_file
from transactions.services.find import as_uuid, find_files
from transactions.services.receive import receive
from transactions.services.receive_upload import is_correctable
from transactions.services.work_now import work_now

FormatFilter = of_values("format", "format", [(name, name[:1].upper() + name[1:]) for name in FileFormat])

DELAYS = (2, 2, 2, 2, 2, 3, 3, 5, 5, 8, 10, 15)
"""Seconds between one question for the progress of a file and the next."""


class ReceiveForm(forms.Form):
    connection = forms.ModelChoiceField(
        Connection.objects.filter(is_enabled=True).select_related("partner").order_by("partner__name", "name"),
        widget=UnfoldAdminSelectWidget,
        empty_label="Choose…",
        help_text="As if the partner had sent the file through this connection.",
    )
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget(attrs={"data-max-bytes": settings.INTAKE_MAX_BYTES}), allow_empty_file=True
    )

    def __init__(self, *args: Any, corrects: InboundFile | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if corrects is not None:
            field: Any = self.fields["connection"]
            field.queryset = field.queryset.filter(partner=corrects.partner_id, environment=corrects.environment)
            field.initial = corrects.connection_id


@admin.register(InboundFile)
class InboundFileAdmin(TrafficAdmin):
    list_display = ("label", "partner", "environment", "status", "documents", "length", "channel", "received")
    list_filter = (
        SinceFilter, ("partner", AutocompleteSelectFilter), "stage", "waits_for", "outcome", "environment",
        FormatFilter, PeriodFilter,
    )  # fmt: skip
    search_help_text = "Correlation id, name, ISA13, sha256 or partner code"
    ordering = ("-id",)
    actions_list = ("receive_file",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundFile]:
        return super().get_queryset(request).select_related("partner").defer("findings")

    def find(self, queryset: QuerySet[InboundFile], term: str) -> QuerySet[InboundFile]:
        return find_files(queryset, term)

    @display(description="file")
    def label(self, file: InboundFile) -> str:
        return str(file)

    @display(description="status", label=badges.FILE)
    def status(self, file: InboundFile) -> str:
        return badges.file_status(file)

    @display(description="accepted")
    def documents(self, file: InboundFile) -> str:
        return f"{file.documents_accepted} of {file.documents_total}" if file.documents_total else "–"

    @display(description="size")
    def length(self, file: InboundFile) -> str:
        return size(file.size)

    @display(description="received")
    def received(self, file: InboundFile) -> SafeString | str:
        return when(file.received_at)

    def get_urls(self) -> list[URLPattern]:
        def page(view: Any) -> Any:
            return self.admin_site.admin_view(view)

        return [
            path("export/", page(self.export), name="transactions_inboundfile_export"),
            path("<uuid:object_id>/download/", page(self.download), name="transactions_inboundfile_download"),
            path(
                "<uuid:object_id>/canonical.ndjson", page(self.canonicals), name="transactions_inboundfile_canonicals"
            ),
            path(
                "<uuid:object_id>/draft-mapping/",
                page(self.draft_mapping),
                name="transactions_inboundfile_draft_mapping",
            ),
            path("<uuid:object_id>/work-now/", page(self.work_now), name="transactions_inboundfile_work_now"),
            path("<uuid:object_id>/progress/", page(self.progress), name="transactions_inboundfile_progress"),
            *super().get_urls(),
        ]

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        if not request.user.has_perm("transactions.export_inboundfile"):
            return {}
        query = request.GET.urlencode()
        return {"export_url": reverse("admin:transactions_inboundfile_export") + (f"?{query}" if query else "")}

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The rows of the list with its filters, as CSV."""
        require(request, "transactions.export_inboundfile")
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            rows = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:transactions_inboundfile_changelist") + "?e=1")
        return csv_response(rows, FILE_HEADER, file_cells, "files")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one file."""
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        file = self._visible(request, as_uuid(object_id))
        return TemplateResponse(
            request,
            "admin/onramp/file.html",
            {
                **self.admin_site.each_context(request),
                **file_context(file, request.user),
                "opts": self.opts,
                "original": file,
                "title": str(file),
                "is_fullwidth": "1",
                "status": badges.file_status(file),
                "status_variant": badges.FILE.get(badges.file_status(file), ""),
            },
        )

    def draft_mapping(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Draft a mapping from a file of an unknown layout."""
        return draft_page(self, request, self._visible(request, object_id))

    def work_now(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Have a postponed file worked now."""
        require(request, "transactions.release_held")
        file = self._visible(request, object_id)
        if request.method == "POST":
            if work_now(file, actor=request.user.get_username()):
                messages.success(request, "The file is worked now.")
            else:
                messages.info(request, "It does not wait any more.")
        return HttpResponseRedirect(reverse("admin:transactions_inboundfile_change", args=[file.pk]))

    def progress(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """The progress alone, for the page to ask again; when the file is finished the page is to load anew."""
        file = self._visible(request, object_id)
        progress = progress_of(file)
        response = render(
            request, "admin/onramp/file_progress.html", {"file": file, "progress": progress, **_next_poll(request)}
        )
        if not progress.is_live:
            response["HX-Refresh"] = "true"
        return response

    def download(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """The bytes as received."""
        require(request, "transactions.download_raw")
        file = self._visible(request, object_id)
        try:
            return stream_blob(file.sha256, file.name or f"{file.pk}.bin", length=file.size)
        except FileNotFoundError:
            raise Http404("The storage does not have these bytes.") from None

    def canonicals(self, request: HttpRequest, object_id: UUID) -> HttpResponseBase:
        """The canonical forms of the file, a line of JSON each."""
        require(request, "transactions.download_canonical")
        file = self._visible(request, object_id)
        response = StreamingHttpResponse(canonicals_of_file(file.pk), content_type="application/x-ndjson")
        name = file_name("canonical", str(file.pk), extension="ndjson")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def has_receive_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("transactions.add_inboundfile")

    @action(
        description="Receive a file",
        url_path="receive",
        icon="upload_file",
        permissions=["receive"],
    )
    def receive_file(self, request: HttpRequest) -> HttpResponse:
        """Ask for a connection and a file, then receive it as if it had come through that connection.

        ?corrects=: the file that it answers, which gives partner and environment then.
        """
        corrects = self._visible(request, as_uuid(request.GET["corrects"])) if "corrects" in request.GET else None
        if corrects is not None and not is_correctable(corrects):
            messages.info(request, "It needs no corrected file: nothing of it was rejected, or it is still being read.")
            return HttpResponseRedirect(reverse("admin:transactions_inboundfile_change", args=[corrects.pk]))
        try:
            return self._receive(request, corrects)
        except PayloadTooLarge as refused:
            messages.error(request, str(refused.detail))
            return self._receive_page(request, ReceiveForm(corrects=corrects), corrects, status=413)
        except StorageUnavailable:
            messages.error(request, "Onramp cannot store files now. Nothing was kept. Try again in a few minutes.")
            return self._receive_page(request, ReceiveForm(corrects=corrects), corrects, status=503)

    # The token is checked inside, where the body is read: an upload over the limit ends in a page, not in an error.
    receive_file.csrf_exempt = True

    @method_decorator(csrf_protect)
    def _receive(self, request: HttpRequest, corrects: InboundFile | None) -> HttpResponse:
        form = ReceiveForm(request.POST or None, request.FILES or None, corrects=corrects)
        if form.is_valid():
            connection: Connection = form.cleaned_data["connection"]
            upload = form.cleaned_data["file"]
            try:
                receipt = receive(
                    upload.chunks(),
                    connection=connection,
                    partner=connection.partner,
                    environment=connection.environment,
                    channel="admin",
                    received_by=request.user.get_username(),
                    name=upload.name or "",
                    corrects=corrects,
                )
            except BlobTooLarge as refused:
                form.add_error("file", f"At most {size(refused.limit)} are taken at once. Split the file.")
            else:
                if receipt.is_new:
                    messages.success(request, "Received. The file is being processed.")
                else:
                    messages.info(request, "The same bytes had come before: this is what became of them.")
                return HttpResponseRedirect(reverse("admin:transactions_inboundfile_change", args=[receipt.file.pk]))
        return self._receive_page(request, form, corrects)

    def _receive_page(
        self, request: HttpRequest, form: ReceiveForm, corrects: InboundFile | None, status: int = 200
    ) -> HttpResponse:
        explanation = f"It is stored unchanged and processed at once. At most {size(settings.INTAKE_MAX_BYTES)}."
        back = reverse("admin:transactions_inboundfile_changelist")
        if corrects is not None:
            explanation += " When all of it is accepted, the cases of the file that it corrects close."
            back = reverse("admin:transactions_inboundfile_change", args=[corrects.pk])
        return action_page(
            self,
            request,
            status=status,
            title="Receive a file" if corrects is None else "Receive a corrected file",
            submit="Receive",
            form=form,
            back=back,
            explanation=explanation,
            facts=[] if corrects is None else [("Corrects", corrects), ("Partner", corrects.partner or "–")],
        )

    def _visible(self, request: HttpRequest, object_id: UUID | None) -> InboundFile:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = InboundFile.objects.select_related("partner", "connection", "corrects").defer("corrects__findings")
        file = rows.filter(pk=object_id).first() if object_id else None
        if file is None:
            raise Http404("There is no such file.")
        return file


def _next_poll(request: HttpRequest) -> dict[str, int]:
    """When the page asks for the progress again: every two seconds at first, then less and less often."""
    text = request.GET.get("poll", "")
    poll = min(int(text), len(DELAYS) - 1) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return {"poll": poll + 1, "delay": DELAYS[poll]}
