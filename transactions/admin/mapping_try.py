"""Try a version of a mapping, published or not, on a file: what it makes is shown and nothing is stored."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminFileFieldWidget

from config.core.blobs import open_blob
from mappings.models import MappingVersion
from transactions.admin.mapping_pages import term_field, version_of, version_page
from transactions.admin.tried import tried_context
from transactions.models import Document, InboundFile
from transactions.services.find import as_uuid
from transactions.services.try_mapping import TooLarge, Tried, try_declaration

VIEW = ("mappings.view_mappingversion", "transactions.view_inboundfile")


class TryForm(forms.Form):
    """Either of the two."""

    received = term_field("A file that Onramp has", "Correlation id of the file, or the id of one of its documents.")
    file = forms.FileField(
        label="Or a file of yours",
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text="It is read and forgotten.",
    )

    def clean_received(self) -> InboundFile | None:
        term = self.cleaned_data["received"].strip()
        if not term:
            return None
        key = as_uuid(term)
        found = _file_of(key) if key is not None else None
        if found is None:
            raise ValidationError("There is no file and no document with this id.")
        return found


def _file_of(key: UUID) -> InboundFile | None:
    of_document = Document.objects.filter(pk=key).values("file_id")
    return InboundFile.objects.filter(Q(pk=key) | Q(pk__in=of_document)).first()


def try_page(request: HttpRequest, object_id: int) -> HttpResponse:
    """GET with `?received=` or POST: translate and show."""
    version = version_of(request, object_id, VIEW)
    asked = request.POST if request.method == "POST" else {"received": request.GET.get("received", "")}
    is_asked = request.method == "POST" or bool(asked["received"])
    form = TryForm(asked if is_asked else None, request.FILES if request.method == "POST" else None)
    tried: Tried | None = None
    if is_asked and form.is_valid():
        try:
            tried = _try(version, form)
        except (TooLarge, FileNotFoundError) as error:
            why = str(error) if isinstance(error, TooLarge) else "The storage does not have the bytes of this file."
            form.add_error(None, why)
        if tried is None and not form.errors:
            form.add_error(None, "Name a file or choose one.")
    title = f"Try {version}"
    return version_page(request, version, "admin/onramp/try.html", title, form=form, **tried_context(tried))


def _try(version: MappingVersion, form: TryForm) -> Tried | None:
    if uploaded := form.cleaned_data["file"]:
        return try_declaration(version.declaration, uploaded.file)
    received = form.cleaned_data["received"]
    if received is None:
        return None
    with open_blob(received.sha256) as stream:
        return try_declaration(version.declaration, stream)
