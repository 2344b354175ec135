"""Every URL as every kind of person: a hole here shows, or lets somebody do, what is not theirs."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from config.core.access_tokens import issue_token
from config.core.models import User
from config.core.roles import ANALYST, APPROVER, AUDITOR, FINANCE, PARTNER_USER, SUPPORT
from partners.models import ApiKey, ExpectedDocument, Member
from tests.config.access.api_table import BY_KEY, CONFIGURATION
from tests.config.access.table import (
    ACTIONS,
    ALL_STAFF,
    HIDDEN,
    MODELS,
    OTHERS,
    PAGES,
    PORTAL,
    PUBLIC,
    STAFF,
)
from tests.config.access.urls import Url, every_url
from tests.factories import Made, make_file
from tests.relationships import make_relationships
from transactions.models import Attempt, AwaitedDocument, Event, ExceptionCase, OurTestDocument, ScenarioChoice
from transactions.states import CaseStatus, Queue

PEOPLE = (*STAFF, *OTHERS)
ROLES = {
    "analyst": ANALYST, "approver": APPROVER, "support": SUPPORT, "finance": FINANCE, "auditor": AUDITOR,
    "partner": PARTNER_USER,
}  # fmt: skip
LOGIN = reverse("admin:login")
PORTAL_LOGIN = reverse("portal:login")
# Kinds of pages that the admin makes for a model, and the letter of the table that opens each: for GET, for POST.
KINDS = {
    "changelist": ("v", "v"), "change": ("v", "c"), "history": ("v", "v"), "add": ("a", "a"), "delete": ("d", "d"),
    "simple_history": ("v", ""),
}  # fmt: skip
# Apps and models whose pages take no POST at all, but for those of our own.
READ_ONLY = {"transactions", "core.auditentry", "partners.notice"}


@pytest.fixture
def made(db: None) -> Made:
    """The rows that the addresses of the walk lead to."""
    made = make_file(documents=2, failing=1)
    Group.objects.create(name="A group of an operator")
    member = make_person("partner")
    Member.objects.create(partner=made.setup.partner, user=member)
    make_relationships(made.setup.partner)
    expected = ExpectedDocument.objects.get(agreement=made.setup.agreement)
    AwaitedDocument.objects.create(
        expected=expected,
        partner=made.setup.partner,
        environment="production",
        reference="PO-1",
        due_at=timezone.now(),
        since=timezone.now(),
    )
    ScenarioChoice.objects.create(
        agreement=made.setup.agreement, scenario="valid", decision="asked", reason="To begin", by="test",
        at=timezone.now(),
    )  # fmt: skip
    OurTestDocument.objects.create(
        partner=made.setup.partner, kind="order", set_id="850", number="T-1", sha256=made.file.sha256, by="test",
        at=timezone.now(),
    )  # fmt: skip
    issue_token(make_person("analyst"), "Sync", timezone.now() + timedelta(days=1))
    return made


def make_person(name: str) -> User:
    """One of PEOPLE, but for the anonymous one, as the demo and an administrator make them."""
    user = User.objects.create_user(name, is_staff=name != "partner", is_superuser=name == "root")
    if name in ROLES:
        user.groups.add(Group.objects.get(name=ROLES[name].name))
    return user


def client_of(name: str) -> Client:
    client = Client()
    if name != "anonymous":
        client.force_login(User.objects.filter(username=name).first() or make_person(name))
    return client


def expected(url: Url, person: str, method: str) -> str:
    """What the table says: "open", "forbidden" (403), "absent" (403 or 404), "login" (the way to it), "key" (401);
    "undecided" when the URL stands nowhere in the table, which fails the walk.
    """
    if url.name in PUBLIC:
        return "open"
    if url.name in BY_KEY or url.name in CONFIGURATION:
        return "key"
    if url.name in PORTAL:
        return {"partner": "open", "anonymous": "login"}.get(person, "forbidden")
    if url.name.startswith("portal:"):
        return "undecided"
    if person in ("anonymous", "partner"):
        return "login"
    if url.name in ALL_STAFF:
        return "open"
    if HIDDEN.get(person) == url.model and url.is_of_row and person not in PAGES.get(url.name, "").split():
        return "absent"
    if url.name in PAGES:
        return "open" if person in PAGES[url.name].split() else "absent" if url.name in ABSENT else "forbidden"
    kind = kind_of(url)
    if not kind:
        return "undecided"
    letter = KINDS[kind][method == "POST"]
    if method == "POST" and READ_ONLY & {url.model, url.model.split(".")[0]} and kind != "changelist":
        letter = ""
    return "open" if letter and letter in letters(url.model, person) else "forbidden"


def kind_of(url: Url) -> str:
    """Which of the admin's own pages of a model it is; "" for another page."""
    prefix = f"admin:{url.model.replace('.', '_')}_"
    kind = url.name.removeprefix(prefix)
    return kind if url.name.startswith(prefix) and kind in KINDS and url.model in MODELS else ""


def letters(model: str, person: str) -> str:
    """What the person may do with a model."""
    return dict(zip(STAFF, MODELS[model].split(), strict=True)).get(person, "")


def seen(response: Any) -> str:
    """What came of a request, in the words of `expected`; its status when that is none of them."""
    if response.status_code in (301, 302):
        return "login" if response.headers["Location"].startswith((LOGIN, PORTAL_LOGIN)) else "open"
    return {403: "forbidden", 401: "key", 200: "open"}.get(response.status_code, str(response.status_code))


def ask(client: Client, url: Url, method: str) -> Any:
    """The answer of a page; whatever a POST does is undone, logging out too."""
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    with transaction.atomic():
        response = client.generic(method, url.path)
        if getattr(response, "streaming", False):
            b"".join(response)
        transaction.set_rollback(True)
    if session is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = session.value
    return response


# Refused by saying that there is no such page.
ABSENT = {"admin:app_list"}
# Open to the person, but the walk's request leads to none or is none: what they say instead.
ANSWERS = {
    ("api:?", "GET"): "404",
    ("api:?", "POST"): "404",
    ("api:?<rest>", "GET"): "404",
    ("api:?<rest>", "POST"): "404",
    ("portal:logout", "POST"): "login",
    ("portal:invitation", "GET"): "404",  # the walk has no link
    ("portal:invitation", "POST"): "404",
    ("portal:upload", "POST"): "400",  # without a file
    ("portal:correct", "POST"): "400",
    ("portal:certification-scenario", "POST"): "400",
    ("portal:certification-sample", "GET"): "404",  # the walk's mapping reads no lines: no order could pass
    ("portal:template", "GET"): "404",  # the walk's partner sends no text
    ("admin:?<url>", "GET"): "404",
    ("admin:?<url>", "POST"): "404",
    ("admin:view_on_site", "GET"): "404",
    ("filter-save", "POST"): "404",
    ("filter-change", "POST"): "404",
    ("admin:view_on_site", "POST"): "404",
}


# What counts as such an answer. A method that a page does not take (405) opens nothing to anybody.
FITTING = {"absent": {"404", "forbidden"}}


@pytest.mark.walk
@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_is_open_to_those_it_is_for_and_offers_no_other(made: Made, person: str) -> None:
    client = client_of(person)
    wrong = []
    offered: dict[str, str] = {}
    for url in every_url(made):
        response = ask(client, url, "GET")
        wrong += fault(url, person, "GET", seen(response))
        if response.status_code == 200 and url.name not in WITHOUT_LINKS and is_page(response):
            for address in LINK.findall(response.content.decode()):
                offered.setdefault(urlsplit(urljoin(url.path, unescape(address))).path, url.path)
    assert not wrong, "\n".join(wrong)
    if person not in (*STAFF, "nobody"):
        return
    names = {path: found for path in offered if (found := url_at(path)) is not None}
    assert any(found.name == "admin:index" for found in names.values())
    wrong = [
        f"{offered[path]} leads to {path} ({found.name})"
        for path, found in names.items()
        if expected(found, person, "GET") != "open"
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.walk
@pytest.mark.parametrize("person", PEOPLE)
def test_every_url_takes_posts_from_those_it_is_for(made: Made, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What a page would show is another test; most of the time of a request goes into it.
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    client = client_of(person)
    before = state()
    wrong = []
    for url in every_url(made):
        wrong += fault(url, person, "POST", seen(ask(client, url, "POST")))
    assert not wrong, "\n".join(wrong)
    assert state() == before


def fault(url: Url, person: str, method: str, found: str) -> list[str]:
    """What is wrong about an answer: nothing, or one line."""
    wanted = expected(url, person, method)
    if wanted == "open":
        wanted = ANSWERS.get((url.name, method), wanted)
    if found in FITTING.get(wanted, {wanted}) or (found == "405" and wanted != "undecided"):
        return []
    return [f"{method} {url.name} {url.path}: {found}, in the tables of tests/config/access {wanted}"]


def is_page(response: Any) -> bool:
    return not response.streaming and str(response.headers.get("Content-Type", "")).startswith("text/html")


LINK = re.compile(r'(?:href|action|hx-get|formaction)="([^"#][^"]*)"')
# Pages for whoever is not logged in: their frame leads to where logging in leads.
WITHOUT_LINKS = {"admin:logout", "admin:login", "portal:login", "portal:set-password"}


def url_at(path: str) -> Url | None:
    """The URL of the table that an address belongs to; None for files and for the world outside."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    if match.url_name is None:
        return None
    found = re.match(r"/admin/(\w+)/(\w+)/", path)
    return Url(match.view_name, path, f"{found[1]}.{found[2]}" if found else "", "object_id" in match.kwargs)


def test_finance_works_on_its_own_queue_and_nobody_else_decides_there(made: Made) -> None:
    case = made.cases[0]
    case.queue = Queue.FINANCE
    case.save()
    pages = {verb: reverse(f"admin:transactions_exceptioncase_{verb}", args=[case.pk]) for verb in ("change", "close")}
    cases = reverse("admin:transactions_exceptioncase_changelist")
    statuses = {
        person: [client.get(path).status_code for path in pages.values()]
        for person in STAFF
        if (client := client_of(person))
    }
    assert statuses == {
        "root": [200, 200], "analyst": [200, 403], "approver": [200, 403], "support": [200, 403],
        "finance": [200, 200], "auditor": [200, 403],
    }  # fmt: skip
    assert case.summary in client_of("finance").get(cases).content.decode()
    marked = {"action": "close_selected", "_selected_action": [str(case.pk)], "resolution": "Paid.", "confirmed": "1"}
    client_of("analyst").post(cases, marked)
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN


def test_finance_is_told_of_no_other_queue(made: Made) -> None:
    client = client_of("finance")
    case = made.cases[0]
    places = [
        reverse("admin:index"),
        reverse("admin:transactions_exceptioncase_changelist"),
        reverse("admin:transactions_document_change", args=[case.document_id]),
        reverse("admin:transactions_inboundfile_change", args=[made.file.pk]),
    ]
    address = reverse("admin:transactions_exceptioncase_change", args=[case.pk])
    support = client_of("support")
    assert [address in support.get(place).content.decode() for place in places[1:]] == [True] * 3
    assert [address in client.get(place).content.decode() for place in places] == [False] * 4
    assert "Customer service" in support.get(places[0]).content.decode()
    assert "Customer service" not in client.get(places[0]).content.decode()


def test_the_table_names_only_what_exists(made: Made) -> None:
    urls = list(every_url(made))
    named = {url.name for url in urls}
    assert (set(PAGES) | ALL_STAFF | PUBLIC | BY_KEY | set(CONFIGURATION) | PORTAL) - named == set()
    assert {model._meta.label_lower for model in admin.site._registry} == set(MODELS)
    assert len(urls) > 150


def test_every_action_on_marked_rows_is_offered_to_those_it_is_for(made: Made) -> None:
    wrong = []
    for person in (*STAFF, "nobody"):
        user = User.objects.filter(username=person).first() or make_person(person)
        for action in actions_of(user):
            if person not in ACTIONS[action].split():
                wrong.append((person, action))
        offered = set(actions_of(user))
        wrong += [
            (person, f"lacks {name}") for name, who in ACTIONS.items() if person in who.split() and name not in offered
        ]
    assert not wrong


def actions_of(user: User | AnonymousUser) -> Iterator[str]:
    """ "app.model action" for each that the user may call."""
    request = RequestFactory().post("/")
    request.user = user
    for model, model_admin in admin.site._registry.items():
        for name in model_admin.get_actions(request):
            yield f"{model._meta.label_lower} {name}"


def state() -> tuple[object, ...]:
    """What an action would change."""
    return (
        Event.objects.count(),
        Attempt.objects.count(),
        list(ExceptionCase.objects.values_list("pk", "status")),
        list(ApiKey.objects.values_list("pk", "revoked_at")),
    )
