"""The first page: upload, what needs attention, what came last."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from partners.models import Coverage, Partner, Stage
from partners.portal.access import Visit, for_members, show
from partners.portal.tasks import tasks_of
from transactions.models import ExceptionCase
from transactions.pipeline.storable import read_findings
from transactions.portal.certification import Part, parts_of
from transactions.portal.upload import upload_context
from transactions.portal.visibility import listed_files_of
from transactions.portal.wording import FindingView, file_status, finding_views
from transactions.states import CaseCategory, CaseStatus

RECENT, ATTENTION = 8, 8


class Attention(NamedTuple):
    """Something that was not accepted and is still open. url: of its document, or else its file."""

    name: str
    url: str
    reason: FindingView | None
    case: ExceptionCase


@require_safe
@for_members
def home(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Eight queries, however much there is; some more for each agreement while a partner certifies itself."""
    files: list[Any] = list(listed_files_of(visit.partner).order_by("-id")[:RECENT])
    return show(
        request,
        visit,
        "portal/home.html",
        title="Home",
        files=[(file, file_status(file, is_corrected=file.is_corrected)) for file in files],
        attention=_attention(visit.partner),
        tasks=tasks_of(visit.partner),
        certifying=_certifying(visit.partner),
        **upload_context(visit.partner),
    )


def _certifying(partner: Partner) -> list[Part]:
    """What the partner still has to show, where that is what we wait for."""
    if not Coverage.objects.filter(agreement__partner=partner, stage=Stage.CERTIFICATION).exists():
        return []
    return [part for part in parts_of(partner) if part.done < part.total]


def _attention(partner: Partner) -> list[Attention]:
    """By the open cases of the partner: few rows by index, whatever its traffic. Our own faults are ours."""
    cases = (
        ExceptionCase.objects.filter(partner=partner, status=CaseStatus.OPEN)
        .exclude(category__in=(CaseCategory.INTERNAL, CaseCategory.ANSWER))
        .select_related("document", "file")
        .defer("file__findings")
        .order_by("-id")[:ATTENTION]
    )
    found = []
    for case in cases:
        views = finding_views(read_findings([case.finding])) if case.finding else []
        reason = views[0] if views else None
        if case.document is not None:
            url = reverse("portal:document", args=[case.document.pk])
            found.append(Attention(str(case.document), url, reason, case))
        elif case.file is not None and case.file.partner_id == partner.pk:
            found.append(Attention(str(case.file), reverse("portal:file", args=[case.file.pk]), reason, case))
    return found
