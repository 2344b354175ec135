"""Run a version of a mapping backwards: a canonical document becomes what a partner would get. Nothing is stored."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from config.core.downloads import file_name, send_bytes
from mappings.engine.errors import DeclarationError
from mappings.engine.rules.compiler import CompiledMapping
from mappings.library.index import resolve
from mappings.models import MappingVersion
from mappings.services.compiled import compile_once
from mappings.services.write_document import NotWritten, Written, write_document
from mappings.services.writing.text import for_people
from transactions.admin.mapping_pages import version_of, version_page
from transactions.admin.write_form import WriteForm
from transactions.admin.written import written_context

NEEDED = ("mappings.view_mappingversion", "mappings.view_mappingtestcase", "transactions.download_canonical")
TEMPLATE = "admin/onramp/write.html"


def write_page(request: HttpRequest, object_id: int) -> HttpResponseBase:
    """GET with `?document=` or POST: write and show. With `do=download` the bytes, with `do=read` a copy that no
    spreadsheet calculates. `chosen`: the document that is meant, of several with one number."""
    version = version_of(request, object_id, NEEDED)
    try:
        mapping = compile_once(resolve(version.declaration))
    except DeclarationError as error:
        return _page(request, version, fault=f"It does not compile: {error}")
    asked = (request.POST if request.method == "POST" else request.GET).copy()
    if chosen := asked.get("chosen"):
        asked["document"] = str(chosen)
    is_asked = request.method == "POST" or "document" in request.GET
    form = WriteForm(version, mapping, asked if is_asked else None)
    if not is_asked or not form.is_valid():
        return _page(request, version, form=form)
    try:
        written = write_document(mapping, form.body, at=timezone.now(), form=form.outbound())
    except NotWritten as refused:
        form.add_error(None, str(refused))
        return _page(request, version, form=form)
    copy = _copy(mapping, form, written)
    if request.method == "POST" and request.POST.get("do") in ("download", "read"):
        return _download(version, form.body, written, copy, is_copy=request.POST["do"] == "read")
    context = written_context(written, form.body, version)
    is_calculated = copy is not None and copy != written.content
    return _page(request, version, form=form, has_copy=copy is not None, is_calculated=is_calculated, **context)


def _copy(mapping: CompiledMapping, form: WriteForm, written: Written) -> bytes | None:
    """What a person may open in a spreadsheet; None for what no spreadsheet opens."""
    if written.format != "text" or written.settings.fixed:
        return None
    return for_people(mapping, [form.body], form.outbound())


def _download(
    version: MappingVersion, body: dict[str, Any], written: Written, copy: bytes | None, *, is_copy: bool
) -> HttpResponseBase:
    """The document is exact. Where a spreadsheet would calculate one of its cells, its name says plain text, so that
    a click does not open one; the copy is for that.
    """
    name = (version.mapping.code, str(body.get("number", "")))
    if is_copy and copy is not None:
        return send_bytes(copy, file_name(*name, "for-reading", extension=written.extension), written.media_type)
    if copy is not None and copy != written.content:
        content_type = f"text/plain; charset={written.settings.encoding}"
        return send_bytes(written.content, file_name(*name, extension="txt"), content_type)
    return send_bytes(written.content, file_name(*name, extension=written.extension), written.media_type)


def _page(request: HttpRequest, version: MappingVersion, **context: Any) -> HttpResponse:
    return version_page(request, version, TEMPLATE, f"Write with {version}", **context)
