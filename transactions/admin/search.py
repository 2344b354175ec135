"""The search box of every admin page: one term, everything that it names, grouped by kind."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from partners.models import Partner
from transactions.admin import badges
from transactions.models import Acknowledgment, Document, ExceptionCase, InboundFile, Interchange
from transactions.services.search import LONGEST, Found, Hit, search, the_one


class Shown(NamedTuple):
    """What a row says of itself. label, tone: its state."""

    title: str
    label: str
    tone: str
    about: str
    at: Any = None


class Result(NamedTuple):
    url: str
    shown: Shown
    what: str


class Group(NamedTuple):
    """The hits of one kind. total: in words; more_url: the list with all of them, "" when all are shown."""

    title: str
    icon: str
    results: list[Result]
    total: str
    more_url: str


def _document(row: Document) -> Shown:
    label = row.get_outcome_display()
    return Shown(str(row), label, badges.DOCUMENT.get(label, ""), _about(row), row.received_at)


def _file(row: InboundFile) -> Shown:
    label = badges.file_status(row)
    return Shown(str(row), label, badges.FILE.get(label, ""), _about(row), row.received_at)


def _case(row: ExceptionCase) -> Shown:
    label = row.get_status_display()
    about = f"{row.get_queue_display()} · {_about(row)}"
    return Shown(row.summary, label, badges.CASE.get(label, ""), about, row.opened_at)


def _interchange(row: Interchange) -> Shown:
    label = row.get_state_display()
    about = f"{row.sender} to {row.receiver} · {_about(row)}"
    return Shown(str(row), label, badges.INTERCHANGE.get(label, ""), about, row.file.received_at)


def _acknowledgment(row: Acknowledgment) -> Shown:
    label, tone = badges.acknowledged(row.verdict)
    return Shown(str(row), label, tone, f"answers {row.group or row.interchange} · {_about(row)}", row.created_at)


def _partner(row: Partner) -> Shown:
    return Shown(str(row), "Active" if row.is_active else "Inactive", "success" if row.is_active else "", row.code)


def _about(row: Any) -> str:
    partner = str(row.partner) if row.partner_id else "No partner"
    return partner if row.environment == "production" else f"{partner} · {row.get_environment_display()}"


class Page(NamedTuple):
    """How the rows of a kind are shown; the model says who may see them and where they are listed."""

    model: type[Model]
    title: str
    icon: str
    shown: Callable[[Any], Shown]


PAGES = {
    "documents": Page(Document, "Documents", "description", _document),
    "files": Page(InboundFile, "Files", "inbox", _file),
    "cases": Page(ExceptionCase, "Exception cases", "error", _case),
    "interchanges": Page(Interchange, "Interchanges", "package_2", _interchange),
    "acknowledgments": Page(Acknowledgment, "Acknowledgments", "mark_email_read", _acknowledgment),
    "partners": Page(Partner, "Partners", "handshake", _partner),
}


def search_page(request: HttpRequest) -> HttpResponse:
    """GET /admin/search/?q=…: what the term names among what the person may see; straight to it when it is one.

    A name as our pages print it, "850 PO-7" or "ISA 000000042", is looked for by its last word when it names nothing.
    """
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    rows = visible_rows(request)
    found = search(text, rows) if text else []
    last_word = text.split()[-1] if text and not found else ""
    if last_word != text:
        found = found or search(last_word, rows)
    one = the_one(found, text) if not last_word else None
    if one is not None:
        return HttpResponseRedirect(_url(one))
    return TemplateResponse(
        request,
        "admin/onramp/search.html",
        {
            **admin.site.each_context(request),
            "title": f"Search: {text}" if text else "Search",
            "search_text": text,
            "last_word": last_word,
            "groups": [_group(part, last_word or text) for part in found],
            "searches": [PAGES[kind].title.lower() for kind in rows],
            "is_fullwidth": "1",
        },
    )


def visible_rows(request: HttpRequest) -> dict[str, QuerySet]:
    """By kind, the rows that the lists would show to this person."""
    rows = {}
    for kind, page in PAGES.items():
        model_admin = admin.site.get_model_admin(page.model)
        if model_admin.has_view_permission(request):
            rows[kind] = model_admin.get_queryset(request)
    return rows


def _url(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _group(found: Found, text: str) -> Group:
    page = PAGES[found.kind]
    meta = page.model._meta
    has_more = found.total.number > len(found.hits)
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist") + "?" + urlencode({"q": text})
    return Group(
        page.title, page.icon, [_result(page, hit) for hit in found.hits], str(found.total), url if has_more else ""
    )


def _result(page: Page, hit: Hit) -> Result:
    return Result(_url(hit.row), page.shown(hit.row), hit.what)
