"""Upload files: a form that works by itself, and answers as JSON for the page that shows progress."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from config.core.blobs import CHUNK, StorageUnavailable
from config.core.problems import PayloadTooLarge
from partners.models import Agreement, AgreementStatus, Direction, Environment, Partner
from partners.portal.access import Visit, for_members, show
from partners.services.portal_channels import portal_channels
from transactions.models import InboundFile
from transactions.portal.visibility import the_file
from transactions.services.receive import Receipt
from transactions.services.receive_upload import UploadRefused, cannot_store, is_correctable, receive_upload, too_large

FILES = 50  # in one request


class UploadForm(forms.Form):
    """environment: what the uploader says the files are; without it, what the partner's connection says."""

    environment = forms.ChoiceField(choices=Environment.choices, required=False)


def upload_context(partner: Partner, corrects: InboundFile | None = None) -> dict[str, Any]:
    """What the drop zone needs."""
    channels = portal_channels(partner)
    environments = [corrects.environment] if corrects is not None else channels.environments
    return {
        "channels": channels,
        "environments": environments,
        "begins_with_test": len(environments) > 1 and not _has_live_agreement(partner),
        "corrects": corrects,
        "max_bytes": settings.INTAKE_MAX_BYTES,
        "max_megabytes": settings.INTAKE_MAX_BYTES // 1_000_000,
    }


def _has_live_agreement(partner: Partner) -> bool:
    """Whether anything that it sends is live; else a live document would only be held."""
    live = Agreement.objects.filter(partner=partner, environment=Environment.PRODUCTION, direction=Direction.INBOUND)
    return live.filter(status=AgreementStatus.LIVE).exists()


# The token is checked inside, where the body is read: an upload over the limit ends in words, not in an error.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def upload(request: HttpRequest, visit: Visit, pk: UUID | None = None) -> HttpResponseBase:
    """The form, and what it sends. pk: of the failed file that is corrected."""
    corrects = the_file(visit.partner, pk) if pk is not None else None
    if request.method != "POST":
        return _form(request, visit, corrects)
    try:
        return _receive(request, visit, corrects)
    except PayloadTooLarge:
        return _refused(request, visit, corrects, too_large())
    except StorageUnavailable:
        return _refused(request, visit, corrects, cannot_store())
    except UploadRefused as refused:
        return _refused(request, visit, corrects, refused)


@csrf_protect
def _receive(request: HttpRequest, visit: Visit, corrects: InboundFile | None) -> HttpResponseBase:
    form = UploadForm(request.POST)
    if not form.is_valid():
        raise UploadRefused("Choose whether these are live documents or a test.")
    files = request.FILES.getlist("file")
    if not files:
        raise UploadRefused("Choose a file first.")
    if len(files) > FILES:
        raise UploadRefused(f"At most {FILES} files are taken at once.")
    if corrects is not None and len(files) > 1:
        raise UploadRefused("One file corrects one file. Choose one.")
    environments = portal_channels(visit.partner).environments
    environment = form.cleaned_data["environment"] or next(iter(environments), Environment.PRODUCTION)
    receipts = []
    for file in files:
        try:
            receipts.append(_receive_one(file, visit, environment, corrects))
        except UploadRefused as refused:
            if len(files) == 1:
                raise
            messages.error(request, f"{file.name}: {refused}")
    return _answer(request, receipts, corrects)


def _receive_one(file: UploadedFile, visit: Visit, environment: str, corrects: InboundFile | None) -> Receipt:
    return receive_upload(
        file.chunks(CHUNK),
        partner=visit.partner,
        username=visit.user.get_username(),
        environment=environment,
        name=file.name or "",
        size=file.size or 0,
        corrects=corrects,
    )


def _answer(request: HttpRequest, receipts: list[Receipt], corrects: InboundFile | None) -> HttpResponseBase:
    if wants_json(request):
        if len(receipts) != 1:
            raise SuspiciousOperation("the page sends one file at a time")
        file = receipts[0].file
        return JsonResponse(
            {
                "url": reverse("portal:file", args=[file.pk]),
                "state_url": reverse("portal:file-state", args=[file.pk]),
                "is_new": receipts[0].is_new,
                "words": "" if receipts[0].is_new else _again(file, corrects),
            },
            status=201 if receipts[0].is_new else 200,
        )
    for receipt in receipts:
        if not receipt.is_new:
            name = f"{receipt.file}: " if len(receipts) > 1 else ""
            messages.info(request, name + _again(receipt.file, corrects))
    if len(receipts) == 1:
        return redirect("portal:file", receipts[0].file.pk)
    if new := sum(receipt.is_new for receipt in receipts):
        messages.success(request, f"{new} file{'s' if new != 1 else ''} received.")
    return redirect("portal:files")


def _again(file: InboundFile, corrects: InboundFile | None) -> str:
    """Same bytes, same file: nothing is done twice, and this is what became of it."""
    if file == corrects:
        return (
            f"Nothing is changed: these are exactly the bytes of {file}. Save your correction, then upload that file."
        )
    return f"We have exactly these bytes already, since {file.received_at:%Y-%m-%d %H:%M} UTC. This is that file."


def _refused(
    request: HttpRequest, visit: Visit, corrects: InboundFile | None, refused: UploadRefused
) -> HttpResponseBase:
    if wants_json(request):
        return JsonResponse({"error": str(refused)}, status=refused.status)
    return _form(request, visit, corrects, error=str(refused), code=refused.status)


def _form(
    request: HttpRequest, visit: Visit, corrects: InboundFile | None, error: str = "", code: int = 200
) -> HttpResponseBase:
    return show(
        request,
        visit,
        "portal/upload.html",
        code=code,
        title=f"Correct {corrects}" if corrects is not None else "Upload",
        error=error,
        can_correct=corrects is None or is_correctable(corrects),
        **upload_context(visit.partner, corrects),
    )


def wants_json(request: HttpRequest) -> bool:
    """Whether the page asks that shows progress, and not the form itself."""
    return request.headers.get("Accept") == "application/json"
