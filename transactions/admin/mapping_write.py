"""Run a version of a mapping backwards: a canonical document becomes what a partner would get. Nothing is stored."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from config.core.admin.pages import require
from mappings.engine.errors import DeclarationError
from mappings.library.index import resolve
from mappings.models import MappingVersion
from mappings.services.compiled import compile_once
from mappings.services.write_document import NotWritten, Written, write_document
from partners.models import Agreement
from partners.services.effective_policies import effective_policies
from transactions.admin.findings import finding_rows
from transactions.models import CanonicalDocument
from transactions.services.find import as_uuid

NEEDED = ("mappings.view_mappingversion", "transactions.download_canonical")
SHOWN = 200  # findings, and values that are not kept
SIZE = 1_000_000  # characters of a pasted document


class WriteForm(forms.Form):
    """One of the first two; the rest says how."""

    document = forms.CharField(
        label="A document that Onramp has",
        required=False,
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text="Its id. Its canonical form is written.",
    )
    canonical = forms.CharField(
        label="Or a canonical document",
        required=False,
        max_length=SIZE,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "class": "or-yaml", "spellcheck": "false"}),
        help_text="JSON, as it is downloaded from a document's page.",
    )
    release = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)
    agreement = forms.ModelChoiceField(
        Agreement.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        empty_label="None: names and numbers that stand for others",
        help_text="Whose envelope it gets. Its control numbers are not used.",
    )

    def __init__(self, version: MappingVersion, releases: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].choices = [(name, name) for name in releases]  # type: ignore[attr-defined]
        agreements = Agreement.objects.filter(set_id=version.mapping.set_id).select_related("partner")
        self.fields["agreement"].queryset = agreements.order_by("partner__name", "pk")  # type: ignore[attr-defined]

    def clean_document(self) -> Any:
        term = self.cleaned_data["document"].strip()
        if not term:
            return None
        current = CanonicalDocument.objects.filter(document=as_uuid(term), is_current=True).first()
        if current is None:
            raise ValidationError("There is no document with this id that has a canonical form.")
        return json.loads(current.body, parse_float=str)

    def clean_canonical(self) -> Any:
        text = self.cleaned_data["canonical"].strip()
        if not text:
            return None
        try:
            read = json.loads(text, parse_float=str)
        except (ValueError, RecursionError) as error:
            raise ValidationError(f"It is no JSON: {error}") from error
        return read[0] if isinstance(read, list) and len(read) == 1 else read

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and (said["document"] is None) == (said["canonical"] is None):
            raise ValidationError("Name a document, or paste one.")
        return said


def write_page(request: HttpRequest, object_id: int) -> HttpResponse:
    """GET with `?document=` or POST: write and show; with `do=download`, the bytes."""
    for permission in NEEDED:
        require(request, permission)
    version = MappingVersion.objects.select_related("mapping").filter(pk=object_id).first()
    if version is None:
        raise Http404("There is no such version.")
    try:
        mapping = compile_once(resolve(version.declaration))
    except DeclarationError as error:
        return _page(request, version, None, None, f"It does not compile: {error}")
    asked = request.POST if request.method == "POST" else request.GET
    is_asked = request.method == "POST" or "document" in request.GET
    form = WriteForm(version, mapping.releases, asked if is_asked else None)
    written: Written | None = None
    if is_asked and form.is_valid():
        said = form.cleaned_data
        agreement = said["agreement"]
        policies = effective_policies(agreement.partner, agreement) if agreement else None
        body = said["document"] if said["document"] is not None else said["canonical"]
        try:
            written = write_document(mapping, body, at=timezone.now(), release=said["release"], policies=policies)
        except NotWritten as refused:
            form.add_error(None, str(refused))
    if written is not None and request.method == "POST" and request.POST.get("do") == "download":
        response = HttpResponse(written.content, content_type="application/edi-x12")
        response["Content-Disposition"] = f'attachment; filename="{version.mapping.code}-{written.release}.edi"'
        return response
    return _page(request, version, form, written)


def _page(
    request: HttpRequest, version: MappingVersion, form: WriteForm | None, written: Written | None, fault: str = ""
) -> TemplateResponse:
    return TemplateResponse(
        request,
        "admin/onramp/write.html",
        {
            **admin.site.each_context(request),
            "opts": MappingVersion._meta,
            "original": version,
            "title": f"Write with {version}",
            "is_fullwidth": "1",
            "version": version,
            "form": form,
            "fault": fault,
            "written": written,
            "findings": finding_rows(written.findings)[:SHOWN] if written else [],
            "lost": written.lost[:SHOWN] if written else [],
            "back": reverse("admin:mappings_mappingversion_change", args=[version.pk]),
        },
    )
