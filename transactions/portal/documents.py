"""The partner's documents: lists, and the page of one."""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from config.core.downloads import file_name, send_bytes
from partners.models import Partner
from partners.portal.access import Visit, for_members, show
from transactions.models import Acknowledgment, CanonicalDocument, Document
from transactions.pipeline.storable import read_findings
from transactions.portal import timeline
from transactions.portal.filters import DocumentFilterForm
from transactions.portal.located import locate
from transactions.portal.paging import keyset_page
from transactions.portal.report import attempt_of, totals_of
from transactions.portal.visibility import the_document
from transactions.portal.wording import document_status, finding_views
from transactions.services.document_source import document_source
from transactions.services.find import as_uuid
from transactions.services.present_kinds import is_shown
from transactions.services.present_order import order_view
from transactions.services.receive_upload import is_correctable
from transactions.services.visibility import documents_of, reachable_acknowledgments, reachable_documents
from transactions.states import DocumentOutcome

ACKNOWLEDGMENTS, PREDECESSORS = 20, 20


@require_safe
@for_members
def documents(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The partner's own, newest first; with `file`, those of one file that it brought."""
    form = DocumentFilterForm(request.GET, label_suffix="")
    file_id = as_uuid(request.GET.get("file", ""))
    rows = reachable_documents(visit.partner).filter(file=file_id) if file_id else documents_of(visit.partner)
    page = keyset_page(form.narrow(rows.select_related("partner")), request.GET)
    totals = totals_of([document.pk for document in page.rows])
    return show(
        request,
        visit,
        "portal/documents.html",
        title="Documents",
        form=form,
        documents=[(document, document_status(document), totals.get(document.pk, "")) for document in page.rows],
        page=page,
        file_id=file_id,
        is_filtered=any(request.GET.get(name) for name in form.fields),
    )


@require_safe
@for_members
def document(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """What a document says, what was found in it, and what became of it."""
    row = the_document(visit.partner, pk)
    attempt = attempt_of(row)
    located = locate(row, attempt.findings)
    own_file = row.file.partner_id == visit.partner.pk
    canonical = CanonicalDocument.objects.filter(document=row, is_current=True).first()
    return show(
        request,
        visit,
        "portal/document.html",
        title=str(row),
        document=row,
        status=document_status(row, is_ours=attempt.is_ours),
        findings=located.findings,
        source=located.source,
        envelope_findings=_envelope_findings(row),
        own_file=own_file,
        is_correctable=own_file and is_correctable(row.file) and row.outcome != DocumentOutcome.ACCEPTED,
        canonical=canonical,
        order=_order(canonical),
        successor=_reachable(visit.partner, row.superseded_by),
        predecessors=list(reachable_documents(visit.partner).filter(superseded_by=row).order_by("-id")[:PREDECESSORS]),
        acknowledgments=_acknowledgments(visit.partner, row),
        timeline=timeline.of_document(row, with_file=own_file),
    )


@require_safe
@for_members
def canonical(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """The canonical form, as it is stored."""
    row = the_document(visit.partner, pk)
    current = CanonicalDocument.objects.filter(document=row, is_current=True).first()
    if current is None:
        raise Http404
    return send_bytes(current.body.encode(), file_name(row.kind, row.business_key, extension="json"))


@require_safe
@for_members
def source(request: HttpRequest, visit: Visit, pk: UUID) -> HttpResponseBase:
    """Just this document's bytes."""
    row = the_document(visit.partner, pk)
    try:
        found = document_source(row)
    except FileNotFoundError:
        raise Http404 from None
    name = file_name(row.set_id, row.business_key or row.control_number, extension=found.extension)
    return send_bytes(found.content, name)


def _order(current: CanonicalDocument | None) -> Any:
    if current is None or not is_shown(current.schema):
        return None
    return order_view(json.loads(current.body, parse_float=Decimal))


def _envelope_findings(row: Document) -> Any:
    """Why the envelope around a document was refused, and the document with it."""
    if row.outcome == DocumentOutcome.ACCEPTED:
        return []
    refused = [one for one in (row.group.interchange, row.group) if one is not None and one.is_refused]
    return finding_views(read_findings([found for envelope in refused for found in envelope.findings]))


def _reachable(partner: Partner, other: Document | None) -> Document | None:
    """A document that another one links to, where the reader may see it."""
    return reachable_documents(partner).filter(pk=other.pk).first() if other is not None else None


def _acknowledgments(partner: Partner, row: Document) -> list[Acknowledgment]:
    """Those that answer its envelopes and that the reader may see: the TA1 goes to whoever brought the interchange."""
    answering = Q(group=row.group)
    if row.group.interchange_id is not None:
        answering |= Q(interchange=row.group.interchange_id, group=None)
    rows = reachable_acknowledgments(partner).filter(answering)
    return list(rows.defer("content").order_by("id")[:ACKNOWLEDGMENTS])
