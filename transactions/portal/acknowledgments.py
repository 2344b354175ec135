"""The TA1s and 997s that answer what the partner sent."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from config.core.downloads import file_name, send_bytes
from partners.portal.access import Visit, for_members, show
from transactions.portal.paging import keyset_page
from transactions.portal.visibility import the_acknowledgment, the_file
from transactions.services.find import as_uuid
from transactions.services.segments import lines_of
from transactions.services.visibility import acknowledgments_of

VERDICTS = {
    "A": ("Accepted", "good", "Everything it answers was accepted as X12."),
    "E": ("Accepted, with errors noted", "wait", "It was accepted as X12, and faults are named in it."),
    "P": ("Partly accepted", "bad", "Some of the documents it answers were rejected as X12."),
    "R": ("Rejected", "bad", "What it answers was rejected as X12."),
}


@require_safe
@for_members
def acknowledgments(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Newest first; with `file`, those that answer one file."""
    rows = acknowledgments_of(visit.partner)
    file_id = as_uuid(request.GET.get("file", ""))
    if file_id is not None:
        rows = the_file(visit.partner, file_id).acknowledgments.all()
    page = keyset_page(rows.defer("content").select_related("group", "interchange"), request.GET)
    shown = [(row, VERDICTS.get(row.verdict, (row.verdict, "quiet", ""))) for row in page.rows]
    return show(
        request, visit, "portal/acknowledgments.html", title="Acknowledgments", acknowledgments=shown, page=page
    )


@require_safe
@for_members
def acknowledgment(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """What it says, one segment a line."""
    row = the_acknowledgment(visit.partner, pk)
    return show(
        request,
        visit,
        "portal/acknowledgment.html",
        title=f"{row.kind} {row.control_number}",
        acknowledgment=row,
        verdict=VERDICTS.get(row.verdict, (row.verdict, "quiet", "")),
        segments=lines_of(bytes(row.content)),
        own_file=row.file.partner_id == visit.partner.pk,
    )


@require_safe
@for_members
def content(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """The exact bytes that we sent."""
    row = the_acknowledgment(visit.partner, pk)
    return send_bytes(bytes(row.content), file_name(row.kind, row.control_number))
