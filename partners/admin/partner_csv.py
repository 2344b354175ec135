"""Pages that take partners in from a CSV file, and give them out as one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminFileFieldWidget

from config.core.admin.pages import action_page
from config.core.blobs import BlobTooLarge, open_blob, store
from partners.models import Partner
from partners.services.export_partners import export_partners
from partners.services.import_partners import import_partners, preview_import
from partners.services.partner_csv import COLUMNS, Unreadable

LIMIT = 20_000_000
SALT = "partners.import"
SHOWN = 100


class ImportForm(forms.Form):
    file = forms.FileField(
        label="CSV file",
        widget=UnfoldAdminFileFieldWidget,
        help_text=f"UTF-8 with a heading. Columns: {', '.join(COLUMNS)}. Several values stand between semicolons.",
    )


def import_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Take a file, show what would come of each row, and write the right ones when that is confirmed."""
    back = reverse("admin:partners_partner_changelist")
    form = ImportForm(request.POST or None, request.FILES or None)
    if token := request.POST.get("token"):
        return _write(request, token, back)
    if form.is_valid():
        try:
            blob = store(form.cleaned_data["file"].chunks(), LIMIT)
            with open_blob(blob.sha256) as file:
                preview = preview_import(file.read())
        except (Unreadable, BlobTooLarge) as error:
            form.add_error("file", "The file is larger than 20 MB." if isinstance(error, BlobTooLarge) else str(error))
        else:
            return action_page(
                model_admin,
                request,
                title="Import partners: preview",
                submit="Import the right rows",
                back=back,
                template="admin/onramp/import_preview.html",
                preview=preview,
                faults=preview.faults[:SHOWN],
                more=max(0, len(preview.faults) - SHOWN),
                token=signing.dumps(blob.sha256, salt=SALT),
            )
    return action_page(
        model_admin,
        request,
        title="Import partners",
        submit="Look at it first",
        form=form,
        back=back,
        explanation="Nothing is written yet: the next page shows every row that is wrong, and what would be new.",
    )


def _write(request: HttpRequest, token: str, back: str) -> HttpResponse:
    try:
        sha256 = signing.loads(token, salt=SALT, max_age=3600)
    except signing.BadSignature:
        messages.error(request, "The preview is too old. Choose the file again.")
        return HttpResponseRedirect(back)
    with open_blob(sha256) as file:
        imported = import_partners(file.read(), request.user)
    new = "1 partner is new" if imported.created == 1 else f"{imported.created:,} partners are new"
    said = f"{new}, {imported.changed:,} {'was' if imported.changed == 1 else 'were'} changed."
    rows = "1 row was" if imported.left_out == 1 else f"{imported.left_out:,} rows were"
    left = f" {rows} left out." if imported.left_out else ""
    messages.success(request, said + left)
    return HttpResponseRedirect(back)


def export_response(partners: QuerySet[Partner]) -> StreamingHttpResponse:
    """All these partners as an attachment."""
    response = StreamingHttpResponse(export_partners(partners), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="partners.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
