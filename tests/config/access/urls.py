"""Every URL of the resolver, with an address of it that leads to a row of the test's world."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.contrib import admin
from django.urls import URLResolver, get_resolver

from partners.models import ExpectedDocument, FreezePeriod, Notice, OnboardingTask, Side, TemplateTask
from tests.config.access.api_table import CONFIGURATION
from tests.factories import Made, PartnerSetup

PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")

KEPT_VERSION = re.compile(r"\^\(\[\^/\]\+\)/history/\(\[\^/\]\+\)/\$$")
QUERIES = {"admin/autocomplete/": "?app_label=partners&model_name=agreement&field_name=partner"}


class Url(NamedTuple):
    """name: with its namespaces; "?" stands for the name of a URL that has none, with its parameters behind it.

    model: "app.model" for the pages of the admin that belong to a model.
    """

    name: str
    path: str
    model: str
    is_of_row: bool


def every_url(made: Made) -> Iterator[Url]:
    """Every URL that anybody can call, once."""
    for name, route in _routes(get_resolver()):
        path = _path(route, made)
        if path is not None:
            yield Url(name, path, _model(route), "object_id" in route)


def every_configuration_url(setup: PartnerSetup) -> Iterator[tuple[str, str]]:
    """Name and address of each URL of the configuration in the API, with a row of this partner's."""
    partner, case = setup.partner, setup.partner.onboarding_cases.get()
    rows = {
        "partners": partner, "identities": setup.identity, "connections": setup.connection,
        "agreements": setup.agreement, "keys": setup.api_key, "contacts": partner.contacts.get(),
        "certificates": partner.certificates.get(), "groups": partner.groups.get(), "tags": partner.tags.get(),
        "calendars": partner.calendar, "service-levels": partner.service_level,
        "expected-documents": ExpectedDocument.objects.get(agreement=setup.agreement),
        "guides": partner.guides.get(), "members": partner.members.get(), "invitations": partner.invitations.get(),
        "proposals": partner.proposals.get(), "submissions": setup.agreement.submissions.get(),
        "onboarding-cases": case, "onboarding-tasks": case.tasks.first(), "onboarding-comments": case.comments.get(),
        "onboarding-templates": case.template, "template-tasks": TemplateTask.objects.get(), "cohorts": case.cohort,
        "freeze-periods": FreezePeriod.objects.get(), "certifications": setup.agreement,
        "our-test-documents": partner.our_test_documents.get(), "notices": Notice.objects.get(),
        "mapping-versions": setup.version,
    }  # fmt: skip
    for name, route in _routes(get_resolver()):
        if name in CONFIGURATION:
            pk = str(getattr(rows.get(route.split("/")[2]), "pk", ""))
            yield name, "/" + route.replace("<int:pk>", pk).replace("<slug:scenario>", "valid")


def _routes(resolver: URLResolver, prefix: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        else:
            name = pattern.name or "?" + "".join(f"<{name}>" for name in PLACEHOLDER.findall(str(pattern.pattern)))
            yield ":".join((*spaces, name)), route


def _path(route: str, made: Made) -> str | None:
    """The address; None for the file system's (static files are in front of the application)."""
    if route.startswith("admin/^"):
        return "/admin/transactions/"
    if route.startswith("admin/(?P<url>"):
        return "/admin/nothing/here/"
    if "<" not in route and "(" not in route:
        return f"/{route}{QUERIES.get(route, '')}"
    if (kept := KEPT_VERSION.search(route)) is not None:
        row = _row(_model(route))
        return f"/{route[: kept.start()]}{row.pk}/history/{row.history.first().pk}/"
    if model := _model(route):
        row = _row(model)
        member = made.setup.partner.members.get()
        values = {
            "object_id": row.pk,
            "id": row.pk,
            "pk": row.pk,
            "member_id": member.pk,
            "partner_id": made.setup.partner.pk,
        }
        if model == "partners.onboardingcase":
            values |= {"task_id": row.tasks.first().pk, "comment_id": row.comments.first().pk}
        if "<slug:scenario>" in route:
            values["scenario"] = "valid"
        if "<int:version>" in route:
            values["version"] = row.history.first().pk
    else:
        values = _values(route, made)
    return "/" + PLACEHOLDER.sub(lambda found: str(values[found[1]]), route) + QUERIES.get(route, "")


def _values(route: str, made: Made) -> dict[str, object]:
    """Values of parameters outside of the admin's pages of models."""
    partner = made.setup.partner
    rows: dict[str, Callable[[], object]] = {
        "api/v1/files": lambda: made.file,
        "api/v1/documents": lambda: made.documents[0],
        "api/v1/acknowledgments": lambda: made.acknowledgment,
        "portal/files": lambda: made.file,
        "portal/documents": lambda: made.documents[0],
        "portal/acknowledgments": lambda: made.acknowledgment,
        "portal/connections": lambda: made.setup.connection,
        "portal/keys": lambda: made.setup.api_key,
        "portal/company/contacts": partner.contacts.first,
        "portal/company/identities": lambda: made.setup.identity,
        "portal/company/proposals": partner.proposals.first,
        "portal/certificates": partner.certificates.first,
        "portal/certification/ours": partner.our_test_documents.first,
        "portal/certification": lambda: made.setup.agreement,
        "portal/guides": partner.guides.first,
        "portal/tasks": OnboardingTask.objects.filter(case__partner=partner, side=Side.THEIRS).first,
    }
    guides = {"admin/how-to": "set-up-a-partner", "portal/how-to": "join-as-a-partner", "how-to/": "board.png"}
    row = next((find() for prefix, find in rows.items() if route.startswith(prefix)), None)
    return {
        "pk": getattr(row, "pk", 0),
        "page": "transactions_document_changelist",
        "kind": "order",
        "scenario": "valid",
        "uidb64": "MQ",
        "token": "none",
        "name": next((name for prefix, name in guides.items() if route.startswith(prefix)), "orders"),
        "version": 1,
        "rest": "v1/nothing",
        "content_type_id": 1,
        "object_id": 1,
    }


def _model(route: str) -> str:
    found = re.match(r"admin/(\w+)/(\w+)/", route)
    return f"{found[1]}.{found[2]}" if found else ""


def _row(label: str) -> Any:
    model = next(model for model in admin.site._registry if model._meta.label_lower == label)
    rows = model._default_manager.order_by("pk")
    row = rows.last() if label == "auth.group" else rows.first()  # the first groups are Onramp's, which nobody edits
    assert row is not None, f"the test's world has no {label}"
    return row
