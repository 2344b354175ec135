"""What a partner shows before it goes live: its scenarios, an upload for each, and what we say of what came."""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from config.core.blobs import CHUNK, StorageUnavailable, open_blob
from config.core.downloads import file_name, send_bytes
from config.core.problems import PayloadTooLarge
from partners.models import Agreement, Direction, Environment, Partner
from partners.portal.access import Visit, for_members, show
from partners.services.portal_channels import portal_channels
from transactions.certification.catalogue import words_of
from transactions.models import CertificationRun, CertificationUpload, OurTestDocument
from transactions.portal.upload import wants_json
from transactions.services.certification_state import ScenarioState, round_of, states
from transactions.services.certify import agreements_of
from transactions.services.receive_upload import UploadRefused, cannot_store, receive_upload, too_large
from transactions.services.scenario_sample import sample_of
from transactions.services.send_for_scenario import send_for_scenario
from transactions.services.visibility import reachable_documents

RUNS, OURS = 20, 50
VALID = "valid"
ANSWERING = {"matches-order", "changes-order", "acknowledged", "advised"}  # checks about documents of ours
STATUS = {
    "passed": ("Passed", "good"),
    "open": ("To do", "wait"),
    "failed": ("Not passed yet", "bad"),
    "fell": ("To be looked at again", "wait"),
    "waived": ("Not needed", "quiet"),
    "left-out": ("Not needed", "quiet"),
}


class Status(NamedTuple):
    label: str
    tone: str


class Row(NamedTuple):
    state: ScenarioState
    status: Status


class Part(NamedTuple):
    """An agreement in certification, in the partner's words. done, total: of what is asked."""

    agreement: Agreement
    title: str
    rows: list[Row]
    done: int
    total: int

    @property
    def next(self) -> Row | None:
        """What is to be shown next; what failed before what was not tried comes in its own order."""
        return next((row for row in self.rows if row.state.is_open), None)


class Told(NamedTuple):
    """A run. is_reachable: whether the reader may open its document."""

    run: CertificationRun
    is_reachable: bool


@require_safe
@for_members
def certification(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The scenarios of each agreement, and how far they are."""
    parts = parts_of(visit.partner)
    ours = OurTestDocument.objects.filter(partner=visit.partner)[:OURS]
    return show(request, visit, "portal/certification.html", title="Certification", parts=parts, ours=list(ours))


# The token is checked inside, where the body is read: an upload over the limit ends in words, not in an error.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def scenario(request: HttpRequest, visit: Visit, pk: int, scenario: str) -> HttpResponseBase:
    """What to send, the upload, and the verdict on what came."""
    part, row = _find(visit.partner, pk, scenario)
    if request.method != "POST":
        return _page(request, visit, part, row)
    try:
        return _receive(request, visit, part, row)
    except PayloadTooLarge:
        return _refused(request, visit, part, row, too_large())
    except StorageUnavailable:
        return _refused(request, visit, part, row, cannot_store())
    except UploadRefused as refused:
        return _refused(request, visit, part, row, refused)


@require_safe
@for_members
def scenario_state(request: HttpRequest, visit: Visit, pk: int, scenario: str) -> HttpResponseBase:
    """Whether the last upload is judged, for the page that waits for it."""
    part, row = _find(visit.partner, pk, scenario)
    waiting = _waiting(part.agreement, scenario)
    words = f"We have {waiting.file} and are looking at it." if waiting is not None else row.status.label
    here = reverse("portal:certification-scenario", args=[pk, scenario])
    status = row.status if waiting is None else Status("Being looked at", "wait")
    return JsonResponse(
        {"is_live": waiting is not None, "words": words, "done": 0, "total": 0, "url": here} | status._asdict()
    )


@require_safe
@for_members
def sample(request: HttpRequest, visit: Visit, pk: int, scenario: str) -> HttpResponseBase:
    """An example that shows a scenario."""
    part, row = _find(visit.partner, pk, scenario)
    found = sample_of(part.agreement, row.state.scenario)
    if found is None:
        raise Http404
    name = file_name("example", scenario, part.agreement.set_id, extension=found.extension)
    return send_bytes(found.content, name)


@require_safe
@for_members
def ours(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """The file in which a test document of ours was sent to the partner."""
    document = get_object_or_404(OurTestDocument, partner=visit.partner, pk=pk)
    try:
        with open_blob(document.sha256) as blob:
            content = blob.read()
    except FileNotFoundError:
        raise Http404 from None
    return send_bytes(content, file_name(document.set_id, document.number))


def parts_of(partner: Partner) -> list[Part]:
    """Its agreements of which something is asked."""
    return [part for part in map(_part, agreements_of([partner.pk])) if part is not None]


def _part(agreement: Agreement) -> Part | None:
    """None when nothing is asked."""
    shown = [one for one in states(agreement) if one.word in STATUS]
    if not any(one.planned.is_asked for one in shown):
        return None
    rows = [Row(one, Status(*STATUS[one.word])) for one in shown]
    rows.sort(key=lambda row: not row.state.planned.is_asked)
    asked = [one for one in shown if one.planned.is_asked]
    who = "We send" if agreement.direction == Direction.OUTBOUND else "You send"
    name = words_of(agreement.kind) + (f" ({agreement.set_id})" if agreement.standard == "X12" else "")
    done = sum(one.standing is not None for one in asked)
    return Part(agreement, f"{who}: {name}", rows, done, len(asked))


def _find(partner: Partner, pk: int, scenario: str) -> tuple[Part, Row]:
    """Raises Http404 when there is none, or it is somebody else's: the two look alike."""
    agreement = next((one for one in agreements_of([partner.pk]) if one.pk == pk), None)
    part = _part(agreement) if agreement is not None else None
    row = next((one for one in part.rows if one.state.scenario.code == scenario), None) if part is not None else None
    if part is None or row is None:
        raise Http404
    return part, row


@csrf_protect
def _receive(request: HttpRequest, visit: Visit, part: Part, row: Row) -> HttpResponseBase:
    files = request.FILES.getlist("file")
    if part.agreement.direction != Direction.INBOUND:
        raise UploadRefused("Nothing is uploaded for this: your software answers what we send.")
    if len(files) != 1:
        raise UploadRefused("Choose one file." if files else "Choose a file first.")
    file, username = files[0], visit.user.get_username()

    def receive() -> Any:
        return receive_upload(
            file.chunks(CHUNK),
            partner=visit.partner,
            username=username,
            environment=Environment.TEST,
            name=file.name or "",
            size=file.size or 0,
        )

    receipt = send_for_scenario(part.agreement, row.state.scenario.code, receive, by=username)
    where = [part.agreement.pk, row.state.scenario.code]
    if not wants_json(request):
        return redirect("portal:certification-scenario", *where)
    return JsonResponse(
        {
            "url": reverse("portal:certification-scenario", args=where),
            "state_url": reverse("portal:certification-state", args=where),
            "is_new": receipt.is_new,
            "words": "We have it and are looking at it.",
        },
        status=201 if receipt.is_new else 200,
    )


def _refused(request: HttpRequest, visit: Visit, part: Part, row: Row, refused: UploadRefused) -> HttpResponseBase:
    if wants_json(request):
        return JsonResponse({"error": str(refused)}, status=refused.status)
    return _page(request, visit, part, row, refused)


def _page(
    request: HttpRequest, visit: Visit, part: Part, row: Row, refused: UploadRefused | None = None
) -> HttpResponseBase:
    state = row.state
    documents = [run.document_id for run in state.runs[:RUNS] if run.document_id is not None]
    reachable = set(reachable_documents(visit.partner).filter(pk__in=documents).values_list("pk", flat=True))
    told = [Told(run, run.document_id in reachable) for run in state.runs[:RUNS]]
    latest = next((one for one in told if one.run == state.standing), told[0] if told else None)
    others = [one for one in part.rows if one.state.is_open and one.state.scenario.code != state.scenario.code]
    named = {asked.check.name for asked in state.scenario.asked()}
    inbound = part.agreement.direction == Direction.INBOUND
    may_test = portal_channels(visit.partner).test is not None
    return show(
        request,
        visit,
        "portal/scenario.html",
        code=refused.status if refused is not None else 200,
        title=state.title,
        part=part,
        row=row,
        steps=state.scenario.steps(part.agreement.kind),
        latest=latest,
        last_try=told[0] if told and latest is not None and told[0] != latest else None,
        history=[one for one in told if one != latest],
        waiting=_waiting(part.agreement, state.scenario.code),
        next=others[0] if others else None,
        error=str(refused) if refused is not None else "",
        is_inbound=inbound,
        may_upload=inbound and may_test,
        may_upload_answers=may_test,
        example=_example(part, row),
        ours=list(OurTestDocument.objects.filter(partner=visit.partner)[:OURS]) if ANSWERING & named else [],
        max_bytes=settings.INTAKE_MAX_BYTES,
        max_megabytes=settings.INTAKE_MAX_BYTES // 1_000_000,
    )


def _example(part: Part, row: Row) -> Row | None:
    """Whose example is offered: the scenario's own, else that of a valid document; None where there is none."""
    valid = [one for one in part.rows if one.state.scenario.code == VALID]
    found = sample_of(part.agreement, *(one.state.scenario for one in (row, *valid)))
    return next((one for one in (row, *valid) if found is not None and one.state.scenario == found.scenario), None)


def _waiting(agreement: Agreement, scenario: str) -> CertificationUpload | None:
    """The last upload for a scenario that is not judged yet."""
    rows = CertificationUpload.objects.filter(
        agreement=agreement, scenario=scenario, round=round_of(agreement), judged_at=None
    )
    return rows.select_related("file").first()
