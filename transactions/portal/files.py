"""Files that came through the partner's own connections, and the report about each."""

from uuid import UUID

from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.core.downloads import stream_blob
from partners.portal.access import Visit, for_members, show
from transactions.portal.filters import FileFilterForm
from transactions.portal.paging import keyset_page
from transactions.portal.report import progress_of, report_of
from transactions.portal.visibility import listed_files_of, the_file
from transactions.portal.wording import file_status


@require_safe
@for_members
def files(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The partner's own, newest first."""
    form = FileFilterForm(request.GET, label_suffix="")
    page = keyset_page(form.narrow(listed_files_of(visit.partner)), request.GET)
    rows = [(file, file_status(file, is_corrected=file.is_corrected)) for file in page.rows]
    return show(
        request,
        visit,
        "portal/files.html",
        title="Uploads",
        files=rows,
        page=page,
        form=form,
        is_filtered=any(request.GET.get(name) for name in form.fields),
    )


@require_safe
@for_members
def report(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """What we found in a file."""
    file = the_file(visit.partner, pk)
    return show(request, visit, "portal/report.html", title=str(file), **report_of(file))


@require_safe
@for_members
def state(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """How far a file has come, for the page that waits for it."""
    file = the_file(visit.partner, pk)
    progress = progress_of(file)
    return JsonResponse(
        {
            "is_live": progress.is_live,
            "label": progress.status.label,
            "tone": progress.status.tone,
            "words": progress.sentence,
            "done": progress.done,
            "total": progress.total,
            "url": reverse("portal:file", args=[file.pk]),
        }
    )


@require_safe
@for_members
def content(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """The bytes as they came."""
    file = the_file(visit.partner, pk)
    try:
        return stream_blob(file.sha256, file.name or f"{file.pk}.bin", length=file.size)
    except FileNotFoundError:
        raise Http404 from None
