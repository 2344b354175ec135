"""How the company reaches us and we reach it: connections with their tests, keys, certificates, guides."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from config.core.downloads import file_name, send_bytes, stream_blob
from partners.models import (
    ApiKey,
    Certificate,
    CertificatePurpose,
    Connection,
    ConnectionTest,
    Guide,
    Proposal,
    ProposalState,
    Protocol,
    Scope,
)
from partners.portal.access import Visit, for_members, show
from partners.portal.company_forms import CertificateForm, KeyForm, RotateForm
from partners.protocols import PROTOCOLS
from partners.services.add_certificate import LIMIT, CertificateRefused
from partners.services.certificates_in_force import WARN_BEFORE
from partners.services.issue_key import IssuedKey, KeyRefused
from partners.services.own_keys import OVERLAP, issue_own_key, revoke_own_key, rotate_own_key
from partners.services.try_connection import is_stale
from partners.services.upload_certificate import upload_certificate


class Status(NamedTuple):
    """words, and the tone of the badge: good, wait, bad or none."""

    words: str
    tone: str = ""


class KeyRow(NamedTuple):
    key: ApiKey
    status: Status
    may: str
    is_in_force: bool


class ConnectionRow(NamedTuple):
    """test: the newest; is_stale: settings changed since."""

    connection: Connection
    keys: list[KeyRow]
    has_keys: bool
    is_testable: bool
    test: ConnectionTest | None
    is_stale: bool


@require_safe
@for_members
def connections(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Every connection with what its last test saw, and the keys of the API."""
    own = visit.partner.connections.order_by("-is_enabled", "environment", "name").prefetch_related("api_keys")
    return show(
        request,
        visit,
        "portal/connections.html",
        title="Connections",
        rows=[_row(connection) for connection in own],
        address=request.build_absolute_uri(reverse("api:files")),
    )


def _row(connection: Connection) -> ConnectionRow:
    has_keys, is_testable = connection.protocol == Protocol.API, PROTOCOLS[connection.protocol].test is not None
    test = connection.tests.first() if is_testable else None
    keys = sorted(connection.api_keys.all(), key=lambda key: -key.pk) if has_keys else []
    rows = sorted((_key_row(key) for key in keys), key=lambda row: not row.is_in_force)
    return ConnectionRow(connection, rows, has_keys, is_testable, test, test is not None and is_stale(test))


def _key_row(key: ApiKey) -> KeyRow:
    now = timezone.now()
    status = Status("In force", "good")
    if key.revoked_at is not None:
        status = Status("Revoked")
    elif key.expires_at is not None and key.expires_at <= now:
        status = Status("Ended")
    elif key.expires_at is not None and key.expires_at <= now + timedelta(days=14):
        status = Status("Ends soon", "wait")
    may = ", ".join(str(Scope(scope).label) for scope in key.scopes)
    return KeyRow(key, status, may, status.words in ("In force", "Ends soon"))


@sensitive_variables("issued")
@for_members
def issue_key(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """Ask what it is for, then show the new key once."""
    connection = get_object_or_404(visit.partner.connections, pk=pk, protocol=Protocol.API)
    form = KeyForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            issued = issue_own_key(connection, said["label"], said["days"], said["scopes"], by=visit.user)
        except KeyRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _shown_once(request, visit, issued)
    words = "It is shown once, on the next page. A program that has it sends and reads as your company."
    return _ask(request, visit, f"Issue a key for {connection.name}", form, "Issue key", words)


@sensitive_variables("issued")
@for_members
def rotate_key(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """A key in place of one; both work for some days."""
    key = _own_key(visit, pk)
    form = RotateForm(request.POST or None)
    if form.is_valid():
        try:
            issued = rotate_own_key(key, form.cleaned_data["days"], by=visit.user)
        except KeyRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _shown_once(request, visit, issued)
    words = f"You get a new key with the same rights, shown once. The old one works for {OVERLAP.days} more days."
    return _ask(request, visit, f"Rotate {key.label}", form, "Issue the new key", words)


@for_members
def revoke_key(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """Ask, then refuse the key from now on."""
    key = _own_key(visit, pk)
    if request.method == "POST":
        if revoke_own_key(key, by=visit.user):
            messages.success(request, f"{key} is revoked. Requests with it are refused from now on.")
        else:
            messages.info(request, f"{key} was revoked before.")
        return redirect("portal:connections")
    words = "Programs that use it are refused at once. It cannot be undone: issue a new key instead."
    return _ask(request, visit, f"Revoke {key.label}", None, "Revoke key", words)


def _own_key(visit: Visit, pk: int) -> ApiKey:
    rows = ApiKey.objects.select_related("connection__partner")
    return get_object_or_404(rows, pk=pk, connection__partner=visit.partner)


def _shown_once(request: HttpRequest, visit: Visit, issued: IssuedKey) -> HttpResponseBase:
    return show(
        request,
        visit,
        "portal/issued_key.html",
        title="The key, shown once",
        secret=issued.secret,
        key=issued.api_key,
        address=request.build_absolute_uri(reverse("api:files")),
    )


@require_safe
@for_members
def certificates(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The company's, with what is left of each."""
    waiting = set(
        Proposal.objects.filter(partner=visit.partner, state=ProposalState.OPEN, certificate__isnull=False).values_list(
            "certificate_id", flat=True
        )
    )
    rows = [
        (
            one,
            certificate_status(one, is_waiting=one.pk in waiting),
            [CertificatePurpose(p).label for p in one.purposes],
        )
        for one in visit.partner.certificates.defer("sealed_key", "pem").order_by("-is_active", "-not_after")
    ]
    return show(request, visit, "portal/certificates.html", title="Certificates", rows=rows)


def certificate_status(certificate: Certificate, *, is_waiting: bool) -> Status:
    """Whether it is used, in words for its owner."""
    now = timezone.now()
    if certificate.not_after <= now:
        return Status("Ended", "bad")
    if is_waiting:
        return Status("Waiting for us", "wait")
    if not certificate.is_active:
        return Status("Not in use")
    if certificate.not_before > now:
        return Status(f"From {certificate.not_before:%Y-%m-%d}")
    if certificate.not_after <= now + WARN_BEFORE:
        return Status(f"Ends in {(certificate.not_after - now).days} days", "wait")
    return Status("In use", "good")


@for_members
def add_certificate(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Take one in; for live documents we accept it first."""
    form = CertificateForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        said = form.cleaned_data
        content = said["file"].read(LIMIT + 1)
        try:
            kept = upload_certificate(visit.partner, said["environment"], said["purposes"], content, by=visit.user)
        except CertificateRefused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(
                request, "It is in use." if kept.is_active else "It is kept, and used when we have accepted it."
            )
            return redirect("portal:certificates")
    words = (
        "Upload the next one before the one in use ends: both hold side by side. For tests it is used at once, for "
        "live documents when we have compared its fingerprint with you."
    )
    return _ask(request, visit, "Upload a certificate", form, "Upload", words, back="portal:certificates")


@require_safe
@for_members
def certificate_content(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """The certificate as PEM."""
    kept = get_object_or_404(visit.partner.certificates, pk=pk)
    return send_bytes(kept.pem.encode(), file_name("certificate", kept.fingerprint[:12], extension="pem"))


@require_safe
@for_members
def guides(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Ours for all partners, and those that the company gave us, each in every version."""
    rows = list(_guides(visit).select_related("partner"))
    return show(
        request,
        visit,
        "portal/guides.html",
        title="Guides",
        ours=[guide for guide in rows if guide.partner.is_own],
        theirs=[guide for guide in rows if not guide.partner.is_own],
    )


@require_safe
@for_members
def guide_content(request: HttpRequest, visit: Visit, pk: int) -> HttpResponseBase:
    """The file, always as an attachment."""
    guide = get_object_or_404(_guides(visit), pk=pk)
    try:
        return stream_blob(guide.sha256, guide.file_name, length=guide.size)
    except FileNotFoundError as error:
        raise Http404("The file is not there right now.") from error


def _guides(visit: Visit) -> Any:
    return Guide.objects.filter(Q(partner=visit.partner) | Q(partner__is_own=True))


def _ask(
    request: HttpRequest, visit: Visit, title: str, form: Any, submit: str, words: str, back: str = "portal:connections"
) -> HttpResponseBase:
    return show(
        request, visit, "portal/ask.html", title=title, form=form, submit=submit, words=words, back=reverse(back)
    )
